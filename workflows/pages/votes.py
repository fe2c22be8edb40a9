"""Ballots as pages show them: who may vote, what each voted, and what it amounts to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cases.models import Ballot, Choice, Seat
from roles.models import DecisionRule
from workflows.flows import step_called
from workflows.models import CaseProcess

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
        if self.vote:
            return KINDS[Choice(self.vote.choice)][1]
        return "user-check" if self.seat.present else "clock"

    @property
    def words(self) -> str:
        if self.seat.recused:
            return "Verschoond"
        if self.vote:
            return str(self.vote.get_choice_display())
        if self.way == Ballot.Way.MEETING:
            return "Aanwezig" if self.seat.present else "Afwezig"
        return "Nog geen stem" if self.open else "Niet gestemd"

    @property
    def whom(self) -> str:
        """For whom this member sits there, in a column of its own."""
        return str(self.seat.appointment.organisation or "").removeprefix("gemeente ")


@dataclass(frozen=True, slots=True)
class Shown:
    """One ballot. Of a secret vote only the counts are there to show."""

    ballot: Ballot
    label: str
    proposal: str
    rows: Sequence[SeatRow]

    @property
    def counts(self) -> dict[str, int]:
        """By member, for the bar; weights are in the tally."""
        if self.secret:
            return {"in_favour": self.ballot.tally["for"], "against": self.ballot.tally["against"], "with_remark": 0,
                    "abstained": 0, "blank": self.ballot.tally["blank"], "open": 0}  # fmt: skip
        given = Counter(row.vote.choice for row in self.rows if row.vote and not row.seat.recused)
        silent = sum(1 for row in self.rows if not row.vote and not row.seat.recused)
        return {
            "in_favour": given[Choice.FOR],
            "with_remark": given[Choice.FOR_WITH_REMARK],
            "against": given[Choice.AGAINST],
            "abstained": given[Choice.ABSTAIN],
            "blank": 0,
            "open": silent if self.is_open else 0,
        }

    @property
    def secret(self) -> bool:
        return self.ballot.form == Ballot.Form.SECRET

    @property
    def result(self) -> str:
        return str(self.ballot.tally.get("result", ""))

    @property
    def weighted(self) -> bool:
        return any(row.seat.weight != 1 for row in self.rows)

    @property
    def silent(self) -> int:
        """Members who said nothing in a round in which silence is consent."""
        consents = self.ballot.rule.majority == DecisionRule.Majority.NO_OBJECTION
        written = self.ballot.way == Ballot.Way.WRITTEN and not self.is_open
        return sum(not row.vote and not row.seat.recused for row in self.rows) if consents and written else 0

    @property
    def how(self) -> str:
        """How it was decided, such as "Hoofdelijke stemming, openbare vergadering, opnieuw bijeengeroepen"."""
        ballot, parts = self.ballot, []
        if ballot.form:
            parts.append(str(ballot.get_form_display()))
        if ballot.closed_doors:
            parts.append("met gesloten deuren")
        elif ballot.rule.by_law:
            parts.append("openbare vergadering")
        if ballot.second_call:
            parts.append("opnieuw bijeengeroepen (art. 20 lid 2)")
        return ", ".join(parts)

    @property
    def is_open(self) -> bool:
        return self.ballot.state == Ballot.State.VOTING

    @property
    def voted(self) -> str:
        entitled = [row for row in self.rows if not row.seat.recused]
        return f"{sum(1 for row in entitled if row.vote)}/{len(entitled)}"

    @property
    def title(self) -> str:
        if self.ballot.ratifies_id is not None:
            return f"{self.label}: bekrachtiging van ‘{self.proposal.lower()}’"
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


def shown(ballots: Sequence[Ballot], process: CaseProcess, user_id: int) -> list[Shown]:
    """Without a query of its own."""
    made = []
    for ballot in ballots:
        node = step_called(process.flow_class, ballot.step, ballot.proposal)
        rows = [
            SeatRow(seat, seat.appointment.person.user_id == user_id, ballot.way, ballot.state == Ballot.State.VOTING)
            for seat in ballot.seats.all()
        ]
        made.append(Shown(ballot, process.label_of(node), node.outcome(ballot.proposal).label, rows))
    return made


def rule_in_words(rule: DecisionRule) -> str:
    """For instance "Gewone meerderheid; quorum meer dan 1/2; onthouding telt niet mee; bij staken: tweede ronde"."""
    if rule.by_law:
        return "volgens de wet: Gemeentewet art. 20 en 28-32 (Wgr art. 22)"
    part = f"{rule.quorum_numerator}/{rule.quorum_denominator}"
    quorum = f"quorum {'meer dan' if rule.quorum_exceeds else 'ten minste'} {part}"
    abstention = f"onthouding telt {'wel' if rule.abstentions_count else 'niet'} mee"
    return f"{rule.get_majority_display()}; {quorum}; {abstention}; bij staken: {rule.get_tie_display().lower()}"
