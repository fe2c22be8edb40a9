"""What a task page is about: the task, and the case as far as one needs it to decide."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from audit.models import Act
from cases import selectors as cases
from cases.models import AgendaItem, Case
from roles.selectors import Offer
from workflows import preview
from workflows.engine import Work
from workflows.models import CaseTask
from workflows.nodes import Collective
from workflows.pages import doing
from workflows.pages.acts import names_of
from workflows.pages.frame import visible_case_or_404, visitor
from workflows.pages.matters import matter_of
from workflows.pages.shelf import shelf
from workflows.pages.wording import acting_as, title_of, whose
from workflows.selectors import meetings
from workflows.selectors.deadlines import running

BESIDE = (
    "position__role",
    "position__body",
    "seat__person__name",
    "seat__position__role",
    "organisation",
    "owner__person__name",
)


def found_or_404(request: HttpRequest, case_id: int, task_id: int) -> Work:
    """The case as it stands, with one of its tasks that people do."""
    case = visible_case_or_404(request, case_id)
    found = (
        CaseTask.objects.filter(pk=task_id, case=case, flow_task_type__in=["HUMAN", "PART"])
        .select_related(*BESIDE)
        .first()
    )
    if found is None:
        raise Http404
    found.case = case
    return preview.as_found(case.process, visitor(request).now, found)


def about(request: HttpRequest, work: Work, offers: list[Offer]) -> dict[str, Any]:
    """What stands beside every form: the wat-vraag, the documents, and what was said."""
    assert work.task is not None
    return {
        **heading(work.case, work.task),
        "commission": (commission := cases.commission_about(work.case)),
        "matter": matter_of(work.case, commission, CaseTask.objects.filter(case=work.case)),
        "node": work.node,
        "step_label": work.label,
        "acting_as": acting_as(work.task),
        "refusal": preview.refusal(offers),
        "documents": shelf(request, work.case),
        "remarks": cases.remarks(work.case),
        "handed_back": handed_back(work.task),
        "agenda_item": _on_agenda(request, work),
        "deadline": running(work.task.pk),
        "lasts": lasts(work),
    }


def lasts(work: Work) -> dict[str, str] | None:
    """How long there is for it, and where that is kept; a vote goes by its round."""
    assert work.task is not None
    node, part = work.node, work.task.part
    if part == CaseTask.Part.VOTE:
        return None
    term = node.confirming_in(work.process) if part else node.term_in(work.process)
    step = f"{node.name}.confirm" if part else node.name
    where = reverse("term", args=[work.process.flow_class.code, step])
    return {"words": term.words, "url": f"{where}?regeling={work.case.scheme.code}"}


def _on_agenda(request: HttpRequest, work: Work) -> AgendaItem | None:
    """Where this decision of a body is on the agenda of a meeting. One query, for a body alone."""
    assert work.task is not None
    if not isinstance(work.node, Collective):
        return None
    me, host = visitor(request), work.task.host_id or work.task.pk
    return meetings.met_on([host], me.hats, me.scopes).get(host)


def handed_back(task: CaseTask) -> str:
    """Whose appointment ended while they had taken this task up, or while it waited for their seat. Two queries."""
    about_this = Act.objects.filter(chain=task.case.chain, task=f"task/{task.pk}", verb="hand_back")
    act = about_this.order_by("-seq").first()
    if act is None or task.owner_id is not None:
        return ""
    return names_of([str(act.data.get("person", ""))]).get(str(act.data.get("person", "")), "iemand")


def heading(case: Case, task: CaseTask) -> dict[str, Any]:
    title = title_of(task)
    return {
        "case": case,
        "task": task,
        "title": title,
        "whose": whose(task),
        "crumbs": [
            {"label": "Opdrachten", "url": reverse("cases")},
            {"label": str(case.title), "url": reverse("case", args=[case.pk])},
            {"label": title, "url": reverse("task", args=[case.pk, task.pk])},
        ],
    }


def not_yours(request: HttpRequest, work: Work) -> HttpResponse:
    """Somebody may see the case, and holds no hat for this task."""
    assert work.task is not None
    return doing.again(request, "tasks/not_yours.html", heading(work.case, work.task), doing.FORBIDDEN)
