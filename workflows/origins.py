"""What a new commission came from: a signal that is taken up, a contract that is bought again, a planned procurement.

The commission says so itself (`Commission.origin`), and what it came from says it in its own chain.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from audit.services import acting
from cases.models import Case, Commission, PlanningItem, Scale
from cases.selectors import known_request
from cases.services import planning as change
from roles.authorize import Authority, NotAllowed
from roles.rules.verdict import Refused
from roles.selectors import scopes
from roles.services.acting import hat_of
from workflows.engine import move
from workflows.models import CaseTask
from workflows.selectors.planning import visible_items
from workflows.selectors.sight import visible
from workflows.tasks.policy_signal import signal_follow_up

DAY = timedelta(days=1)
PROCESS = "Procesbeschrijving"


@dataclass(frozen=True, slots=True)
class Known:
    """What is filled in beforehand, in the three parts of the wat-vraag; the rest is for who submits."""

    form: dict[str, Any] = field(default_factory=dict)
    shares: dict[str, Any] = field(default_factory=dict)
    criteria: list[dict[str, Any]] = field(default_factory=list)


def initial_request(case: Case) -> Known:
    """Of a new commission that comes from this case."""
    return OF_KIND[case.kind](case)


def of_signal(case: Case) -> Known:
    signal = case.signal
    occasion = [f"{signal.change}", f"Bron: {signal.source}. Vanaf {signal.effective_on:%d-%m-%Y}."]
    if signal.advice is not None:
        occasion.append(f"Advies van de MGR: {signal.advice}")
    return Known(form={
        "title": str(case.title), "domain": signal.domain, "scale": signal.scale, "occasion": "\n\n".join(occasion),
        "intended_result": str(signal.effect), "start_date": signal.effective_on,
    })  # fmt: skip


def of_contract(case: Case) -> Known:
    """The wat-vraag that led to it once more, to begin when it ends."""
    contract = case.contract
    if case.commissioned is None:
        known: dict[str, Any] = {"form": {"domain": case.domain, "scale": Scale.REGIONAL}}
    else:
        known = known_request(case.commissioned)
    known["form"] |= {
        "title": f"Opnieuw inkopen: {contract.lot}",
        "start_date": contract.ends_on + DAY,
        "occasion": f"Contract {case.number} met {contract.provider} loopt tot en met {contract.ends_on:%d-%m-%Y}.",
    }
    return Known(**known)


OF_KIND: dict[str, Callable[[Case], Known]] = {Case.Kind.SIGNAL: of_signal, Case.Kind.CONTRACT: of_contract}


def of_item(item: PlanningItem) -> Known:
    known = initial_request(item.origin) if item.origin is not None else Known()
    known.form.update({
        "title": str(item.title), "domain": item.domain, "start_date": item.starts_on,
        "scale": Scale.LOCAL if item.organisation_id else known.form.get("scale", Scale.REGIONAL),
    })  # fmt: skip
    if item.note is not None:
        known.form["aim"] = str(item.note)
    return known


@dataclass(frozen=True, slots=True)
class Origin:
    """What somebody submits a commission from."""

    case: Case | None = None
    item: PlanningItem | None = None

    @property
    def above(self) -> Case | None:
        """The case that the commission names as its origin."""
        return self.case or (self.item.origin if self.item is not None else None)

    @property
    def scheme_id(self) -> int | None:
        """None: in any."""
        return self.case.scheme_id if self.case is not None else self.item.scheme_id if self.item is not None else None


def origin_for(
    *, user_id: int, scheme_id: int | None = None, case_id: int | None = None, item_id: int | None = None
) -> Origin:
    """As far as who submits may see it, in this regeling or any. Raises NotAllowed for what cannot lead to a
    commission, or not any more.
    """
    if case_id is None and item_id is None:
        return Origin()
    seen, within = scopes(user_id), {} if scheme_id is None else {"scheme": scheme_id}
    case, item = None, None
    if case_id is not None:
        rows = visible(seen).filter(pk=case_id, kind__in=OF_KIND, **within)
        case = rows.select_related("title", "signal", "contract", "subject__commission").first()
        _insist(case is not None and _leads(case), "Hieruit kan geen opdracht (meer) komen.")
    if item_id is not None:
        item = visible_items(seen).filter(pk=item_id, **within).select_related("origin__signal").first()
        _insist(
            item is not None and item.state == PlanningItem.State.PLANNED,
            "Deze geplande inkoop is al opgepakt of vervallen.",
        )
    return Origin(case, item)


def _leads(case: Case) -> bool:
    """A signal whose follow-up is to be chosen, or that was planned; a contract whose end was decided or came."""
    if case.kind == Case.Kind.CONTRACT:
        return case.contract.closing or case.state == Case.State.ENDED
    if case.state == Case.State.TAKEN_UP:
        return True
    return case.is_running and _follow_up(case) is not None


def _follow_up(case: Case) -> CaseTask | None:
    found: CaseTask | None = CaseTask.objects.filter(
        case=case, finished=None, flow_task__endswith=".signal_follow_up"
    ).first()
    return found


def note(origin: Origin, commission: Commission, *, by: Authority, user_id: int, correlation: UUID) -> None:
    """In the chains of what it came from, in the same transaction; the act of the submission is closed."""
    if origin.case is not None:
        task = _follow_up(origin.case) if origin.case.is_running else None
        with move(
            case_id=origin.case.pk, task_id=task.pk if task else None, user_id=user_id, verb="take_up",
            while_suspended=task is None, after_end=task is None,
        ) as work:  # fmt: skip
            work.by, work.correlation = by, correlation
            if task is None:
                work.details |= {"commission": commission.case.number, "case": commission.case.chain}
            else:
                signal_follow_up(work, "commission", commission=commission)
                work.finish("commission")
    if origin.item is not None:
        with acting(
            chain=origin.item.scheme.chain, verb="take_up_planned", actor=by.actor, user_id=user_id, hat=hat_of(by)
        ) as act:
            act.correlation = correlation
            act.details |= {"item": f"planningitem/{origin.item.pk}", "commission": commission.case.number}
            change.take_up(item=change.locked(origin.item), commission=commission)


def _insist(holds: bool, reason: str) -> None:
    if not holds:
        raise NotAllowed(Refused(reason, PROCESS))
