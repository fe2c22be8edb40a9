"""Before the meeting: convene it, make its agenda, add papers; or call it off. By the secretary of the body."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import clock
from audit.services import SYSTEM, acting
from cases.models import AgendaItem, Meeting, UrgentDecision
from cases.services import documents
from cases.services import meetings as rows
from cases.services.documents import Paper
from escalation.services.messages import notify
from roles.authorize import NotAllowed, authorize
from roles.models import Body
from roles.rules import council
from roles.rules.verdict import Refused
from workflows import sql
from workflows.engine import Gone, Stale
from workflows.meetings.sitting import ORDER, Sitting, for_secretary, locked, sitting
from workflows.models import CaseTask
from workflows.selectors import meetings as find

MOST_ITEMS = 30  # what one form can hold, votes of each member included
FURTHEST = timedelta(days=732)
PLANNED = (Meeting.State.PLANNED,)
UNTIL_CONFIRMED = (Meeting.State.PLANNED, Meeting.State.HELD)
ANEW_AFTER = timedelta(hours=24)


def convene(
    *, user_id: int, body_id: int, appointment_id: int, starts_at: datetime, place: str = "",
    closed_doors: bool = False, second_call_of: int | None = None, substitution_id: int | None = None,
) -> Meeting:  # fmt: skip
    """A new meeting; what has to be ratified is on its agenda at once. A second call takes over the first agenda."""
    with transaction.atomic():
        body = Body.objects.select_for_update(of=("self",), no_key=True).select_related("scheme").get(pk=body_id)
        by = authorize(
            user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
            wanted=for_secretary(body, "convene_meeting", appointment_id),
        )  # fmt: skip
        now = clock.now()
        _check_moment(starts_at, now)
        first = _first_call(body, second_call_of, starts_at)
        meeting_id = sql.reserve_meeting_id()
        meeting = Meeting(pk=meeting_id, body=body)
        with Sitting(meeting=meeting, by=by, now=now).act("convene_meeting") as act:
            meeting = rows.convene(
                meeting_id=meeting_id, body=body, starts_at=starts_at, place=place.strip(), by=by,
                closed_doors=closed_doors, second_call_of=first,
            )  # fmt: skip
            act.details["meeting"] = f"{meeting.year}/{meeting.number}"
            if first is not None:
                _take_over(meeting, first)
            for urgent in find.unratified(body):
                if not meeting.items.filter(urgent=urgent).exists():
                    rows.put_ratification(meeting=meeting, urgent=urgent)
            if starts_at > now:  # one of before today is only entered
                notify(template="convened", meeting=meeting, by=by.person_id)
        return meeting


def change(
    *, user_id: int, meeting_id: int, appointment_id: int, starts_at: datetime, place: str = "",
    closed_doors: bool = False, substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Another moment, place or openness."""
    with sitting(
        meeting_id=meeting_id, verb="change_meeting", states=PLANNED, user_id=user_id, appointment_id=appointment_id,
        substitution_id=substitution_id,
    ) as now_sitting:  # fmt: skip
        if starts_at != now_sitting.meeting.starts_at:
            _check_moment(starts_at, now_sitting.now)
        with now_sitting.act("change_meeting"):
            rows.move_to(
                meeting=now_sitting.meeting, starts_at=starts_at, place=place.strip(), closed_doors=closed_doors
            )  # fmt: skip
            now_sitting.tell("meeting_changed")


def cancel(
    *, user_id: int, meeting_id: int, appointment_id: int, reason: str, substitution_id: int | None = None
) -> None:
    """It will not be held. What was on its agenda stays open, and goes on another."""
    with (
        _planned("cancel_meeting", user_id, meeting_id, appointment_id, substitution_id) as now_sitting,
        now_sitting.act("cancel_meeting") as act,
    ):
        act.motivation = reason.strip()
        rows.cancel(meeting=now_sitting.meeting)
        now_sitting.tell("meeting_cancelled")


