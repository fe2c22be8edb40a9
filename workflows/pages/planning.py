"""Inkoopplanning: the regional calendar of procurements, contract ends and meetings, drawn and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.models import Domain
from roles.models import Organisation, Scheme
from roles.rules.sheet import streamed
from workflows.pages.frame import Visitor, visitor
from workflows.pages.listing import Filters, choice, page_number
from workflows.pages.signals import places_of
from workflows.rules.timeline import HEAD, LEFT, ROW, WIDTH, Bar, Drawn, Line, Mark, drawn, months, x
from workflows.selectors import planning as find
from workflows.selectors.figures import Whose
from workflows.selectors.planning import SORTS, Entry, Sort, Wish

YEARS_BACK, YEARS_AHEAD = 3, 6
TABLE = "tabel"
MOMENTS = {
    "prepare_on": "voorbereiding", "market_on": "naar de markt", "award_on": "gunning", "starts_on": "ingang contract",
}  # fmt: skip
BETWEEN = (
    ("prepare_on", "market_on", "Voorbereiding"), ("market_on", "award_on", "Op de markt"),
    ("award_on", "starts_on", "Contractering"),
)  # fmt: skip


class Narrowed(Filters):
    """By regeling, municipality and domain: what planning and dashboard share."""

    def __init__(self, data: Any, *, me: Visitor, municipalities: Sequence[Organisation]) -> None:
        super().__init__(data)
        self.schemes = {scheme.code: scheme for scheme in me.schemes}
        if len(self.schemes) > 1:
            choices = [(scheme.code, scheme.name) for scheme in me.schemes]
            self.fields["regeling"] = choice("Regeling", "Alle regelingen", choices)
        self.fields["gemeente"] = choice(
            "Gemeente", "Alle gemeenten", [(each.pk, each.name) for each in municipalities]
        )

    def whose(self, me: Visitor) -> Whose:
        scheme, municipality = self.scheme, self.asked.get("gemeente")
        return Whose(
            scopes=me.scopes, scheme=scheme.pk if scheme else None,
            municipality=int(municipality) if municipality else None,
        )  # fmt: skip

    @property
    def scheme(self) -> Scheme | None:
        return self.schemes.get(self.asked.get("regeling", ""))

    @property
    def kept(self) -> dict[str, str]:
        """For another address with the same filters."""
        return {name: str(value) for name, value in self.asked.items()}


def municipalities_of(me: Visitor) -> list[Organisation]:
    """Of the regelingen in which somebody has a hat. One query."""
    kind = Organisation.Kind.MUNICIPALITY
    return list(Organisation.objects.filter(scheme__in=me.schemes, kind=kind).order_by("name"))


class PlanningFilters(Narrowed):
    beside = ("pagina", "beeld")
    domein = choice("Domein", "Alle domeinen", list(Domain.choices))
    soort = choice("Soort", "Alles", list(SORTS.items()))

    def __init__(self, data: Any, *, me: Visitor, municipalities: Sequence[Organisation]) -> None:
        super().__init__(data, me=me, municipalities=municipalities)
        now = me.today.year
        years = [(str(year), str(year)) for year in range(now - YEARS_BACK, now + YEARS_AHEAD) if year != now]
        self.fields["jaar"] = choice("Jaar", str(now), years)

    def wish(self, me: Visitor, *, page: int = 1, size: int = find.SHOWN) -> Wish:
        asked = self.asked
        sort = asked.get("soort")
        return Wish(
            whose=self.whose(me), hats=me.hats, year=int(asked.get("jaar") or me.today.year), today=me.today,
            domain=asked.get("domein", ""), sorts=(sort,) if sort else tuple(SORTS),
            page=page if sort else 1, size=size,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """One sort: drawn, and as rows."""

    sort: str
    entries: list[Entry]
    lines: list[Drawn]
    total: int | None
    more: str
    note: str = ""

    @property
    def label(self) -> str:
        return SORTS[self.sort]

    @property
    def height(self) -> int:
        return HEAD + ROW * len(self.lines) + 6


@require_safe
def planning(request: HttpRequest) -> HttpResponse:
    """As many queries whatever there is to see."""
    me = visitor(request)
    filters = PlanningFilters(request.GET, me=me, municipalities=municipalities_of(me))
    wish = filters.wish(me, page=page_number(request))
    found, totals = find.entries(wish), find.totals(wish)
    as_table = request.GET.get("beeld") == TABLE
    if request.GET.get("beeld", TABLE) not in (TABLE, ""):
        filters.also_ignored = ["beeld"]
    kept = filters.kept | ({"beeld": TABLE} if as_table else {})
    sections = [
        _section(sort, [entry for entry in found if entry.sort == sort], wish, totals.get(sort), kept, me)
        for sort in SORTS
        if sort in wish.sorts
    ]
    return render(request, "planning/planning.html", {
        "me": me, "filters": filters, "wish": wish, "sections": sections, "any": any(s.entries for s in sections),
        "as_table": as_table, "tabs": [
            {"label": label, "url": _with(filters.kept | more), "current": as_table == bool(more)}
            for label, more in (("Tijdlijn", {}), ("Tabel", {"beeld": TABLE}))
        ],
        "months": months(wish.year), "today_at": x(me.today) if wish.year == me.today.year else None,
        "frame": {"left": LEFT, "width": LEFT + WIDTH + 12, "head": HEAD - 6},
        "csv_url": f"{reverse('planning-csv')}{_with(filters.kept)}", "keeps": bool(me.keeping("keep_planning")),
        "may_signal": bool(places_of(request)), "keeping": me.keeping("keep_planning"),
        "previous": _page(kept, wish.page - 1) if len(wish.sorts) == 1 and wish.page > 1 else "",
        "following": _page(kept, wish.page + 1) if len(wish.sorts) == 1 and len(found) == wish.size else "",
    })  # fmt: skip


def _page(kept: dict[str, str], number: int) -> str:
    return _with(kept | {"pagina": str(number)})


def _with(asked: dict[str, str]) -> str:
    return f"?{urlencode(asked)}"


def _section(
    sort: str, entries: list[Entry], wish: Wish, total: int | None, kept: dict[str, str], me: Visitor
) -> Section:
    lines = _of_bodies(entries) if sort == Sort.MEETING else [_line(entry, me) for entry in entries]
    full = len(entries) == wish.size and len(wish.sorts) > 1
    more = _with(kept | {"soort": sort}) if full else ""
    return Section(sort, entries, drawn(lines, wish.year), total, more)


def _line(entry: Entry, me: Visitor) -> Line:
    bars = [Bar(first, last, label, "phase") for label, first, last in entry.phases]
    if entry.item is not None:
        bars = [Bar(entry.planned[a], entry.planned[b], label, "planned") for a, b, label in BETWEEN]
    if entry.ends_on is not None:
        bars = [Bar(entry.real["starts_on"], entry.ends_on, "Contract", "contract")]
        if entry.ends_at_most is not None:
            bars.append(Bar(entry.ends_on, entry.ends_at_most, "Verlenging mogelijk", "option"))
    marks = [Mark(day, f"{MOMENTS[name]} (gepland)", planned=True) for name, day in entry.planned.items()]
    marks += [Mark(day, MOMENTS[name]) for name, day in entry.real.items() if name in MOMENTS and not entry.ends_on]
    if entry.ends_on is not None:
        marks.append(Mark(entry.ends_on, "einde contract"))
    return Line(entry.label, entry.note, url_of(entry, me), bars, marks)


def _of_bodies(entries: list[Entry]) -> list[Line]:
    """A row for each body, with its meetings on it."""
    by_body: dict[str, list[Entry]] = {}
    for entry in entries:
        by_body.setdefault(f"{entry.label}\n{entry.note}", []).append(entry)
    return [
        Line(rows[0].label, rows[0].note, "", marks=[Mark(row.real["held_on"], "vergadering") for row in rows])
        for rows in by_body.values()
    ]


def url_of(entry: Entry, me: Visitor) -> str:
    """Where somebody reads on; a planned procurement is for who keeps the planning."""
    if entry.case is not None:
        return reverse("case", args=[entry.case.pk])
    if entry.meeting is not None:
        return reverse("meeting", args=[entry.meeting.pk])
    assert entry.item is not None
    return reverse("planning-item", args=[entry.item.pk]) if entry.item.scheme_id in me.keeping("keep_planning") else ""


HEADER = [
    "Soort", "Wat", "Toelichting", "Domein",
    *(f"{words.capitalize()} {how}" for words in MOMENTS.values() for how in ("gepland", "werkelijk")),
    "Dag of einde", "Uiterlijk met verlenging",
]  # fmt: skip


@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same rows, as many as a file holds."""
    me = visitor(request)
    filters = PlanningFilters(request.GET, me=me, municipalities=municipalities_of(me))
    found = find.entries(filters.wish(me, size=find.MANY))
    response = StreamingHttpResponse(streamed(HEADER, map(_row, found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="inkoopplanning-{me.today}.csv"'
    return response


def _row(entry: Entry) -> list[str]:
    domain = str(Domain(entry.domain).label) if entry.domain else ""
    moments = [_day(held.get(name)) for name in MOMENTS for held in (entry.planned, entry.real)]
    ends = [_day(entry.real.get("held_on") or entry.ends_on), _day(entry.ends_at_most)]
    return [SORTS[entry.sort], entry.label, entry.note, domain, *moments, *ends]


def _day(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""
