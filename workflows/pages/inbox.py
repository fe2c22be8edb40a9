"""Mijn taken: what waits for whom is signed in."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from cases.models import Domain
from roles.models import Organisation
from workflows.models import SavedView
from workflows.pages import views
from workflows.pages.frame import Visitor, described, up_to, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number, words
from workflows.selectors import inbox, moments

# What `?toon=` may say, with the name of the view in the selector.
VIEWS = {"open": "open", "te-laat": "late", "binnenkort": "soon", "wacht": "waiting", "afgerond": "done"}


class TaskFilters(Filters):
    beside = (*Filters.beside, "toon")

    q = words("Zoek in taken")

    def __init__(self, data: Any, *, me: Visitor, municipalities: list[Organisation]) -> None:
        super().__init__(data)
        self.fields["hoed"] = choice("Uw rol", "Alle rollen", [(hat.appointment_id, hat.label) for hat in me.hats])
        self.fields["gemeente"] = choice(
            "Indiener", "Alle gemeenten", [(each.pk, each.name) for each in municipalities]
        )
        self.fields["domein"] = choice("Domein", "Alle domeinen", Domain.choices)

    def wish(self, view: str, *, latest_first: bool) -> inbox.Wish:
        asked = self.asked
        return inbox.Wish(
            view=view,
            latest_first=latest_first,
            hat=int(asked["hoed"]) if "hoed" in asked else None,
            municipality=int(asked["gemeente"]) if "gemeente" in asked else None,
            domain=asked.get("domein", ""),
            words=asked.get("q", ""),
        )


@require_safe
def my_tasks(request: HttpRequest) -> HttpResponse:
    """Ten queries, of which three are the session's (benchmarks/lists.py)."""
    start = views.start_of(request, SavedView.Of.TASKS)
    if start:
        return start
    me = visitor(request)
    filters, wish = asked(request, me)
    shown, view = request.GET.get("toon", ""), wish.view
    number = page_number(request)
    rows, total = inbox.tasks(me.user.pk, me.hats, me.scopes, wish, page=number)
    return render(
        request,
        "lists/my_tasks.html",
        {
            "view": view,
            "may_choose": view in ("open", "late", "soon"),
            "partly": filters.asked and me.tally.open >= inbox.MANY,
            "shown": shown if shown in VIEWS else "",
            "tiles": tiles(me, view),
            "filters": filters,
            "rows": [{"task": row, "hat": hat_of(row, me)} for row in rows],
            "total": up_to(total),
            "page": numbered(total, number, inbox.PAGE),
            "moments": moments.coming(me.user.pk, me.hats, me.scopes),
            "may_submit": me.tally.may_submit,
            "stands_in_for": [hat for hat in me.hats if hat.substitution],
            "me": me,
        }
        | views.context(request, me, SavedView.Of.TASKS, filters),
    )


def asked(request: HttpRequest, me: Visitor) -> tuple[TaskFilters, inbox.Wish]:
    """What the address asks of this list."""
    filters = TaskFilters(request.GET, me=me, municipalities=municipalities(me))
    view = VIEWS.get(request.GET.get("toon", ""), "open")
    # What was done stands with the last on top, what waits with the first.
    latest_first = (request.GET.get("volgorde") == "-termijn") != (view == "done")
    return filters, filters.wish(view, latest_first=latest_first)


def municipalities(me: Visitor) -> list[Organisation]:
    """Those that may have handed something in."""
    found = Organisation.objects.filter(scheme__in=me.schemes)
    return list(found.exclude(kind=Organisation.Kind.OTHER).order_by("name"))


def tiles(me: Visitor, view: str) -> list[dict[str, Any]]:
    tally, today = me.tally, me.today
    tomorrow = today + timedelta(days=1)
    made = [
        ("te-laat", "Te laat", tally.late, "eerst doen", "danger" if tally.late else ""),
        ("binnenkort", "Vandaag en morgen", tally.soon, days(today, tomorrow), "warning" if tally.soon else ""),
        ("open", "Alle open taken", tally.open, "op termijn", ""),
        ("wacht", "Wacht op anderen", tally.waiting, "in opdrachten van u", ""),
        ("afgerond", "Afgerond", tally.done, f"in {date_format(today, 'F')}", ""),
    ]
    return [
        {
            "label": label,
            "count": up_to(count),
            "hint": hint,
            "kind": kind,
            "url": f"?toon={shown}",
            "current": VIEWS[shown] == view,
        }
        for shown, label, count, hint, kind in made
    ]


def days(first: Any, second: Any) -> str:
    """21 en 22 november; 30 november en 1 december."""
    start = "j" if first.month == second.month else "j F"
    return f"{date_format(first, start)} en {date_format(second, 'j F')}"


def hat_of(row: inbox.Row, me: Visitor) -> dict[str, str | None]:
    """The hat in which this visitor would do it; of another's task, whose it is."""
    for hat in me.hats:
        if row.seat_id == hat.appointment_id or (row.seat_id is None and row.position_id == hat.position.pk):
            return {**described(hat)}
    return {"role": row.role, "capacity": row.capacity, "behalf_of": row.behalf_of}
