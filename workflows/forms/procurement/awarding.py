"""From the advice on the award to the register, in the order of the flow."""

from workflows.forms.step import StepForm

STEPS: dict[str, type[StepForm]] = {
    "admission": StepForm,
    "award_advice": StepForm,
    "award_decision": StepForm,
    "award_notice": StepForm,
    "standstill": StepForm,
    "challenge": StepForm,
    "contract_drafting": StepForm,
    "contract_signing": StepForm,
    "contract_validation": StepForm,
    "award_publication": StepForm,
    "registration": StepForm,
}
