"""Counting votes: quorum, majority, abstentions, ties, recusal, weights, and the count without flagged votes."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.rules.decision import (
    Choice,
    Majority,
    Member,
    Outcome,
    Result,
    Rule,
    Tie,
    Vote,
    heads_needed,
    tally,
    votes_needed,
)

PLAIN = Rule(
    quorum=Fraction(1, 2), quorum_exceeds=True, majority=Majority.SIMPLE, abstentions_count=False, tie=Tie.SECOND_ROUND
)
SILENCE = replace(PLAIN, majority=Majority.NO_OBJECTION, quorum=Fraction(0), quorum_exceeds=False)
SEVEN = [Member(seat, chair=seat == 1) for seat in range(1, 8)]
CHOICES = {"+": Choice.FOR, "r": Choice.FOR_WITH_REMARK, "-": Choice.AGAINST, "o": Choice.ABSTAIN}


def votes(line: str) -> list[Vote]:
    """One sign a seat: + for, r for with a remark, - against, o abstains, a space did not vote."""
    return [Vote(seat, CHOICES[sign]) for seat, sign in enumerate(line, start=1) if sign != " "]


@pytest.mark.parametrize(
    ("line", "rule", "result"),
    [
        ("+++++++", PLAIN, Result.CARRIED),
        ("++r+---", PLAIN, Result.CARRIED),
        ("+++----", PLAIN, Result.REJECTED),
        ("-------", PLAIN, Result.REJECTED),
        # quorum: more than half of seven is four
        ("++++   ", PLAIN, Result.CARRIED),
        ("+++    ", PLAIN, Result.NOT_QUORATE),
        ("       ", PLAIN, Result.NOT_QUORATE),
        ("+++o   ", PLAIN, Result.CARRIED),  # who abstains is there
        # abstentions
        ("+++--oo", PLAIN, Result.CARRIED),
        ("+++--oo", replace(PLAIN, abstentions_count=True), Result.REJECTED),
        ("ooooooo", PLAIN, Result.REJECTED),
        # a tie
        ("+++---o", PLAIN, Result.SECOND_ROUND),
        ("+++---o", replace(PLAIN, tie=Tie.REJECTED), Result.REJECTED),
        ("+++---o", replace(PLAIN, tie=Tie.CHAIR), Result.CARRIED),
        ("-++--+o", replace(PLAIN, tie=Tie.CHAIR), Result.REJECTED),
        ("o+++---", replace(PLAIN, tie=Tie.CHAIR), Result.SECOND_ROUND),  # the chair took no side
        (" +++---", replace(PLAIN, tie=Tie.CHAIR), Result.SECOND_ROUND),
        # two thirds
        ("+++++--", replace(PLAIN, majority=Majority.TWO_THIRDS), Result.CARRIED),
        ("++++---", replace(PLAIN, majority=Majority.TWO_THIRDS), Result.REJECTED),
        ("++++--o", replace(PLAIN, majority=Majority.TWO_THIRDS), Result.CARRIED),
        ("++++--o", replace(PLAIN, majority=Majority.TWO_THIRDS, abstentions_count=True), Result.REJECTED),
        # unanimous
        ("+++++++", replace(PLAIN, majority=Majority.UNANIMOUS), Result.CARRIED),
        ("++++++-", replace(PLAIN, majority=Majority.UNANIMOUS), Result.REJECTED),
        ("++++++o", replace(PLAIN, majority=Majority.UNANIMOUS), Result.CARRIED),
        ("++++++o", replace(PLAIN, majority=Majority.UNANIMOUS, abstentions_count=True), Result.REJECTED),
        # silence is consent, where no quorum is asked
        ("       ", SILENCE, Result.CARRIED),
        ("      -", SILENCE, Result.REJECTED),
    ],
)  # fmt: skip
def test_seven_votes(line: str, rule: Rule, result: Result) -> None:
    assert tally(SEVEN, votes(line), rule).result is result


def test_a_second_tie_is_rejected_so_that_rounds_end() -> None:
    assert tally(SEVEN, votes("+++---o"), PLAIN, round_number=2).result is Result.REJECTED


def test_recused_members_count_for_nothing() -> None:
    members = [replace(member, recused=member.seat > 4) for member in SEVEN]
    assert tally(members, votes("++-"), PLAIN).carried  # three of four is a quorum


def test_when_all_are_recused_nobody_decides() -> None:
    outcome = tally([replace(member, recused=True) for member in SEVEN], [], PLAIN)
    assert not outcome.quorate
    assert "verschoond" in outcome.explanation


def test_weights_count_for_the_majority_and_heads_for_the_quorum() -> None:
    heavy = [Member(1, weight=10), *SEVEN[1:]]
    assert tally(heavy, votes("+------"), PLAIN).carried
    assert not tally(heavy, votes("+      "), PLAIN).quorate


def test_the_outcome_is_told_in_dutch_with_the_counts() -> None:
    assert tally(SEVEN, votes("++r+--o"), PLAIN).explanation == (
        "4 voor (waarvan 1 met kanttekening), 2 tegen, 1 onthouding. Gewone meerderheid: aangenomen."
    )
    assert tally(SEVEN, votes("+++"), PLAIN).explanation == (
        "Geen quorum: 3 van 7 leden stemden, nodig is meer dan 1/2."
    )


def test_the_count_without_flagged_votes_is_shown_beside_it() -> None:
    three_in_the_db = [replace(vote, flagged=vote.seat <= 3) for vote in votes("++++---")]
    outcome = tally(SEVEN, three_in_the_db, PLAIN)
    assert outcome.carried
    assert outcome.without_flagged is not None
    assert not outcome.without_flagged.carried
    assert outcome.hinges_on_flagged
    assert outcome.without_flagged.explanation == "1 voor, 3 tegen. Geen gewone meerderheid: verworpen."


def test_when_every_vote_is_flagged_the_decision_stands_and_says_so() -> None:
    outcome = tally(SEVEN, [replace(vote, flagged=True) for vote in votes("+++++++")], PLAIN)
    assert outcome.carried
    assert outcome.hinges_on_flagged


def test_without_flagged_votes_there_is_no_second_count() -> None:
    assert tally(SEVEN, votes("++++---"), PLAIN).without_flagged is None


@pytest.mark.parametrize("line", [[Vote(1, Choice.FOR), Vote(1, Choice.AGAINST)], [Vote(8, Choice.FOR)]])
def test_a_second_vote_or_a_stranger_is_a_mistake_of_the_caller(line: list[Vote]) -> None:
    with pytest.raises(ValueError, match="every vote"):
        tally(SEVEN, line, PLAIN)


rules = st.builds(
    Rule,
    quorum=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(1)]),
    quorum_exceeds=st.booleans(),
    majority=st.sampled_from(Majority),
    abstentions_count=st.booleans(),
    tie=st.sampled_from(Tie),
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[list[Member], list[Vote]]:
    size = draw(st.integers(1, 9))
    members = [
        Member(seat, draw(st.integers(1, 4)), chair=seat == 1, recused=draw(st.booleans()) and seat > 1)
        for seat in range(1, size + 1)
    ]
    voting = [member.seat for member in members if not member.recused and draw(st.booleans())]
    return members, [Vote(seat, draw(st.sampled_from(Choice)), draw(st.booleans())) for seat in voting]


def _core(outcome: Outcome) -> tuple[Result, str]:
    return outcome.result, outcome.explanation


@given(bodies(), rules)
def test_the_order_of_votes_does_not_matter(body: tuple[list[Member], list[Vote]], rule: Rule) -> None:
    members, cast = body
    assert tally(members, cast, rule) == tally(members[::-1], cast[::-1], rule)


@given(bodies(), rules)
def test_a_recused_member_might_as_well_not_be_there(body: tuple[list[Member], list[Vote]], rule: Rule) -> None:
    members, cast = body
    assert tally(members, cast, rule) == tally([m for m in members if not m.recused], cast, rule)


@pytest.mark.long
@given(bodies(), rules, st.integers(2, 5))
def test_only_the_proportion_of_weights_matters(body: tuple[list[Member], list[Vote]], rule: Rule, factor: int) -> None:
    members, cast = body
    heavier = [replace(member, weight=member.weight * factor) for member in members]
    assert tally(members, cast, rule).result is tally(heavier, cast, rule).result


@given(bodies(), rules)
def test_turning_a_vote_against_into_one_for_never_loses_a_decision(
    body: tuple[list[Member], list[Vote]], rule: Rule
) -> None:
    members, cast = body
    if tally(members, cast, rule).carried:
        for vote in cast:
            turned = [replace(v, choice=Choice.FOR) if v is vote else v for v in cast]
            assert tally(members, turned, rule).carried


@given(bodies(), rules)
def test_every_count_ends_and_says_something(body: tuple[list[Member], list[Vote]], rule: Rule) -> None:
    members, cast = body
    first = tally(members, cast, rule)
    assert first.explanation.endswith(".")
    assert tally(members, cast, rule, round_number=2).result is not Result.SECOND_ROUND
    assert (first.without_flagged is not None) is (first.quorate and any(vote.flagged for vote in cast))


@given(bodies(), rules)
def test_flags_change_nothing_but_the_second_count(body: tuple[list[Member], list[Vote]], rule: Rule) -> None:
    members, cast = body
    plain = [replace(vote, flagged=False) for vote in cast]
    assert _core(tally(members, cast, rule)) == _core(tally(members, plain, rule))


@pytest.mark.parametrize(
    ("line", "written", "result"),
    [
        # In a round in writing silence is consent, whatever the quorum; somebody who may vote has to be left.
        ("       ", True, Result.CARRIED),
        ("o      ", True, Result.CARRIED),
        ("      -", True, Result.REJECTED),
        ("       ", False, Result.NOT_QUORATE),
        ("++++   ", False, Result.CARRIED),
    ],
)
def test_no_objection_within_the_term(line: str, written: bool, result: Result) -> None:
    rule = replace(PLAIN, majority=Majority.NO_OBJECTION)
    assert tally(SEVEN, votes(line), rule, written=written).result is result


def test_silence_is_told_as_consent_and_of_nobody_is_none() -> None:
    rule = replace(PLAIN, majority=Majority.NO_OBJECTION)
    assert tally(SEVEN, votes("+"), rule, written=True).explanation == (
        "1 voor, 0 tegen. Geen bezwaar gemaakt: aangenomen. 6 van 7 leden zwegen: dat geldt als instemming."
    )
    nobody = [replace(member, recused=True) for member in SEVEN]
    assert not tally(nobody, [], rule, written=True).quorate


def test_a_tie_over_two_meetings_comes_back_once() -> None:
    rule = replace(PLAIN, tie=Tie.NEXT_MEETING)
    assert tally(SEVEN, votes("+++---o"), rule).result is Result.NEXT_MEETING
    assert tally(SEVEN, votes("+++---o"), rule, round_number=2).result is Result.REJECTED


@pytest.mark.parametrize(
    ("quorum", "exceeds", "may_vote", "needed"),
    [
        (Fraction(1, 2), True, 7, 4), (Fraction(1, 2), True, 6, 4), (Fraction(1, 2), False, 6, 3),
        (Fraction(1, 2), False, 7, 4), (Fraction(2, 3), False, 7, 5), (Fraction(2, 3), False, 6, 4),
        (Fraction(0), False, 7, 1), (Fraction(1), False, 7, 7), (Fraction(1), True, 7, 8), (Fraction(1, 2), True, 0, 1),
    ],
)  # fmt: skip
def test_how_many_have_to_come(quorum: Fraction, exceeds: bool, may_vote: int, needed: int) -> None:
    assert heads_needed(replace(PLAIN, quorum=quorum, quorum_exceeds=exceeds), may_vote) == needed


@given(bodies(), rules)
def test_the_forecast_of_the_quorum_is_what_the_count_asks(body: tuple[list[Member], list[Vote]], rule: Rule) -> None:
    members, cast = body
    may_vote = sum(not member.recused for member in members)
    unasked = rule.quorum == 0 and not rule.quorum_exceeds
    enough = bool(may_vote) and (unasked or len(cast) >= heads_needed(rule, may_vote))
    assert tally(members, cast, rule).quorate is enough


@given(st.integers(1, 30), st.sampled_from(Majority), st.booleans())
def test_the_forecast_of_the_majority_is_what_the_count_asks(size: int, kind: Majority, counts: bool) -> None:
    members = [Member(seat) for seat in range(1, size + 1)]
    rule = replace(PLAIN, majority=kind, abstentions_count=counts, tie=Tie.REJECTED, quorum=Fraction(0))
    for in_favour in range(size + 1):
        cast = [Vote(m.seat, Choice.FOR if m.seat <= in_favour else Choice.AGAINST) for m in members]
        needed = size if kind is Majority.NO_OBJECTION else votes_needed(rule, size)
        assert tally(members, cast, rule).carried is (in_favour >= needed)


@pytest.mark.long
@given(bodies(), rules, st.booleans())
def test_nothing_is_carried_without_quorum_unless_silence_consents(
    body: tuple[list[Member], list[Vote]], rule: Rule, written: bool
) -> None:
    members, cast = body
    if tally(members, cast, rule, written=written).carried:
        silence = written and rule.majority is Majority.NO_OBJECTION
        assert silence or tally(members, cast, rule).quorate
        assert any(not member.recused for member in members)
