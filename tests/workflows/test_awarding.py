"""From the advice on an award to registered contracts, in both regelingen (domain §5.2, steps 11 to 15)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from pypdf import PdfReader

from audit import clock
from audit.models import Act
from audit.selectors import trail
from audit.services import acting
from cases.models import AwardLetter, Case, Contract, Document, Evaluation, Procedure, Procurement
from cases.rules.award import Pick
from cases.selectors import awards as wins
from config.demo import awarding
from config.demo.players import do, holder, who
from escalation.models import Notice
from roles.authorize import NotAllowed
from roles.models import Appointment, Position
from roles.services import appoint
from tests.workflows import buy, play
from workflows import services
from workflows.models import CaseProcess

pytestmark = pytest.mark.django_db
CG = "centraal-gelderland"


@pytest.fixture(scope="module")
def at_advice(ground: None) -> int:
    """Three tenders were compared, and somebody advises."""
    return buy.brought_to("award_advice").pk


@pytest.fixture(scope="module")
def elsewhere(ground: None) -> int:
    """The same in the other regeling."""
    return buy.brought_to("award_advice", scheme=CG).pk


@pytest.fixture
def ranked(at_advice: int) -> Case:
    return Case.objects.get(pk=at_advice)


def picks(case: Case, amount: int, **changes: Any) -> list[Pick]:
    return [replace(each, annual_amount=Decimal(amount), **changes) for each in awarding.picks_for(case)]


def told(case: Case, amount: int = 20_000) -> Case:
    """Awarded by mandate, and every tenderer has a letter."""
    awarding.advise_award(case, picks(case, amount))
    awarding.decide_award(case)
    awarding.tell_tenderers(case)
    return case


def last_act(case: Case) -> Act:
    return Act.objects.filter(chain=case.chain).latest("seq")


@pytest.mark.parametrize("scheme", [play.SCHEME, CG])
def test_from_a_ranking_to_contracts_and_an_evaluation(at_advice: int, elsewhere: int, scheme: str) -> None:
    case = Case.objects.get(pk=elsewhere if scheme == CG else at_advice)
    procurement = Procurement.objects.get(pk=case.pk)
    standings = wins.standings(procurement)
    assert len({row.name for row in standings}) == 3
    awarding.advise_award(case)
    assert play.open_steps(case) == ["award_by_board"], "no mandate covers what is awarded over its whole term"
    play.meet(case, "award_by_board", "award")
    procurement.refresh_from_db()
    assert procurement.agreed_by_owner
    assert Document.objects.filter(case=case, step="award_by_board", classification="confidential").count() == 1
    assert Notice.objects.filter(case=case, template="award_decided").exists()
    awarding.tell_tenderers(case)
    letters = AwardLetter.objects.filter(notice__procurement=procurement)
    assert letters.count() == 3, "also who lost"
    assert play.open_steps(case) == ["standstill"]
    buy.let_pass(case)
    awarding.draft_contract(case)
    awarding.sign_contract(case)
    assert last_act(case).mandate.startswith("Besluit van de eigenaar")
    awarding.validate_contract(case)
    awarding.publish_award(case)
    awarding.register_contracts(case)
    case.refresh_from_db()
    assert case.state == Case.State.CONTRACTED
    contracts = Contract.objects.filter(case__parent=case)
    assert {(each.provider_id, each.lot_id) for each in contracts} == {
        (each.provider_id, each.lot_id) for each in procurement.awards.all()
    }
    assert all(play.open_steps(each.case) == ["term_runs"] for each in contracts)
    assert Evaluation.objects.filter(case__parent=case).count() == 1
    municipal = Notice.objects.filter(case=case, template="contracts_registered")
    assert municipal.count() == case.top.commission.shares.filter(takes_part=True).count()
    assert Act.objects.filter(correlation=last_act(case).correlation).count() >= 1 + contracts.count()


def test_by_mandate_where_one_covers_the_whole_term(ranked: Case) -> None:
    awarding.advise_award(ranked, picks(ranked, 20_000))
    procurement = Procurement.objects.get(pk=ranked.pk)
    assert procurement.awarded == 2 * 20_000 * ranked.top.commission.years
    assert play.open_steps(ranked) == ["award_decision"]
    awarding.decide_award(ranked)
    assert "M-04" in last_act(ranked).mandate


def test_an_advice_that_departs_from_the_ranking_says_why(ranked: Case) -> None:
    standings = wins.standings(Procurement.objects.get(pk=ranked.pk))
    second = next(row for row in standings if row.place == 2)
    pick = Pick(lot=second.lot_id, candidate=second.offer_id, annual_amount=Decimal(20_000), reason="Sterk plan.")
    with pytest.raises(NotAllowed, match="Motiveer de afwijking"):
        awarding.advise_award(ranked, [pick])
    awarding.advise_award(ranked, [replace(pick, deviation="De eerste trok haar inschrijving in.")])
    assert Procurement.objects.get(pk=ranked.pk).awards.get().place == 2


@pytest.mark.parametrize("outcome", ["withdraw", "back_to_advice"])
def test_without_an_award_there_are_reasons(ranked: Case, outcome: str) -> None:
    awarding.advise_award(ranked, picks(ranked, 20_000))
    with pytest.raises(NotAllowed, match="Schrijf op waarom"):
        awarding.decide_award(ranked, outcome)
    awarding.decide_award(ranked, outcome, motivation="De behoefte is vervallen.")
    ranked.refresh_from_db()
    assert play.open_steps(ranked) == ([] if outcome == "withdraw" else ["award_advice"])
    assert ranked.state == (Case.State.STOPPED if outcome == "withdraw" else Case.State.OPEN)
    letters = stopped_letters(ranked)
    assert len(letters) == (3 if outcome == "withdraw" else 0)
    assert all(each.classification == "confidential" for each in letters)


def stopped_letters(case: Case) -> list[Document]:
    papers = Document.objects.filter(case=case).select_related("title").order_by("pk")
    return [each for each in papers if str(each.title).startswith("Brief einde procedure")]


def test_who_tendered_has_a_letter_when_the_whole_procurement_is_withdrawn(ranked: Case) -> None:
    services.withdraw(**who(holder(ranked, "team")), case_id=ranked.pk, reason="De gemeenten doen het zelf.")
    first, *others = stopped_letters(ranked)
    assert len(others) == 2
    with first.versions.get().file.open() as file:
        words = " ".join(page.extract_text() for page in PdfReader(file).pages)
    assert "De gemeenten doen het zelf." in words
    act = trail(ranked.chain).get(verb="withdraw")
    assert first.versions.get().sha256 in act.documents


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        ("proceed", "contract_drafting"), ("next_in_rank", "award_advice"), ("reassess", "assessment"), ("stop", ""),
    ],
)  # fmt: skip
def test_an_objection_holds_the_contract_until_it_is_settled(ranked: Case, outcome: str, step: str) -> None:
    told(ranked)
    awarding.object_to(ranked)
    assert play.open_steps(ranked) == ["challenge"]
    buy.let_pass(ranked)
    assert play.open_steps(ranked) == ["challenge"], "the clock does not take it away"
    awarding.settle(ranked, outcome)
    assert set(play.open_steps(ranked)) == ({step} if step else set())
    challenge = wins.challenges(Procurement.objects.get(pk=ranked.pk))[0]
    assert (challenge.result, bool(challenge.ruling)) == (outcome, True)


def test_nobody_signs_before_both_dates_are_past(ranked: Case) -> None:
    told(ranked)
    awarding.object_to(ranked, kind="objection")
    awarding.settle(ranked, "proceed")
    awarding.draft_contract(ranked)
    with pytest.raises(NotAllowed, match="loopt nog"):
        awarding.sign_contract(ranked)
    buy.let_pass(ranked)
    awarding.sign_contract(ranked)
    assert Procurement.objects.get(pk=ranked.pk).signed_on == clock.today()


def test_of_an_agreed_standstill_one_may_see_off_with_a_ground(ranked: Case) -> None:
    awarding.advise_award(ranked, picks(ranked, 20_000))
    awarding.decide_award(ranked)
    awarding.tell_tenderers(ranked, waived="Er is acute nood en de inkoopstukken laten dit toe.")
    assert play.open_steps(ranked) == ["contract_drafting"]
    assert last_act(ranked).ground, "its commitment stands in the act"


def test_one_that_the_law_asks_for_is_not_waived(ranked: Case) -> None:
    awarding.advise_award(ranked, picks(ranked, 20_000))
    awarding.decide_award(ranked)
    with acting(chain="system", verb="test"):
        procurement = Procurement.objects.get(pk=ranked.pk)
        procurement.procedure = Procedure.OPEN
        procurement.save()
    with pytest.raises(NotAllowed, match="staat in de wet"):
        awarding.tell_tenderers(ranked, waived="Haast.")
    awarding.tell_tenderers(ranked)
    notice = wins.last_notice(procurement)
    assert notice is not None
    assert notice.statutory


def test_a_letter_is_confidential_and_for_its_reader_only(ranked: Case) -> None:
    told(ranked)
    letters = AwardLetter.objects.filter(notice__procurement=ranked.pk).select_related("document", "provider")
    assert {letter.document.classification for letter in letters} == {"confidential"}
    assert all(str(letter.provider) in str(letter.document.title) for letter in letters)
    assert {letter.wins for letter in letters} == {True, False}


@pytest.mark.parametrize(("amount", "allowed"), [(5_000, True), (20_000, False)])
def test_above_an_amount_who_decides_does_not_sign(ranked: Case, amount: int, allowed: bool) -> None:
    told(ranked, amount)
    buy.let_pass(ranked)
    awarding.draft_contract(ranked)
    director = holder(ranked, "award_decision")
    place = Position.objects.get(pk=CaseProcess.objects.get(case=ranked).bindings["contract_signing"])
    hat: Appointment = appoint(person=director.person, position=place, kind="member", valid_from=clock.today())
    if allowed:
        do(hat, ranked, "contract_signing", "signed")
        assert play.open_steps(ranked) == ["contract_validation"]
    else:
        with pytest.raises(NotAllowed, match="gaat niet samen met"):
            do(hat, ranked, "contract_signing", "signed")


class _Fault(Exception):
    """The machine stops."""


@pytest.fixture
def ready(ranked: Case) -> Case:
    """Everything is signed and announced; the contracts are to be registered."""
    told(ranked)
    buy.let_pass(ranked)
    for step in (awarding.draft_contract, awarding.sign_contract, awarding.validate_contract, awarding.publish_award):
        step(ranked)
    return ranked


@pytest.mark.long
def test_a_fault_at_any_point_of_registering_leaves_no_orphan_and_no_double(ready: Case) -> None:
    before = _standing(ready)
    point = 0
    while _fails_at(point, ready):
        assert _standing(ready) == before, f"at statement {point}"
        point += 3
    assert point > 30, "every statement was there to fail"
    contracts = Contract.objects.filter(case__parent=ready)
    assert contracts.count() == Procurement.objects.get(pk=ready.pk).awards.count()
    assert Evaluation.objects.filter(case__parent=ready).count() == 1


def _fails_at(point: int, case: Case) -> bool:
    """Register, and stop at this statement; False when there was none of that number and so it was done."""
    count = 0

    def stop(execute: Any, sql: str, *args: Any) -> Any:
        nonlocal count
        count += not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        if count > point and not sql.startswith("ROLLBACK"):
            raise _Fault
        return execute(sql, *args)

    me = holder(case, "registration")
    try:
        with connection.execute_wrapper(stop):
            do(me, case, "registration", "registered")
    except _Fault:
        return True
    return False


def _standing(case: Case) -> tuple[int, ...]:
    return (Case.objects.count(), Contract.objects.count(), CaseProcess.objects.count(), Act.objects.count(),
            Notice.objects.count(), len(play.open_steps(case)))  # fmt: skip
