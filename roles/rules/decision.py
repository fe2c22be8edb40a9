"""How votes become a decision, by the besluitregel of the body (domain §4). The law of the AB is in `council.py`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
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
    NEXT_MEETING = "next_meeting"
    REJECTED = "rejected"


class Form(StrEnum):
    """How a meeting decided. A round in writing has none of these."""

    HAMMERED = "hammered"
    VOTES = "votes"
    ROLL_CALL = "roll_call"
    SECRET = "secret"


class Result(StrEnum):
    CARRIED = "carried"
    REJECTED = "rejected"
    SECOND_ROUND = "second_round"
    NEXT_MEETING = "next_meeting"  # equal votes: put to the vote again in a later meeting
    NOT_QUORATE = "not_quorate"
    NOT_OPENED = "not_opened"  # by law: too few were there to open the meeting
    INVALID = "invalid"  # by law: too few took part in the vote


TIED = (Result.SECOND_ROUND, Result.NEXT_MEETING)
WITHOUT_QUORUM = (Result.NOT_QUORATE, Result.NOT_OPENED, Result.INVALID)


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
    present: int = 0
    blank: int = 0

    @property
    def consenting(self) -> int:
        return self.in_favour + self.with_remark


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the votes amount to. `without_flagged` is the same without the votes of who wore another hat before.

    `article` is what it rests on by law; by a rule of the body's own it is empty.
    """

    result: Result
    counts: Counts
    explanation: str
    article: str = ""
    without_flagged: "Outcome | None" = None

    @property
    def carried(self) -> bool:
        return self.result is Result.CARRIED

    @property
    def quorate(self) -> bool:
        return self.result not in WITHOUT_QUORUM

    @property
    def hinges_on_flagged(self) -> bool:
        """The flagged votes made the difference, which the record must say."""
        return self.without_flagged is not None and self.without_flagged.carried != self.carried


def tally(
    members: Collection[Member], votes: Collection[Vote], rule: Rule, *, round_number: int = 1, written: bool = False
) -> Outcome:
    """Count. Recused members do not count at all; who abstains does count for the quorum.

    `round_number` is 2 when the votes on this proposal were equal before. In a round in writing that asks for no
    objection, who is silent consents, and so takes part: there is a quorum as long as anybody may vote.
    """
    eligible = {member.seat: member for member in members if not member.recused}
    seats = [vote.seat for vote in votes]
    if len(set(seats)) != len(seats) or not eligible.keys() >= set(seats):
        raise ValueError("every vote is of another member who may vote")
    counts = counts_of(eligible, votes)
    silence_consents = written and rule.majority is Majority.NO_OBJECTION and bool(eligible)
    if not silence_consents and not _is_quorate(counts, rule):
        return Outcome(Result.NOT_QUORATE, counts, _no_quorum(counts, rule))
    outcome = _decide(eligible, votes, rule, round_number)
    silent = counts.members - counts.voted
    if silence_consents and silent:
        words = f"{outcome.explanation} {silent} van {counts.members} leden zwegen: dat geldt als instemming."
        outcome = replace(outcome, explanation=words)
    unflagged = [vote for vote in votes if not vote.flagged]
    if len(unflagged) == len(votes):
        return outcome
    # The quorum was there: flagged members lawfully took part. Only their weight is left out.
    second = _decide(eligible, unflagged, rule, round_number)
    return replace(outcome, without_flagged=second)


def heads_needed(rule: Rule, may_vote: int, *, written: bool = False) -> int:
    """How many of who may vote have to take part; more than there are when it cannot be."""
    if written and rule.majority is Majority.NO_OBJECTION:
        return 0 if may_vote else 1
    needed = rule.quorum * may_vote
    whole = needed.numerator // needed.denominator
    return max(1, whole + 1 if rule.quorum_exceeds or whole < needed else whole)


def votes_needed(rule: Rule, votes_cast: int) -> int:
    """How many of the votes cast have to be in favour, where nobody abstains."""
    return {
        Majority.SIMPLE: votes_cast // 2 + 1,
        Majority.TWO_THIRDS: -(-2 * votes_cast // 3),
        Majority.UNANIMOUS: votes_cast,
        Majority.NO_OBJECTION: 0,
    }[rule.majority]


def counts_of(eligible: dict[int, Member], votes: Collection[Vote]) -> Counts:
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
    counts = counts_of(eligible, votes)
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
    return Outcome(result, counts, f"{summary(counts)} {_MAJORITY[rule.majority, carried]}")


def _break_tie(
    eligible: dict[int, Member], votes: Iterable[Vote], rule: Rule, counts: Counts, round_number: int
) -> Outcome:
    """The votes are equal (staken). The chair decides only where the rule says so and the chair took sides."""
    told = summary(counts)
    if not counts.consenting:
        return Outcome(Result.REJECTED, counts, f"{told} Er is geen stem voor of tegen: verworpen.")
    if rule.tie is Tie.CHAIR:
        choice = next((vote.choice for vote in votes if eligible[vote.seat].chair), Choice.ABSTAIN)
        if choice is Choice.AGAINST:
            return Outcome(Result.REJECTED, counts, f"{told} De stemmen staken; de voorzitter is tegen: verworpen.")
        if choice is not Choice.ABSTAIN:
            return Outcome(Result.CARRIED, counts, f"{told} De stemmen staken; de voorzitter is voor: aangenomen.")
    if rule.tie is Tie.REJECTED or round_number > 1:
        return Outcome(Result.REJECTED, counts, f"{told} De stemmen staken: verworpen.")
    if rule.tie is Tie.NEXT_MEETING:
        words = "De stemmen staken: het komt terug in een volgende vergadering."
        return Outcome(Result.NEXT_MEETING, counts, f"{told} {words}")
    return Outcome(Result.SECOND_ROUND, counts, f"{told} De stemmen staken: er volgt een tweede ronde.")


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


def summary(counts: Counts) -> str:
    """The counts in words."""
    parts = [f"{counts.consenting} voor", f"{counts.against} tegen"]
    if counts.with_remark:
        parts[0] += f" (waarvan {counts.with_remark} met kanttekening)"
    if counts.abstained:
        parts.append(f"{counts.abstained} onthouding" + ("en" if counts.abstained > 1 else ""))
    if counts.blank:
        parts.append(f"{counts.blank} blanco of ongeldig")
    return ", ".join(parts) + "."


def _no_quorum(counts: Counts, rule: Rule) -> str:
    if not counts.members:
        return "Alle leden zijn verschoond: er is niemand die mag stemmen."
    than = "meer dan" if rule.quorum_exceeds else "ten minste"
    needed = f"{than} {rule.quorum.numerator}/{rule.quorum.denominator}"
    return f"Geen quorum: {counts.voted} van {counts.members} leden stemden, nodig is {needed}."
