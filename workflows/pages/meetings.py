"""Vergaderingen: the meetings of the bodies that somebody may see, and the page of one of them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from audit.selectors import trail
from cases.models import AgendaItem, Classification, Document, DocumentVersion, Meeting, Presence
from cases.models.case import with_top
from roles import selectors as roles
from roles.models import Appointment
from workflows import meetings as moves
from workflows.meetings.papers import decision_of, title_of
from workflows.meetings.record import RECORDABLE
from workflows.models import CaseTask
from workflows.pages import shelf
from workflows.pages.acts import told
from workflows.pages.documents import served
from workflows.pages.frame import visitor
from workflows.selectors import attendance, forecast
from workflows.selectors import meetings as find
from workflows.selectors.sight import confidential_cases

LOOKS = {
    Meeting.State.PLANNED: ("neutral", "calendar"),
    Meeting.State.HELD: ("warning", "writing"),
    Meeting.State.CONFIRMED: ("safe", "circle-check"),
    Meeting.State.CANCELLED: ("plain", "ban"),
}
ITEM_LOOKS: dict[str, tuple[str, str]] = {
    AgendaItem.State.OPEN: ("neutral", "clock"),
    AgendaItem.State.DONE: ("safe", "circle-check"),
    AgendaItem.State.POSTPONED: ("plain", "arrow-right"),
    AgendaItem.State.FAILED: ("danger", "alert-circle"),
}


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Each body with what comes, what was, and how many decisions wait. Six queries, however many meetings."""
    me = visitor(request)
    bodies = find.bodies(me.hats, me.scopes)
    coming, past = find.of_bodies(find.visible(me.hats, me.scopes), me.now)
    waiting = Counter(task.position.body_id for task in find.open_decisions([b.pk for b in bodies]) if task.position)
    mine = {hat.position.body_id for hat in me.hats if hat.appointment.kind == Appointment.Kind.SECRETARY}
    groups = [
        {
            "body": body, "waiting": waiting[body.pk], "convenes": body.pk in mine,
            "coming": [shown(each) for each in coming if each.body_id == body.pk],
            "past": [shown(each) for each in past if each.body_id == body.pk],
        }
        for body in bodies
    ]  # fmt: skip
    return render(request, "meetings/list.html", {"groups": groups, "me": me})


def shown(meeting: Meeting) -> dict[str, Any]:
    kind, icon = LOOKS[Meeting.State(meeting.state)]
    return {"meeting": meeting, "kind": kind, "icon": icon}


