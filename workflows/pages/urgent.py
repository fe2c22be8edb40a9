"""Spoed: deciding an open step at once in the place of its body, and what cases and audit say of it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from cases.models import Case, UrgentDecision
from roles import selectors as roles
from roles.authorize import NotAllowed, Wanted
from roles.models import Appointment, Body, StepBinding
from roles.selectors import Hat, Offer
from ui.fields import Option
from workflows import meetings, preview
from workflows.engine import Work
from workflows.forms.meetings import UrgentForm
from workflows.forms.step import refusals
from workflows.meetings.papers import node_of
from workflows.meetings.urgency import for_urgent, proposals
from workflows.models import CaseTask
from workflows.nodes import Collective
from workflows.pages import doing
from workflows.pages.asked import about, found_or_404, not_yours
from workflows.pages.frame import Visitor, current_user
from workflows.selectors import meetings as find

LOOKS: dict[str, tuple[str, str]] = {
    UrgentDecision.State.PENDING: ("warning", "Spoedbesluit: nog niet bekrachtigd"),
    UrgentDecision.State.RATIFIED: ("ok", "Spoedbesluit: bekrachtigd"),
    UrgentDecision.State.NOT_RATIFIED: ("error", "Spoedbesluit: niet bekrachtigd"),
}


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    """Whoever the regeling names decides now, and says why."""
    work = found_or_404(request, case_id, task_id)
    assert work.task is not None
    if not isinstance(work.node, Collective) or work.task.part:
        raise Http404
    found, refusal = offers(request, work)
    if request.method == "GET" and not found and refusal is None:
        return not_yours(request, work)
    follows, refused = preview.consequences(work), refusals(work, preview.consequences(work))
    data = request.POST if request.method == "POST" else None
    form = UrgentForm(data, offers=found, options=[
        (each.code, Option(each.label, each.words, refused=refused.get(each.code, "")))
        for each in follows
        if each.code in proposals(work)
    ])  # fmt: skip
    status = doing.OK if found else doing.FORBIDDEN
    if data is not None:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: _decide(current_user(request).pk, case_id, task_id, form))
            if status == doing.OK:
                messages.success(request, "Uw spoedbesluit is vastgelegd. Het gremium moet het nog bekrachtigen.")
                return redirect("case", case_id)
    body = Body.objects.get(positions=work.task.position_id)
    days = roles.rule_in_force(body).urgent_days
    context = about(request, work, found) | {
        "form": form, "shown": [form], "body": body, "refusal": refusal or preview.refusal(found),
        "consequence": [
            ("Gevolg", "De zaak gaat meteen verder, zonder besluit van het gremium."),
            ("Daarna", f"{body} moet dit bekrachtigen in zijn eerstvolgende vergadering, binnen {days} dagen."),
        ],
        "acting_as": "U besluit met spoed als",
    }  # fmt: skip
    return doing.again(request, "tasks/urgent.html", context, status)


def _decide(user_id: int, case_id: int, task_id: int, form: UrgentForm) -> None:
    meetings.decide_urgently(user_id=user_id, case_id=case_id, task_id=task_id, **form.who, **form.values())


def offers(request: HttpRequest, work: Work) -> tuple[list[Offer], NotAllowed | None]:
    """The hats in which this visitor may decide urgently; or why nobody may. A reason is asked of all anyway."""
    assert work.task is not None

    def wanted() -> Wanted:
        return for_urgent(work, ground="spoed")

    try:
        wanted()
    except NotAllowed as refusal:
        return [], refusal
    body = Body.objects.get(positions=work.task.position_id)
    found = preview.offers(current_user(request).pk, wanted)
    return [
        offer
        for offer in found
        if offer.hat.position.body_id != body.pk or offer.hat.appointment.kind == Appointment.Kind.CHAIR
    ], None


@dataclass(frozen=True, slots=True)
class Told:
    """An urgent decision as the pages of its case show it."""

    urgent: UrgentDecision
    label: str
    proposal: str

    @property
    def kind(self) -> str:
        return LOOKS[self.urgent.state][0]

    @property
    def title(self) -> str:
        return LOOKS[self.urgent.state][1]


def told(case: Case) -> list[Told]:
    """One query."""
    process: Any = case.process
    found = []
    for urgent in find.urgent_in(case.pk):
        node = node_of(process, urgent.step)
        found.append(Told(urgent, process.label_of(node), node.outcome(urgent.proposal).label))
    return found


def offered(me: Visitor, case: Case, tasks: Sequence[CaseTask]) -> list[CaseTask]:
    """The open tasks of bodies that this visitor may decide urgently. One query, and none where nothing waits."""
    waiting = {
        f"{task.flow_task.name}.urgent": task
        for task in tasks
        if isinstance(task.flow_task, Collective) and task.finished is None and not task.part and task.position
    }
    if not waiting or not me.hats or case.state != Case.State.OPEN:
        return []
    bound = StepBinding.objects.filter(
        scheme=case.scheme_id, flow=case.process.flow_class.code, step__in=waiting,
        domain__in=("", case.domain),
    )  # fmt: skip
    return [
        waiting[each.step]
        for each in bound
        if any(_fits(hat, each.body_id, each.role_id, waiting[each.step]) for hat in me.hats)
    ]


def _fits(hat: Hat, body_id: int | None, role_id: int, task: CaseTask) -> bool:
    position = hat.position
    own = task.position is not None and position.body_id == task.position.body_id
    chairs = hat.appointment.kind == Appointment.Kind.CHAIR
    return (position.body_id, position.role_id) == (body_id, role_id) and (chairs or not own)
