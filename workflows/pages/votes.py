"""Ballots as pages show them: who may vote, what each voted, and what it amounts to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cases.models import Ballot, Choice, Seat
from roles.models import DecisionRule
from workflows.flows import step_called

KINDS = {
    Choice.FOR: ("safe", "thumb-up"),
    Choice.FOR_WITH_REMARK: ("warning", "message-2"),
    Choice.AGAINST: ("danger", "thumb-down"),
    Choice.ABSTAIN: ("plain", "minus"),
}
STATES = {
    Ballot.State.VOTING: "neutral",
    Ballot.State.RECORDED: "warning",
    Ballot.State.CONFIRMED: "safe",
    Ballot.State.LAPSED: "plain",
}


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One member and their vote."""

    seat: Seat
    mine: bool
    way: str
    open: bool

    @property
    def vote(self) -> Any:
        return getattr(self.seat, "vote", None)

    @property
    def kind(self) -> str:
        return KINDS[Choice(self.vote.choice)][0] if self.vote else "plain"

    @property
    def icon(self) -> str:
        return KINDS[Choice(self.vote.choice)][1] if self.vote else "clock"

    @property
    def words(self) -> str:
        if self.seat.recused:
            return "Verschoond"
        if self.vote:
            return str(self.vote.get_choice_display())
        if self.way == Ballot.Way.MEETING:
            return "Afwezig"
        return "Nog geen stem" if self.open else "Niet gestemd"

    @property
    def whom(self) -> str:
        """For whom this member sits there, in a column of its own."""
        return str(self.seat.appointment.organisation or "").removeprefix("gemeente ")


@dataclass(frozen=True, slots=True)
class Shown:
    """One ballot."""

    ballot: Ballot
    label: str
    proposal: str
    rows: Sequence[SeatRow]

    @property
    def counts(self) -> dict[str, int]:
        """By member, for the bar; weights are in the tally."""
        given = Counter(row.vote.choice for row in self.rows if row.vote and not row.seat.recused)
        silent = sum(1 for row in self.rows if not row.vote and not row.seat.recused)
        return {
            "in_favour": given[Choice.FOR],
            "with_remark": given[Choice.FOR_WITH_REMARK],
            "against": given[Choice.AGAINST],
            "abstained": given[Choice.ABSTAIN],
            "open": silent if self.is_open else 0,
        }

    @property
    def is_open(self) -> bool:
        return self.ballot.state == Ballot.State.VOTING

    @property
    def voted(self) -> str:
        entitled = [row for row in self.rows if not row.seat.recused]
        return f"{sum(1 for row in entitled if row.vote)}/{len(entitled)}"

    @property
    def title(self) -> str:
        round_of = f", {self.ballot.number}e stemming" if self.ballot.number > 1 else ""
        return f"{self.label}: {self.proposal.lower()}{round_of}"

    @property
    def state_kind(self) -> str:
        return STATES[Ballot.State(self.ballot.state)]

    @property
    def rule(self) -> str:
        return rule_in_words(self.ballot.rule)

    @property
    def flagged(self) -> bool:
        return any(row.vote and row.vote.flagged for row in self.rows)


def shown(ballots: Sequence[Ballot], flow_class: Any, user_id: int) -> list[Shown]:
    """Without a query of its own."""
    made = []
    for ballot in ballots:
        node = step_called(flow_class, ballot.step, ballot.proposal)
        rows = [
            SeatRow(seat, seat.appointment.person.user_id == user_id, ballot.way, ballot.state == Ballot.State.VOTING)
            for seat in ballot.seats.all()
        ]
        made.append(Shown(ballot, node.label, node.outcome(ballot.proposal).label, rows))
    return made


def rule_in_words(rule: DecisionRule) -> str:
    """For instance "Gewone meerderheid; quorum meer dan 1/2; onthouding telt niet mee; bij staken: tweede ronde"."""
    part = f"{rule.quorum_numerator}/{rule.quorum_denominator}"
    quorum = f"quorum {'meer dan' if rule.quorum_exceeds else 'ten minste'} {part}"
    abstention = f"onthouding telt {'wel' if rule.abstentions_count else 'niet'} mee"
    return f"{rule.get_majority_display()}; {quorum}; {abstention}; bij staken: {rule.get_tie_display().lower()}"
