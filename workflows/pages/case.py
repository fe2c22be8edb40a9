"""The pages of one case: a tab each. Every page takes a fixed number of queries, however much happened."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases import selectors as cases
from cases.models import Commission, Remark
from cases.rules import law
from cases.selectors.evaluation import criterion_notes, improvement_answers
from roles.models import Appointment, Dispensation, Recusal
from roles.models.fields import holding_on
from roles.rules.segregation import duty_label
from roles.selectors import SEAT
from workflows import asks, secrecy
from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.picture import named
from workflows.bpmn.xml import bpmn as written
from workflows.names import name_in
from workflows.pages import deadlines, retention
from workflows.pages.acts import behalf_of, signed
from workflows.pages.beneath import Beneath
from workflows.pages.casefile import CaseFile
from workflows.pages.events import rectifiable
from workflows.pages.frame import visible_case_or_404, visitor
from workflows.pages.oversight.emergencies import running_in
from workflows.pages.references import References
from workflows.selectors.forecast import Obstacle, obstacles

LATEST = 6
ACTS_A_PAGE = 50
TABS = (
    ("case", "Overzicht"),
    ("case-content", "De opdracht"),
    ("case-decisions", "Besluitvorming"),
    ("case-documents", "Stukken"),
    ("case-people", "Betrokkenen"),
    ("case-history", "Geschiedenis"),
)


@require_safe
def overview(request: HttpRequest, case_id: int) -> HttpResponse:
    """How far it is, whose turn it is, and the last of everything."""
    file = CaseFile(request, visible_case_or_404(request, case_id))
    return _page(request, "case/overview.html", file, "case", {
        "events": file.events[:LATEST], "more_events": len(file.events) > LATEST,
        "documents": file.documents[:LATEST], "more_documents": len(file.documents) > LATEST,
        "obstacles": _obstacles(file), "round": file.running_ballot,
        "emergencies": running_in(request, file.case) if any(a.verb == "take_emergency" for a in file.acts) else [],
        "shares": cases.shares(file.commission) if file.commission else [], "beneath": Beneath.of(file),
        **retention.told(request, file.case),
    })  # fmt: skip


def _obstacles(file: CaseFile) -> list[Obstacle]:
    """What will not go through as things stand, told from the start (domain §3, rule 4)."""
    if not file.case.is_running:
        return []
    waiting = [task.flow_task.name for task in file.tasks if task.finished is None and not task.part]
    return obstacles(file.process, waiting, file.visitor.today)


@require_safe
def content(request: HttpRequest, case_id: int) -> HttpResponse:
    """The wat-vraag and the hoe-voorstel, shares, criteria, and what was said."""
    file = CaseFile(request, visible_case_or_404(request, case_id))
    return _page(request, "case/content.html", file, "case-content", {
        **(_commissioned(file.commission) if file.commission else {}),
        "remarks": cases.remarks(file.case), "comment": Remark.Kind.COMMENT, "references": References(file),
    })  # fmt: skip


def _commissioned(commission: Commission) -> dict[str, Any]:
    return {
        "shares": cases.shares(commission), "criteria": cases.criteria(commission),
        "partners": cases.partners(commission), "college_decisions": cases.college_decisions(commission),
        "care_form": law.label_of(commission.care_form), "criterion_notes": criterion_notes(commission),
        "replies": improvement_answers(commission),
    }  # fmt: skip


@require_safe
def decisions(request: HttpRequest, case_id: int) -> HttpResponse:
    """What each municipality answered, and how the bodies decided."""
    return _page(
        request, "case/decisions.html", CaseFile(request, visible_case_or_404(request, case_id)), "case-decisions"
    )


@require_safe
def papers(request: HttpRequest, case_id: int) -> HttpResponse:
    """The documents with all their versions."""
    file = CaseFile(request, visible_case_or_404(request, case_id))
    return _page(request, "case/documents.html", file, "case-documents", {"documents": file.documents})


@require_safe
def people(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who is who, who has which step, who did what in which hat, and who keeps out of it."""
    file = CaseFile(request, visible_case_or_404(request, case_id))
    recusals = Recusal.objects.filter(chain__in=file.case.chains, withdrawn_at=None)
    return _page(request, "case/people.html", file, "case-people", {
        "bound": _bound(request, file), "acted": _acted(file), "references": References(file),
        "recusals": recusals.select_related("person__name", "ground").order_by("id"),
        "dispensations": _dispensations(file),
        "own_recusal": recusals.filter(chain=file.case.chain, person__user=file.visitor.user).exists(),
    })  # fmt: skip


def _dispensations(file: CaseFile) -> list[dict[str, Any]]:
    """The exceptions that somebody asked for in this case. One query."""
    people = ("person__name", "ground", "requested_by__name", "approved_by__name")
    found = Dispensation.objects.filter(chain__in=file.case.chains).select_related(*people).order_by("id")
    return [{"row": row, "duty": duty_label(row.duty)} for row in found]


