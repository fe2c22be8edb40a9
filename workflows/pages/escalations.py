"""Escaleren, and the register of what was escalated."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case
from escalation.models import Escalation
from escalation.rules.ladder import NAMES, Away
from escalation.selectors import frozen_terms
from roles.models import Appointment
from workflows import escalations, preview
from workflows.flows.escalation import EscalationFlow
from workflows.forms.actions import ReasonForm
from workflows.forms.escalation import EscalateForm
from workflows.ladder import Lines
from workflows.models import CaseTask
from workflows.pages import actions, doing
from workflows.pages.actions import Action, Words
from workflows.pages.casefile import STATES
from workflows.pages.escalated import Rung, foreseen, positions_of
from workflows.pages.frame import current_user, up_to, visible_case_or_404, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number
from workflows.pages.wording import title_of
from workflows.selectors import escalations as find
from workflows.selectors.inbox import PAGE

RELEASE = Action(
    Words(
        title="Stap loslaten", lead="De stap gaat verder en zijn termijn loopt weer. De escalatie blijft.",
        submit="Stap loslaten", told="De stap is losgelaten en gaat verder.", icon="player-play",
    ),
    verb="let_go", asks=lambda work, _: escalations.may_release(work), service=escalations.release,
)  # fmt: skip
STANDS = {"lopend": find.RUNNING, "afgesloten": find.ENDED}


@dataclass(frozen=True, slots=True)
class Way:
    """Who gets it in one or more categories, level by level."""

    categories: list[str]
    rungs: list[Rung]

    @property
    def title(self) -> str:
        return ", ".join(self.categories)


@require_http_methods(["GET", "POST"])
def escalate(request: HttpRequest, case_id: int) -> HttpResponse:
    """Say what is wrong; beside it stands who will get it, and for how long. Who has no part in the case is told."""
    case = visible_case_or_404(request, case_id)
    if case.kind == Case.Kind.ESCALATION:
        raise Http404
    process = case.process
    parts = escalations.Parts(process)
    found = preview.offers(current_user(request).pk, lambda: escalations.wanted(case))
    offers = [offer for offer in found if parts.has(offer.hat.appointment)]
    tasks = _open_tasks(case)
    hat = offers[0].hat.appointment if offers else None
    lines = Lines(case, organisation=hat.organisation if hat else None, today=visitor(request).today)
    data = request.POST if request.method == "POST" else None
    form = EscalateForm(
        data, offers=offers, tasks=[(task.pk, title_of(task)) for task in tasks],
        people=escalations.concerned(parts, lines),
        initial=_initial(request, tasks)
    )  # fmt: skip
    status = doing.OK if offers else doing.FORBIDDEN
    if data is not None:
        status = doing.UNFIT
        if form.is_valid():
            made: list[Case] = []
            status = doing.attempt(form, lambda: made.append(_open(request, case, form)))
            if made:
                messages.success(request, f"Escalatie {made[0].number} is geopend. Wie haar behandelt, ziet haar nu.")
                return redirect("case", made[0].pk)
    context = {
        "case": case, "form": form, "offers": offers, "ways": _ways(case, lines, hat),
        "crumbs": [
            {"label": "Opdrachten", "url": reverse("cases")},
            {"label": str(case.title), "url": reverse("case", args=[case.pk])},
            {"label": "Escaleren", "url": reverse("escalate", args=[case.pk])},
        ],
    }  # fmt: skip
    return doing.again(request, "escalations/escalate.html", context, status)


def _open(request: HttpRequest, case: Case, form: EscalateForm) -> Case:
    return escalations.open_escalation(
        user_id=current_user(request).pk, case_id=case.pk, **form.who, **form.values()
    )  # fmt: skip


def _open_tasks(case: Case) -> list[CaseTask]:
    """The steps that wait. One query."""
    waiting = CaseTask.objects.filter(case=case, finished=None, part="", flow_task_type="HUMAN").order_by("id")
    found = list(waiting.select_related("organisation"))
    for task in found:
        task.process = case.process
        task.case = case
    return found


def _initial(request: HttpRequest, tasks: list[CaseTask]) -> dict[str, Any]:
    """The step that somebody came from."""
    asked = request.GET.get("taak", "")
    return {"task": int(asked)} if asked.isdecimal() and int(asked) in {task.pk for task in tasks} else {}


def _ways(case: Case, lines: Lines, hat: Appointment | None) -> list[Way]:
    """Who would get it: once for the categories that take the same way. Two queries."""
    positions = positions_of(lines.positions.values())
    terms = frozen_terms(case.scheme_id, EscalationFlow.code, lines.today)
    away = Away(reporter=hat.person_id if hat else None)
    ways: list[Way] = []
    for category in Escalation.Category:
        rungs = foreseen(EscalationFlow, lines.ladder(category, away).bindings, terms, positions)
        same = next((way for way in ways if way.rungs == rungs), None)
        if same is None:
            ways.append(Way([str(category.label)], rungs))
        else:
            same.categories.append(str(category.label).lower())
    return ways


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, case_id: int) -> HttpResponse:
    """Let the step go on."""
    work = actions.found(request, case_id)
    if work.case.kind != Case.Kind.ESCALATION or not work.content.holds:
        raise Http404
    allowed = escalations.releasers(work.process)
    offers = preview.offers(current_user(request).pk, lambda: escalations.may_release(work))
    offers = [offer for offer in offers if offer.hat.position.pk in allowed]
    return actions.page(request, RELEASE, work, ReasonForm, offers=offers)


class RegisterFilters(Filters):
    niveau = choice("Niveau", "Alle niveaus", [(level, f"{level}: {name}") for level, name in NAMES.items()])
    categorie = choice("Categorie", "Alle categorieën", list(Escalation.Category.choices))
    stand = choice(
        "Stand", "Alle standen",
        [("lopend", "Lopend"), ("afgesloten", "Afgesloten"), *((each.value, str(each.label)) for each in find.ENDED)],
    )  # fmt: skip

    @property
    def wish(self) -> find.Wish:
        asked = self.asked
        states = STANDS.get(asked.get("stand", ""), (asked["stand"],) if "stand" in asked else None)
        return find.Wish(
            level=int(asked["niveau"]) if "niveau" in asked else None, category=asked.get("categorie", ""),
            states=states or (*find.RUNNING, *find.ENDED),
        )  # fmt: skip


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every escalation that the visitor may know of, with the figures per level."""
    me = visitor(request)
    filters = RegisterFilters(request.GET)
    number = page_number(request)
    found, total = find.register(me.scopes, filters.wish, number)
    context = {
        "filters": filters, "rows": [_row(case, me) for case in found], "total": up_to(total),
        "page": numbered(total, number, PAGE), "figures": find.figures(me.scopes, filters.wish), "me": me,
    }  # fmt: skip
    return render(request, "escalations/register.html", context)


def _row(case: Case, me: Any) -> dict[str, Any]:
    kind, icon = STATES[Case.State(case.state)]
    return {
        "case": case, "escalation": case.escalation, "level": NAMES[case.escalation.level],
        "look": {"kind": kind, "icon": icon}, "days": find.lead_time(case.opened_at, case.closed_at or me.now),
    }  # fmt: skip
