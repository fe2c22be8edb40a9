"""Meetings as somebody may see them, their agendas, and which decisions of a body wait for one."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from cases.models import (
    AgendaItem,
    Ballot,
    Document,
    DocumentVersion,
    Meeting,
    Presence,
    Seat,
    UrgentDecision,
)
from cases.selectors import ADDED, NAMED
from roles.models import Body, DecisionRule
from roles.selectors import Hat, Scope
from workflows.models import CaseTask
from workflows.nodes import Collective


def own_bodies(hats: Sequence[Hat]) -> set[int]:
    """The bodies in which somebody sits, as a member or as its secretary; who stands in for a part does not."""
    return {hat.position.body_id for hat in hats if hat.covers(flow="meetings", domain="", chains=())}


def visible(hats: Sequence[Hat], scopes: Sequence[Scope]) -> QuerySet[Meeting]:
    """The meetings of one's own bodies, and of every body of a regeling of which one sees all cases."""
    schemes = [scope.id for scope in scopes if scope.on == "scheme"]
    return Meeting.objects.filter(Q(body__in=own_bodies(hats)) | Q(body__scheme__in=schemes))


def bodies(hats: Sequence[Hat], scopes: Sequence[Scope]) -> list[Body]:
    """The bodies that decide and whose meetings somebody may see, their own first. One query."""
    schemes = [scope.id for scope in scopes if scope.on == "scheme"]
    own = own_bodies(hats)
    deciding = DecisionRule.objects.values("body")
    found = Body.objects.filter(Q(pk__in=own) | Q(scheme__in=schemes), pk__in=deciding).select_related("scheme")
    return sorted(found, key=lambda body: (body.pk not in own, body.scheme_id, body.pk))


def open_decisions(body_ids: Iterable[int]) -> list[CaseTask]:
    """What these bodies have to decide, the first due first. One query."""
    waiting = CaseTask.objects.filter(
        position__body__in=list(body_ids), finished=None, part=CaseTask.Part.STEP, flow_task_type="HUMAN"
    )
    found = waiting.select_related("case__title", "process", "position").order_by("due_at", "id")
    return [task for task in found if isinstance(task.flow_task, Collective)]


def on_agendas(task_ids: Collection[int]) -> dict[int, Meeting]:
    """The coming meeting on whose agenda each of these tasks stands. One query."""
    items = AgendaItem.objects.filter(
        kind=AgendaItem.Kind.DECISION, task__in=list(task_ids), meeting__state=Meeting.State.PLANNED
    ).select_related("meeting__body")  # fmt: skip
    return {item.task: item.meeting for item in items if item.task is not None}


def met_on(task_ids: Collection[int], hats: Sequence[Hat], scopes: Sequence[Scope]) -> dict[int, AgendaItem]:
    """The last meeting, held or coming, of each of these tasks, as far as somebody may know of it. One query."""
    items = AgendaItem.objects.filter(task__in=list(task_ids), meeting__in=visible(hats, scopes))
    found = items.exclude(meeting__state=Meeting.State.CANCELLED).select_related("meeting__body")
    own = own_bodies(hats)
    return {
        item.task: item
        for item in found.order_by("meeting__starts_at", "pk")
        if item.task is not None and (item.meeting.body_id in own or not (item.closed or item.meeting.closed_doors))
    }


def unratified(body: Body) -> list[UrgentDecision]:
    """What was decided urgently in the place of this body, and waits for its word."""
    pending = UrgentDecision.objects.filter(body=body, state=UrgentDecision.State.PENDING)
    return list(pending.select_related("case").order_by("ratify_before", "id"))


def urgent_in(case_id: int) -> list[UrgentDecision]:
    """What was decided urgently in a case. One query."""
    found = UrgentDecision.objects.filter(case=case_id)
    return list(
        found.select_related("ground", "words", "body", "stood_in_by__name", *(f"decided_by__{path}" for path in NAMED))
    )


def agenda(meeting: Meeting, *, closed: bool) -> list[AgendaItem]:
    """The items with what was decided; those for closed doors only for who may know of them. Four queries."""
    seats = Seat.objects.select_related(
        "vote__motivation", "stood_in_by__name", *(f"appointment__{path}" for path in NAMED)
    )
    ballots = Ballot.objects.select_related(
        "rule__body", "minority", "explanation", "confirmed_by__person__name", "stood_in_by__name"
    )  # fmt: skip
    found = meeting.items.select_related(
        "title", "words", "case__title", "case__process", "urgent__ground", "urgent__decided_by__person__name",
        "urgent__stood_in_by__name",
    )  # fmt: skip
    items = found.prefetch_related(Prefetch("ballot", ballots.prefetch_related(Prefetch("seats", seats))))
    shown = [item for item in items if closed or not (item.closed or meeting.closed_doors)]
    for item in shown:
        item.meeting = meeting
    return shown


def papers(meeting: Meeting) -> list[Document]:
    """The documents of the meeting and of its items, with all versions. Two queries."""
    versions = DocumentVersion.objects.select_related(*ADDED)
    found = meeting.documents.select_related("title", "item")
    return list(found.prefetch_related(Prefetch("versions", versions.order_by("-number"))).order_by("id"))


def case_papers(case_ids: Collection[int]) -> dict[int, list[Document]]:
    """The documents of these cases, with all versions. Two queries."""
    versions = DocumentVersion.objects.select_related(*ADDED)
    found = Document.objects.filter(case__in=list(case_ids)).select_related("title")
    by_case: dict[int, list[Document]] = {pk: [] for pk in case_ids}
    for document in found.prefetch_related(Prefetch("versions", versions.order_by("-number"))).order_by("id"):
        assert document.case_id is not None
        by_case[document.case_id].append(document)
    return by_case


def presence(meeting: Meeting) -> list[Presence]:
    """Who was there, by whom they represent. One query."""
    rows = meeting.presence.select_related("stood_in_by__name", *(f"appointment__{path}" for path in NAMED))
    return list(rows.order_by("appointment__organisation__name", "id"))


def of_bodies(found: QuerySet[Meeting], now: datetime) -> tuple[list[Meeting], list[Meeting]]:
    """What comes, the first first; what was, the last first. Two queries."""
    rows = found.select_related("body__scheme", "place")
    coming = rows.filter(state=Meeting.State.PLANNED, starts_at__gte=now).order_by("starts_at", "id")
    past = rows.exclude(state=Meeting.State.PLANNED, starts_at__gte=now).order_by("-starts_at", "-id")
    return list(coming[:100]), list(past[:100])