@require_safe
def history(request: HttpRequest, case_id: int) -> HttpResponse:
    """Every act, the last first."""
    file = CaseFile(request, visible_case_or_404(request, case_id))
    page = Paginator(file.events, ACTS_A_PAGE).get_page(request.GET.get("pagina"))
    return _page(request, "case/history.html", file, "case-history", {
        "page_obj": page, "events": page.object_list, "numbered": True, "deadlines": deadlines.told(file),
        "rectifiable": rectifiable(file, [event.act for event in page.object_list]),
    })  # fmt: skip


@require_safe
def bpmn(request: HttpRequest, case_id: int) -> HttpResponse:
    """The flow that this case runs on, as BPMN 2.0, in the words of its regeling."""
    case = visible_case_or_404(request, case_id)
    file = written(named(case.process.flow_class, case.process.labels))
    response = HttpResponse(file, content_type="application/xml")
    response["Content-Disposition"] = f'inline; filename="{case.process.flow_class.code}.bpmn"'
    return response


def _page(
    request: HttpRequest, template: str, file: CaseFile, tab: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    case = file.case
    crumbs = [{"label": "Opdrachten", "url": reverse("cases")}]
    if case.subject is not None and file.sees_above:
        crumbs.append({"label": str(case.subject.title), "url": reverse("case", args=[case.subject.pk])})
    crumbs.append({"label": str(case.title), "url": reverse("case", args=[case.pk])})
    label = _label(tab, file)
    if tab != "case":
        crumbs.append({"label": label, "url": reverse(tab, args=[case.pk])})
    return render(request, template, {
        "file": file, "case": case, "commission": file.commission, "tabs": _tabs(file, tab), "crumbs": crumbs,
        "title": str(case.title) if tab == "case" else f"{label}: {case.title}", "submits": _submits(file),
        "may_amend": file.may_amend, "may_export": case.scheme_id in file.visitor.keeping("export_cases"),
        **(context or {}),
    })  # fmt: skip


def _tabs(file: CaseFile, current: str) -> list[dict[str, Any]]:
    counts = {
        "case-decisions": file.running_ballot.voted if file.running_ballot else None,
        "case-documents": len(file.documents),
        "case-history": len(file.acts),
    }
    return [
        {
            "label": _label(name, file),
            "url": reverse(name, args=[file.case.pk]),
            "current": name == current,
            "count": counts.get(name),
        }
        for name, _ in TABS
    ]


def _label(tab: str, file: CaseFile) -> str:
    """What nobody commissioned has something else to tell."""
    return "De inhoud" if tab == "case-content" and file.commission is None else dict(TABS)[tab]


def _submits(file: CaseFile) -> bool:
    """Does this visitor hold the role that submitted? It alone may withdraw, suspend and resume."""
    return any(hat.position.pk == asks.submitter_of(file.process) for hat in file.visitor.hats)


def _bound(request: HttpRequest, file: CaseFile) -> list[dict[str, Any]]:
    """Each step with its role and who holds it today."""
    holding = holding_on(visitor(request).today)
    holders: dict[int, list[Appointment]] = {}
    wanted = secrecy.bound_positions(file.process)
    for appointment in Appointment.objects.filter(holding, position__in=wanted).select_related(*SEAT, "position__body"):
        holders.setdefault(appointment.position_id, []).append(appointment)
    rows = []
    in_order = [node.name for node in diagram_of(file.flow).nodes if node.name in file.process.bindings]
    for name in in_order:
        bound = file.process.bindings[name]
        of_taking_part = {task.position_id for task in file.tasks if name_in(file.flow, task.flow_task.name) == name}
        positions = [each for each in bound.values() if each in of_taking_part] if isinstance(bound, dict) else [bound]
        if bound is None:  # this regeling does not have the step, or the case cannot come there
            continue
        rows.append({
            "label": file.process.label_of(getattr(file.flow, name)), "lane": getattr(file.flow, name).lane,
            "holders": [appointment for position in positions for appointment in holders.get(position, [])],
        })  # fmt: skip
    return rows


def _acted(file: CaseFile) -> list[dict[str, Any]]:
    """Everybody who did something, in each hat that they wore for it."""
    worn: dict[tuple[str, str, str, str], int] = {}
    for act in file.acts:
        if act.actor in file.names:
            name = signed(act, file.names[act.actor], file.holders)
            key = (name, act.role, act.capacity, behalf_of(act))
            worn[key] = worn.get(key, 0) + 1
    return [
        {"name": name, "role": role, "capacity": capacity, "behalf_of": represented, "times": times}
        for (name, role, capacity, represented), times in sorted(worn.items())
    ]
