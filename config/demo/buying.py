"""Moves of a procurement by the people that its regeling binds, up to the closing of the market."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from audit import clock
from cases.models import Case, Classification, Funding, Instrument, Lot, Procedure, TeamMember, TenderDesk
from cases.services.procurement import Member, Strategy, Told, Weight
from config.demo.paper import pdf
from config.demo.players import do, holder, members_of
from config.demo.tendering import openers
from escalation.rules.terms import AMSTERDAM, day_of
from roles.models import Appointment
from workflows.tasks.procurement.market import first_closing, last_answer

Role = TeamMember.Role
CPV = "85000000-9"
ASSESSORS, OPENERS = 3, 4
WEIGHTS = (
    Weight(name="Plan van aanpak", kind="quality", weight=60),
    Weight(name="Prijs", kind="price", weight=40),
)


def procurement_of(commission: Case) -> Case:
    """The one that began last."""
    return Case.objects.filter(parent=commission, kind=Case.Kind.PROCUREMENT).latest("pk")


def team_of(case: Case) -> list[Member]:
    """Buyer and lawyer by their step, assessors of the municipalities' officials, openers by theirs."""
    buyer, lawyer = holder(case, "strategy"), holder(case, "legal_check")
    members = [(Role.LEAD, buyer), (Role.BUYER, buyer), (Role.LAWYER, lawyer)]
    members += [(Role.ASSESSOR, each) for each in assessors_for(case)]
    members += [(Role.OPENER, each) for each in openers(case)[:OPENERS]]
    return [Member(role=role, appointment=each.pk) for role, each in members]


def assessors_for(case: Case) -> list[Appointment]:
    """Officials of the municipalities, of the body that advises on the strategy."""
    return members_of(case, "strategy_advice")[:ASSESSORS]


def compose(case: Case) -> None:
    do(holder(case, "team"), case, "team", "composed", members=team_of(case))


def explore(case: Case) -> None:
    """The three that go on at the same time."""
    found = "Vorige keer bleef een derde van het plafond over."
    do(holder(case, "knowledge"), case, "knowledge", "gathered", found=found)
    do(
        holder(case, "market_exploration"), case, "market_exploration", "known",
        found="Genoeg aanbieders, weinig plekken voor verblijf.", consulted="",
    )  # fmt: skip
    do(holder(case, "legal_advice"), case, "legal_advice", "advised", advice="Een SAS-procedure past hier.")


def strategy_for(case: Case, **changes: Any) -> Strategy:
    """What fits most commissions of care: announced, in lots of its domain, paid by effort."""
    commission = case.top.commission
    estimate = changes.pop("estimate", commission.annual_amount * commission.years)
    only = changes.pop("lot", "")
    lots = list(Lot.objects.filter(scheme=case.scheme_id, domain=case.domain).order_by("code"))
    lots = [lot for lot in lots if lot.code == only] if only else lots[:2]
    parts = {lot.pk: (estimate / len(lots)).quantize(Decimal("0.01")) for lot in lots}
    if lots:
        parts[lots[0].pk] += estimate - sum(parts.values(), Decimal(0))
    values: dict[str, Any] = {
        "words": "Wij vragen de markt in percelen en gunnen op kwaliteit en prijs.",
        "instrument": Instrument.CONTRACT, "procedure": Procedure.SOCIAL, "funding": Funding.EFFORT,
        "estimate": estimate, "cpv": CPV, "lots": parts,
        "undivided": "" if len(lots) > 1 else "Er is één soort hulp, en een groter geheel trekt meer aanbieders.",
    }  # fmt: skip
    return Strategy(**(values | changes))


def propose_strategy(case: Case, **changes: Any) -> None:
    strategy = strategy_for(case, **changes)
    compared = strategy.instrument in (Instrument.CONTRACT, Instrument.CONCESSION)
    do(
        holder(case, "strategy"), case, "strategy", "proposed", strategy=strategy, criteria=WEIGHTS if compared else (),
    )  # fmt: skip


def decide_strategy_locally(case: Case, outcome: str = "adopt") -> None:
    do(holder(case, "strategy_local"), case, "strategy_local", outcome, motivation="Past bij ons beleid.")


def draft_papers(case: Case) -> None:
    paper = pdf("Inkoopstukken", Classification.INTERNAL)
    do(holder(case, "papers"), case, "papers", "drafted", documents=[paper])


def check_papers(case: Case, outcome: str = "approved", motivation: str = "") -> None:
    do(holder(case, "legal_check"), case, "legal_check", outcome, motivation=motivation)


def release(
    case: Case, *, closing_at: datetime | None = None, days: int = 0, reference: str = "",
    mode: str = TenderDesk.Mode.OUTSIDE,
) -> None:  # fmt: skip
    """Until noon of the first day that the law allows, or so many days later."""
    now = clock.now()
    case.procurement.refresh_from_db()
    last = first_closing(case.procurement, now).day + timedelta(days=days)
    closing = closing_at or datetime.combine(last, time(12), AMSTERDAM)
    told = Told(reference=reference or f"TenderNed {case.number}", published_at=now, closing_at=closing)
    platform = "TenderNed" if mode == TenderDesk.Mode.OUTSIDE else ""
    do(holder(case, "release"), case, "release", "released", told=told, mode=mode, platform=platform)


def clarify(case: Case, note: str = "Alle vragen zijn beantwoord.") -> None:
    """In time, or the closing moves along."""
    now = clock.now()
    case.procurement.refresh_from_db()
    closing = case.procurement.closing_at
    assert closing is not None
    late = day_of(now) > last_answer(closing)
    until = now + timedelta(days=14) if late else closing
    told = Told(reference="", published_at=now, closing_at=until, note=note)
    do(holder(case, "clarification"), case, "clarification", "changed" if late else "answered", told=told)


# What a story calls each step, up to the closing of the market; who explores does so at once.
PROPOSALS = {"strategy_advice": "positive", "strategy_decision": "adopt", "award_by_board": "award"}
BY_THE_CLOCK = ("closing", "admission", "standstill")
STEPS: dict[str, Callable[..., None]] = {
    "team": compose,
    "explore": explore,
    "strategy": propose_strategy,
    "strategy_local": decide_strategy_locally,
    "papers": draft_papers,
    "legal_check": check_papers,
    "release": release,
    "clarification": clarify,
}
