"""What begins under a contract: talks, addenda, requalifications and questions (ADR 36).

Each is a case of its own, begun by whoever the regeling binds to its first step, under the lock of the root; talks by
the clock too (`workflows.talks`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import clock
from audit.services import NO_HAT, SYSTEM, acting
from cases.models import Case, Contract, Enquiry, Review
from cases.rules import addendum as changing
from cases.rules.addendum import Current, Proposal
from cases.selectors.contracts import RUNNING, as_it_stands
from cases.services import contract_care as care
from escalation.rules.terms import day_of
from roles import authorize
from roles.authorize import Authority, Kind, NotAllowed, Wanted
from roles.models import Appointment, Organisation, Scheme
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows import sql
from workflows.bindings import Unbound, freeze, labels, may_start
from workflows.engine import Gone
from workflows.escalations import locked
from workflows.fitness import Unfit
from workflows.flows.addendum import AddendumFlow
from workflows.flows.contract_review import ContractReviewFlow
from workflows.flows.enquiry import EnquiryFlow
from workflows.flows.requalification import RequalificationFlow
from workflows.services import roles_home
from workflows.starting import begin

PROCESS = "Procesbeschrijving contractuitvoering"


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of case under a contract: its flow, how it begins, how it is numbered."""

    kind: Case.Kind
    start: Any
    prefix: str

    @property
    def flow(self) -> Any:
        return self.start.flow_class


