"""The papers and the market, in the order of the flow."""

from workflows.forms.step import StepForm

STEPS: dict[str, type[StepForm]] = {
    "papers": StepForm,
    "legal_check": StepForm,
    "release": StepForm,
    "clarification": StepForm,
    "no_tenders": StepForm,
}
