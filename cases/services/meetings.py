"""The rows of a meeting: its agenda, who was there, what became of each item, and its decision list.

Nobody is authorized here, and what an item decides in a case is a move of that case: `workflows.meetings`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from audit import texts
from audit.models import Text
from cases.models import AgendaItem, Ballot, Case, Document, Meeting, Presence, UrgentDecision
from cases.services import documents
from cases.services.documents import Paper
from roles.authorize import Authority
from roles.models import Body, Person


def convene(
    *, meeting_id: int, body: Body, starts_at: datetime, place: str, closed_doors: bool, by: Authority,
    second_call_of: Meeting | None = None,
) -> Meeting:  # fmt: skip
    """A new meeting, with the next number of its year. The caller holds the lock of the body."""
    year = timezone.localdate(starts_at).year
    last = Meeting.objects.filter(body=body, year=year).aggregate(last=Max("number"))["last"]
    chain = f"meeting/{meeting_id}"
    return Meeting.objects.create(
        pk=meeting_id, body=body, year=year, number=(last or 0) + 1, starts_at=starts_at,
        place=texts.write(chain, place) if place else None, closed_doors=closed_doors, convened_by_id=by.appointment_id,
        second_call_of=second_call_of,
    )  # fmt: skip


def move_to(*, meeting: Meeting, starts_at: datetime, place: str, closed_doors: bool) -> None:
    """Another day, place or openness; the number stays."""
    meeting.starts_at = starts_at
    meeting.place = rewritten(meeting, meeting.place, place)
    meeting.closed_doors = closed_doors
    meeting.save(update_fields=["starts_at", "place", "closed_doors"])


def cancel(*, meeting: Meeting) -> None:
    """It will not be held; what was on its agenda waits for another."""
    meeting.state = Meeting.State.CANCELLED
    meeting.save(update_fields=["state"])


def put_decision(
    *, meeting: Meeting, case: Case, task_id: int, step: str, hammer: bool = False, closed: bool = False
) -> AgendaItem:
    """An open decision of the body goes on the agenda."""
    return _put(
        meeting, kind=AgendaItem.Kind.DECISION, case=case, task=task_id, step=step, hammer=hammer, closed=closed
    )


def put_ratification(*, meeting: Meeting, urgent: UrgentDecision) -> AgendaItem:
    """What was decided urgently comes before the body."""
    return _put(
        meeting, kind=AgendaItem.Kind.RATIFICATION, case=urgent.case, task=urgent.task, step=urgent.step, urgent=urgent
    )


def put_point(*, meeting: Meeting, title: str, closed: bool = False) -> AgendaItem:
    """Anything else that is talked about."""
    return _put(meeting, kind=AgendaItem.Kind.POINT, title=texts.write(meeting.chain, title), closed=closed)


def _put(meeting: Meeting, **values: object) -> AgendaItem:
    last = meeting.items.aggregate(last=Max("order"))["last"]
    return AgendaItem.objects.create(meeting=meeting, order=(last or 0) + 1, **values)


def set_item(*, item: AgendaItem, hammer: bool, closed: bool) -> None:
    """How it is meant to be dealt with."""
    item.hammer, item.closed = hammer, closed
    item.save(update_fields=["hammer", "closed"])


def arrange(*, items: Sequence[AgendaItem]) -> None:
    """The agenda in this order."""
    for place, item in enumerate(items, start=1):
        if item.order != place:
            item.order = place
            item.save(update_fields=["order"])


def remove(*, item: AgendaItem) -> None:
    """Off the agenda; the history keeps that it was on it."""
    item.delete()


def hold(
    *, meeting: Meeting, presence: Mapping[int, str], stand_ins: Mapping[int, Person], quorate: bool
) -> None:  # fmt: skip
    """Who was there, of all who sit in the body, or in whose place."""
    there = {row.appointment_id: row for row in meeting.presence.all()}
    for appointment_id, state in presence.items():
        row = there.get(appointment_id) or Presence(meeting=meeting, appointment_id=appointment_id)
        substitute = stand_ins.get(appointment_id) if state == Presence.State.PRESENT else None
        if row.state != state or row.stood_in_by != substitute:
            row.state, row.stood_in_by = state, substitute
            row.save()
    meeting.state = Meeting.State.HELD
    meeting.quorate = quorate
    meeting.revision += 1
    meeting.save(update_fields=["state", "quorate", "revision"])


def settle(*, item: AgendaItem, state: str, ballot: Ballot | None = None, words: str = "") -> None:
    """What became of an item."""
    item.state, item.ballot = state, ballot
    item.words = rewritten(item.meeting, item.words, words)
    item.save(update_fields=["state", "ballot", "words"])


def list_of(
    *, meeting: Meeting, public: bool, content: Paper, by: Authority, at: datetime
) -> str:  # fmt: skip
    """The decision list on paper, once more: the next version of the one that there is. Returns its hash."""
    field = "public_list" if public else "decision_list"
    there: Document | None = getattr(meeting, field)
    if there is None:
        version = documents.add_to_meeting(meeting=meeting, item=None, by=by, at=at, paper=content)
        setattr(meeting, field, version.document)
        meeting.save(update_fields=[field])
    else:
        version = documents.add_version(document=there, by=by, at=at, paper=content)
        if there.classification != content.classification:  # an item became one for closed doors, or is no longer
            there.classification = content.classification
            there.save(update_fields=["classification"])
    return version.sha256


def confirm(*, meeting: Meeting, by: Authority, at: datetime, remark: str) -> None:
    """The list stands."""
    meeting.state = Meeting.State.CONFIRMED
    meeting.confirmed_by_id, meeting.stood_in_by_id, meeting.confirmed_at = by.appointment_id, by.stood_in_by_id, at
    meeting.remark = rewritten(meeting, meeting.remark, remark)
    meeting.save(update_fields=["state", "confirmed_by", "stood_in_by", "confirmed_at", "remark"])


def return_list(*, meeting: Meeting, words: str) -> None:
    """The chair does not recognise it: the secretary records the meeting again."""
    meeting.remark = rewritten(meeting, meeting.remark, words)
    meeting.revision += 1
    meeting.save(update_fields=["remark", "revision"])
    for item in meeting.items.exclude(state=AgendaItem.State.OPEN):
        settle(item=item, state=AgendaItem.State.OPEN)


def rewritten(meeting: Meeting, old: Text | None, words: str) -> Text | None:
    """The same record as long as the words are the same; none for no words."""
    if not words:
        return None
    return old if old is not None and old.content == words else texts.write(meeting.chain, words)


def decide_urgently(
    *, case: Case, step: str, task_id: int, body: Body, proposal: str, ground: str, by: Authority, at: datetime,
    ratify_before: datetime,
) -> UrgentDecision:  # fmt: skip
    """Somebody decides in the place of the body, which has to say afterwards whether it stands behind it."""
    return UrgentDecision.objects.create(
        case=case, step=step, task=task_id, body=body, proposal=proposal, ground=texts.write(case.chain, ground),
        decided_by_id=by.appointment_id, stood_in_by_id=by.stood_in_by_id, decided_at=at, ratify_before=ratify_before,
    )  # fmt: skip


def ratify(*, urgent: UrgentDecision, state: str, words: str) -> None:
    """What the body said of it; or that it is still to say so."""
    urgent.state = state
    urgent.words = texts.write(urgent.case.chain, words) if words else None
    urgent.save(update_fields=["state", "words"])