def put_on_agenda(
    *, user_id: int, meeting_id: int, appointment_id: int, task_ids: Sequence[int] | None = None,
    substitution_id: int | None = None,
) -> int:  # fmt: skip
    """Open decisions of the body go on the agenda: these, or all that are on none yet. Returns how many."""
    with _planned("put_on_agenda", user_id, meeting_id, appointment_id, substitution_id) as now_sitting:
        meeting = now_sitting.meeting
        open_now = {task.pk: task for task in find.open_decisions([meeting.body_id])}
        taken = find.on_agendas(open_now)
        wanted = [pk for pk in open_now if pk not in taken] if task_ids is None else list(task_ids)
        for pk in wanted:
            if pk not in open_now:
                raise Stale("Een van deze besluiten is al genomen, of is er geen van dit gremium. Kies opnieuw.")
            if pk in taken:
                raise Stale(f"“{open_now[pk].case.title}” staat al op een agenda.")
        _check_room(meeting, len(wanted))
        with now_sitting.act("put_on_agenda") as act:
            for pk in wanted:
                task: CaseTask = open_now[pk]
                rows.put_decision(meeting=meeting, case=task.case, task_id=pk, step=task.flow_task.name)
            act.details["tasks"] = [f"task/{pk}" for pk in wanted]
            _tell_of_agenda(now_sitting)
        return len(wanted)


