"""Several tasks of one role to a colleague: one move and one act for each, so that each succeeds or stays by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from roles import selectors as roles
from workflows import services
from workflows.forms.bulk import HandOverManyForm
from workflows.models import CaseTask
from workflows.pages import doing
from workflows.pages.frame import Visitor, current_user, visitor
from workflows.pages.wording import title_of
from workflows.selectors import inbox
from workflows.selectors.sight import visible

MOST = 100
WAITING = ("HUMAN",)
GONE = "Deze taak is er niet meer."


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of one task; without a reason it went."""

    task: CaseTask
    reason: str = ""

    @property
    def name(self) -> str:
        return title_of(self.task)


@require_safe
def next_task(request: HttpRequest) -> HttpResponse:
    """The first of one's tasks, or the list when there is none."""
    me = visitor(request)
    rows, _ = inbox.tasks(me.user.pk, me.hats, me.scopes, inbox.Wish())
    mine = next((row for row in rows if row.owner_id in (None, me.user.pk) and not row.asks_others), None)
    return redirect("task", mine.case_id, mine.task_id) if mine else redirect("my-tasks")


@require_http_methods(["GET", "POST"])
def reassign_many(request: HttpRequest) -> HttpResponse:
    """The form, and what came of it: which tasks went, and which did not and why."""
    me = visitor(request)
    posted = request.method == "POST"
    asked = _numbers((request.POST if posted else request.GET).getlist("taak"))
    chosen = _chosen(me, asked[:MOST])
    by_role = _by_role(chosen)
    shown: dict[str, Any] = {
        "chosen": [Handed(task) for task in chosen], "by_role": by_role, "too_many": len(asked) > MOST, "most": MOST,
        "missing": min(len(asked), MOST) - len(chosen),
        "crumbs": [
            {"label": "Mijn taken", "url": reverse("my-tasks")},
            {"label": "Taken overdragen", "url": request.path},
        ],
    }  # fmt: skip
    if len(by_role) != 1 or len(asked) > MOST:
        return doing.again(request, "lists/hand_over.html", shown, doing.UNFIT if posted else doing.OK)
    position = chosen[0].position
    assert position is not None
    form = HandOverManyForm(
        request.POST if posted else None,
        hats=[hat for hat in me.hats if hat.position.pk == position.pk],
        holders=roles.holders(position, me.today),
    )
    shown |= {"form": form, "position": position}
    if posted and form.is_valid():
        done = [_hand_over(request, task, form) for task in chosen]
        shown |= {
            "went": [each for each in done if not each.reason], "stayed": [each for each in done if each.reason],
            "done": True, "to": dict(form.fields["to"].choices)[int(form.cleaned_data["to"])],  # type: ignore[attr-defined]
        }  # fmt: skip
        return doing.again(request, "lists/hand_over.html", shown)
    return doing.again(request, "lists/hand_over.html", shown, doing.UNFIT if posted else doing.OK)


def _numbers(given: Iterable[str]) -> list[int]:
    """Each once; what is no number of a task is left out."""
    numbers = (int(value) for value in given if value.isascii() and value.isdecimal() and len(value) < 19)
    return list(dict.fromkeys(numbers))


def _chosen(me: Visitor, numbers: list[int]) -> list[CaseTask]:
    """Those of the tasks that stand in a queue of one of the visitor's roles now."""
    waiting = CaseTask.objects.filter(
        pk__in=numbers, finished=None, part="", flow_task_type__in=WAITING,
        position__in=[hat.position.pk for hat in me.hats], case__in=visible(me.scopes),
    )  # fmt: skip
    related = ("case__title", "process", "position__role", "position__body", "organisation")
    return list(waiting.select_related(*related).order_by("due_at", "id"))


def _by_role(chosen: list[CaseTask]) -> list[dict[str, Any]]:
    """For who chose tasks of several roles: each role with an address for its tasks alone."""
    grouped: dict[Any, list[CaseTask]] = {}
    for task in chosen:
        grouped.setdefault(task.position, []).append(task)
    return [
        {"position": position, "count": len(tasks), "query": "&".join(f"taak={task.pk}" for task in tasks)}
        for position, tasks in grouped.items()
    ]


def _hand_over(request: HttpRequest, task: CaseTask, form: HandOverManyForm) -> Handed:
    """One move. What a service answers goes into a form of its own, as on any page."""
    answer = forms.Form({})
    answer.is_valid()
    try:
        doing.attempt(answer, lambda: services.reassign(
            user_id=current_user(request).pk, case_id=task.case_id, task_id=task.pk, **form.who, **form.values()
        ))  # fmt: skip
    except Http404:
        return Handed(task, GONE)
    return Handed(task, " ".join(map(str, answer.non_field_errors())))
