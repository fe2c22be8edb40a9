"""The end of an appointment: what waited for it goes to somebody else, and is never lost (domain §3).

No moment tells that an appointment ends; its last day passes. So the clock looks, each minute, for open work that waits
for nobody. Each task is its own move, under the lock of its case, and looks again there: whoever was first was first.

- A task that somebody took up goes back to the queue of its role; also when they are away and nobody stands in.
- An open vote is of the seat: it goes to the successor, who represents the same organisation in the same position.
  Without one the seat is vacant, and counts for nothing (Gemeentewet 20 counts the members who sit); who comes to sit
  while the round still runs, votes. A vote that was cast stands: its member was one.
- A record that waits for the chair goes to who stands in: of those who were there and still sit, else the chair of now.
"""

import logging
from collections.abc import Callable
from datetime import date

from cases.models import Ballot
from cases.services import ballots as change
from escalation.rules.terms import AMSTERDAM
from roles import selectors as roles
from roles.models import Appointment, Person
from workflows import settling
from workflows.engine import Gone, Stale, Work, move
from workflows.models import CaseTask
from workflows.selectors import ended

logger = logging.getLogger(__name__)


class NothingToDo(Exception):
    """Somebody was first: nothing happens."""


def settle_of(appointment: Appointment) -> int:
    """What waited for one appointment, at once; how many tasks."""
    return sum(_in_one_move(*found, _settle) for found in ended.waiting_for_nobody(appointment))


def settle_all() -> int:
    """Settle whatever waits for nobody; how many tasks. One that fails is seen in the log, and tried again."""
    asked: list[tuple[tuple[int, int], Callable[[Work, date], None]]] = [
        *((found, _settle) for found in ended.waiting_for_nobody()),
        *((found, _fill) for found in ended.vacant()),
        *((found, _release) for found in ended.held_by_absent()),
    ]
    return sum(_in_one_move(case_id, task_id, do) for (case_id, task_id), do in asked)


def _in_one_move(case_id: int, task_id: int, do: Callable[[Work, date], None]) -> bool:
    try:
        with move(case_id=case_id, verb="hand_back", while_suspended=True) as work:
            task = CaseTask.objects.select_related("seat__position__body", "owner__person").get(pk=task_id)
            task.process, task.case = work.process, work.case
            work.task = task
            do(work, work.now.astimezone(AMSTERDAM).date())
    except (NothingToDo, Stale, Gone):
        return False
    except Exception:
        logger.exception("Task %s still waits for somebody whose appointment ended", task_id)
        return False
    return True


def _settle(work: Work, today: date) -> None:
    task = work.task
    assert task is not None
    if task.finished is not None:
        raise NothingToDo
    if task.seat is None:
        _hand_back(work, task, today)
    elif task.seat.holds_on(today) or task.seat.valid_from > today:
        raise NothingToDo
    elif not task.part:
        _open_to_role(work, task, task.seat)
    elif task.part == CaseTask.Part.VOTE:
        _pass_on_vote(work, task, task.seat, today)
    else:
        _pass_on_record(work, task, task.seat, today)


def _hand_back(work: Work, task: CaseTask, today: date) -> None:
    """Whoever holds the role finds it in the queue again; the term stays as it was."""
    if task.owner_id is None or task.position_id is None or ended.serves(task.owner_id, task.position_id, today):
        raise NothingToDo
    held = ended.last_held(task.owner_id, task.position_id)
    person: Person | None = getattr(task.owner, "person", None)
    work.details |= {
        "person": person.actor if person else "",
        "appointment": f"appointment/{held.pk}" if held else "",
    }
    CaseTask.objects.filter(pk=task.pk).update(owner=None)
    work.pen.tell("task_returned", task=task, position=task.position_id)


def _open_to_role(work: Work, task: CaseTask, seat: Appointment) -> None:
    """What somebody was to do by name: whoever else holds the role may, or the others would wait for ever."""
    work.details |= {"person": seat.person.actor, "appointment": f"appointment/{seat.pk}"}
    CaseTask.objects.filter(pk=task.pk).update(seat=None, position=seat.position_id, owner=None)
    work.pen.tell("task_returned", task=task, position=seat.position_id)


