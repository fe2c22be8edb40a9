"""How votes become a decision, by the besluitregel of the body (domain §4). The law of the AB is not among these."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Choice(StrEnum):
    FOR = "for"
    FOR_WITH_REMARK = "for_with_remark"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Majority(StrEnum):
    SIMPLE = "simple"
    TWO_THIRDS = "two_thirds"
    UNANIMOUS = "unanimous"
    NO_OBJECTION = "no_objection"


class Tie(StrEnum):
    CHAIR = "chair"
    SECOND_ROUND = "second_round"
    REJECTED = "rejected"


class Result(StrEnum):
    CARRIED = "carried"
    REJECTED = "rejected"
    SECOND_ROUND = "second_round"
    NOT_QUORATE = "not_quorate"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a besluitregel. The quorum is a part of the members who may vote, by heads and not by weight."""

    quorum: Fraction
    quorum_exceeds: bool
    majority: Majority
    abstentions_count: bool
    tie: Tie


@dataclass(frozen=True, slots=True)
class Member:
    seat: int
    weight: int = 1
    chair: bool = False
    recused: bool = False


@dataclass(frozen=True, slots=True)
class Vote:
    seat: int
    choice: Choice
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Weights per choice, and heads for the quorum."""

    members: int
    voted: int
    in_favour: int
    with_remark: int
    against: int
    abstained: int

    @property
    def consenting(self) -> int:
        return self.in_favour + self.with_remark


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the votes amount to. `without_flagged` is the same without the votes of who wore another hat before."""

    result: Result
    counts: Counts
    explanation: str
    without_flagged: "Outcome | None" = None

    @property
    def carried(self) -> bool:
        return self.result is Result.CARRIED

    @property
    def quorate(self) -> bool:
        return self.result is not Result.NOT_QUORATE

    @property
    def hinges_on_flagged(self) -> bool:
        """The flagged votes made the difference, which the record must say."""
        return self.without_flagged is not None and self.without_flagged.carried != self.carried


def tally(members: Collection[Member], votes: Collection[Vote], rule: Rule, *, round_number: int = 1) -> Outcome:
    """Count. Recused members do not count at all; who abstains does count for the quorum."""
    eligible = {member.seat: member for member in members if not member.recused}
    seats = [vote.seat for vote in votes]
    if len(set(seats)) != len(seats) or not eligible.keys() >= set(seats):
        raise ValueError("every vote is of another member who may vote")
    counts = _counts(eligible, votes)
    if not _is_quorate(counts, rule):
        return Outcome(Result.NOT_QUORATE, counts, _no_quorum(counts, rule))
    outcome = _decide(eligible, votes, rule, round_number)
    unflagged = [vote for vote in votes if not vote.flagged]
    if len(unflagged) == len(votes):
        return outcome
    # The quorum was there: flagged members lawfully took part. Only their weight is left out.
    second = _decide(eligible, unflagged, rule, round_number)
    return Outcome(outcome.result, outcome.counts, outcome.explanation, without_flagged=second)


def _counts(eligible: dict[int, Member], votes: Collection[Vote]) -> Counts:
    def weight(choice: Choice) -> int:
        return sum(eligible[vote.seat].weight for vote in votes if vote.choice is choice)

    return Counts(
        members=len(eligible),
        voted=len(votes),
        in_favour=weight(Choice.FOR),
        with_remark=weight(Choice.FOR_WITH_REMARK),
        against=weight(Choice.AGAINST),
        abstained=weight(Choice.ABSTAIN),
    )


def _is_quorate(counts: Counts, rule: Rule) -> bool:
    needed = rule.quorum * counts.members
    return counts.members > 0 and (counts.voted > needed if rule.quorum_exceeds else counts.voted >= needed)


def _decide(eligible: dict[int, Member], votes: Collection[Vote], rule: Rule, round_number: int) -> Outcome:
    counts = _counts(eligible, votes)
    base = counts.consenting + counts.against + (counts.abstained if rule.abstentions_count else 0)
    if rule.majority is Majority.SIMPLE and counts.consenting == counts.against:
        return _break_tie(eligible, votes, rule, counts, round_number)
    carried = {
        Majority.SIMPLE: 2 * counts.consenting > base,
        Majority.TWO_THIRDS: base > 0 and 3 * counts.consenting >= 2 * base,
        Majority.UNANIMOUS: base > 0 and counts.consenting == base,
        Majority.NO_OBJECTION: counts.against == 0,
    }[rule.majority]
    result = Result.CARRIED if carried else Result.REJECTED
    return Outcome(result, counts, f"{_summary(counts)} {_MAJORITY[rule.majority, carried]}")


def _break_tie(
    eligible: dict[int, Member], votes: Iterable[Vote], rule: Rule, counts: Counts, round_number: int
) -> Outcome:
    """The votes are equal (staken). The chair decides only where the rule says so and the chair took sides."""
    summary = _summary(counts)
    if not counts.consenting:
        return Outcome(Result.REJECTED, counts, f"{summary} Er is geen stem voor of tegen: verworpen.")
    if rule.tie is Tie.CHAIR:
        choice = next((vote.choice for vote in votes if eligible[vote.seat].chair), Choice.ABSTAIN)
        if choice is Choice.AGAINST:
            return Outcome(Result.REJECTED, counts, f"{summary} De stemmen staken; de voorzitter is tegen: verworpen.")
        if choice is not Choice.ABSTAIN:
            return Outcome(Result.CARRIED, counts, f"{summary} De stemmen staken; de voorzitter is voor: aangenomen.")
    if rule.tie is Tie.REJECTED or round_number > 1:
        return Outcome(Result.REJECTED, counts, f"{summary} De stemmen staken: verworpen.")
    return Outcome(Result.SECOND_ROUND, counts, f"{summary} De stemmen staken: er volgt een tweede ronde.")


_MAJORITY = {
    (Majority.SIMPLE, True): "Gewone meerderheid: aangenomen.",
    (Majority.SIMPLE, False): "Geen gewone meerderheid: verworpen.",
    (Majority.TWO_THIRDS, True): "Ten minste twee derde: aangenomen.",
    (Majority.TWO_THIRDS, False): "Minder dan twee derde: verworpen.",
    (Majority.UNANIMOUS, True): "Unaniem: aangenomen.",
    (Majority.UNANIMOUS, False): "Niet unaniem: verworpen.",
    (Majority.NO_OBJECTION, True): "Geen bezwaar gemaakt: aangenomen.",
    (Majority.NO_OBJECTION, False): "Er is bezwaar gemaakt: verworpen.",
}


def _summary(counts: Counts) -> str:
    parts = [f"{counts.consenting} voor", f"{counts.against} tegen"]
    if counts.with_remark:
        parts[0] += f" (waarvan {counts.with_remark} met kanttekening)"
    if counts.abstained:
        parts.append(f"{counts.abstained} onthouding" + ("en" if counts.abstained > 1 else ""))
    return ", ".join(parts) + "."


def _no_quorum(counts: Counts, rule: Rule) -> str:
    if not counts.members:
        return "Alle leden zijn verschoond: er is niemand die mag stemmen."
    than = "meer dan" if rule.quorum_exceeds else "ten minste"
    needed = f"{than} {rule.quorum.numerator}/{rule.quorum.denominator}"
    return f"Geen quorum: {counts.voted} van {counts.members} leden stemden, nodig is {needed}."
