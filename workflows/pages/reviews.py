"""Contractgesprekken: the agenda of talks, of everybody or one's own, and what the clock will open soon."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.models import Case, Review
from workflows.pages.casefile import STATES
from workflows.pages.frame import Visitor, up_to, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number
from workflows.selectors import contract_care as find
from workflows.selectors.contracts import market
from workflows.selectors.inbox import PAGE

AHEAD = timedelta(days=92)


class AgendaFilters(Filters):
    wie = choice("Van wie", "Van iedereen", [("mij", "Waar ik aan zet ben")])
    aanbieder = choice("Aanbieder", "Alle aanbieders", [])
    stand = choice("Stand", "Lopend", [("gevoerd", "Gevoerd"), ("vervallen", "Vervallen"), ("alle", "Alle")])

    def __init__(self, data: Any, me: Visitor) -> None:
        super().__init__(data)
        self.me = me
        providers, _ = market(me.scopes)
        self.fields["aanbieder"].choices = [("", "Alle aanbieders"), *((each.pk, each.name) for each in providers)]  # type: ignore[attr-defined]

    @property
    def wish(self) -> find.Wish:
        asked = self.asked
        return find.Wish(
            view=asked.get("stand", "lopend"), provider=int(asked["aanbieder"]) if "aanbieder" in asked else None,
            mine=[hat.position.pk for hat in self.me.hats] if asked.get("wie") == "mij" else None,
        )  # fmt: skip


@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    me = visitor(request)
    filters = AgendaFilters(request.GET, me)
    number = page_number(request)
    found, total = find.agenda(me.scopes, filters.wish, number)
    return render(request, "contracts/agenda.html", {
        "me": me, "filters": filters, "rows": [_row(review, me) for review in found], "total": up_to(total),
        "page": numbered(total, number, PAGE), "coming": find.coming(me.scopes, me.today + AHEAD),
    })  # fmt: skip


def _row(review: Review, me: Visitor) -> dict[str, Any]:
    kind, icon = STATES.get(Case.State(review.case.state), ("plain", ""))
    late = review.case.is_running and review.held_on is None and review.planned_for < me.today
    return {"review": review, "look": {"kind": kind, "icon": icon}, "late": late}
