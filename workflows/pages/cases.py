"""Opdrachten: every case that the visitor may see."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.models import Case, Domain
from roles.models import Organisation
from workflows.flows import ALL as FLOWS
from workflows.models import SavedView
from workflows.pages import views
from workflows.pages.frame import Visitor, up_to, visitor
from workflows.pages.inbox import municipalities
from workflows.pages.listing import Filters, choice, numbered, page_number, words
from workflows.selectors import lists, turns
from workflows.selectors.inbox import PAGE

PHASES = {code: label for flow in FLOWS for code, label in flow.phases.items()}

EVERY_STATE = "alle"

STATE_LOOK = {
    Case.State.OPEN: ("neutral", "route"),
    Case.State.SUSPENDED: ("warning", "player-pause"),
    Case.State.GRANTED: ("safe", "circle-check"),
    Case.State.APPLIED: ("safe", "circle-check"),
    Case.State.REJECTED: ("danger", "circle-x"),
    Case.State.WITHDRAWN: ("plain", "arrow-back-up"),
    Case.State.RESOLVED: ("safe", "circle-check"),
    Case.State.UNRESOLVED: ("danger", "circle-x"),
    Case.State.REFERRED: ("warning", "arrow-right"),
    Case.State.CONTRACTED: ("safe", "circle-check"),
    Case.State.STOPPED: ("danger", "circle-x"),
    Case.State.EVALUATED: ("safe", "circle-check"),
    Case.State.ENDED: ("plain", "circle-check"),
    Case.State.COMPLETED: ("plain", "circle-check"),
    Case.State.TAKEN_UP: ("safe", "circle-check"),
}


class CaseFilters(Filters):
    q = words("Zoek in opdrachten")
    stand = choice("Stand", "Lopend", [*Case.State.choices, (EVERY_STATE, "Alle standen")])
    fase = choice("Fase", "Alle fasen", list(PHASES.items()))
    domein = choice("Domein", "Alle domeinen", Domain.choices)

    def __init__(self, data: Any, *, municipalities: list[Organisation]) -> None:
        super().__init__(data)
        self.fields["gemeente"] = choice(
            "Indiener", "Alle gemeenten", [(each.pk, each.name) for each in municipalities]
        )

    def wish(self, *, oldest_first: bool) -> lists.Wish:
        asked = self.asked
        state = asked.get("stand", "")
        states = Case.State.values if state == EVERY_STATE else [state] if state else lists.RUNNING
        return lists.Wish(
            states=states,
            oldest_first=oldest_first,
            municipality=int(asked["gemeente"]) if "gemeente" in asked else None,
            domain=asked.get("domein", ""),
            phase=asked.get("fase", ""),
            words=asked.get("q", ""),
        )


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    start = views.start_of(request, SavedView.Of.CASES)
    if start:
        return start
    me = visitor(request)
    filters, wish = asked(request, me)
    number = page_number(request)
    found, total = lists.cases(me.scopes, wish, page=number)
    next_turns = turns.in_cases(found)
    return render(
        request,
        "lists/cases.html",
        {
            "filters": filters,
            "rows": [row(case, next_turns[case.pk]) for case in found],
            "total": up_to(total, lists.horizon(wish, number)),
            "page": numbered(total, number, PAGE),
            "may_submit": me.tally.may_submit,
            "me": me,
        }
        | views.context(request, me, SavedView.Of.CASES, filters),
    )


def asked(request: HttpRequest, me: Visitor) -> tuple[CaseFilters, lists.Wish]:
    """What the address asks of this list."""
    filters = CaseFilters(request.GET, municipalities=municipalities(me))
    return filters, filters.wish(oldest_first=request.GET.get("volgorde") == "nummer")


def row(case: Case, waiting: list[turns.Turn]) -> dict[str, Any]:
    kind, icon = STATE_LOOK[Case.State(case.state)]
    return {
        "case": case,
        "phase": PHASES.get(case.phase, case.phase),
        "look": {"kind": kind, "icon": icon},
        "next": summary(waiting) if case.state == Case.State.OPEN else "",
        "still": any(turn.still for turn in waiting) and not any(turn.due_at for turn in waiting),
        "due_at": min((turn.due_at for turn in waiting if turn.due_at), default=None),
    }


def summary(waiting: list[turns.Turn]) -> str:
    """Who is next, in a few words: one by name of the role, several municipalities by their number."""
    if len(waiting) <= 1:
        return "".join(turn.who for turn in waiting)
    asked = [turn.task.organisation for turn in waiting if turn.task.organisation]
    return f"{len(asked)} gemeenten" if len(asked) == len(waiting) else ", ".join(turn.who for turn in waiting)
