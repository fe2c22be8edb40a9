"""Zoeken: cases by what is in them, from the box above every page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.models import Case, Domain
from roles.models import Organisation
from workflows.flows import ALL as FLOWS
from workflows.nodes import Collective
from workflows.pages.cases import PHASES, STATE_LOOK
from workflows.pages.frame import visitor
from workflows.pages.inbox import municipalities
from workflows.pages.listing import Filters, choice, numbered, page_number, words
from workflows.selectors import search as index

# The steps in which a body decides: who sits in it has a part in the case.
COLLECTIVE = sorted({node.name for flow in FLOWS for node in flow.instance.nodes() if isinstance(node, Collective)})


class SearchFilters(Filters):
    q = words("Zoek naar")
    stand = choice("Stand", "Alle standen", list(Case.State.choices))
    fase = choice("Fase", "Alle fasen", list(PHASES.items()))
    domein = choice("Domein", "Alle domeinen", Domain.choices)

    def __init__(self, data: Any, *, municipalities: list[Organisation]) -> None:
        super().__init__(data)
        self.fields["gemeente"] = choice(
            "Indiener", "Alle gemeenten", [(each.pk, each.name) for each in municipalities]
        )

    def wish(self) -> index.Wish:
        asked = self.asked
        return index.Wish(
            typed=asked.get("q", ""),
            states=[asked["stand"]] if "stand" in asked else (),
            phase=asked.get("fase", ""),
            domain=asked.get("domein", ""),
            municipality=int(asked["gemeente"]) if "gemeente" in asked else None,
        )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    me = visitor(request)
    filters = SearchFilters(request.GET, municipalities=municipalities(me))
    wish, number = filters.wish(), page_number(request)
    hits, total = index.search(me.scopes, me.hats, wish, collective=COLLECTIVE, page=number)
    return render(
        request,
        "lists/search.html",
        {
            "filters": filters,
            "typed": wish.typed,
            "rows": [{"hit": hit, "look": STATE_LOOK[Case.State(hit.case.state)]} for hit in hits],
            "total": total,
            "capped": total >= index.MOST,
            "page": numbered(total, number, index.PAGE),
            "me": me,
        },
    )
