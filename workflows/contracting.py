"""From what was awarded to the contract register: each provider and lot becomes a case of its own, at once (ADR 35).

Begun in the follow-ups of the move that causes it: one transaction, under the lock of the root that the move holds
already, each in an act of its own chain with the same correlation. All of it is there, or nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import uuid4

from audit.services import acting
from cases.models import Case, Contract
from cases.services import contracts as change
from cases.services.contracts import Agreed
from roles.authorize import NotAllowed
from roles.models import Organisation, Position
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows import sql
from workflows.bindings import Unbound, freeze, labels
from workflows.engine import Work
from workflows.flows import current
from workflows.starting import begin


def register_contracts(work: Work, agreed: Sequence[Agreed]) -> None:
    """Once the act of this move is written."""
    work.correlation = work.correlation or uuid4()
    work.details["contracts"] = len(agreed)
    work.follow_ups += [partial(register, work, each) for each in agreed]


def register(work: Work, agreed: Agreed, *, entered: Callable[[Contract], None] | None = None) -> Contract:
    """One contract, under the procurement that the work is about; `entered` is done in its act. Raises NotAllowed."""
    by, parent, flow = work.actor, work.case, current("contract")
    own_id, start = sql.reserve_case_id(), flow.register_contract
    with acting(
        chain=f"case/{own_id}", verb="submit", actor=by.actor, user_id=work.user_id, hat=hat_of(by), duty=start.duty,
        step=f"{flow.code}/{flow.version}/{start.name}",
    ) as act:  # fmt: skip
        act.correlation = work.correlation or act.correlation
        act.details |= {"procurement": parent.number, "case": parent.chain}
        contract = change.open_contract(
            case_id=own_id, number=f"CON-{by.today.year}-{sql.next_number(parent.scheme_id, by.today.year):04}",
            parent=parent, organisation=Organisation.objects.get(scheme=parent.scheme, kind=Organisation.Kind.MGR),
            submitted_by=by.appointment_id, at=work.now, agreed=agreed,
        )  # fmt: skip
        begin_contract(contract.case, user_id=work.user_id, submitter=by.position_id, now=work.now)
        if entered is not None:
            entered(contract)
    return contract


def begin_contract(case: Case, *, user_id: int | None, submitter: int, now: datetime) -> None:
    """Let it run, within an act of its own chain. Raises NotAllowed where the regeling binds nobody to its steps."""
    flow = current("contract")
    try:
        begin(
            case, flow.register_contract, user_id=user_id, now=now,
            bindings=freeze(case=case, flow_class=flow, submitter=submitter),
            labels=labels(case=case, flow_class=flow),
        )  # fmt: skip
    except Unbound:
        raise NotAllowed(
            Refused("Deze regeling heeft niet vastgelegd wie contracten beheert. Vraag de beheerder.", "Stapkoppeling")
        ) from None


def tell_municipalities(work: Work, template: str) -> None:
    """Terugkoppeling: to the account manager of each municipality that takes part. Two queries."""
    bound = work.case.top.process.bindings.get("municipal_alignment") or {}
    taking_part = work.commission.shares.filter(takes_part=True).values_list("organisation", flat=True)
    for organisation in taking_part:
        if str(organisation) in bound:
            work.pen.tell(template, position=int(bound[str(organisation)]), by=work.actor.person_id)


def tell_client(work: Work, template: str) -> None:
    """The body that adopted the strategy hears of what came of it: everybody in it. One query."""
    bound = work.process.bindings
    position = bound.get("strategy_decision") or bound.get("strategy_local")
    for each in Position.objects.filter(body__positions=position or 0).values_list("pk", flat=True):
        work.pen.tell(template, position=each, by=work.by.person_id if work.by else None)
