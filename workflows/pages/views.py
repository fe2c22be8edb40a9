"""Weergaven: a list with one's own columns, kept under a name; and where the list starts."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from workflows import keeping
from workflows.forms.columns import ViewForm
from workflows.models import SavedView
from workflows.pages import columns, doing
from workflows.pages.frame import Visitor, current_user, visitor
from workflows.pages.listing import Filters

# The address of each list, and what of it a view keeps.
ADDRESSES = {SavedView.Of.TASKS: "my-tasks", SavedView.Of.CASES: "cases", SavedView.Of.TURNS: "whose-turn"}
KEPT = {
    SavedView.Of.TASKS: ("toon", "q", "hoed", "gemeente", "domein", "volgorde"),
    SavedView.Of.CASES: ("q", "stand", "fase", "domein", "gemeente", "volgorde"),
    SavedView.Of.TURNS: ("gremium",),
}
LABELS = {
    "toon": "de tegel", "q": "zoekwoorden", "hoed": "uw rol", "gemeente": "indiener", "domein": "domein",
    "volgorde": "volgorde", "stand": "stand", "fase": "fase", "gremium": "gremium",
}  # fmt: skip
LONGEST = 1000


def kept(of: str, asked: QueryDict) -> str:
    """As much of an address as a view keeps: its filters, order and columns."""
    known = [(name, asked[name][:200]) for name in (*KEPT[SavedView.Of(of)], columns.PARAMETER) if asked.get(name)]
    return urlencode(known)[:LONGEST]


def start_of(request: HttpRequest, of: str) -> HttpResponse | None:
    """Who comes to a list without asking for anything gets it as they like to begin with it."""
    if request.GET:
        return None
    found = next((view for view in visitor(request).tally.views if view.of == of and view.start), None)
    return redirect(f"{request.path}?{found.query}") if found and found.query else None


def context(request: HttpRequest, me: Visitor, of: str, filters: Filters) -> dict[str, Any]:
    """For <c-saved-views>, and the columns of the list; those that it has not (any more) are named with its filters."""
    filters.also_ignored = columns.unknown(request, of)
    now = kept(of, request.GET)
    change = reverse("views", args=[of])
    return {
        "columns": columns.shown(request, of),
        "views": [
            {"label": view.name, "url": f"?{view.query}", "current": view.query == now}
            for view in me.tally.views
            if view.of == of
        ],
        "views_url": f"{change}?{now}" if now else change,
        "csv_url": f"{reverse('list-csv', args=[of])}?{now}",
    }


@require_http_methods(["GET", "POST"])
def views(request: HttpRequest, of: str) -> HttpResponse:
    """The columns of a list, to apply at once or to keep under a name; and the views that there are."""
    return _page(request, _list_or_404(of), None)


@require_http_methods(["GET", "POST"])
def view(request: HttpRequest, of: str, view_id: int) -> HttpResponse:
    """One of one's own: another name, other columns, or away with it."""
    found = SavedView.objects.filter(user=current_user(request), of=_list_or_404(of), pk=view_id).first()
    if found is None:
        raise Http404
    if request.method == "POST" and "discard" in request.POST:
        keeping.throw_away(user_id=current_user(request).pk, view_id=found.pk)
        messages.success(request, f"De weergave {found.name} is weggegooid.")
        return redirect("views", of)
    return _page(request, found.of, found)


def _page(request: HttpRequest, of: str, found: SavedView | None) -> HttpResponse:
    posted = request.method == "POST"
    asked = QueryDict(found.query if found else request.POST.get("query", "") if posted else request.GET.urlencode())
    form = ViewForm(
        request.POST if posted else None,
        columns=[(column.code, column.label) for column in columns.COLUMNS[of]],
        chosen=[column.code for column in _columns_in(asked, of)],
        named=found is not None or "keep" in request.POST,
        initial={"name": found.name, "start": found.start} if found else None,
    )
    if posted and form.is_valid():
        done = _do(request, of, asked, form, found)
        if done is not None:
            return done
    labels = [LABELS[name] for name in KEPT[SavedView.Of(of)] if asked.get(name)]
    mine = [each for each in visitor(request).tally.views if each.of == of]
    title = f"Weergave {found.name}" if found else "Weergave en kolommen"
    shown = {
        "of": of, "list": SavedView.Of(of).label, "title": title, "view": found, "form": form, "mine": mine,
        "query": kept(of, asked), "filters": labels, "back": reverse(ADDRESSES[SavedView.Of(of)]),
        "crumbs": [
            {"label": SavedView.Of(of).label, "url": reverse(ADDRESSES[SavedView.Of(of)])},
            {"label": title, "url": request.path},
        ],
    }  # fmt: skip
    return doing.again(request, "lists/views.html", shown, doing.UNFIT if posted else doing.OK)


def _columns_in(asked: QueryDict, of: str) -> list[columns.Column]:
    given = asked.get(columns.PARAMETER)
    return columns.usual(of) if given is None else columns.picked(of, given.split(","))


def _do(
    request: HttpRequest, of: str, asked: QueryDict, form: ViewForm, found: SavedView | None
) -> HttpResponse | None:
    """Apply it, and keep it where that was asked; nothing where that cannot be."""
    wanted = asked.copy()
    wanted[columns.PARAMETER] = ",".join(form.chosen())
    query, values = kept(of, wanted), form.cleaned_data
    if form.named:
        try:
            keeping.keep(
                user_id=current_user(request).pk, of=of, name=values["name"], query=query, start=values["start"],
                view_id=found.pk if found else None,
            )  # fmt: skip
        except keeping.Taken:
            form.add_error("name", "U hebt al een weergave met deze naam.")
            return None
        except keeping.Full:
            form.add_error(None, f"U hebt {keeping.MOST} weergaven van deze lijst. Gooi er eerst een weg.")
            return None
        messages.success(request, f"De weergave {values['name']} is bewaard.")
    return redirect(f"{reverse(ADDRESSES[SavedView.Of(of)])}?{query}")


def _list_or_404(of: str) -> str:
    if of not in SavedView.Of.values:
        raise Http404
    return of
