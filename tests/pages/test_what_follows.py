"""In a real browser without JavaScript, by the persons of the roles: from an opdracht to contracts and what it brought,
and the next opdracht, which has to answer for it. In both regelingen; and one that is an open house.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cases.models import Application, Case, Contract, Lot
from cases.selectors import tenders
from config.demo import buying
from config.demo.paper import pdf
from config.demo.players import hat, holder, municipalities
from escalation.rules.terms import AMSTERDAM
from roles.models import Appointment
from tests.bpmn.tools import CHROMIUM
from tests.pages.driving import Driver, driving
from tests.workflows import buy
from tests.workflows.play import SUBMITTERS, in_days, open_steps, username
from workflows.models import CaseTask
from workflows.procurements import procurements

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: nothing was played in a browser")

SCHEMES = ("limburg-noord", "centraal-gelderland")
AGREED = (("political|content|back_office|operations", "agree"),)
ROWS = {"strategy": ["Criterium toevoegen"] * 2, "opening": ["Inschrijving toevoegen"], "concept": ["Verbeterpunt"]}
LOOKING = ("eligibility", "consensus")  # only after declaring that one has no interest in it
OUTCOMES = {"strategy_advice": "positive", "strategy_decision": "adopt", "rmt_validation": "positive"}
OUTCOME = {
    "award_advice": "advised", "award_decision": "award", "contract_signing": "signed", "contract_validation": "valid"
}  # fmt: skip
OUTCOMES |= {"pho_decision": "grant", "adopt_approach": "adopt", "award_by_board": "award", "adoption": "adopt"}


@pytest.mark.long
@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_opdracht_comes_to_contracts_and_back_as_lessons(site: str, scheme: str, tmp_path: Path) -> None:
    paper = _paper(tmp_path)
    with driving(site) as people:
        commission = submitted(people, scheme)
        to_the_end(people, commission, paper)
        procurement = procurements(commission).get()
        to_the_end(people, procurement, paper)
        contracts = Contract.objects.filter(case__parent=procurement)
        assert contracts.exists()
        evaluation = Case.objects.get(parent=procurement, kind="evaluation")
        to_the_end(people, evaluation, paper)
        following = submitted(people, scheme, title="De volgende opdracht", lessons=True)
    assert [case.state for case in _again(commission, procurement, evaluation)] == [
        "granted",
        "contracted",
        "evaluated",
    ]
    assert [each.answer for each in following.commission.improvement_answers.all()] == ["taken_over"]


@pytest.mark.long
def test_an_open_house_admits_who_meets_its_conditions(site: str, tmp_path: Path) -> None:
    paper = _paper(tmp_path)
    procurement = buy.started()
    with driving(site) as people:
        while "admission" not in open_steps(procurement):
            one_step(people, procurement, paper, instrument="open_house")
        apply_and_check(people, procurement)
        to_the_end(people, procurement, paper)
    assert Contract.objects.filter(case__parent=procurement).count() == 1
    assert [case.state for case in _again(procurement)] == ["contracted"]


def submitted(people: Driver, scheme: str, *, title: str = "Jeugd-GGZ", lessons: bool = False) -> Case:
    """By an account manager, for two municipalities."""
    me = hat(SUBMITTERS[scheme])
    shares = [(f"share-{each.pk}", "250.000") for each in municipalities(scheme)[:2]]
    replies = [(r"reply-\d+", "taken_over"), (r"reply-\d+-note", "In de eisen opgenomen.")] if lessons else []
    people.act(
        username(me), reverse("submit"), ("title", title), ("domain", "youth"), ("start_date", in_days(300)),
        ("years", 4), ("criteria-0-measured_on", in_days(0)), *shares, ("share-.*", ""), *replies,
        send="Opdracht indienen",
    )  # fmt: skip
    return Case.objects.filter(kind="commission").latest("pk")


def to_the_end(people: Driver, case: Case, paper: str) -> None:
    for _ in range(60):
        if not open_steps(case):
            return
        one_step(people, case, paper)
    raise AssertionError(f"{case} has no end: {open_steps(case)}")


def one_step(people: Driver, case: Case, paper: str, *, instrument: str = "contract") -> None:
    """The first step that waits, the straight way."""
    step = open_steps(case)[0]
    if step in OUTCOMES:
        people.meets(case, step, OUTCOMES[step])
    elif step in buying.BY_THE_CLOCK or step == "measuring":
        buy.let_pass(case)
    elif step in ("municipal_alignment", "questionnaire", "assessment"):
        for task in CaseTask.objects.filter(case=case, finished=None, seat__isnull=False).select_related(
            "seat__person"
        ):
            declare(people, case, task.seat)
        people.each(case, step, *fills(case, step, paper))
    else:
        if step in LOOKING:
            declare(people, case, holder(case, step))
        added = ROWS.get(step, ()) if instrument == "contract" else ()
        people.step(case, step, *fills(case, step, paper, instrument=instrument), rows=added)


def fills(case: Case, step: str, paper: str, *, instrument: str = "contract") -> list[tuple[str, Any]]:
    """What a form is filled in with; the rest of it is found by the browser."""
    match step:
        case "municipal_alignment":
            return list(AGREED)
        case "intake":
            return [("outcome", "complete"), ("motivation", "Beeld gedeeld.")]
        case "approach":
            return [("within_.*|criteria_agreed", "yes"), ("cost", "28.000"), ("hours", 320)]
        case "acceptance":
            return [("outcome", "accept")]
        case "team":
            team = buying.team_of(case)
            return [(each.role, [e.appointment for e in team if e.role == each.role]) for each in team[1:]]
        case "strategy":
            lots = Lot.objects.filter(scheme=case.scheme_id, domain="youth")[:2]
            return [
                ("instrument", instrument), ("procedure", "social" if instrument == "contract" else None),
                ("funding", "effort"), ("estimate", "1.000.000"),
                ("cpv", buying.CPV), *((f"lot-{lot.pk}", "500.000") for lot in lots),
                ("lot-.*", ""), ("criteria-0-name", "Plan"),
                ("criteria-0-kind", "quality"), ("criteria-0-weight", 60), ("criteria-1-name", "Prijs"),
                ("criteria-1-kind", "price"), ("criteria-1-weight", 40),
            ]  # fmt: skip
        case "papers" | "contract_drafting":
            return [("papers-0-title", "Stuk"), ("papers-0-classification", "internal"), ("papers-0-file", paper)]
        case "release":
            return [("outcome", "released"), ("reference", "TN 1"), ("mode", "outside"), ("platform", "TenderNed")]
        case "clarification":
            return [("outcome", "answered")]
        case "opening":
            return [("report", paper), *_typed(case, 0, "Rubicon", "400.000"), *_typed(case, 1, "WAUW", "450.000")]
        case "eligibility":
            return [("t.*_(declared|suitable)", True), ("t.*_ground", "none"), ("t.*_fair_price", "yes")]
        case "assessment":
            return [("points_.*", "8")]
        case "award_advice" | "award_decision" | "contract_signing" | "contract_validation":
            return [("outcome", OUTCOME[step])]
        case "award_publication":
            return [("reference", "TN 2")]
        case "figures":
            return [("criterion-.*-met", "yes")]
        case "concept":
            return [
                ("outcome", "concluded"), ("summary|conclusions", "Het werkte."), ("added-.*-quality", "Korter."),
                ("actions-0-due_on", in_days(90)), ("actions-0-quarter", ""),
            ]  # fmt: skip
        case "hearing":
            return [("outcome", "heard")]
        case "questionnaire":
            return [("result|quality|cooperation", "good")]
        case _:
            return []


def declare(people: Driver, case: Case, me: Appointment) -> None:
    """No interest in any of the tenders; once is enough."""
    if tenders.declaration(case.procurement, me.person_id) is None:
        people.act(username(me), reverse("declare-interest", args=[case.pk]), ("conflicted", "no"))


def apply_and_check(people: Driver, case: Case) -> None:
    """A provider applies, is found fit, and has a contract at once."""
    me = username(holder(case, "admission"))
    people.act(me, reverse("applications", args=[case.pk]), ("provider", "Rubicon"), ("received_on", in_days(0)))
    application = Application.objects.get(procurement=case.pk)
    people.act(
        me, reverse("application", args=[case.pk, application.pk]), ("declared|suitable|accepts", True),
        ("annual_amount", "100.000"),
    )  # fmt: skip


def _typed(case: Case, number: int, firm: str, price: str) -> list[tuple[str, Any]]:
    """One tender as the platform opened it."""
    row, closing = f"tenders-{number}", case.procurement.closing_at
    assert closing is not None
    received = (closing - timedelta(hours=2)).astimezone(AMSTERDAM).strftime("%Y-%m-%dT%H:%M")
    return [
        (f"{row}-firm", firm), (f"{row}-registration", "12345678"), (f"{row}-received_at", received),
        (f"{row}-price_.*", price),
    ]  # fmt: skip


def _paper(folder: Path) -> str:
    file = folder / "stuk.pdf"
    file.write_bytes(pdf("Stuk", "internal").content.read())
    return str(file)


def _again(*found: Case) -> list[Case]:
    return [Case.objects.get(pk=case.pk) for case in found]
