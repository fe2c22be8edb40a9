"""How a body comes to its decision: a ballot is opened, voted or recorded, counted, and confirmed by the chair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from cases import selectors
from cases.models import Ballot, Case, Seat, UrgentDecision, Vote
from cases.services.tallies import frozen, in_order, outcome_of, silence_is_in_favour
from cases.services.words import rewrite
from roles import selectors as roles
from roles.authorize import Authority, NotAllowed
from roles.models import Appointment, Body, DecisionRule, Person
from roles.rules import decision, segregation
from roles.rules.verdict import Granted, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballotpaper:
    """One vote: what, and why where that is asked."""

    choice: str
    motivation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretCounts:
    """What a secret vote came to. `lot` is what it decided ("for" or "against"), where the votes were equal twice."""

    in_favour: int
    against: int
    blank: int = 0
    lot: str = ""


def open_ballot(
    *, case: Case, step: str, task_id: int, body: Body, rule: DecisionRule, by: Authority, at: datetime, way: str,
    proposal: str, defer_until: date | None, closes_at: datetime | None = None, meeting_date: date | None = None,
    form: str = "", second_call: bool = False, closed_doors: bool = False, secret_counts: SecretCounts | None = None,
    meeting_id: int | None = None, ratifies: UrgentDecision | None = None,
) -> Ballot:  # fmt: skip
    """Put a proposal to the vote. Who may vote is settled now: the members of today, less who is recused.

    Raises NotAllowed for a round in writing where an earlier tie waits for a meeting.
    """
    ballot = Ballot.objects.create(
        case=case, step=step, task=task_id, number=selectors.next_ballot(task_id), body=body,
        rule=rule, way=way, state=Ballot.State.VOTING, proposal=proposal, defer_until=defer_until,
        opened_by_id=by.appointment_id, opened_at=at, closes_at=closes_at, meeting_date=meeting_date,
        form=form, second_call=second_call, closed_doors=closed_doors, secret_counts=_counts(secret_counts),
        meeting_id=meeting_id, ratifies=ratifies,
    )  # fmt: skip
    recused = roles.recused(case.chains)
    for member in roles.members(body, by.today):
        Seat.objects.create(
            ballot=ballot, appointment=member, weight=member.weight, recused=member.person_id in recused
        )
    if way == Ballot.Way.WRITTEN:
        _insist(in_order(ballot))
    return ballot


def cast(*, ballot: Ballot, seat: Seat, paper: Ballotpaper, flagged: bool, at: datetime, by: Authority) -> Vote:
    """A member votes, or who stands in for them; or votes again: the earlier vote stays in the history."""
    _sit(seat, by.person_id)
    return _write_vote(ballot, seat, paper, flagged=flagged, at=at, recorded_by=None)


def record_meeting(
    *, ballot: Ballot, present: Sequence[int], papers: Mapping[int, Ballotpaper], minority: str, explanation: str,
    by: Authority, at: datetime, stand_ins: Mapping[int, Person],
) -> decision.Outcome:  # fmt: skip
    """What happened in a meeting: who was there and what each voted, by appointment id. Counted at once.

    `stand_ins` sat in the place of a member, by the member's appointment; what binds them, binds them here.

    Without a vote of their own members were in favour: of a hamerstuk all who were there. Where the law decides,
    silence says nothing in a vote, and in a meeting that could not be opened nobody votes. Raises NotAllowed where the
    meeting cannot have gone like this.
    """
    there = list(ballot.seats.select_related("appointment").filter(appointment__in=present))
    recused = roles.recused(ballot.case.chains)
    for seat in there:
        if seat.appointment_id in stand_ins:
            _insist(segregation.may_sit(recused=stand_ins[seat.appointment_id].pk in recused))
            seat.stood_in_by = stand_ins[seat.appointment_id]
        seat.present = True
        seat.save(update_fields=["present", "stood_in_by"])
    flagged = selectors.people_of_the_other_side(ballot)
    if silence_is_in_favour(ballot):
        papers = {seat.appointment_id: Ballotpaper(choice=decision.Choice.FOR) for seat in there} | dict(papers)
    for seat in there:
        if not seat.recused and seat.appointment_id in papers:
            _write_vote(
                ballot, seat, papers[seat.appointment_id], flagged=seat.acting in flagged, at=at,
                recorded_by=by.appointment_id,
            )  # fmt: skip
    _insist(in_order(ballot))
    ballot.minority = rewrite(ballot.case, None, minority)
    ballot.explanation = rewrite(ballot.case, None, explanation)
    return count(ballot=ballot)


def count(*, ballot: Ballot) -> decision.Outcome:
    """Close the vote and freeze the result. What is carried waits for the chair; what is not, lapses."""
    outcome = outcome_of(ballot)
    ballot.carried = outcome.carried
    ballot.tally = frozen(outcome, ballot)
    ballot.state = Ballot.State.RECORDED if outcome.carried else Ballot.State.LAPSED
    ballot.save()
    return outcome


def leave_seats(*, ballot: Ballot, person_id: int) -> None:
    """Somebody recused themselves before the decision stood: they count no more, nor does a vote cast already."""
    theirs = Q(appointment__person=person_id) | Q(stood_in_by=person_id)
    for seat in ballot.seats.filter(theirs, recused=False):
        seat.recused = True
        seat.save(update_fields=["recused"])


def vacate(*, ballot: Ballot, appointment: Appointment) -> None:
    """A member's appointment ended before they voted: a vacant seat is none of the ballot. The history keeps it."""
    ballot.seats.get(appointment=appointment, vote=None).delete()


def seat(*, ballot: Ballot, appointment: Appointment, recused: bool) -> None:
    """Somebody comes to sit in a vacant seat while the vote still runs."""
    Seat.objects.create(ballot=ballot, appointment=appointment, weight=appointment.weight, recused=recused)


def confirm(*, ballot: Ballot, by: Authority, at: datetime) -> None:
    """The chair confirms the record: from now on it is the decision."""
    ballot.state = Ballot.State.CONFIRMED
    ballot.confirmed_by_id = by.appointment_id
    ballot.stood_in_by_id = by.stood_in_by_id
    ballot.confirmed_at = at
    ballot.save(update_fields=["state", "confirmed_by", "stood_in_by", "confirmed_at"])


def send_back(*, ballot: Ballot, words: str) -> None:
    """The chair does not recognise the record: it lapses, and the secretary makes another."""
    ballot.state = Ballot.State.LAPSED
    ballot.explanation = rewrite(ballot.case, ballot.explanation, words)
    ballot.save(update_fields=["state", "explanation"])


def break_off(*, ballot: Ballot) -> None:
    """The term of the step passed before the body had decided: what ran brings no decision any more."""
    ballot.state = Ballot.State.LAPSED
    ballot.save(update_fields=["state"])


def _sit(seat: Seat, person_id: int) -> None:
    """Who votes in a seat: its member, or who stands in."""
    substitute = person_id if person_id != seat.appointment.person_id else None
    voted = Vote.objects.filter(seat=seat).exists()
    _insist(segregation.may_vote_over(own=voted and seat.stood_in_by_id is None, substitutes=substitute is not None))
    if seat.stood_in_by_id != substitute:
        seat.stood_in_by_id = substitute
        seat.save(update_fields=["stood_in_by"])


def _insist(verdict: Verdict) -> None:
    if not isinstance(verdict, Granted):
        raise NotAllowed(verdict)


def _counts(secret: SecretCounts | None) -> dict[str, Any] | None:
    if secret is None:
        return None
    return {"for": secret.in_favour, "against": secret.against, "blank": secret.blank, "lot": secret.lot}


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
