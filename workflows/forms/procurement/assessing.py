"""From the opening to the consensus, in the order of the flow."""

from workflows.forms.step import StepForm

STEPS: dict[str, type[StepForm]] = {
    "opening": StepForm,
    "eligibility": StepForm,
    "assessment": StepForm,
    "consensus": StepForm,
}
