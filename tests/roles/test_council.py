"""The law on the board of a regeling, article by article: on both sides of each limit, and whatever happens."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.rules import council
from roles.rules.council import Earlier, Secret, Sitting, may_record, tally
from roles.rules.decision import Choice, Form, Member, Outcome, Result, Vote
from roles.rules.verdict import Granted, Refused

DAY, LATER = date(2026, 11, 22), date(2026, 12, 20)
SEVEN = [Member(seat, chair=seat == 1) for seat in range(1, 8)]
CHOICES = {"+": Choice.FOR, "r": Choice.FOR_WITH_REMARK, "-": Choice.AGAINST, "o": Choice.ABSTAIN}


def meeting(line: str, form: Form = Form.VOTES, members: Sequence[Member] = SEVEN, **facts: Any) -> Outcome:
    """One sign a seat: + - r o voted so, a dot was there without a vote, a space was absent, x is recused but there."""
    present = frozenset(seat for seat, sign in enumerate(line, start=1) if sign != " ")
    votes = [Vote(seat, CHOICES[sign]) for seat, sign in enumerate(line, start=1) if sign in CHOICES]
    with_recusals = [replace(m, recused=m.recused or line[m.seat - 1 : m.seat] == "x") for m in members]
    sitting = Sitting(on=DAY, form=form, present=present, size=0, **facts)
    return tally(with_recusals, votes, sitting)


@pytest.mark.parametrize(
    ("line", "result"),
    [
        # 20.1: more than half of seven sit: four open it, three do not
        ("++++   ", Result.CARRIED),
        ("...    ", Result.NOT_OPENED),
        ("       ", Result.NOT_OPENED),
        # who is recused counts for opening, not for the vote: of six who may, four have to
        ("+++x   ", Result.INVALID),
        ("++++x  ", Result.CARRIED),
        # 29.1: of five who may vote, three have to
        ("+++xx  ", Result.CARRIED),
        ("++.xx  ", Result.INVALID),
        # who abstains takes no part
        ("++++ooo", Result.CARRIED),
        ("+++oooo", Result.INVALID),
        ("ooooooo", Result.INVALID),
        # 30.1: more than half of the votes that were cast
        ("+++--oo", Result.CARRIED),
        ("++---oo", Result.REJECTED),
        ("r++----", Result.REJECTED),
        ("rr++---", Result.CARRIED),
        # all who are there are recused
        ("xxxxx  ", Result.INVALID),
    ],
)
def test_opening_taking_part_and_the_majority(line: str, result: Result) -> None:
    assert meeting(line).result is result


@pytest.mark.parametrize(
    ("line", "members", "result", "article"),
    [
        # 32.4: somebody did not vote, so it is put off
        ("+++---o", SEVEN, Result.NEXT_MEETING, "lid 4"),
        ("+++--- ", SEVEN, Result.NEXT_MEETING, "lid 4"),
        # 32.5 and 32.6: everybody who could did
        ("+++---x", SEVEN, Result.REJECTED, "lid 5"),
        ("++--", SEVEN[:4], Result.REJECTED, "lid 5"),
    ],
)
def test_a_tie_waits_for_the_next_meeting_unless_everybody_voted(
    line: str, members: list[Member], result: Result, article: str
) -> None:
    outcome = meeting(line, members=members)
    assert outcome.result is result
    assert article in outcome.article


def test_a_vacant_seat_makes_no_meeting_complete() -> None:
    six = SEVEN[:6]
    votes = [Vote(seat, Choice.FOR if seat <= 3 else Choice.AGAINST) for seat in range(1, 7)]
    sitting = Sitting(on=DAY, form=Form.VOTES, present=frozenset(range(1, 7)), size=7)
    assert tally(six, votes, sitting).result is Result.NEXT_MEETING
    assert tally(six, votes, replace(sitting, size=6)).result is Result.REJECTED


@pytest.mark.parametrize(
    ("earlier", "result"),
    [
        ((), Result.NEXT_MEETING),
        ((Earlier(date(2026, 10, 1), Result.NEXT_MEETING),), Result.REJECTED),
        ((Earlier(date(2026, 10, 1), Result.NEXT_MEETING, same_proposal=False),), Result.NEXT_MEETING),
        ((Earlier(date(2026, 10, 1), Result.INVALID),), Result.NEXT_MEETING),
    ],
)
def test_a_tie_in_the_next_meeting_is_not_adopted(earlier: tuple[Earlier, ...], result: Result) -> None:
    assert meeting("+++---o", earlier=earlier).result is result


def test_the_chair_has_no_casting_vote() -> None:
    assert meeting("+++---o").result is meeting("-++--+o").result is Result.NEXT_MEETING


@pytest.mark.parametrize(
    ("line", "facts", "result"),
    [
        ("+      ", {"second_call": True}, Result.CARRIED),
        ("-      ", {"second_call": True}, Result.REJECTED),
        ("       ", {"second_call": True}, Result.INVALID),
        ("++.xx  ", {"earlier": (Earlier(date(2026, 10, 1), Result.INVALID),)}, Result.CARRIED),
        ("++.xx  ", {"earlier": (Earlier(DAY, Result.INVALID),)}, Result.INVALID),  # the same meeting
        ("++.xx  ", {"earlier": (Earlier(date(2026, 10, 1), Result.INVALID, same_proposal=False),)}, Result.INVALID),
        ("+..    ", {"earlier": (Earlier(date(2026, 10, 1), Result.INVALID),)}, Result.NOT_OPENED),
    ],
)
def test_a_second_call_and_a_second_vote_ask_for_no_quorum(line: str, facts: dict[str, Any], result: Result) -> None:
    assert meeting(line, **facts).result is result


def test_what_nobody_asked_a_vote_on_is_adopted_in_a_meeting_that_could_open() -> None:
    assert meeting("++++   ", Form.HAMMERED).article == council.NO_VOTE_ASKED
    assert meeting("...    ", Form.HAMMERED).result is Result.NOT_OPENED
    assert meeting("+xxx   ", Form.HAMMERED).carried  # 29 is about votes, and there was none


def test_heavy_votes_weigh_for_the_majority_and_are_no_quorum() -> None:
    heavy = [Member(1, weight=10), *SEVEN[1:]]
    assert meeting("+------", members=heavy).carried
    assert meeting("+  ", members=heavy).result is Result.NOT_OPENED
    assert meeting("+ooo   ", members=heavy).result is Result.INVALID


def sitting(line: str, form: Form, **facts: Any) -> tuple[list[Member], Sitting]:
    present = frozenset(seat for seat, sign in enumerate(line, start=1) if sign != " ")
    members = [replace(m, recused=line[m.seat - 1 : m.seat] == "x") for m in SEVEN]
    return members, Sitting(on=DAY, form=form, present=present, size=0, **facts)


def record(line: str, form: Form, **facts: Any) -> Granted | Refused:
    members, held = sitting(line, form, **facts)
    votes = [Vote(seat, CHOICES[sign]) for seat, sign in enumerate(line, start=1) if sign in CHOICES]
    verdict = may_record(members, votes, held)
    assert isinstance(verdict, Granted | Refused)
    return verdict


@pytest.mark.parametrize(
    ("line", "form", "article"),
    [
        ("+++---+", Form.ROLL_CALL, ""),
        ("+++---x", Form.ROLL_CALL, ""),
        ("+++--- ", Form.ROLL_CALL, ""),
        ("+++---o", Form.ROLL_CALL, council.ROLL_CALL),
        ("+++---.", Form.ROLL_CALL, council.ROLL_CALL),
        ("+++---r", Form.ROLL_CALL, council.ROLL_CALL),
        ("+++---o", Form.VOTES, ""),
        ("+++---r", Form.VOTES, ""),
        ("+++---.", Form.VOTES, council.MAJORITY),
        ("+++++++", Form.HAMMERED, ""),
        ("++++++-", Form.HAMMERED, council.NO_VOTE_ASKED),
        ("...    ", Form.ROLL_CALL, ""),  # not opened: presence is all there is to record
        ("+..    ", Form.ROLL_CALL, council.OPENING),
        ("+++++++", Form.SECRET, council.PERSONS),
    ],
)
def test_what_a_record_may_say(line: str, form: Form, article: str) -> None:
    verdict = record(line, form)
    assert (verdict.article if isinstance(verdict, Refused) else "") == article


def test_who_is_recused_or_absent_has_no_vote() -> None:
    members, held = sitting("++++x  ", Form.VOTES)
    given = [Vote(seat, Choice.FOR) for seat in range(1, 5)]
    for stranger in (5, 6):
        verdict = may_record(members, [*given, Vote(stranger, Choice.FOR)], held)
        assert isinstance(verdict, Refused)
        assert verdict.article == council.RECUSAL


TIED = Earlier(DAY, Result.NEXT_MEETING)
UNOPENED = Earlier(date(2026, 11, 21), Result.NOT_OPENED)


@pytest.mark.parametrize(
    ("facts", "article"),
    [
        ({"earlier": (TIED,)}, council.POSTPONED),
        ({"earlier": (TIED, replace(UNOPENED, on=DAY))}, council.POSTPONED),
        ({"earlier": (replace(TIED, on=date(2026, 11, 21)),)}, ""),
        ({"earlier": (replace(TIED, same_proposal=False),)}, council.POSTPONED),  # no way round by asking otherwise
        ({"second_call": True}, council.SECOND_CALL),
        ({"second_call": True, "earlier": (replace(UNOPENED, on=DAY),)}, council.SECOND_CALL),
        ({"second_call": True, "earlier": (UNOPENED,)}, ""),
        ({"second_call": True, "earlier": (replace(UNOPENED, result=Result.INVALID),)}, council.SECOND_CALL),
    ],
)
def test_what_an_earlier_meeting_asks_of_this_one(facts: dict[str, Any], article: str) -> None:
    verdict = record("+++++++", Form.HAMMERED, **facts)
    assert (verdict.article if isinstance(verdict, Refused) else "") == article


def box(line: str, secret: Secret, weights: Sequence[int] = (), **facts: Any) -> tuple[str, Outcome | None]:
    """A secret vote by who is there: the article it was refused by, or what it came to."""
    members, held = sitting(line, Form.SECRET, **facts)
    if weights:
        members = [replace(m, weight=weight) for m, weight in zip(members, weights, strict=True)]
    verdict = may_record(members, [], held, secret)
    return (verdict.article, None) if isinstance(verdict, Refused) else ("", tally(members, [], held, secret))


REVOTE = (Earlier(DAY, Result.SECOND_ROUND, secret=True),)


@pytest.mark.parametrize(
    ("line", "secret", "facts", "result"),
    [
        (".......", Secret(4, 3), {}, Result.CARRIED),
        (".......", Secret(3, 4), {}, Result.REJECTED),
        (".......", Secret(3, 2, 2), {}, Result.CARRIED),  # blank is no vote (30.2) but took part (28.2)
        (".......", Secret(2, 1), {}, Result.INVALID),  # 29: three papers of seven
        (".......", Secret(0, 0, 7), {}, Result.INVALID),
        ("...    ", Secret(0, 0), {}, council.OPENING),
        (".......", Secret(3, 3, 1), {}, Result.SECOND_ROUND),  # 31.2
        (".......", Secret(4, 3), {"earlier": REVOTE}, Result.CARRIED),
        (".......", Secret(3, 3, 1, Choice.FOR), {"earlier": REVOTE}, Result.CARRIED),  # 31.3
        (".......", Secret(3, 3, 1, Choice.AGAINST), {"earlier": REVOTE}, Result.REJECTED),
        (".......", Secret(3, 3, 1), {"earlier": REVOTE}, council.LOT),
        (".......", Secret(3, 3, 1, Choice.FOR), {}, council.LOT),
        (".......", Secret(4, 3, 0, Choice.FOR), {"earlier": REVOTE}, council.LOT),
        (".......", Secret(5, 3), {}, council.PERSONS),  # eight papers of seven
        (".....xx", Secret(4, 2), {}, council.PERSONS),  # who is recused hands in none
        (".....xx", Secret(4, 1), {}, Result.CARRIED),
        (".......", Secret(4, -1), {}, council.PERSONS),
    ],
)
def test_a_secret_vote_on_persons(line: str, secret: Secret, facts: dict[str, Any], result: Result | str) -> None:
    article, outcome = box(line, secret, **facts)
    assert (article or (outcome and outcome.result)) == result


def test_after_a_tie_on_persons_the_vote_is_held_again_in_the_same_meeting() -> None:
    assert box(".......", Secret(4, 3), earlier=(replace(REVOTE[0], same_proposal=False),))[0] == council.REVOTE
    verdict = record("+++++++", Form.HAMMERED, earlier=REVOTE)
    assert isinstance(verdict, Refused)
    assert verdict.article == council.REVOTE
    # Another day it is another vote, which begins afresh.
    article, outcome = box(".......", Secret(3, 3, 1), earlier=(replace(REVOTE[0], on=date(2026, 11, 1)),))
    assert not article
    assert outcome is not None
    assert outcome.result is Result.SECOND_ROUND


def test_of_unequal_votes_no_more_members_took_part_than_the_papers_prove() -> None:
    _, all_of_them = box(".......", Secret(10, 6), weights=(10, 1, 1, 1, 1, 1, 1))
    _, ten_papers = box(".......", Secret(6, 4), weights=(10, 1, 1, 1, 1, 1, 1))
    assert all_of_them is not None
    assert ten_papers is not None
    assert (all_of_them.counts.voted, all_of_them.result) == (7, Result.CARRIED)
    assert (ten_papers.counts.voted, ten_papers.result) == (1, Result.INVALID)


def test_the_count_without_flagged_votes_stands_beside_it() -> None:
    members, held = sitting("++++---", Form.VOTES)
    votes = [Vote(seat, Choice.FOR if seat <= 4 else Choice.AGAINST, flagged=seat <= 2) for seat in range(1, 8)]
    outcome = tally(members, votes, held)
    assert outcome.carried
    assert outcome.hinges_on_flagged
    assert outcome.without_flagged is not None
    assert outcome.without_flagged.explanation.startswith("2 voor, 3 tegen")


def test_the_record_says_which_article_it_rests_on_in_dutch() -> None:
    assert meeting("++++---").explanation == "4 voor, 3 tegen. Volstrekte meerderheid: aangenomen."
    assert meeting("...    ").explanation == (
        "De vergadering kon niet worden geopend: 3 van 7 zittende leden waren aanwezig, nodig zijn er 4."
    )
    assert meeting("++.xx  ").explanation == (
        "De stemming is niet geldig: 2 van de 5 leden die mogen stemmen namen deel, nodig zijn er 3."
    )
    for line in ("++++---", "+++---o", "...    ", "++.xx  "):
        assert meeting(line).article.startswith("Gemeentewet art. ")


@st.composite
def meetings(draw: st.DrawFn) -> tuple[list[Member], list[Vote], Sitting]:
    """Anything that the law lets be recorded as an open vote."""
    size = draw(st.integers(1, 11))
    members = [Member(seat, draw(st.integers(1, 4)), recused=draw(st.booleans())) for seat in range(1, size + 1)]
    present = frozenset(member.seat for member in members if draw(st.integers(0, 3)))
    earlier = draw(st.lists(st.builds(
        Earlier, on=st.sampled_from([date(2026, 10, 1), DAY]), result=st.sampled_from(Result),
        same_proposal=st.booleans(),
    ), max_size=2))  # fmt: skip
    held = Sitting(
        on=DAY, form=draw(st.sampled_from([Form.VOTES, Form.ROLL_CALL])), present=present, earlier=earlier,
        size=draw(st.sampled_from([0, size, size + 1])), second_call=draw(st.booleans()),
    )  # fmt: skip
    choices = st.sampled_from([Choice.FOR, Choice.AGAINST] if held.form is Form.ROLL_CALL else list(Choice))
    votes = []
    if council.opens(members, held):
        may = [member.seat for member in members if not member.recused and member.seat in present]
        votes = [Vote(seat, draw(choices), draw(st.booleans())) for seat in may]
    return members, votes, held


@given(meetings())
def test_nothing_is_ever_carried_without_its_quorum(held: tuple[list[Member], list[Vote], Sitting]) -> None:
    members, votes, sitting = held
    if tally(members, votes, sitting).carried:
        may_vote = [member for member in members if not member.recused]
        took_part = [vote for vote in votes if vote.choice is not Choice.ABSTAIN]
        exempt = sitting.second_call or any(
            each.result is Result.INVALID and each.same_proposal and each.on < DAY for each in sitting.earlier
        )
        assert sitting.second_call or 2 * len(sitting.present) > len(members)
        assert exempt or 2 * len(took_part) > len(may_vote)
        assert took_part


@given(meetings())
def test_a_vote_more_in_favour_never_loses_a_decision(held: tuple[list[Member], list[Vote], Sitting]) -> None:
    members, votes, sitting = held
    if tally(members, votes, sitting).carried:
        for vote in votes:
            turned = [replace(each, choice=Choice.FOR) if each is vote else each for each in votes]
            assert tally(members, turned, sitting).carried


@pytest.mark.long
@given(meetings())
def test_who_is_recused_counts_for_opening_and_for_nothing_else(held: tuple[list[Member], list[Vote], Sitting]) -> None:
    members, votes, sitting = held
    outcome = tally(members, votes, sitting)
    heavier = [replace(member, weight=99) if member.recused else member for member in members]
    assert tally(heavier, votes, sitting) == outcome
    assert outcome.counts.members == sum(not member.recused for member in members)


@given(meetings())
def test_the_chair_weighs_as_much_as_anybody_and_order_is_nothing(
    held: tuple[list[Member], list[Vote], Sitting],
) -> None:
    members, votes, sitting = held
    outcome = tally(members, votes, sitting)
    assert tally(members[::-1], votes[::-1], sitting) == outcome
    for chair in members:
        assert tally([replace(m, chair=m is chair) for m in members], votes, sitting) == outcome


@pytest.mark.long
@given(meetings())
def test_every_outcome_says_something_and_names_its_article(held: tuple[list[Member], list[Vote], Sitting]) -> None:
    members, votes, sitting = held
    outcome = tally(members, votes, sitting)
    assert outcome.explanation.endswith(".")
    assert "art. " in outcome.article
    assert isinstance(may_record(members, votes, replace(sitting, earlier=(), second_call=False)), Granted | Refused)


@given(meetings(), st.integers(0, 12), st.integers(0, 12), st.integers(0, 3), st.permutations(range(11)))
def test_a_secret_vote_tells_no_more_than_its_counts(
    held: tuple[list[Member], list[Vote], Sitting], for_: int, against: int, blank: int, order: list[int]
) -> None:
    """Whoever voted what: the same people there and the same papers in the box make the same record."""
    members, _, sitting = held
    sitting, secret = replace(sitting, form=Form.SECRET), Secret(for_, against, blank)
    if isinstance(may_record(members, [], sitting, secret), Granted) and council.opens(members, sitting):
        shuffled = [members[place] for place in order if place < len(members)]
        assert tally(shuffled, [], sitting, secret) == tally(members, [], sitting, secret)
        assert tally(members, [], sitting, secret).without_flagged is None
