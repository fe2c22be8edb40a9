"""What begins under a contract: talks by tier, addenda with their value, requalifications, questions, figures."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit import clock
from audit.selectors import trail
from audit.services import acting
from cases.models import Addendum, Case, Contract, ContractProduct, Improvement, Measurement, Review, ReviewTier
from cases.services.improvements import Action
from config.demo import players
from config.demo.players import hat, who
from escalation.models import Deadline, Escalation
from roles.authorize import NotAllowed
from tests.races import at_once
from tests.workflows import contracts, play
from workflows import contract_care, contract_figures, talks
from workflows.fitness import Unfit
from workflows.models import CaseProcess

BOTH = pytest.mark.parametrize("scheme", ["limburg-noord", "centraal-gelderland"])
KEEPERS = contracts.MANAGERS


# Talks.


@BOTH
def test_a_talk_goes_from_figures_to_confirmed_minutes(db: None, scheme: str) -> None:
    contract = contracts.a_contract(scheme=scheme)
    review = contracts.talk(contract, by=KEEPERS[scheme])
    owner = hat(KEEPERS[scheme])
    action = Action(what="Wachtlijst opschonen.", owner=owner.position_id, named=owner.pk, due_on=play.in_days(60))
    contracts.held(review, actions=[action])
    assert review.improvements.get().status == Improvement.Status.PROPOSED
    play.as_bound(review, "review_confirmation", "confirm")
    review.refresh_from_db()
    assert review.state == Case.State.COMPLETED
    assert review.improvements.get().is_open
    assert Deadline.objects.filter(case=review, effect="action", state="armed").exists()


def test_who_wrote_the_minutes_does_not_confirm_them(db: None) -> None:
    review = contracts.talk(contracts.a_contract())
    contracts.held(review)
    with pytest.raises(NotAllowed):
        players.do(hat("linda"), review, "review_confirmation", "confirm")


def test_a_talk_that_is_not_needed_lapses_with_a_reason(db: None) -> None:
    review = contracts.talk(contracts.a_contract())
    with pytest.raises(NotAllowed, match="waarom dit gesprek vervalt"):
        play.as_bound(review, "review_preparation", "lapse")
    play.as_bound(review, "review_preparation", "lapse", motivation="Vorige week al gesproken.")
    review.refresh_from_db()
    assert review.state == Case.State.STOPPED


def test_one_talk_at_a_time(db: None) -> None:
    contract = contracts.a_contract()
    first = contracts.talk(contract)
    with pytest.raises(NotAllowed, match=first.number):
        contracts.talk(contract, by="gijs")


def test_the_clock_opens_talks_by_tier_and_no_second_one(db: None) -> None:
    large = contracts.a_contract(amount=1_200_000, provider="Rubicon", starts_on=play.in_days(-100))
    small = contracts.a_contract(amount=90_000, provider="WAUW", starts_on=play.in_days(-100))
    assert talks.open_due() == 1
    assert talks.open_due() == 0
    review = Review.objects.get(contract=large)
    assert review.opening == Review.Opening.CYCLE
    assert review.planned_for <= clock.today()
    assert (contracts.running(large).tier, contracts.running(small).tier) == ("groot", "klein")
    assert contracts.running(small).next_review_on is None
    assert contracts.running(large).next_review_on > clock.today()  # type: ignore[operator]
    acts = [trail(chain).last() for chain in (review.case.chain, large.case.chain)]
    assert [act.verb for act in acts if act] == ["submit", "plan_review"]
    assert len({act.correlation for act in acts if act}) == 1


def test_the_largest_providers_are_counted_over_all_their_contracts(db: None) -> None:
    two = [
        contracts.a_contract(
            scheme="centraal-gelderland", amount=60_000, provider="Letterlicht", lot=lot,
            starts_on=play.in_days(-130)
        )
        for lot in ("dyslexie", "jeugd-ambulant")
    ]  # fmt: skip
    contracts.a_contract(scheme="centraal-gelderland", amount=60_000, provider="Thuisin Liemers")
    assert talks.open_due() == 2
    assert {contracts.running(each).tier for each in two} == {"grootste"}


def test_a_tier_that_changes_moves_the_next_talk(db: None) -> None:
    contract = contracts.a_contract(amount=1_200_000)
    talks.open_due()
    assert contracts.running(contract).next_review_on == play.in_days(0) + (
        contracts.running(contract).next_review_on - clock.today()  # type: ignore[operator]
    )
    with acting(chain=contract.case.scheme.chain, verb="adopt_tiers"):
        tier = ReviewTier.objects.get(scheme=contract.case.scheme, code="groot")
        tier.from_amount = Decimal(2_000_000)
        tier.save()
    talks.open_due()
    assert contracts.running(contract).tier == "midden"
    placed = trail(contract.case.chain).last()
    assert placed is not None
    assert (placed.verb, placed.data["was"]) == ("place_in_tier", "groot")


@pytest.mark.django_db(transaction=True)
def test_two_clocks_open_one_talk(committed: None) -> None:
    contract = contracts.a_contract(amount=1_200_000, starts_on=play.in_days(-100))
    at_once(talks.open_due, talks.open_due)
    assert Review.objects.filter(contract=contract).count() == 1


# Figures.


def test_a_figure_that_misses_its_norm_is_escalated_once(db: None) -> None:
    contract = contracts.a_contract(starts_on=play.in_days(-100))
    contracts.measure(contract, "4")
    assert not Escalation.objects.filter(case__parent=contract.case).exists()
    contracts.measure(contract, "9", period=(clock.today() - timedelta(days=40)).replace(day=1))
    escalation = Escalation.objects.get(case__parent=contract.case)
    assert (escalation.opening, escalation.category) == ("kpi", "provider")
    assert "de norm is ten hoogste 6" in str(escalation.reason)
    contracts.measure(contract, "11", period=(clock.today() - timedelta(days=70)).replace(day=1))
    assert Escalation.objects.filter(case__parent=contract.case).count() == 1


def test_a_figure_without_escalation_is_only_kept(db: None) -> None:
    contract = contracts.a_contract()
    contracts.measure(contract, "60", code="verzilveringsgraad")
    assert Measurement.objects.get(contract=contract).breached
    assert not Escalation.objects.filter(case__parent=contract.case).exists()


def test_the_norm_of_a_lot_goes_before_that_of_all(db: None) -> None:
    contract = contracts.a_contract(lot="jeugd-ggz")
    contracts.measure(contract, "9")
    assert not Measurement.objects.get(contract=contract).breached


def test_a_better_value_takes_the_place_of_the_first(db: None) -> None:
    contract = contracts.a_contract()
    contracts.measure(contract, "5")
    contracts.measure(contract, "4")
    assert Measurement.objects.get(contract=contract).value == 4
    assert Measurement.history.filter(contract=contract.pk).count() == 2


def test_who_does_not_keep_figures_measures_nothing(db: None) -> None:
    contract = contracts.a_contract()
    with pytest.raises(NotAllowed):
        contracts.measure(contract, "4", by="els")
    with pytest.raises(NotAllowed, match="liep het contract niet"):
        contracts.measure(contract, "4", period=play.in_days(-400).replace(day=1))


# Addenda.


@BOTH
def test_an_addendum_changes_the_contract_when_it_is_signed(db: None, scheme: str) -> None:
    contract = contracts.a_contract(scheme=scheme)
    case = contracts.addendum(contract, by=KEEPERS[scheme])
    play.as_bound(case, "addendum_check", "approved")
    play.as_bound(case, "addendum_decision", "agree")
    assert contracts.running(contract).annual_amount == 300_000
    play.as_bound(case, "addendum_signing", "signed", signed_on=clock.today())
    now = contracts.running(contract)
    assert now.annual_amount == 310_000
    assert now.ceiling == contract.ceiling + case.addendum.value
    signed, applied = trail(case.chain).last(), trail(contract.case.chain).last()
    assert signed is not None
    assert applied is not None
    assert (applied.verb, applied.correlation, applied.actor) == ("apply_addendum", signed.correlation, signed.actor)


def test_what_looks_substantial_needs_a_reason_of_the_lawyer(db: None) -> None:
    contract = contracts.a_contract()
    case = contracts.addendum(contract, annual_amount=Decimal(400_000))
    assert "hoogstens 10%" in Addendum.objects.get(pk=case.pk).warning
    with pytest.raises(NotAllowed, match="zonder nieuwe aanbesteding"):
        play.as_bound(case, "addendum_check", "approved")
    play.as_bound(case, "addendum_check", "approved", motivation="Het bestek voorzag hierin.")


def test_a_change_beyond_the_mandate_goes_to_the_board(db: None) -> None:
    contract = contracts.a_contract()
    case = contracts.addendum(contract, ground="clause", annual_amount=Decimal(600_000))
    play.as_bound(case, "addendum_check", "approved", motivation="Herzieningsclausule 7.")
    assert play.open_steps(case) == ["addendum_by_board"]
    play.meet(case, "addendum_by_board", "agree")
    assert play.open_steps(case) == ["addendum_signing"]


def test_another_end_moves_the_clock_of_the_contract(db: None) -> None:
    contract = contracts.a_contract()
    before = Deadline.objects.get(case=contract.case, state="armed").target
    case = contracts.addendum(contract, change="term", ends_on=contract.ends_on + timedelta(days=90))
    play.as_bound(case, "addendum_check", "approved", motivation="Er is meer tijd nodig.")
    play.as_bound(case, "addendum_decision", "agree")
    play.as_bound(case, "addendum_signing", "signed", signed_on=clock.today())
    assert Deadline.objects.get(case=contract.case, state="armed").target > before


def test_tariffs_begin_anew_on_the_day(db: None) -> None:
    contract = contracts.a_contract()
    product(contract)
    case = contracts.addendum(contract, change="tariffs", index=Decimal("4.00"))
    play.as_bound(case, "addendum_check", "approved")
    play.as_bound(case, "addendum_decision", "agree")
    play.as_bound(case, "addendum_signing", "signed", signed_on=clock.today())
    old, new = ContractProduct.objects.filter(contract=contract).order_by("valid_from")
    assert old.valid_until == new.valid_from - timedelta(days=1)
    assert (old.tariff, new.tariff) == (Decimal("72.50"), Decimal("75.40"))


def test_who_drafts_does_not_check_and_two_do_not_run_at_once(db: None) -> None:
    contract = contracts.a_contract()
    contracts.addendum(contract)
    with pytest.raises(NotAllowed, match="al een addendum"):
        contracts.addendum(contract)
    with pytest.raises(Unfit):
        contract_care.check_addendum(contract, contracts.a_proposal(annual_amount=Decimal(300_000)), clock.today())


# Requalification.


@BOTH
def test_a_requalification_ends_the_contract_earlier(db: None, scheme: str) -> None:
    contract = contracts.a_contract(scheme=scheme)
    case = contract_care.request_requalification(
        asker=contracts.asker(KEEPERS[scheme]), case_id=contract.pk, reason="De inspectie is kritisch."
    )
    play.as_bound(case, "requalification_assessment", "assessed", findings="Het keurmerk is verlopen.")
    play.as_bound(
        case, "requalification_decision", "measures", measures="Keurmerk halen.", measures_due=play.in_days(90)
    )
    contracts.pass_by(case)
    play.as_bound(case, "measures_check", "not_met", motivation="Niet gehaald.")
    play.as_bound(case, "requalification_decision", "terminate", ends_on=play.in_days(120), motivation="Onveilig.")
    now = contracts.running(contract)
    assert (now.closing, now.ends_on) == (True, play.in_days(120))
    assert Deadline.objects.get(case=contract.case, state="armed").target == play.in_days(120)
    contracts.pass_by(contract.case)
    assert play.open_steps(contract.case) == []


# Questions.


@BOTH
def test_a_question_is_reopened_once(db: None, scheme: str) -> None:
    contract = contracts.a_contract(scheme=scheme)
    name = KEEPERS[scheme]
    case = contract_care.ask(
        asker=contracts.asker(name), case_id=contract.pk, question="Mag een stagiair meedraaien?",
        contact="De planner van de aanbieder",
    )  # fmt: skip
    play.as_bound(case, "enquiry_answer", "answered", answer="Ja, onder toezicht.")
    play.as_bound(case, "enquiry_acceptance", "reopen", motivation="Ook in de nacht?")
    play.as_bound(case, "enquiry_answer", "answered", answer="Nee.")
    with pytest.raises(NotAllowed, match="al eens heropend"):
        play.as_bound(case, "enquiry_acceptance", "reopen", motivation="Waarom niet?")
    contracts.pass_by(case)
    case.refresh_from_db()
    assert case.state == Case.State.COMPLETED


def test_a_municipality_asks_about_its_own_contracts(db: None) -> None:
    contract = contracts.a_contract()
    asked = contract_care.ask(asker=contracts.asker("marleen"), case_id=contract.pk, question="Welk tarief geldt?")
    assert asked.organisation.code == "bergen"
    assert asked.enquiry.asker == "municipality"
    with pytest.raises(NotAllowed, match="wie van de aanbieder"):
        contract_care.ask(asker=contracts.asker("linda"), case_id=contract.pk, question="Welk tarief geldt?")
    with pytest.raises(NotAllowed):
        contract_care.ask(asker=contracts.asker("mehmet"), case_id=contract.pk, question="Welk tarief geldt?")


# Products.


def product(contract: Contract, **changes: object) -> None:
    given = {
        "code": "45A04", "name": "Begeleiding individueel", "unit": "uur", "tariff": Decimal("72.50"),
        "valid_from": contract.starts_on,
    }  # fmt: skip
    contract_figures.add_product(**who(hat("linda")), case_id=contract.pk, **(given | changes))  # type: ignore[arg-type]


def test_products_are_entered_while_the_contract_is_registered(db: None) -> None:
    contract = contracts.a_contract()
    product(contract)
    with pytest.raises(Unfit):
        product(contract)
    late = contracts.a_contract(starts_on=play.in_days(-90), provider="Rubicon")
    with acting(chain=late.case.chain, verb="test"):
        CaseProcess.objects.filter(case=late.case).update(created=clock.now() - timedelta(days=90))
    with pytest.raises(NotAllowed, match="addendum"):
        product(late)
