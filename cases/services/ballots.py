"""How a body comes to its decision: a ballot is opened, voted or recorded, counted, and confirmed by the chair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from cases import selectors
from cases.models import Ballot, Case, Seat, Vote
from cases.services.words import rewrite
from roles import selectors as roles
from roles.authorize import Authority
from roles.models import Body, DecisionRule
from roles.rules import decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballotpaper:
    """One vote: what, and why where that is asked."""

    choice: str
    motivation: str = ""


def open_ballot(
    *, case: Case, step: str, task_id: int, body: Body, rule: DecisionRule, by: Authority, at: datetime, way: str,
    proposal: str, defer_until: date | None, closes_at: datetime | None = None, meeting_date: date | None = None,
) -> Ballot:  # fmt: skip
    """Put a proposal to the vote. Who may vote is settled now: the members of today, less who is recused."""
    ballot = Ballot.objects.create(
        case=case, step=step, task=task_id, number=selectors.next_ballot(task_id), body=body,
        rule=rule, way=way, state=Ballot.State.VOTING, proposal=proposal, defer_until=defer_until,
        opened_by_id=by.appointment_id, opened_at=at, closes_at=closes_at, meeting_date=meeting_date,
    )  # fmt: skip
    recused = roles.recused(case.chains)
    for member in roles.members(body, by.today):
        Seat.objects.create(
            ballot=ballot, appointment=member, weight=member.weight, recused=member.person_id in recused
        )
    return ballot


def cast(*, ballot: Ballot, seat: Seat, paper: Ballotpaper, flagged: bool, at: datetime) -> Vote:
    """A member votes, or votes again: the earlier vote stays in the history."""
    return _write_vote(ballot, seat, paper, flagged=flagged, at=at, recorded_by=None)


def record_meeting(
    *, ballot: Ballot, present: Sequence[int], papers: Mapping[int, Ballotpaper], minority: str, explanation: str,
    by: Authority, at: datetime,
) -> decision.Outcome:  # fmt: skip
    """What happened in a meeting: who was there and what each voted, by appointment id. Counted at once."""
    flagged = selectors.people_of_the_other_side(ballot)
    for seat in ballot.seats.select_related("appointment").filter(appointment__in=present):
        seat.present = True
        seat.save(update_fields=["present"])
        if not seat.recused:
            _write_vote(
                ballot, seat, papers[seat.appointment_id], flagged=seat.appointment.person_id in flagged, at=at,
                recorded_by=by.appointment_id,
            )  # fmt: skip
    ballot.minority = rewrite(ballot.case, None, minority)
    ballot.explanation = rewrite(ballot.case, None, explanation)
    return count(ballot=ballot)


def count(*, ballot: Ballot) -> decision.Outcome:
    """Close the vote and freeze the result. What is carried waits for the chair; what is not, lapses."""
    outcome = outcome_of(ballot)
    ballot.carried = outcome.carried
    ballot.tally = frozen(outcome, ballot.rule)
    ballot.state = Ballot.State.RECORDED if outcome.carried else Ballot.State.LAPSED
    ballot.save()
    return outcome


def outcome_of(ballot: Ballot) -> decision.Outcome:
    """What the votes amount to now."""
    seats = list(ballot.seats.select_related("appointment"))
    members = [decision.Member(seat.pk, seat.weight, seat.appointment.kind == "chair", seat.recused) for seat in seats]
    cast = ballot.votes.filter(seat__recused=False)
    votes = [decision.Vote(vote.seat_id, decision.Choice(vote.choice), vote.flagged) for vote in cast]
    rounds = Ballot.objects.filter(task=ballot.task, proposal=ballot.proposal, number__lte=ballot.number).count()
    return decision.tally(members, votes, rule_of(ballot.rule), round_number=rounds)


def leave_seats(*, ballot: Ballot, person_id: int) -> None:
    """A member recused themselves before the decision stood: they count no more, nor does a vote cast already."""
    for seat in ballot.seats.filter(appointment__person=person_id, recused=False):
        seat.recused = True
        seat.save(update_fields=["recused"])


def confirm(*, ballot: Ballot, by: Authority, at: datetime) -> None:
    """The chair confirms the record: from now on it is the decision."""
    ballot.state = Ballot.State.CONFIRMED
    ballot.confirmed_by_id = by.appointment_id
    ballot.confirmed_at = at
    ballot.save(update_fields=["state", "confirmed_by", "confirmed_at"])


def send_back(*, ballot: Ballot, words: str) -> None:
    """The chair does not recognise the record: it lapses, and the secretary makes another."""
    ballot.state = Ballot.State.LAPSED
    ballot.explanation = rewrite(ballot.case, ballot.explanation, words)
    ballot.save(update_fields=["state", "explanation"])


def rule_of(row: DecisionRule) -> decision.Rule:
    return decision.Rule(
        quorum=Fraction(row.quorum_numerator, row.quorum_denominator),
        quorum_exceeds=row.quorum_exceeds,
        majority=decision.Majority(row.majority),
        abstentions_count=row.abstentions_count,
        tie=decision.Tie(row.tie),
    )


def frozen(outcome: decision.Outcome, rule: DecisionRule) -> dict[str, Any]:
    """The result as it stays, with the version of the rule that it was counted by."""
    counts = outcome.counts
    return {
        "result": outcome.result,
        "explanation": outcome.explanation,
        "rule": f"{rule.body.code} v{rule.version}",
        "members": counts.members,
        "voted": counts.voted,
        "for": counts.in_favour,
        "for_with_remark": counts.with_remark,
        "against": counts.against,
        "abstain": counts.abstained,
        "without_flagged": outcome.without_flagged.explanation if outcome.without_flagged else "",
        "hinges_on_flagged": outcome.hinges_on_flagged,
    }


def _write_vote(
    ballot: Ballot, seat: Seat, paper: Ballotpaper, *, flagged: bool, at: datetime, recorded_by: int | None
) -> Vote:
    vote = Vote.objects.filter(seat=seat).select_related("motivation").first() or Vote(ballot=ballot, seat=seat)
    vote.choice = paper.choice
    vote.motivation = rewrite(ballot.case, vote.motivation, paper.motivation)
    vote.flagged = flagged
    vote.cast_at = at
    vote.recorded_by_id = recorded_by
    vote.save()
    return vote
