"""What is kept of a contract beside its cases: figures with a norm (KPI's), and the products of its catalogue."""

from datetime import date
from decimal import Decimal
from functools import partial

from cases.models import Case, Contract, Kpi, Measurement
from cases.rules import catalogue
from cases.rules import kpi as figure
from cases.selectors.contracts import kpis_of
from cases.services import contract_care as care
from cases.services import contract_course as course
from escalation.models import Escalation
from escalation.rules.terms import day_of
from roles import selectors as roles
from roles.authorize import NotAllowed, Wanted
from roles.models import Appointment, Scheme
from roles.rules.verdict import Granted, Refused
from workflows import asks, escalations
from workflows.engine import Gone, Work, move
from workflows.fitness import Unfit
from workflows.flows.contract import ContractFlow

PROCESS = "Procesbeschrijving contractuitvoering"
KEEP_KPIS, KEEP_PRODUCTS = "keep_kpis", "keep_products"


def keepers(scheme: Scheme, step: str) -> set[int]:
    """The positions that keep the figures, or the products, of contracts."""
    return {position.pk for position in roles.bound_positions(scheme, ContractFlow.code, step)}


def to_keep(work: Work, verb: str, appointment_id: int | None = None) -> Wanted:
    """Without an appointment: to see which hats fit."""
    step = KEEP_PRODUCTS if verb == "add_product" else KEEP_KPIS
    if work.case.kind != Case.Kind.CONTRACT:
        raise Gone(work.case.pk)
    if appointment_id is None:
        return asks.for_any_hat(work, verb)
    allowed = keepers(work.case.scheme, step)
    held = Appointment.objects.filter(pk=appointment_id).values_list("position", flat=True).first()
    return asks.for_position(work, verb, held if held in allowed else min(allowed, default=0))


def measure(
    *, user_id: int, case_id: int, appointment_id: int, code: str, period: date, value: Decimal, source: str,
    substitution_id: int | None = None,
) -> Measurement:  # fmt: skip
    """What a figure was in a month. Not meeting its norm is told, and escalated where the figure says so."""
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, verb="measure",
        substitution_id=substitution_id, while_suspended=True,
        wanted=lambda work: to_keep(work, "measure", appointment_id),
    ) as work:  # fmt: skip
        contract, today = work.content, day_of(work.now)
        kpi = next((each for each in kpis_of(contract, today) if each.code == code), None)
        if kpi is None:
            raise NotAllowed(Refused("Kies een KPI die vandaag voor dit contract geldt.", figure.AGREEMENT))
        verdict = figure.may_measure(
            value=value, period=period, starts_on=contract.starts_on, ends_on=contract.ends_on, today=today
        )
        if not isinstance(verdict, Granted):
            raise NotAllowed(verdict)
        made = care.measure(
            contract=contract, kpi=kpi, period=period, value=value, source=source, by=work.actor, at=work.now
        )
        work.details |= {"kpi": kpi.name, "period": f"{period:%Y-%m}", "breached": made.breached}
        if made.breached and kpi.escalates:
            work.follow_ups.append(partial(_escalate, case_id, made, kpi))
    return made


def _escalate(case_id: int, made: Measurement, kpi: Kpi) -> None:
    """Of what is under way already no second one begins."""
    words = f"{made.value:n}".replace(".", ",")
    reason = (
        f"{kpi.name} was in {made.period:%m-%Y} {words} {kpi.unit}; de norm is {kpi.get_direction_display()} "
        f"{kpi.norm:n} {kpi.unit}."
    )
    escalations.open_by_system(
        case_id=case_id, opening=Escalation.Opening.KPI, origin=f"kpi/{made.pk}",
        category=Escalation.Category.PROVIDER, reason=reason,
    )  # fmt: skip


def add_product(
    *, user_id: int, case_id: int, appointment_id: int, code: str, name: str, unit: str, tariff: Decimal,
    valid_from: date, substitution_id: int | None = None,
) -> None:  # fmt: skip
    """While the contract is being registered; later it takes an addendum. Raises Unfit, NotAllowed."""
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, verb="add_product",
        substitution_id=substitution_id, wanted=lambda work: to_keep(work, "add_product", appointment_id),
    ) as work:  # fmt: skip
        contract = work.content
        if not registering(contract, day_of(work.now)):
            raise NotAllowed(
                Refused("De registratie van dit contract is afgerond. Voeg het product toe met een addendum.", PROCESS)
            )
        found = catalogue.problems(
            code=code, tariff=tariff, valid_from=valid_from, starts_on=contract.starts_on, ends_on=contract.ends_on,
            codes=set(contract.products.values_list("code", flat=True)),
        )  # fmt: skip
        if found:
            raise Unfit(found)
        course.add_product(contract=contract, code=code, name=name, unit=unit, tariff=tariff, valid_from=valid_from)
        work.details |= {"product": code}


def registering(contract: Contract, today: date) -> bool:
    """From when it was entered here: what is taken over from an older register began long before."""
    entered = day_of(contract.case.process.created)
    return catalogue.registering(registered_on=entered, starts_on=contract.starts_on, today=today)
