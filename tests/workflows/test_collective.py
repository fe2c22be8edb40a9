"""How bodies decide within a case: meetings and rounds in writing, and everything that keeps one from a decision."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from audit import clock
from audit.models import Act
from cases.models import Ballot, Case
from config.demo import players
from config.demo.players import who
from escalation import services as escalation
from escalation.models import Deadline
from roles.authorize import NotAllowed
from roles.models import Appointment
from tests.workflows.play import (
    ALDERMEN,
    MEETINGS,
    brought_to,
    confirm,
    do,
    end,
    hat,
    in_days,
    meet,
    open_steps,
    open_task,
    propose,
    record,
)
from workflows import ballots, clockwork
from workflows.engine import Stale
from workflows.flows.commissioning import CommissioningFlow
from workflows.models import CaseTask
from workflows.nodes import Collective

pytestmark = pytest.mark.django_db


def at(step: str) -> Case:
    """A case that waits for this body."""
    if step != "db_decision":
        return brought_to(step)
    case = brought_to("approach")
    propose(case, within_budget=False)
    meet(case, "rmt_validation", "positive")
    meet(case, "pho_decision", "grant")
    return case


def last_ballot(case: Case) -> Ballot:
    ballot = Ballot.objects.filter(case=case).last()
    assert ballot is not None
    return ballot


def last_act(case: Case) -> Act:
    return Act.objects.filter(chain=case.chain).select_related("motivation_text").latest("seq")


def recorded(case: Case, proposal: str, votes: Mapping[str, str], *, absent: Sequence[str] = ()) -> Ballot:
    """A meeting of the PHO in which these voted otherwise than in favour."""
    papers = {name: (choice, "Daarom.") for name, choice in votes.items()}
    players.record(case, "pho_decision", proposal, votes=papers, absent=absent)
    return last_ballot(case)


# Step and proposal: where the case goes once the chair confirmed, and its state.
DECIDED = {
    ("rmt_validation", "positive"): ("pho_decision", "open"),
    ("rmt_validation", "negative"): ("pho_decision", "open"),
    ("rmt_validation", "back_to_intake"): ("intake", "open"),
    ("rmt_validation", "back_to_approach"): ("approach", "open"),
    ("pho_decision", "grant"): ("acceptance", "open"),
    ("pho_decision", "defer"): ("pho_deferred", "open"),
    ("pho_decision", "reject"): ("", "rejected"),
    ("db_decision", "agree"): ("acceptance", "open"),
    ("db_decision", "back_to_approach"): ("approach", "open"),
    ("db_decision", "refuse"): ("", "rejected"),
}


def options(proposal: str) -> dict[str, Any]:
    return {"defer_until": in_days(14)} if proposal == "defer" else {}


def test_the_table_has_every_outcome_that_a_body_can_choose() -> None:
    nodes = [node for node in CommissioningFlow.instance.nodes() if isinstance(node, Collective)]
    assert set(DECIDED) == {(node.name, outcome.code) for node in nodes for outcome in node.outcomes}


@pytest.mark.long
@pytest.mark.parametrize(("step", "proposal"), DECIDED)
def test_what_a_body_decides_counts_when_its_chair_confirms(step: str, proposal: str) -> None:
    leads_to, state = DECIDED[step, proposal]
    case = at(step)
    record(case, step, proposal, **options(proposal))
    assert open_steps(case) == [step], "recorded is not decided"
    confirm(case, step)
    case.refresh_from_db()
    assert (open_steps(case), case.state) == ([leads_to] if leads_to else [], state)
    ballot = last_ballot(case)
    assert (ballot.state, ballot.carried, ballot.tally["rule"]) == ("confirmed", True, f"{MEETINGS[step][1]} v1")
    assert last_act(case).data["tally"] == ballot.tally
    if state == "open":
        assert end(case) == "granted"


@pytest.mark.long
@pytest.mark.parametrize(
    ("step", "proposal", "leads_to", "state"),
    [
        ("rmt_validation", "positive", ["pho_decision"], "open"),
        ("pho_decision", "grant", [], "rejected"),
        ("db_decision", "agree", [], "rejected"),
    ],
)
def test_three_ballots_without_a_decision_are_an_answer(
    step: str, proposal: str, leads_to: list[str], state: str
) -> None:
    case = at(step)
    members = [task.person.user.username for task in _members(step)]
    for number in (1, 2, 3):
        assert open_steps(case) == [step]
        record(case, step, proposal, against=members)
        assert (last_ballot(case).number, last_ballot(case).state) == (number, "lapsed")
    case.refresh_from_db()
    assert (open_steps(case), case.state) == (leads_to, state)
    assert last_act(case).data["exhausted"] is True


def _members(step: str) -> list[Any]:
    found = Appointment.objects.filter(position__body__code=MEETINGS[step][1], kind__in=["member", "chair"])
    return list(found.select_related("person__user"))


FIVE = ALDERMEN[:5]

# Votes other than in favour, who was absent; then: carried, and what the record says of it.
TALLIES: list[tuple[dict[str, str], tuple[str, ...], bool, str]] = [
    ({}, (), True, "7 voor, 0 tegen. Gewone meerderheid: aangenomen."),
    (dict.fromkeys(ALDERMEN[:3], "against"), (), True, "4 voor, 3 tegen. Gewone meerderheid: aangenomen."),
    (dict.fromkeys(ALDERMEN[:4], "against"), (), False, "3 voor, 4 tegen. Geen gewone meerderheid: verworpen."),
    (dict.fromkeys(ALDERMEN[:3], "against"), ("ilse",), False, "staken: er volgt een tweede ronde"),
    (dict.fromkeys(FIVE, "abstain"), (), True, "2 voor, 0 tegen, 5 onthoudingen."),
    (dict.fromkeys(ALDERMEN, "abstain"), (), False, "geen stem voor of tegen"),
    ({"noor": "for_with_remark"}, (), True, "7 voor (waarvan 1 met kanttekening)"),
    ({}, ALDERMEN[:4], False, "Geen quorum: 3 van 7 leden stemden, nodig is meer dan 1/2."),
    ({}, ALDERMEN[:3], True, "4 voor, 0 tegen."),
]


@pytest.mark.parametrize(("votes", "absent", "carried", "words"), TALLIES)
def test_votes_are_counted_by_the_rule_and_the_record_says_how(
    votes: dict[str, str], absent: tuple[str, ...], carried: bool, words: str
) -> None:
    case = at("pho_decision")
    ballot = recorded(case, "grant", votes, absent=absent)
    assert ballot.carried is carried
    assert words in ballot.tally["explanation"]
    assert CaseTask.objects.filter(case=case, part="confirm", finished=None).exists() is carried


def test_a_tie_has_one_second_round_and_is_then_rejected() -> None:
    case = at("pho_decision")
    for words in ("er volgt een tweede ronde", "De stemmen staken: verworpen"):
        ballot = recorded(case, "grant", dict.fromkeys(ALDERMEN[:3], "against"), absent=["ilse"])
        assert words in ballot.tally["explanation"]


@pytest.mark.parametrize(("chair", "carried"), [("for", True), ("against", False)])
def test_a_tie_in_the_board_is_its_chairs_to_break(chair: str, carried: bool) -> None:
    case = at("db_decision")
    votes = {"karim": (chair, "Daarom."), "daan": ("for" if chair == "against" else "against", "Daarom.")}
    players.record(case, "db_decision", "agree", votes=votes, absent=["ilse"])
    assert last_ballot(case).carried is carried


def test_a_deferred_decision_comes_back_on_its_date_by_the_clock_at_most_three_times() -> None:
    case = at("pho_decision")
    moment = clock.now()
    for number in (1, 2, 3):
        with clock.moved_to(moment):
            until = in_days(14)
            meet(case, "pho_decision", "defer", defer_until=until)
            case.commission.refresh_from_db()
            assert (open_steps(case), case.commission.deferred_until) == (["pho_deferred"], until)
            waiting = Deadline.objects.get(case=case, state="armed")
            assert clockwork.fire(waiting.pk) is False, "too early"
        moment += timedelta(days=14)
        with clock.moved_to(moment):
            assert escalation.tick() == 1
            assert clockwork.fire(waiting.pk) is True
            assert open_steps(case) == ["pho_decision"], number
    with clock.moved_to(moment), pytest.raises(NotAllowed, match="al 3 keer gekozen"), transaction.atomic():
        record(case, "pho_decision", "defer", defer_until=in_days(14))


@pytest.mark.parametrize("until", [None, date(2020, 1, 1), date(2199, 1, 1)])
def test_a_decision_is_deferred_to_a_day_within_a_year(until: date | None) -> None:
    case = at("pho_decision")
    with pytest.raises(NotAllowed, match="binnen een jaar"), transaction.atomic():
        record(case, "pho_decision", "defer", defer_until=until)


@pytest.mark.long
@pytest.mark.parametrize("proposal", ["back_to_intake", "back_to_approach"])
def test_the_rmt_sends_back_three_times_and_no_more(proposal: str) -> None:
    case = at("rmt_validation")
    for _ in range(3):
        meet(case, "rmt_validation", proposal)
        while open_steps(case) != ["rmt_validation"]:
            do("gijs", case, "intake", "complete") if open_steps(case) == ["intake"] else propose(case)
    with pytest.raises(NotAllowed, match="al 3 keer gekozen"), transaction.atomic():
        record(case, "rmt_validation", proposal)


@pytest.mark.long
def test_a_new_proposal_of_the_mgr_asks_the_owner_anew() -> None:
    case = at("db_decision")
    meet(case, "db_decision", "agree")
    do("helene", case, "acceptance", "decline", motivation="Er is meer nodig.")
    meet(case, "pho_decision", "grant")
    assert open_steps(case) == ["db_decision"], "it still does not fit, and each grant is put to the owner"


def test_where_the_chair_is_recused_another_member_confirms() -> None:
    case = at("pho_decision")
    ballots.recuse(**who(hat("ilse", "pho")), case_id=case.pk, ground="Familie bij een aanbieder.")
    players.record(case, "pho_decision", "grant", absent=["ilse"])
    assert last_ballot(case).tally["members"] == 6
    task = open_task(case, "pho_decision", part="confirm")
    assert task.seat is not None
    assert task.seat.person.user.username == "noor"
    with pytest.raises(NotAllowed, match=r"alleen voor zichzelf|verschoond"), transaction.atomic():
        ballots.confirm(**who(hat("ilse", "pho")), case_id=case.pk, task_id=task.pk)
    confirm(case, "pho_decision")
    assert open_steps(case) == ["acceptance"]


def test_a_chair_who_is_recused_after_the_vote_hands_the_confirmation_on() -> None:
    case = at("pho_decision")
    record(case, "pho_decision", "grant")
    ballots.recuse(**who(hat("ilse", "pho")), case_id=case.pk, ground="Familie bij een aanbieder.")
    task = open_task(case, "pho_decision", part="confirm")
    assert task.seat is not None
    assert task.seat.person.user.username == "noor"


def test_a_chair_who_does_not_recognise_the_record_sends_it_back() -> None:
    case = at("pho_decision")
    record(case, "pho_decision", "grant")
    task = open_task(case, "pho_decision", part="confirm")
    ballots.send_back(**who(hat("ilse", "pho")), case_id=case.pk, task_id=task.pk, words="Noor stemde tegen.")
    assert (last_ballot(case).state, open_steps(case)) == ("lapsed", ["pho_decision"])
    meet(case, "pho_decision", "grant")
    assert open_steps(case) == ["acceptance"]


def test_a_record_that_is_sent_twice_counts_once() -> None:
    """Its first sending lapsed, so nothing else would stop the second from being another ballot."""
    case = brought_to("pho_decision")
    record(case, "pho_decision", "grant", against=ALDERMEN, number=1)
    with pytest.raises(Stale, match="al vastgelegd"), transaction.atomic():
        record(case, "pho_decision", "grant", against=ALDERMEN, number=1)
    assert Ballot.objects.filter(case=case, step="pho_decision").count() == 1


def test_the_vote_of_who_is_recused_before_the_round_closes_does_not_count() -> None:
    case = brought_to("pho_decision")
    players.open_round(case, "pho_decision", "grant")
    for name in ALDERMEN:
        players.vote(name, case, "pho_decision")
    noor = hat("noor", "pho")
    ballots.recuse(**who(noor), case_id=case.pk, ground="Mijn zus werkt bij een aanbieder.")
    players.close_round(case, "pho_decision")
    assert last_ballot(case).tally | {"members": 6, "voted": 6, "for": 6} == last_ballot(case).tally
