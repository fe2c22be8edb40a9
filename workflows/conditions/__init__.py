"""The questions that a flow asks of its case, by name."""

from datetime import date
from typing import Any

from viewflow.workflow import STATUS

from cases import selectors as cases
from cases.models import Amendment, Commission, Scale
from roles import selectors as roles
from workflows.models import CaseProcess, CaseTask


def everybody_agrees(process: CaseProcess) -> bool:
    """Nobody answered "niet akkoord" in the last round; who did not answer in time does not hold it up."""
    return not cases.disagreeing(process.case.commission)


def within_plan(process: CaseProcess) -> bool:
    """The director may accept it alone: budget and capacity suffice, and a mandate covers the MGR's own cost.

    The care budgets stay with the municipalities; they are not asked here (domain §3, two different powers).
    """
    return _within_plan(process.case.commission, process.case.commission, process.bindings["acceptance"])


def amendment_within_plan(process: CaseProcess) -> bool:
    """The same, of the commission with the change in it; what the owner agreed on once, it is not asked again."""
    case = process.case
    if case.amendment.agreed_by_owner:
        return True
    return _within_plan(case.amendment, case.top.commission, process.bindings["amend_acceptance"])


def _within_plan(plan: Commission | Amendment, commission: Commission, accepting: int) -> bool:
    if not (plan.within_budget and plan.within_capacity):
        return False
    return roles.mandate_covers(
        position_id=accepting, power="accept_commission", amount=plan.cost, domain=commission.domain,
        scale=commission.scale,
    )  # fmt: skip


def amendment_agreed(process: CaseProcess) -> bool:
    """Nobody that it touches answered "niet akkoord"; who joins has to say so themselves."""
    return not cases.objecting(process.case.amendment)


def decided_locally(process: CaseProcess) -> bool:
    """The college of one municipality granted the commission, so that it decides on its changes too."""
    return bool(process.case.top.commission.scale == Scale.LOCAL)


def scale_is_local(process: CaseProcess) -> bool:
    """For one municipality: its own college decides, not the bodies of the regeling."""
    return bool(process.case.commission.scale == Scale.LOCAL)


def scale_is_supraregional(process: CaseProcess) -> bool:
    """With regions beside this one: they are asked first."""
    return bool(process.case.commission.scale == Scale.SUPRAREGIONAL)


def owner_refuses(process: CaseProcess) -> bool:
    return _owners_answer(process) == "refuse"


def owner_sends_back(process: CaseProcess) -> bool:
    """Counted where the owner chose it, so that this goes round no more often than that."""
    return _owners_answer(process) == "back_to_approach"


def colleges_consent(process: CaseProcess) -> bool:
    """Who did not answer in time has not consented: a budget is never spent by silence."""
    return not cases.withholding(process.case.commission)


def colleges_consent_to_amendment(process: CaseProcess) -> bool:
    """Whose share rises says so themselves, here too."""
    return not cases.withholding_from(process.case.amendment)


def _owners_answer(process: CaseProcess) -> str:
    """How the owner's branch ended this time; "yes" where nothing was asked of them."""
    flow: Any = process.flow_class
    steps = ("within_plan", "db_decision", "ab_decision")
    branch = [getattr(flow, step) for step in steps if hasattr(flow, step)]
    ended = CaseTask.objects.filter(process=process, flow_task__in=branch, part="", status=STATUS.DONE)
    return str(ended.latest("pk").outcome)


def solved_operationally(process: CaseProcess) -> bool:
    """How the first level ended this time: by what its last step came to."""
    flow: Any = process.flow_class
    level = [flow.operational, flow.operational_consent]
    ended = CaseTask.objects.filter(process=process, flow_task__in=level, part="", status=STATUS.DONE)
    last = ended.latest("pk")
    return bool(last.flow_task.name == flow.operational_consent.name and last.outcome != "rise")


def strategic_by_body(process: CaseProcess) -> bool:
    """A body decides on the third level, unless the regeling gives it to one role."""
    return process.bindings["strategic_alone"] is None


def deferral_ends(process: CaseProcess) -> date:
    """The day on which a deferred decision comes back."""
    return _deferred(process.case.commission)


def amendment_deferral_ends(process: CaseProcess) -> date:
    """The same, of a change."""
    return _deferred(process.case.amendment)


def _deferred(about: Commission | Amendment) -> date:
    until: date | None = about.deferred_until
    if until is None:
        raise ValueError("A deferred decision has no date")
    return until
