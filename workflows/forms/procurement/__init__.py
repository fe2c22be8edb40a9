"""One form for each step of a procurement, by the part of the process that it is in."""

from workflows.forms.procurement import assessing, awarding, market, opening, preparing
from workflows.forms.step import StepForm

STEPS: dict[str, type[StepForm]] = {
    **preparing.STEPS, **market.STEPS, **opening.STEPS, **assessing.STEPS, **awarding.STEPS
}  # fmt: skip
