"""Moves from the advice on an award to the register of contracts, by the people that the regeling binds."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from audit import clock
from cases.models import Application, Case, Challenge, Classification, Procurement
from cases.rules.award import Course, Pick
from cases.selectors import awards as wins
from cases.services.awarding import Applied, Checked, Objection
from config.demo.paper import pdf
from config.demo.players import do, holder, who
from workflows import admissions
from workflows.admissions import Terms

REASON = "Sterk plan van aanpak, korte wachttijd en een eigen team in de regio."
CENT = Decimal("0.01")


def picks_for(case: Case) -> list[Pick]:
    """Who stands first for each lot; where nothing was compared, the first provider of the regeling."""
    procurement = Procurement.objects.get(pk=case.pk)
    years = case.top.commission.years
    standings = wins.standings(procurement)
    if standings:
        return [
            Pick(
                lot=row.lot_id, candidate=row.offer_id, annual_amount=(row.price / years).quantize(CENT), reason=REASON
            )
            for row in standings
            if row.place == 1
        ]
    first = case.scheme.providers.order_by("pk")[0]
    return [
        Pick(lot=row.lot_id, candidate=first.pk, annual_amount=(row.amount / years).quantize(CENT), reason=REASON)
        for row in procurement.lots.all()
    ]


def course_for(case: Case, **changes: Any) -> Course:
    commission = case.top.commission
    values: dict[str, Any] = {"starts_on": max(commission.start_date, clock.today()), "years": commission.years}
    return Course(**(values | changes))


def advise_award(case: Case, picks: list[Pick] | None = None, **course: Any) -> None:
    do(
        holder(case, "award_advice"), case, "award_advice", "advised", picks=picks or picks_for(case),
        course=course_for(case, **course), motivation="De rangorde is gevolgd.",
    )  # fmt: skip


def decide_award(case: Case, outcome: str = "award", motivation: str = "") -> None:
    do(holder(case, "award_decision"), case, "award_decision", outcome, motivation=motivation)


def tell_tenderers(case: Case, waived: str = "") -> None:
    do(holder(case, "award_notice"), case, "award_notice", "sent", waived=waived)


def object_to(case: Case, *, kind: str = Challenge.Kind.PROCEEDINGS, reference: str = "C/03/2026/118") -> None:
    """The first who lost goes to court."""
    notice = wins.last_notice(Procurement.objects.get(pk=case.pk))
    assert notice is not None
    letters = sorted(notice.letters.all(), key=lambda letter: (letter.wins, letter.pk))
    objection = Objection(
        kind=kind, provider=letters[0].provider_id, received_on=clock.today(), reference=reference,
        subject="De motivering van de score op het plan van aanpak zou niet te volgen zijn.",
    )  # fmt: skip
    do(holder(case, "standstill"), case, "standstill", "challenged", objection=objection)


def settle(case: Case, outcome: str = "proceed") -> None:
    ruling = "De voorzieningenrechter wijst de vorderingen af; de motivering volstaat."
    if outcome != "proceed":
        ruling = "De voorzieningenrechter vindt de motivering onvoldoende."
    do(holder(case, "challenge"), case, "challenge", outcome, ruling=ruling)


def draft_contract(case: Case) -> None:
    first = Procurement.objects.get(pk=case.pk).awards.all()[0]
    paper = pdf("Raamovereenkomst", Classification.INTERNAL)
    do(
        holder(case, "contract_drafting"), case, "contract_drafting", "drafted", starts_on=first.starts_on,
        documents=[paper],
    )  # fmt: skip


def sign_contract(case: Case, outcome: str = "signed", motivation: str = "") -> None:
    do(holder(case, "contract_signing"), case, "contract_signing", outcome, motivation=motivation)


def validate_contract(case: Case, outcome: str = "valid", motivation: str = "") -> None:
    do(holder(case, "contract_validation"), case, "contract_validation", outcome, motivation=motivation)


def publish_award(case: Case) -> None:
    do(
        holder(case, "award_publication"),
        case,
        "award_publication",
        "published",
        reference=f"TenderNed {case.number}-G",
    )


def register_contracts(case: Case) -> None:
    do(holder(case, "registration"), case, "registration", "registered", motivation="De contracten staan klaar.")


def admit(case: Case, provider: str, thousands: int = 60) -> None:
    """A provider applies to an open house, meets what is asked, and has a contract."""
    application = apply(case, provider)
    terms = Terms(course=course_for(case), annual_amount=Decimal(thousands * 1000))
    admissions.decide_application(
        **who(holder(case, "admission")), case_id=case.pk, application_id=application.pk, checked=FITS, terms=terms
    )


def refuse(case: Case, provider: str, reason: str) -> None:
    application = apply(case, provider)
    checked = Checked(declared=True, suitable=False, accepts=True, reason=reason)
    admissions.decide_application(
        **who(holder(case, "admission")), case_id=case.pk, application_id=application.pk, checked=checked, terms=None
    )


def apply(case: Case, provider: str) -> Application:
    """For the first lot."""
    lot = Procurement.objects.get(pk=case.pk).lots.all()[0]
    note = "Eigen verklaring en bewijzen."
    applied = Applied(provider=provider, lot=lot.lot_id, received_on=clock.today(), note=note)
    return admissions.register_application(**who(holder(case, "admission")), case_id=case.pk, applied=applied)


FITS = Checked(declared=True, suitable=True, accepts=True, reason="")
STEPS: dict[str, Callable[..., Any]] = {
    "admit": admit,
    "refuse": refuse,
    "apply": apply,
    "award_advice": advise_award,
    "award_decision": decide_award,
    "award_notice": tell_tenderers,
    "object": object_to,
    "challenge": settle,
    "contract_drafting": draft_contract,
    "contract_signing": sign_contract,
    "contract_validation": validate_contract,
    "award_publication": publish_award,
    "registration": register_contracts,
}
