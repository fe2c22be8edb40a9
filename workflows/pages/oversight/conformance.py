"""Procestrouw: did cases go as their process says, where not, which ways they went, and how long each step took."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.views.decorators.http import require_safe

from cases.models import Case
from roles.models import Scheme
from ui.fields import DateField
from workflows.bpmn.picture import heatmap
from workflows.conformance import keeping
from workflows.conformance.words import Words
from workflows.flows import ALL
from workflows.models import Replay
from workflows.pages.frame import up_to, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number
from workflows.pages.oversight.overviews import crumbs, scopes
from workflows.selectors import conformance as selectors
from workflows.selectors.inbox import MANY
from workflows.selectors.sight import visible

PAGE = 25
SHOWN = 3  # deviations of one case
HOTTEST = 4


class ConformanceFilters(Filters):
    van = DateField(label="Begonnen vanaf", required=False)
    tot = DateField(label="Begonnen tot en met", required=False)

    def __init__(self, data: Any, *, schemes: Sequence[Scheme]) -> None:
        super().__init__(data)
        versions = [(_key(flow.code, flow.version), _title(flow)) for flow in ALL]
        wide = {"proces": choice("Proces", "Alle processen", versions)}
        if len(schemes) > 1:
            wide["regeling"] = choice("Regeling", "Alle regelingen", [(each.pk, each.name) for each in schemes])
        self.fields = {**wide, **self.fields}

    @property
    def wish(self) -> selectors.Wish:
        asked = self.asked
        flow, _, version = asked.get("proces", "").partition("/")
        return selectors.Wish(
            scheme=int(asked["regeling"]) if "regeling" in asked else None,
            flow=flow, version=int(version) if version else None, since=asked.get("van"), until=asked.get("tot"),
        )  # fmt: skip


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Of the regelingen whose cases one supervises; for anybody else there is no such page."""
    me = visitor(request)
    if not me.supervised:
        raise Http404
    filters = ConformanceFilters(request.GET, schemes=[each for each in me.schemes if each.pk in me.supervised])
    wish, seen = filters.wish, scopes(me)
    found = selectors.replays(seen, wish)
    counted = selectors.by_version(found)
    fitting, total = sum(row["fitting"] for row in counted), sum(row["total"] for row in counted)
    page = numbered(total - fitting, page_number(request), PAGE)
    waiting = keeping.grown().filter(pk__in=visible(seen).values("pk"))[:MANY].count()
    return render(request, "oversight/conformance.html", {
        "filters": filters, "crumbs": crumbs("Procestrouw", request.path), "page": page, "total": total,
        "deviating": total - fitting, "waiting": up_to(waiting),
        "figures": [("Nagespeeld", total), ("Volgt het proces", fitting), ("Wijkt af", total - fitting)],
        "flows": [] if wish.version else [_flow(row, request) for row in counted],
        "rows": _deviating(found, page.number),
        **(_of_version(found, keeping.version_of(wish.flow, wish.version)) if wish.version else {}),
    })  # fmt: skip


def _flow(row: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    asked = request.GET.copy()
    asked["proces"] = _key(row["flow"], row["version"])
    asked.pop("pagina", None)
    title = _title(keeping.version_of(row["flow"], row["version"]))
    return row | {"title": title, "url": f"{reverse('conformance')}?{asked.urlencode()}"}


def _deviating(found: QuerySet[Replay], number: int) -> list[dict[str, Any]]:
    shown = selectors.deviating(found)[(number - 1) * PAGE : number * PAGE]
    return [
        {
            "case": row.case, "fitness": number_format(row.fitness * 100, 0), "more": len(row.deviations[SHOWN:]),
            "title": _title(keeping.version_of(row.flow, row.version)), "words": _words(row.case, row),
        }
        for row in shown
    ]  # fmt: skip


def _words(case: Case, row: Replay) -> list[str]:
    words = Words(keeping.version_of(row.flow, row.version), case.process.labels)
    return [words.deviation(each) for each in row.deviations[:SHOWN]]


def _of_version(found: QuerySet[Replay], flow_class: Any) -> dict[str, Any]:
    """The ways that cases went, how long steps took, and that on the picture."""
    ways, of = selectors.variants(found)
    times, words = selectors.times(found), Words(flow_class)
    hottest = max((each.median for each in times), default=0.0)
    heat = {each.step: _heat(each.median, hottest) for each in times}
    notes = {each.step: f"{_days(each.median)} d" for each in times}
    svg, steps = heatmap(flow_class, heat, notes)
    return {
        "variants": [
            {"steps": [words.move(label) for label in way.steps], "count": way.count, "fits": way.fitting == way.count}
            for way in ways
        ],
        "variants_more": of - len(ways), "picture": svg, "steps": steps,
        "times": [
            {"label": words.step(each.step), "count": each.count, "median": _days(each.median), "p90": _days(each.p90),
             "heat": heat[each.step]}
            for each in times
        ],
    }  # fmt: skip


def _heat(median: float, hottest: float) -> int:
    """From 1 to 4, a quarter of the longest at a time."""
    return min(int(HOTTEST * median / hottest) + 1, HOTTEST) if hottest else 1


def _days(number: float) -> str:
    return number_format(number, 1)


def _key(flow: str, version: int) -> str:
    return f"{flow}/{version}"


def _title(flow_class: Any) -> str:
    return f"{flow_class.process_title}, versie {flow_class.version}"
