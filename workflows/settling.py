"""How a ballot comes to an end: counted, confirmed or lapsed, and what that means for the step it stands in."""

from datetime import date, datetime

from cases import selectors as cases
from cases.models import Ballot
from cases.services import ballots as change
from escalation.models import Deadline
from escalation.rules.terms import AMSTERDAM
from roles.models import Appointment
from roles.models.fields import holding_on
from roles.selectors.eligibility import presiding
from workflows.engine import Stale, Work
from workflows.models import CaseTask
from workflows.rules.rounds import MOST_BALLOTS


def settle(work: Work, ballot: Ballot) -> None:
    """A vote is over: what is carried goes to the chair, what is not may be tried again, three times in all."""
    assert work.task is not None
    if ballot.state == Ballot.State.VOTING:
        change.count(ballot=ballot)
    host = work.task
    for part in CaseTask.objects.filter(host=host, part=CaseTask.Part.VOTE, finished=None):
        work.end_part(part, status="CANCELED")
    Deadline.objects.filter(task=host.pk, effect=Deadline.Effect.ROUND, state=Deadline.State.ARMED).update(
        state=Deadline.State.ENDED, ended_at=work.now
    )
    work.details |= {"ballot": ballot.number, "proposal": ballot.proposal, "tally": ballot.tally}
    if ballot.state == Ballot.State.RECORDED:
        chair = confirmer(ballot)
        assert chair is not None  # what is carried was voted by somebody
        due = work.node.confirming_in(work.process).dates(work.now).due
        invite(work, part=CaseTask.Part.CONFIRM, seat_id=chair.pk, due_at=due, timed=True)
    else:
        lapsed(work, ballot)


def hand_over(work: Work, ballot: Ballot, part: CaseTask) -> None:
    """The record waits for a confirmation that has to come from somebody else now."""
    part.process, part.case = work.process, work.case
    work.task = part
    other = confirmer(ballot)
    if other is not None:
        succeed(work, part, other)
    else:
        change.send_back(ballot=ballot, words="Alle leden hebben zich verschoond; niemand kan dit bevestigen.")
        lapsed(work, ballot)


def lapsed(work: Work, ballot: Ballot) -> None:
    """No decision. After three the step ends; a meeting that could not be opened is not one of them."""
    if cases.ballots_held(ballot.task) >= MOST_BALLOTS:
        work.details["exhausted"] = True
        end_of_step(work, work.node.otherwise)


def break_off(work: Work) -> None:
    """The clock takes a step from a body that has not decided in time: votes, record and confirmation lapse."""
    assert work.task is not None
    for part in CaseTask.objects.filter(host=work.task, finished=None):
        work.end_part(part, status="CANCELED")
    ballot = cases.current_ballot(work.task.pk)
    if ballot is not None and ballot.state in (Ballot.State.VOTING, Ballot.State.RECORDED):
        ballot.case = work.case
        change.break_off(ballot=ballot)
        work.details["ballot"] = ballot.number


def end_of_step(work: Work, outcome: str) -> None:
    """End the collective step itself, whether it was asked through it or through a part of it."""
    assert work.task is not None
    if work.task.host_id is not None:
        if work.task.finished is None:
            work.task.outcome = outcome
            work.end_part(work.task)
        part, host = work.task, CaseTask.objects.get(pk=work.task.host_id)
        host.process, host.case = work.process, work.case
        if host.held_by_id is not None:
            raise Stale("Een escalatie zet deze stap stil. Hij gaat verder als zij eindigt of hem loslaat.")
        work.task = host
        work.finish(outcome)
        work.task = part
    else:
        work.finish(outcome)


def invite(work: Work, *, part: str, seat_id: int, due_at: datetime | None, timed: bool = False) -> CaseTask:
    """Somebody has a share in a collective step. `timed`: with a term of its own; a vote goes by that of its round."""
    assert work.task is not None
    task = CaseTask(
        process=work.process,
        case=work.case,
        host_id=work.task.host_id or work.task.pk,
        part=part,
        flow_task=work.node,
        flow_task_type="PART",
        token=work.task.token,
        status="NEW",
        created=work.now,
        seat_id=seat_id,
        target=due_at.astimezone(AMSTERDAM).date() if due_at else None,
        due_at=due_at,
    )
    work.pen.invite(task, timed=timed)
    return task


def succeed(work: Work, part: CaseTask, other: Appointment) -> None:
    """Somebody else confirms the record, within the term that runs, or stands still."""
    task = invite(work, part=CaseTask.Part.CONFIRM, seat_id=other.pk, due_at=part.due_at)
    Deadline.objects.filter(task=part.pk, ended_at=None).update(task=task.pk)


def confirmer(ballot: Ballot, on: date | None = None) -> Appointment | None:
    """Who presided: the chair, else the substitute chair, else the member who sits longest; none if all are recused.

    Who is recused does not confirm, nor who was absent from the meeting: they cannot say that the record is right.
    """
    seats = ballot.seats.filter(recused=False).select_related("appointment")
    if ballot.way == Ballot.Way.MEETING:
        seats = seats.filter(present=True)
    if on is not None:  # who sits no more does not confirm either
        seats = seats.filter(holding_on(on, "appointment__"))
    own = [seat for seat in seats if seat.stood_in_by_id is None]  # who takes a chair's place as a member is no chair
    return presiding(seat.appointment for seat in own or seats)


def running_ballot(work: Work) -> Ballot | None:
    """The ballot whose closing time passed, under the lock."""
    ballot = ballot_of(work)
    return ballot if ballot.state == Ballot.State.VOTING else None


def ballot_of(work: Work) -> Ballot:
    assert work.task is not None
    ballot = cases.current_ballot(work.task.host_id or work.task.pk)
    if ballot is None:
        raise Stale("Er is hier nog geen stemronde.")
    ballot.case = work.case
    return ballot