def put_point(
    *, user_id: int, meeting_id: int, appointment_id: int, title: str, closed: bool = False,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Something else to talk about."""
    with _planned("put_on_agenda", user_id, meeting_id, appointment_id, substitution_id) as now_sitting:
        _check_room(now_sitting.meeting, 1)
        if not title.strip():
            raise NotAllowed(Refused("Schrijf op waarover dit punt gaat.", ORDER))
        with now_sitting.act("put_on_agenda"):
            rows.put_point(meeting=now_sitting.meeting, title=title.strip(), closed=closed)
            _tell_of_agenda(now_sitting)


def arrange(
    *, user_id: int, meeting_id: int, appointment_id: int, order: Sequence[int], substitution_id: int | None = None
) -> None:
    """The agenda in this order, by the numbers of its items; what is not named comes after."""
    with _planned("arrange_agenda", user_id, meeting_id, appointment_id, substitution_id) as now_sitting:
        items = list(now_sitting.meeting.items.all())
        places = {pk: place for place, pk in enumerate(order)}
        with now_sitting.act("arrange_agenda"):
            rows.arrange(items=sorted(items, key=lambda item: places.get(item.pk, len(places))))


def set_item(
    *, user_id: int, meeting_id: int, appointment_id: int, item_id: int, hammer: bool, closed: bool,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Whether a hamerstuk is proposed, and whether it is dealt with behind closed doors."""
    with _planned("arrange_agenda", user_id, meeting_id, appointment_id, substitution_id) as now_sitting:
        item = _item(now_sitting.meeting, item_id)
        with now_sitting.act("arrange_agenda"):
            rows.set_item(item=item, hammer=hammer and item.kind != AgendaItem.Kind.POINT, closed=closed)


def remove(
    *, user_id: int, meeting_id: int, appointment_id: int, item_id: int, substitution_id: int | None = None
) -> None:
    """Off the agenda. What has to be ratified stays on it."""
    with _planned("remove_from_agenda", user_id, meeting_id, appointment_id, substitution_id) as now_sitting:
        item = _item(now_sitting.meeting, item_id)
        if item.kind == AgendaItem.Kind.RATIFICATION:
            raise NotAllowed(
                Refused("Een spoedbesluit komt op de eerstvolgende vergadering en blijft daar staan.", ORDER)
            )
        if item.documents.exists():
            raise NotAllowed(Refused("Bij dit punt horen stukken; het blijft daarom op de agenda.", ORDER))
        with now_sitting.act("remove_from_agenda"):
            rows.remove(item=item)


def add_paper(
    *, user_id: int, meeting_id: int, appointment_id: int, paper: Paper, item_id: int | None = None,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """A paper for the meeting, or for one item; until the decision list is confirmed."""
    with sitting(
        meeting_id=meeting_id, verb="add_paper", states=UNTIL_CONFIRMED, user_id=user_id,
        appointment_id=appointment_id, substitution_id=substitution_id,
    ) as now_sitting:  # fmt: skip
        item = _item(now_sitting.meeting, item_id) if item_id is not None else None
        with now_sitting.act("add_paper") as act:
            version = documents.add_to_meeting(
                meeting=now_sitting.meeting, item=item, by=now_sitting.by, at=now_sitting.now, paper=paper
            )
            act.documents = [version.sha256]


def put_ratification(urgent: UrgentDecision) -> None:
    """What was just decided urgently goes on the next meeting, where there is one; else `convene` sees to it."""
    coming = Meeting.objects.filter(body=urgent.body_id, state=Meeting.State.PLANNED, starts_at__gt=clock.now())
    upcoming = coming.order_by("starts_at").first()
    if upcoming is None:
        return
    with transaction.atomic():
        meeting = locked(upcoming.pk)
        if meeting.state == Meeting.State.PLANNED and not meeting.items.filter(urgent=urgent).exists():
            with acting(chain=meeting.chain, verb="put_on_agenda", actor=SYSTEM) as act:
                rows.put_ratification(meeting=meeting, urgent=urgent)
                act.details["urgent"] = urgent.pk


def _tell_of_agenda(now_sitting: Sitting) -> None:
    """Once a day: an agenda is made item by item, and who was called today will look at it anyhow."""
    day = timezone.localtime(now_sitting.now).replace(hour=0, minute=0, second=0, microsecond=0)
    told = now_sitting.meeting.notices.filter(template__in=["agenda", "convened"], created_at__gte=day)
    if not told.exists():
        now_sitting.tell("agenda")


def _planned(verb: str, user_id: int, meeting_id: int, appointment_id: int, substitution_id: int | None) -> Any:
    return sitting(
        meeting_id=meeting_id, verb=verb, states=PLANNED, user_id=user_id, appointment_id=appointment_id,
        substitution_id=substitution_id,
    )  # fmt: skip


def _item(meeting: Meeting, item_id: int) -> AgendaItem:
    item = meeting.items.select_related("meeting").filter(pk=item_id).first()
    if item is None:
        raise Gone(item_id)
    return item


def _check_room(meeting: Meeting, more: int) -> None:
    if meeting.items.count() + more > MOST_ITEMS:
        raise NotAllowed(
            Refused(f"Op één agenda passen {MOST_ITEMS} punten. Beleg een tweede vergadering voor de rest.", ORDER)
        )


def _check_moment(starts_at: datetime, now: datetime) -> None:
    """A meeting that was held today may still be entered; one of last month is a slip of the finger."""
    if not now - timedelta(days=31) <= starts_at <= now + FURTHEST:
        raise NotAllowed(
            Refused("Kies een moment tussen een maand geleden en twee jaar vooruit.", "Vergaderschema van het gremium")
        )


def _first_call(body: Body, meeting_id: int | None, starts_at: datetime) -> Meeting | None:
    """The meeting that could not be opened, for which this one is convened anew (Gemeentewet 20 lid 2)."""
    if meeting_id is None:
        return None
    first = Meeting.objects.filter(pk=meeting_id, body=body).first()
    if first is None:
        raise Gone(meeting_id)
    if first.quorate is not False or hasattr(first, "second_call"):
        raise NotAllowed(
            Refused(
                "Een tweede oproep kan één keer, na een vergadering waar te weinig leden waren.", council.SECOND_CALL
            )
        )
    if starts_at < first.starts_at + ANEW_AFTER:
        raise NotAllowed(Refused("Beleg de tweede vergadering ten minste 24 uur na de eerste.", council.SECOND_CALL))
    return first


def _take_over(meeting: Meeting, first: Meeting) -> None:
    open_now = {task.pk: task for task in find.open_decisions([meeting.body_id])}
    for item in first.items.select_related("title", "case", "urgent"):
        if item.kind == AgendaItem.Kind.POINT:
            rows.put_point(meeting=meeting, title=str(item.title), closed=item.closed)
        elif item.kind == AgendaItem.Kind.DECISION and item.case and item.task is not None and item.task in open_now:
            rows.put_decision(
                meeting=meeting, case=item.case, task_id=item.task, step=item.step, hammer=item.hammer,
                closed=item.closed,
            )  # fmt: skip
