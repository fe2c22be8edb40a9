"""From the start of a procurement to its strategy, in the order of the flow."""

from workflows.forms.step import StepForm

STEPS: dict[str, type[StepForm]] = {
    "team": StepForm,
    "knowledge": StepForm,
    "market_exploration": StepForm,
    "legal_advice": StepForm,
    "strategy": StepForm,
    "strategy_local": StepForm,
}
