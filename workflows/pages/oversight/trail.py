"""The step history of one case, as a story and as a table, each act with its evidence; and where to look further."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from audit import roots
from audit.models import Act
from cases.models import Case
from ui.fields import DateField
from workflows.pages import urgent
from workflows.pages.acts import Told, told
from workflows.pages.casefile import CaseFile
from workflows.pages.frame import visible_case_or_404, visitor
from workflows.pages.listing import Filters, choice
from workflows.pages.oversight.overviews import crumbs

STORY, TABLE = "verhaal", "tabel"
VIEWS = {STORY: "Verhaal", TABLE: "Tabel"}

# What can be asked of an act in a case, by the words that stand in it.
ASKED: dict[str, Callable[[Act], str]] = {
    "wie": lambda act: act.actor,
    "hoed": lambda act: act.role,
    "mandaat": lambda act: act.mandate,
    "handeling": lambda act: act.verb,
    "stap": lambda act: act.step.rpartition("/")[2],
}


class TrailFilters(Filters):
    beside = ("beeld",)
    van = DateField(label="Van", required=False)
    tot = DateField(label="Tot en met", required=False)

    def __init__(self, data: Any, acts: Iterable[Told]) -> None:
        super().__init__(data)
        self.fields = {**_choices(acts), **self.fields}

    def fits(self, act: Act) -> bool:
        asked, on = self.asked, localdate(act.at)
        since: date = asked.get("van", date.min)
        until: date = asked.get("tot", date.max)
        return since <= on <= until and all(asked.get(name, said(act)) == said(act) for name, said in ASKED.items())


def _choices(acts: Iterable[Told]) -> dict[str, Any]:
    """What occurs in this case."""
    seen: dict[str, dict[str, str]] = {name: {} for name in ASKED}
    for each in acts:
        words = {
            "wie": each.who, "hoed": each.act.role, "mandaat": each.act.mandate, "handeling": each.what,
            "stap": each.step,
        }  # fmt: skip
        for name, said in ASKED.items():
            if (value := said(each.act)) and words[name]:
                seen[name].setdefault(value, words[name])
    labels = {
        "wie": ("Wie", "Iedereen"), "hoed": ("Hoed", "Alle hoeden"), "mandaat": ("Mandaat", "Met en zonder"),
        "handeling": ("Handeling", "Alle handelingen"), "stap": ("Stap", "Alle stappen"),
    }  # fmt: skip
    return {
        name: choice(*labels[name], sorted(found.items(), key=lambda item: item[1])) for name, found in seen.items()
    }


@require_safe
def trail(request: HttpRequest, case_id: int) -> HttpResponse:
    """Everything that was done in one case, in its order. A fixed number of queries, however much that was."""
    case = supervised_case_or_404(request, case_id)
    file = CaseFile(request, case)
    every = told(file.acts, {act.data["rectifies"]: act.seq for act in file.acts if act.verb == "rectify"})
    filters = TrailFilters(request.GET, every)
    view = request.GET.get("beeld", TABLE)
    view = view if view in VIEWS else TABLE
    root = roots.last_root()
    return render(request, "oversight/trail.html", {
        "case": case, "filters": filters, "view": view, "every": len(every),
        "tabs": case_tabs(case, "case-trail"), "views": _views(request, view),
        "trail": [each for each in every if filters.fits(each.act)] if view == TABLE else [],
        "events": [event for event in file.events if filters.fits(event.act)] if view == STORY else [],
        "root": root, "root_at": datetime.fromisoformat(root.at) if root else None,
        "urgent": urgent.told(case), "crumbs": crumbs(case.number, request.path),
        "examines": case.scheme_id in visitor(request).keeping("examine"),
    })  # fmt: skip


def supervised_case_or_404(request: HttpRequest, case_id: int) -> Case:
    case = visible_case_or_404(request, case_id, destroyed_too=True)
    if case.scheme_id not in visitor(request).supervised:
        raise Http404
    return case


def case_tabs(case: Case, current: str) -> list[dict[str, Any]]:
    """What an auditor looks at in one case."""
    pages: Mapping[str, str] = {
        "case-trail": "Handelingen", "case-past": "Zoals het was", "case-difference": "Verschil tussen twee momenten",
    }  # fmt: skip
    return [
        *({"label": label, "url": reverse(page, args=[case.pk]), "current": page == current}
          for page, label in pages.items()),
        {"label": "Wie keek", "url": f"{reverse('oversight', args=['inzage'])}?zaak={case.number}", "current": False},
    ]  # fmt: skip


def _views(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    found = []
    for code, label in VIEWS.items():
        query = request.GET.copy()
        query["beeld"] = code
        found.append({"label": label, "url": f"?{query.urlencode()}", "current": code == current})
    return found
