"""What a secretary is told beforehand: how many have to come, what a majority is, and what cannot be."""

from dataclasses import replace
from fractions import Fraction

import pytest

from roles.rules import council
from roles.rules.decision import Majority, Rule, Tie
from workflows.rules.prospects import Seat, by_law, by_rule

PLAIN = Rule(
    quorum=Fraction(1, 2), quorum_exceeds=True, majority=Majority.SIMPLE, abstentions_count=False, tie=Tie.SECOND_ROUND
)
SEVEN = [Seat()] * 7


def own(seats: list[Seat], rule: Rule = PLAIN, *, written: bool = False) -> tuple[str, str, list[str], list[str]]:
    found = by_rule(seats, rule, basis="Reglement", written=written)
    return found.to_come, found.to_carry, [words for words, _ in found.obstacles], list(found.warnings)


@pytest.mark.parametrize(
    ("seats", "rule", "to_come", "to_carry"),
    [
        (SEVEN, PLAIN, "4 van de 7", "4 van 7 stemmen"),
        ([*SEVEN[:5], Seat(recused=True), Seat(recused=True)], PLAIN, "3 van de 5", "3 van 5 stemmen"),
        (SEVEN, replace(PLAIN, majority=Majority.TWO_THIRDS), "4 van de 7", "5 van 7 stemmen"),
        (SEVEN, replace(PLAIN, majority=Majority.UNANIMOUS), "4 van de 7", "7 van 7 stemmen"),
        (SEVEN, replace(PLAIN, abstentions_count=True), "4 van de 7", "telt als tegen"),
        ([Seat(weight=5), Seat(), Seat()], PLAIN, "2 van de 3", "4 van 7 stemmen"),
        (SEVEN, replace(PLAIN, majority=Majority.NO_OBJECTION), "4 van de 7", "niemand stemt tegen"),
    ],
)
def test_by_its_own_rule(seats: list[Seat], rule: Rule, to_come: str, to_carry: str) -> None:
    coming, carrying, obstacles, warnings = own(seats, rule)
    assert to_come in coming
    assert to_carry in carrying
    assert not obstacles
    assert not warnings


def test_silence_as_consent_is_told_where_a_round_may_be_held() -> None:
    assert "zwijgen als instemming" in own(SEVEN, replace(PLAIN, majority=Majority.NO_OBJECTION), written=True)[0]


def test_what_cannot_be_is_an_obstacle() -> None:
    assert own([])[2] == ["Dit gremium heeft nu geen leden."]
    assert own([Seat(recused=True)])[2] == ["Alle leden zijn verschoond: niemand mag stemmen."]
    beyond = replace(PLAIN, quorum=Fraction(1))
    assert own(SEVEN, beyond)[2] == ["Het quorum is niet te halen: nodig is 8, er mogen 7 leden stemmen."]


@pytest.mark.parametrize(("left", "warned"), [(4, False), (3, True), (1, True)])
def test_too_few_to_speak_for_the_body_is_a_warning(left: int, warned: bool) -> None:
    seats = [Seat(recused=number >= left) for number in range(7)]
    assert any("Hoogstens de helft" in words for words in own(seats)[3]) is warned
    assert any("Hoogstens de helft" in words for words in by_law(seats).warnings) is warned


@pytest.mark.parametrize(("marked", "warned"), [(3, False), (4, True), (7, True)])
def test_a_decision_that_will_hang_on_marked_votes_is_a_warning(marked: int, warned: bool) -> None:
    seats = [Seat(flagged=number < marked) for number in range(7)]
    assert any("andere hoed" in words for words in own(seats)[3]) is warned


def test_by_law_opening_voting_and_carrying_are_three_numbers() -> None:
    found = by_law([*SEVEN[:5], Seat(recused=True), Seat(recused=True)])
    assert "4 van de 7 zittende leden om te openen" in found.to_come
    assert "3 van de 5" in found.to_come
    assert "3 van 5 stemmen" in found.to_carry
    assert not found.obstacles
    assert by_law([Seat(recused=True)]).obstacles[0][1] == council.RECUSAL