def _release(work: Work, today: date) -> None:
    """Who took it up is away and nobody stands in: their colleagues find it in the queue again."""
    task = work.task
    assert task is not None
    if task.finished is not None or task.owner_id is None or not ended.is_held_by_absent(task.pk):
        raise NothingToDo
    person: Person | None = getattr(task.owner, "person", None)
    work.verb = "release_task"
    work.details["person"] = person.actor if person else ""
    CaseTask.objects.filter(pk=task.pk).update(owner=None)
    work.pen.tell("task_returned", task=task, position=task.position_id)


def _pass_on_vote(work: Work, task: CaseTask, seat: Appointment, today: date) -> None:
    ballot = _ballot(work, Ballot.State.VOTING)
    successor = roles.successor(seat, today, besides=_seated(ballot))
    _about(work, seat, successor)
    if successor is None:
        work.verb = "vacate_seat"
        task.outcome = ended.VACATED
        change.vacate(ballot=ballot, appointment=seat)
    else:
        work.verb, task.outcome = "pass_on", "passed_on"
        change.vacate(ballot=ballot, appointment=seat)
        _seat(work, ballot, successor)
    work.end_part(task, status="CANCELED")


def _fill(work: Work, today: date) -> None:
    """Somebody came to sit in a seat that was vacant, and the round still runs."""
    task = work.task
    assert task is not None
    assert task.seat is not None
    if task.outcome != ended.VACATED:
        raise NothingToDo
    ballot = _ballot(work, Ballot.State.VOTING)
    successor = roles.successor(task.seat, today, besides=_seated(ballot))
    if successor is None or ballot.pk != _ballot_at(task).pk:
        raise NothingToDo
    work.verb = "pass_on"
    _about(work, task.seat, successor)
    CaseTask.objects.filter(pk=task.pk).update(outcome="passed_on")
    _seat(work, ballot, successor)


def _pass_on_record(work: Work, task: CaseTask, seat: Appointment, today: date) -> None:
    ballot = _ballot(work, Ballot.State.RECORDED)
    other = settling.confirmer(ballot, on=today) or roles.chair(ballot.body, today)
    _about(work, seat, other)
    if other is not None:
        work.verb, task.outcome = "pass_on", "passed_on"
        settling.succeed(work, task, other)
        work.end_part(task, status="CANCELED")
    else:
        work.verb, work.outcome = "send_back", "sent_back"
        work.motivation = "Niemand uit het gremium kan dit bevestigen: de benoemingen zijn geëindigd."
        change.send_back(ballot=ballot, words=work.motivation)
        work.end_part(task, status="CANCELED")
        settling.lapsed(work, ballot)


def _seat(work: Work, ballot: Ballot, successor: Appointment) -> None:
    """The successor sits in this ballot; who declared an interest in the case sits and does not vote."""
    recused = successor.person_id in roles.recused(work.case.chains)
    change.seat(ballot=ballot, appointment=successor, recused=recused)
    if not recused:
        assert ballot.closes_at is not None
        settling.invite(work, part=CaseTask.Part.VOTE, seat_id=successor.pk, due_at=ballot.closes_at)


def _ballot(work: Work, state: str) -> Ballot:
    ballot = settling.ballot_of(work)
    if ballot.state != state or (state == Ballot.State.VOTING and ballot.closes_at and work.now >= ballot.closes_at):
        raise NothingToDo  # the closing of the round ends what is open
    return ballot


def _ballot_at(task: CaseTask) -> Ballot:
    """The ballot that ran when a part was made."""
    found = Ballot.objects.filter(task=task.host_id, opened_at__lte=task.created).last()
    assert found is not None
    return found


def _seated(ballot: Ballot) -> list[int]:
    return list(ballot.seats.values_list("appointment", flat=True))


def _about(work: Work, seat: Appointment, other: Appointment | None) -> None:
    work.details |= {
        "person": f"person/{seat.person_id}",
        "appointment": f"appointment/{seat.pk}",
        "to": f"appointment/{other.pk}" if other else "",
        "to_person": f"person/{other.person_id}" if other else "",
    }
