"""A body that decides by law, played: openings that fail, roll calls, secret votes, ties over two meetings."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit import clock
from audit.models import Act
from audit.services import acting
from audit.verify import verify
from cases.models import Ballot, Case, Vote
from cases.services.ballots import Ballotpaper, SecretCounts
from config.demo.players import who
from roles import services as roles
from roles.authorize import NotAllowed
from roles.models import Appointment, Body
from roles.rules import council
from tests.workflows.play import ALDERMEN, brought_to, confirm, hat, open_round, open_steps, open_task
from workflows import ballots

pytestmark = pytest.mark.django_db

STEP = "pho_decision"


@pytest.fixture
def case() -> Case:
    """Waits for a body that the law binds from today: by data, whatever it is called."""
    bind_by_law("pho")
    return brought_to(STEP)


def bind_by_law(code: str, **changes: Any) -> None:
    body = Body.objects.get(code=code, scheme__code="limburg-noord")
    rule: dict[str, Any] = {
        "valid_from": clock.today(), "by_law": True, "quorum": Fraction(1, 2), "quorum_exceeds": True,
        "majority": "simple", "abstentions_count": False, "tie": "rejected", "written_allowed": True,
        "written_days": 7, "basis": "Wgr art. 22",
    }  # fmt: skip
    roles.adopt_decision_rule(body=body, **(rule | changes))


def hold(
    case: Case, form: str, *, votes: Mapping[str, str] | None = None, absent: Sequence[str] = (),
    proposal: str = "grant", on: date | None = None, **facts: Any,
) -> Ballot:  # fmt: skip
    """The secretary records a meeting; who is there without a vote was in favour where members vote."""
    by_name = {name: hat(name, "pho").pk for name in ALDERMEN if name not in absent}
    given = dict.fromkeys(by_name, "for") | dict(votes or {}) if form in ("votes", "roll_call") else {}
    papers = {by_name[name]: Ballotpaper(choice=choice) for name, choice in given.items() if choice != "silent"}
    ballots.record_meeting(
        **who(hat("anouk", "pho")), case_id=case.pk, task_id=open_task(case, STEP).pk, proposal=proposal,
        meeting_date=on or clock.today(), present=list(by_name.values()), papers=papers, form=form, **facts,
    )  # fmt: skip
    return Ballot.objects.filter(case=case).latest("id")


def refused(case: Case, article: str, form: str, **facts: Any) -> None:
    with pytest.raises(NotAllowed) as answer, transaction.atomic():
        hold(case, form, **facts)
    assert answer.value.article == article


def test_a_hammered_proposal_is_adopted_by_article_32(case: Case) -> None:
    ballot = hold(case, "hammered", absent=ALDERMEN[:3], closed_doors=True)
    assert (ballot.carried, ballot.closed_doors, ballot.tally["present"]) == (True, True, 4)
    assert ballot.tally["article"] == council.NO_VOTE_ASKED
    confirm(case, STEP)
    assert open_steps(case) == ["acceptance"]


def test_no_round_in_writing_whatever_its_rule_says(case: Case) -> None:
    with pytest.raises(NotAllowed, match="alleen in vergadering") as answer, transaction.atomic():
        open_round(case, STEP, "grant")
    assert answer.value.article == council.IN_MEETING


def test_at_a_roll_call_everybody_says_yes_or_no(case: Case) -> None:
    refused(case, council.ROLL_CALL, "roll_call", votes={"noor": "abstain"})
    refused(case, council.ROLL_CALL, "roll_call", votes={"noor": "silent"})
    refused(case, council.ROLL_CALL, "roll_call", votes={"noor": "for_with_remark"})
    ballot = hold(case, "roll_call", votes={"noor": "against"}, absent=["daan"])
    assert ballot.tally["explanation"].startswith("5 voor, 1 tegen")


def test_a_meeting_that_could_not_open_is_called_again_and_then_needs_no_quorum(case: Case) -> None:
    few = ALDERMEN[:5]
    refused(case, council.OPENING, "votes", absent=few)
    refused(case, council.SECOND_CALL, "votes", absent=few, second_call=True)
    yesterday = clock.today() - timedelta(days=1)
    first = hold(case, "hammered", absent=few, on=yesterday)
    assert (first.state, first.tally["result"], first.votes.count()) == ("lapsed", "not_opened", 0)
    refused(case, council.SECOND_CALL, "votes", absent=few, second_call=True, on=yesterday)
    second = hold(case, "votes", absent=few, second_call=True)
    assert (second.carried, second.second_call, second.tally["voted"]) == (True, True, 2)


def test_a_meeting_that_could_not_open_is_no_vote_of_the_three(case: Case) -> None:
    for _ in range(4):
        hold(case, "hammered", absent=ALDERMEN[:4])
        assert open_steps(case) == [STEP]
    for _ in range(3):
        hold(case, "votes", votes=dict.fromkeys(ALDERMEN, "against"))
    case.refresh_from_db()
    assert case.state == "rejected"


def test_a_vote_in_which_too_few_took_part_is_held_again_in_a_later_meeting(case: Case) -> None:
    shy = dict.fromkeys(ALDERMEN[:4], "abstain")
    yesterday = clock.today() - timedelta(days=1)
    assert hold(case, "votes", votes=shy, on=yesterday).tally["result"] == "invalid"
    assert hold(case, "votes", votes=shy, on=yesterday).tally["result"] == "invalid", "still the same meeting"
    assert hold(case, "votes", votes=shy).carried


def test_a_tie_waits_for_the_next_meeting_and_is_then_not_adopted(case: Case) -> None:
    split, yesterday = dict.fromkeys(ALDERMEN[:3], "against"), clock.today() - timedelta(days=1)
    first = hold(case, "votes", votes=split, absent=["ilse"], on=yesterday)
    assert (first.tally["result"], first.tally["article"]) == ("next_meeting", council.POSTPONED)
    refused(case, council.POSTPONED, "hammered", on=yesterday)
    refused(case, council.POSTPONED, "hammered", on=yesterday, proposal="reject")
    second = hold(case, "votes", votes=split, absent=["ilse"])
    assert (second.tally["result"], second.tally["article"]) == ("rejected", council.NOT_ADOPTED)


def test_a_tie_in_a_complete_meeting_is_not_adopted_at_once(case: Case) -> None:
    ballots.recuse(**who(hat("ilse", "pho")), case_id=case.pk, ground="Familie bij een aanbieder.")
    ballot = hold(case, "roll_call", votes=dict.fromkeys(ALDERMEN[:3], "against") | {"ilse": "silent"})
    assert (ballot.tally["result"], ballot.tally["article"]) == ("rejected", council.NOT_ADOPTED)


def test_a_vacant_seat_keeps_a_meeting_incomplete() -> None:
    bind_by_law("pho", seats=9)
    case = brought_to(STEP)
    ballots.recuse(**who(hat("ilse", "pho")), case_id=case.pk, ground="Familie bij een aanbieder.")
    ballot = hold(case, "roll_call", votes=dict.fromkeys(ALDERMEN[:3], "against") | {"ilse": "silent"})
    assert ballot.tally["result"] == "next_meeting"


PERSONS = {"explanation": "De voordracht van de voorzitter van de projectgroep."}


def secret(case: Case, in_favour: int, against: int, blank: int = 0, lot: str = "", **facts: Any) -> Ballot:
    counts = SecretCounts(in_favour=in_favour, against=against, blank=blank, lot=lot)
    return hold(case, "secret", secret_counts=counts, **(PERSONS | facts))


def test_a_secret_vote_keeps_counts_and_no_name(case: Case) -> None:
    ballot = secret(case, 4, 2, 1)
    assert (ballot.carried, ballot.secret_counts) == (True, {"for": 4, "against": 2, "blank": 1, "lot": ""})
    assert not Vote.objects.filter(ballot=ballot).exists()
    assert (ballot.tally["without_flagged"], ballot.tally["hinges_on_flagged"]) == ("", False)
    confirm(case, STEP)
    act = Act.objects.filter(chain=case.chain, verb="confirm").latest("seq")
    assert len(act.data["voted"]["people"]) == 7, "who was there took part"
    told = str([each.details for each in Act.objects.filter(chain=case.chain, step__endswith=STEP)])
    assert "choice" not in told


def test_the_database_names_nobody_in_a_secret_vote_either(case: Case) -> None:
    ballot = secret(case, 4, 2, 1)
    seat = ballot.seats.earliest("id")
    with (
        pytest.raises(IntegrityError, match="geheime stemming"),
        transaction.atomic(),
        acting(chain=case.chain, verb="try"),
    ):
        Vote.objects.create(ballot=ballot, seat=seat, choice="for", cast_at=clock.now())


def test_a_secret_vote_is_about_persons_and_says_whom(case: Case) -> None:
    counts = SecretCounts(in_favour=4, against=3)
    refused(case, council.PERSONS, "secret", secret_counts=counts)
    refused(case, council.PERSONS, "secret", **PERSONS)
    refused(case, council.PERSONS, "votes", secret_counts=counts, **PERSONS)


def test_a_tie_on_persons_is_voted_again_and_then_drawn_by_lot(case: Case) -> None:
    assert secret(case, 3, 3, 1).tally["result"] == "second_round"
    refused(case, council.REVOTE, "hammered")
    refused(case, council.LOT, "secret", secret_counts=SecretCounts(in_favour=3, against=3, blank=1), **PERSONS)
    ballot = secret(case, 3, 3, 1, lot="for")
    assert (ballot.carried, ballot.tally["article"]) == (True, council.LOT)


def test_a_body_of_another_rule_votes_by_its_own() -> None:
    case = brought_to(STEP)
    basis = "Reglement van orde PHO Limburg-Noord, art. 8; stemmen zijn gelijkwaardig"
    refused(case, basis, "roll_call")
    refused(case, basis, "hammered", second_call=True)
    refused(case, basis, "secret", secret_counts=SecretCounts(in_favour=4, against=3), **PERSONS)
    ballot = hold(case, "hammered")
    assert (ballot.tally["article"], ballot.tally["rule"]) == (basis, "pho v1")


def test_votes_of_unequal_weight_count_for_the_majority_alone(case: Case) -> None:
    with acting(chain=case.scheme.chain, verb="try"):
        Appointment.objects.filter(pk=hat("noor", "pho").pk).update(weight=10)
    ballot = hold(case, "votes", votes=dict.fromkeys(ALDERMEN[1:], "against"))
    assert (ballot.carried, ballot.tally["for"], ballot.tally["against"], ballot.tally["voted"]) == (True, 10, 6, 7)


@pytest.mark.parametrize(("absent", "name"), [((), "ilse"), (["ilse"], "karim"), (["ilse", "karim"], "noor")])
def test_who_presided_confirms(absent: list[str], name: str) -> None:
    """The chair, else who stands in for the chair, else the member who sits longest."""
    with acting(chain="scheme/1", verb="try"):
        Appointment.objects.filter(pk=hat("karim", "pho").pk).update(kind="vice_chair")
    case = brought_to(STEP)
    hold(case, "hammered", absent=absent)
    seat = open_task(case, STEP, part="confirm").seat
    assert seat is not None
    assert seat.person.user.username == name
    confirm(case, STEP)
    assert open_steps(case) == ["acceptance"]


@pytest.mark.long
def test_the_evidence_of_what_the_law_knows_holds(committed: None) -> None:
    bind_by_law("pho")
    few, split = ALDERMEN[:4], dict.fromkeys(ALDERMEN[:3], "against")
    one, other = brought_to(STEP), brought_to(STEP)
    hold(one, "hammered", absent=few, on=clock.today() - timedelta(days=1))
    hold(one, "roll_call", votes=split, second_call=True, closed_doors=True)
    secret(other, 4, 2, 1)
    for case in (one, other):
        confirm(case, STEP)
    assert verify().ok
