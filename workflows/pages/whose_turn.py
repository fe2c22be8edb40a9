"""Wie is aan zet: who must do what by when, in every running case that the visitor may see."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from roles.models import Body
from workflows.models import SavedView
from workflows.pages import views
from workflows.pages.frame import Visitor, visitor
from workflows.pages.listing import Filters, choice
from workflows.selectors import turns


class TurnFilters(Filters):
    def __init__(self, data: Any, *, bodies: list[Body]) -> None:
        super().__init__(data)
        self.fields["gremium"] = choice("Gremium", "Alle gremia", [(body.pk, body.name) for body in bodies])


@require_safe
def whose_turn(request: HttpRequest) -> HttpResponse:
    start = views.start_of(request, SavedView.Of.TURNS)
    if start:
        return start
    me = visitor(request)
    filters, body = asked(request, me)
    return render(
        request,
        "lists/whose_turn.html",
        {
            "filters": filters,
            "groups": turns.by_body(me.scopes, [scheme.pk for scheme in me.schemes], body),
            "at_rest": turns.at_rest(me.scopes),
            "me": me,
        }
        | views.context(request, me, SavedView.Of.TURNS, filters),
    )


def asked(request: HttpRequest, me: Visitor) -> tuple[TurnFilters, int | None]:
    """What the address asks of this list: one body, or all."""
    filters = TurnFilters(request.GET, bodies=list(Body.objects.filter(scheme__in=me.schemes).order_by("name")))
    chosen = filters.asked.get("gremium")
    return filters, int(chosen) if chosen else None