REVIEW = Sort(Case.Kind.REVIEW, ContractReviewFlow.open_review, "GES")
ADDENDUM = Sort(Case.Kind.ADDENDUM, AddendumFlow.propose_addendum, "ADD")
REQUALIFICATION = Sort(Case.Kind.REQUALIFICATION, RequalificationFlow.request_requalification, "HER")
ENQUIRY = Sort(Case.Kind.ENQUIRY, EnquiryFlow.ask_enquiry, "VRG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who begins something, in which hat."""

    user_id: int
    appointment_id: int
    substitution_id: int | None = None


def open_review(*, asker: Asker, case_id: int, planned_for: date, reason: str) -> Case:
    """A talk outside the cycle. Raises NotAllowed, Gone."""
    with transaction.atomic():
        contract = _locked(case_id)
        by = _authority(contract, REVIEW, asker)
        if planned_for < by.today:
            raise NotAllowed(Refused("Plan het gesprek vandaag of later.", PROCESS))
        _insist_no_other(contract, REVIEW, "Er loopt al een contractgesprek over dit contract")

        def write(case: Case) -> None:
            care.open_review(
                case=case, contract=contract, opening=Review.Opening.HAND, planned_for=planned_for, reason=reason
            )

        return begin_under(contract, REVIEW, by.appointment_id, by, f"Contractgesprek {contract.provider}", write)


def propose_addendum(*, asker: Asker, case_id: int, proposal: Proposal, ground: str, words: dict[str, Any]) -> Case:
    """Raises Unfit with all that is wrong, NotAllowed, Gone."""
    with transaction.atomic():
        contract = _locked(case_id)
        by = _authority(contract, ADDENDUM, asker)
        now = check_addendum(contract, proposal, by.today)
        _insist_no_other(contract, ADDENDUM, "Er loopt al een addendum op dit contract")

        def write(case: Case) -> None:
            care.draft_addendum(case=case, contract=contract, now=now, proposal=proposal, ground=ground, words=words)

        return begin_under(contract, ADDENDUM, by.appointment_id, by, f"Addendum {contract.case.title}", write)


def check_addendum(contract: Contract, proposal: Proposal, today: date) -> Current:
    """The contract as it stands. Raises Unfit."""
    now = as_it_stands(contract, today)
    found = changing.problems(now, proposal, today=today)
    if found:
        raise Unfit(found)
    return now


def request_requalification(*, asker: Asker, case_id: int, reason: str) -> Case:
    with transaction.atomic():
        contract = _locked(case_id)
        by = _authority(contract, REQUALIFICATION, asker)
        _insist_no_other(contract, REQUALIFICATION, "Er loopt al een herbeoordeling")

        def write(case: Case) -> None:
            care.request_requalification(case=case, contract=contract, reason=reason)

        title = f"Herbeoordeling {contract.provider}"
        return begin_under(contract, REQUALIFICATION, by.appointment_id, by, title, write)


def ask(*, asker: Asker, case_id: int, question: str, contact: str = "") -> Case:
    """By a municipality itself, or for a provider by whoever takes the call."""
    with transaction.atomic():
        contract = _locked(case_id)
        by = _authority(contract, ENQUIRY, asker)
        hat = Appointment.objects.select_related("organisation").get(pk=by.appointment_id)
        own = _municipality(hat)
        if own is None and not contact.strip():
            raise NotAllowed(Refused("Schrijf op wie van de aanbieder de vraag stelt.", PROCESS))

        def write(case: Case) -> None:
            sort = Enquiry.Asker.MUNICIPALITY if own else Enquiry.Asker.PROVIDER
            care.ask(case=case, contract=contract, asker=sort, contact=contact, question=question)

        return begin_under(contract, ENQUIRY, by.appointment_id, by, f"Vraag over {contract.case.title}", write)


def begin_under(
    contract: Contract, sort: Sort, appointment_id: int, by: Authority | None, title: str,
    write: Callable[[Case], None], correlation: UUID | None = None,
) -> Case:  # fmt: skip
    """The case with its first step, in an act of its own chain. Without `by` it is the clock's doing."""
    hat = Appointment.objects.select_related("position", "organisation").get(pk=appointment_id)
    scheme, own_id, at = contract.case.scheme, sql.reserve_case_id(), clock.now()
    year, flow = day_of(at).year, sort.flow
    home = _municipality(hat) or roles_home(scheme)
    with acting(
        chain=f"case/{own_id}", verb="submit", actor=by.actor if by else SYSTEM, user_id=by.user_id if by else None,
        hat=hat_of(by) if by else NO_HAT, duty=sort.start.duty if by else "",
        step=f"{flow.code}/{flow.version}/{sort.start.name}",
    ) as act:  # fmt: skip
        act.correlation = correlation or act.correlation
        act.flags = list(by.flags) if by else []
        act.details |= {"contract": contract.case.number, "case": contract.case.chain}
        case = care.open_case(
            contract=contract,
            opened=care.Opened(
                case_id=own_id, number=f"{sort.prefix}-{year}-{sql.next_number(scheme.pk, year):04}", kind=sort.kind,
                phase=sort.start.phase, title=title, submitted_by=hat, organisation_id=home.pk, at=at,
            ),
        )  # fmt: skip
        write(case)
        try:
            begin(
                case, sort.start, user_id=by.user_id if by else None, now=at,
                bindings=freeze(case=case, flow_class=flow, submitter=hat.position_id),
                labels=labels(case=case, flow_class=flow),
            )  # fmt: skip
        except Unbound:
            raise NotAllowed(
                Refused("Deze regeling heeft niet vastgelegd wie dit behandelt. Vraag de beheerder.", PROCESS)
            ) from None
    return case


def wanted(contract: Contract, sort: Sort, appointment_id: int | None = None) -> Wanted:
    """Whoever the regeling says begins one. Without an appointment: to see which hats fit."""
    case = contract.case
    allowed = starters(case.scheme, sort)
    held = Appointment.objects.filter(pk=appointment_id or 0).values_list("position", flat=True).first()
    return Wanted(
        verb="submit", duty=sort.start.duty, kind=Kind.OFFICE, scheme_id=case.scheme_id, flow=sort.flow.code,
        chains=(case.chain,), domain=case.domain,
        position_id=None if appointment_id is None or held in allowed else min(allowed, default=0),
    )  # fmt: skip


def starters(scheme: Scheme, sort: Sort) -> set[int]:
    return may_start(scheme=scheme, flow_class=sort.flow, step=sort.start.name)


def uses(contract: Contract, organisation: Organisation | None) -> bool:
    """A municipality asks about the contracts that it buys from; anybody else is of the MGR."""
    if organisation is None or organisation.kind != Organisation.Kind.MUNICIPALITY:
        return True
    commission = contract.case.commissioned
    return commission is None or commission.shares.filter(organisation=organisation, takes_part=True).exists()


def _locked(case_id: int) -> Contract:
    """A running contract, under the lock that every step in its tree takes. Raises Gone, NotAllowed."""
    case = locked(case_id)
    if case.kind != Case.Kind.CONTRACT:
        raise Gone(case_id)
    contract = Contract.objects.select_related("provider", "lot").get(pk=case.pk)
    contract.case = case
    if not case.is_running:
        raise NotAllowed(Refused("Dit contract is geëindigd.", PROCESS))
    return contract


def _authority(contract: Contract, sort: Sort, asker: Asker) -> Authority:
    by = authorize.authorize(
        user_id=asker.user_id, appointment_id=asker.appointment_id, substitution_id=asker.substitution_id,
        wanted=wanted(contract, sort, asker.appointment_id),
    )  # fmt: skip
    hat = Appointment.objects.select_related("organisation").get(pk=asker.appointment_id)
    if not uses(contract, hat.organisation):
        raise NotAllowed(Refused("Uw gemeente koopt niet in met dit contract.", PROCESS))
    return by


def _insist_no_other(contract: Contract, sort: Sort, words: str) -> None:
    running = Case.objects.filter(parent=contract.case, kind=sort.kind, state__in=RUNNING)
    number = running.values_list("number", flat=True).first()
    if number is not None:
        raise NotAllowed(Refused(f"{words}: {number}. Wacht tot dat klaar is.", PROCESS))


def _municipality(hat: Appointment) -> Organisation | None:
    own = hat.organisation
    return own if own is not None and own.kind == Organisation.Kind.MUNICIPALITY else None