@dataclass(frozen=True, slots=True)
class Point:
    """An item of the agenda as one visitor sees it."""

    item: AgendaItem
    documents: list["Paper"]
    forecast: Any
    urls: bool

    @property
    def title(self) -> str:
        return title_of(self.item)

    @property
    def look(self) -> tuple[str, str]:
        if self.item.ballot is not None and not self.item.ballot.carried:
            return "warning", "circle-x"
        return ITEM_LOOKS[self.item.state]

    @property
    def state(self) -> str:
        return decision_of(self.item)

    @property
    def tally(self) -> dict[str, Any]:
        return self.item.ballot.tally if self.item.ballot else {}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the meeting, of an item, or of the case that an item is about."""

    document: Document
    readable: bool

    @property
    def title(self) -> str:
        hidden = self.document.classification == Classification.SECRET and not self.readable
        return "Stuk onder geheimhouding" if hidden else str(self.document.title)

    @property
    def latest(self) -> DocumentVersion:
        return next(iter(self.document.versions.all()))

    @property
    def href(self) -> str:
        if not self.readable:
            return ""
        if self.document.case_id:
            return shelf.url_of(self.document, self.latest.number)
        return reverse("meeting-document", args=[self.document.meeting_id, self.document.pk, self.latest.number])

    @property
    def size(self) -> str:
        return shelf.size_of(self.latest.size)


class Sight:
    """What one visitor sees of one meeting."""

    def __init__(self, request: HttpRequest, meeting: Meeting) -> None:
        self.me, self.meeting = visitor(request), meeting
        own = [hat for hat in self.me.hats if hat.covers(flow="meetings", domain="", chains=())]
        inside = [hat for hat in own if hat.position.body_id == meeting.body_id]
        self.inside = bool(inside)
        self.secretary = any(hat.appointment.kind == Appointment.Kind.SECRETARY for hat in inside)
        self.seats = {hat.appointment_id for hat in inside}

    @property
    def levels(self) -> set[str]:
        """The classifications that may be read here; who sits in the body reads all."""
        if self.inside:
            return set(Classification.values)
        scheme = self.meeting.body.scheme_id
        trusted = any(s.on == "scheme" and s.id == scheme and s.confidential for s in self.me.scopes)
        open_to_all: set[str] = {Classification.PUBLIC, Classification.INTERNAL}
        return open_to_all | ({Classification.CONFIDENTIAL} if trusted else set())

    def is_hidden(self, document: Document) -> bool:
        """Papers of what is dealt with behind closed doors; the lists themselves say by their level who may read."""
        meeting = self.meeting
        if self.inside or document.pk in (meeting.decision_list_id, meeting.public_list_id):
            return False
        return meeting.closed_doors or (document.item is not None and document.item.closed)

    def papers(self, items: list[AgendaItem]) -> dict[int | None, list[Paper]]:
        """By item, and under None those of the meeting itself; of an item that is not shown, none. Three queries."""
        levels, shown_items = self.levels, {item.pk for item in items}
        of_cases = find.case_papers({item.case_id for item in items if item.case_id})
        confidential = confidential_cases(self.me.scopes, of_cases)
        found: dict[int | None, list[Paper]] = {item.pk: [] for item in items} | {None: []}
        for document in find.papers(self.meeting):
            if not self.is_hidden(document) and (document.item_id is None or document.item_id in shown_items):
                found[document.item_id].append(Paper(document, document.classification in levels))
        for item in items:
            for document in of_cases.get(item.case_id or 0, []):
                closed = {Classification.CONFIDENTIAL: item.case_id in confidential, Classification.SECRET: self.inside}
                found[item.pk].append(Paper(document, closed.get(Classification(document.classification), True)))
        return found


def meeting_or_404(request: HttpRequest, meeting_id: int) -> Meeting:
    """A meeting that this visitor may see. Of any other they do not learn that it is there. One query."""
    me = visitor(request)
    found = find.visible(me.hats, me.scopes).filter(pk=meeting_id)
    meeting = found.select_related(
        "body__scheme", "place", "remark", "second_call_of__body", "convened_by__person__name",
        "confirmed_by__person__name", "stood_in_by__name",
    ).first()  # fmt: skip
    if meeting is None:
        raise Http404
    me.looks_at = meeting.body.scheme
    return meeting


@require_safe
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Agenda, papers, presence, what was decided, and the decision list."""
    found = meeting_or_404(request, meeting_id)
    sight = Sight(request, found)
    items = find.agenda(found, closed=sight.inside)
    papers = sight.papers(items)
    ahead = _forecasts(sight, items) if found.state == Meeting.State.PLANNED else {}
    chair = moves.presider(found) if found.state == Meeting.State.HELD else None
    lists = {pk for pk in (found.decision_list_id, found.public_list_id) if pk}
    return render(request, "meetings/meeting.html", {
        "meeting": found, "sight": sight, "look": shown(found), "crumbs": crumbs(found),
        "points": [Point(item, papers[item.pk], ahead.get(item.task or 0), bool(item.case_id)) for item in items],
        "documents": [paper for paper in papers[None] if paper.document.pk not in lists],
        "lists": [paper for paper in papers[None] if paper.document.pk in lists and paper.readable],
        "presence": _presence(found),
        "outlook": attendance.expected(found) if sight.inside and found.state == Meeting.State.PLANNED else None,
        "rule": roles.rules_in_force(found.body.scheme, sight.me.today).get(found.body_id),
        "left_out": found.items.count() - len(items),
        "to_record": found.state in RECORDABLE and found.starts_at <= sight.me.now,
        "confirms": chair is not None and chair.pk in sight.seats, "chair": chair,
        "second_call": Meeting.objects.filter(second_call_of=found).first() if found.quorate is False else None,
        "trail": told(trail(found.chain)) if sight.inside or found.body.scheme_id in sight.me.supervised else [],
    })  # fmt: skip


def _presence(meeting: Meeting) -> list[tuple[str, list[Presence]]]:
    rows = find.presence(meeting)
    return [
        (state.label, [row for row in rows if row.state == state])
        for state in Presence.State
        if any(row.state == state for row in rows)
    ]


def _forecasts(sight: Sight, items: list[AgendaItem]) -> dict[int, Any]:
    """Whether there can be a decision, for each that is still to be taken; for who sits in the body."""
    if not sight.inside:
        return {}
    tasks = CaseTask.objects.filter(pk__in=[item.task for item in items if item.task], finished=None)
    found = list(tasks.select_related("process__case__scheme", *with_top("process__case__"), "case"))
    return forecast.of_tasks(found, localdate(sight.meeting.starts_at))


def crumbs(meeting: Meeting, *more: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {"label": "Vergaderingen", "url": reverse("meetings")},
        {"label": str(meeting), "url": reverse("meeting", args=[meeting.pk])},
        *({"label": label, "url": url} for label, url in more),
    ]


@require_safe
def download(request: HttpRequest, meeting_id: int, document_id: int, number: int) -> HttpResponseBase:
    """The bytes, never shown by the browser itself."""
    found = meeting_or_404(request, meeting_id)
    sight = Sight(request, found)
    document = found.documents.select_related("item").filter(pk=document_id).first()
    if document is None or document.classification not in sight.levels:
        raise Http404
    if sight.is_hidden(document):
        raise Http404
    version = DocumentVersion.objects.select_related("filename").filter(document=document, number=number).first()
    if version is None:
        raise Http404
    return served(request, document, version)
