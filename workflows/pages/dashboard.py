"""Dashboard: how long it takes, where it waits, what stands out; each figure leads to its cases (ADR 38)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from roles.models import Organisation
from ui.charts import Bar, Chart
from ui.templatetags.ui import euro
from workflows.pages import cases as listed
from workflows.pages.figure_words import KEYS, Words, words_of
from workflows.pages.frame import Visitor, visitor
from workflows.pages.listing import choice, page_number
from workflows.pages.planning import Narrowed, municipalities_of
from workflows.rules.figures import NOW, Key, first_of
from workflows.selectors import figures as find
from workflows.selectors import turns
from workflows.selectors.figures import Sum
from workflows.selectors.inbox import PAGE

LONGEST = 7  # bars of one chart; its table has all
AHEAD = 18  # months of contracts that end
PERIODS = {"dit-jaar": "Dit jaar", "vorig-jaar": "Vorig jaar", "drie-jaar": "Afgelopen drie jaar"}
STANDING = (Key.RUNNING, Key.WAITS, Key.ON, Key.LATE)
OVER_TIME = (Key.ENDED, Key.PHASE, Key.MISSED, Key.FLAG, Key.PROCEDURE, Key.BREACH, Key.ADDED)

# In the order of the page; what is told of one that counts nothing.
SHOWN = {
    Key.WAITS: "Er wacht niets.", Key.ON: "Er wacht niets op iemand.",
    Key.PROCEDURE: "Geen inkopen gestart in deze periode.", Key.EXPIRING: "Geen contracten die eindigen.",
    Key.BREACH: "Geen meting onder haar norm.", Key.ADDED: "Geen evaluaties vastgesteld in deze periode.",
    Key.FLAG: "Niets opvallends bij de rolzuiverheid.", Key.MISSED: "Geen termijn gemist.",
    Key.LATE: "Geen stap is te laat.", Key.RUNNING: "Er loopt niets.", Key.ENDED: "Niets afgesloten in deze periode.",
}  # fmt: skip


class DashboardFilters(Narrowed):
    periode = choice("Periode", "Afgelopen twaalf maanden", list(PERIODS.items()))

    def span(self, today: date) -> tuple[date, date]:
        """The first of the first month, and of the last."""
        this = first_of(today)
        match self.asked.get("periode"):
            case "dit-jaar":
                return date(today.year, 1, 1), this
            case "vorig-jaar":
                return date(today.year - 1, 1, 1), date(today.year - 1, 12, 1)
            case "drie-jaar":
                return this.replace(year=this.year - 3), this
        return this.replace(year=this.year - 1), this


class FigureFilters(DashboardFilters):
    """Which figure, besides."""

    beside = ("pagina", "welke", "van", "tot")

    def __init__(self, data: Any, *, me: Visitor, municipalities: Sequence[Organisation]) -> None:
        super().__init__(data, me=me, municipalities=municipalities)
        self.fields["cijfer"] = choice("Cijfer", "Kies een cijfer", [(key, each.title) for key, each in KEYS.items()])


@dataclass(frozen=True, slots=True)
class Board:
    """The sums, and how to lead on from each."""

    sums: dict[str, list[Sum]]
    words: Words
    kept: dict[str, str]
    today: date

    def url(self, key: str, detail: str | None = None, **more: str) -> str:
        asked = {**self.kept, "cijfer": key, **({} if detail is None else {"welke": detail}), **more}
        return f"{reverse('figure')}?{urlencode(asked)}"

    def chart(
        self, key: str, *, rows: Iterable[Sum] | None = None, title: str = "", bar: Callable[[Sum], Bar] | None = None
    ) -> Chart:
        """The longest first."""
        told = KEYS[key]
        bars = [(bar or self.counted)(row) for row in (self.sums.get(key, []) if rows is None else rows)]
        if not told.in_order:
            bars = sorted(bars, key=lambda each: -each.value)
        return Chart(title or told.title, told.what, told.unit, bars, most=None if told.in_order else LONGEST)

    def counted(self, row: Sum) -> Bar:
        note = ""
        if row.key in (Key.WAITS, Key.ON):
            days = self.today.toordinal() - row.value / row.count
            note = f"gemiddeld {round(days)} {'dag' if round(days) == 1 else 'dagen'}"
        if row.key == Key.ADDED:
            note = euros(row.value)
        label = self.words.label(row.key, row.detail)
        return Bar(label, row.count, str(row.count), self.url(row.key, row.detail), note=note)

    def lasted(self, row: Sum) -> Bar:
        took, plan = row.value / row.count, row.plan / row.count
        return Bar(
            self.words.label(row.key, row.detail), took, str(round(took)), self.url(row.key, row.detail), plan,
            str(round(plan)), note=f"{row.count} keer",
        )  # fmt: skip

    def lead_times(self) -> list[tuple[str, Chart]]:
        """A chart for each process, its phases in their own order; without what is over as soon as it begins."""
        by_flow: dict[str, list[Sum]] = {}
        for row in self.sums.get(Key.PHASE, []):
            by_flow.setdefault(row.detail.partition("/")[0], []).append(row)
        found = []
        for flow, rows in sorted(by_flow.items(), key=lambda each: self.words.place(each[0])):
            took = [row for row in rows if round(row.value / row.count) or round(row.plan / row.count)]
            took.sort(key=lambda row: self.words.phase_place(row.detail))
            title = self.words.flow(flow)
            if took:
                found.append((title, self.chart(
                    Key.PHASE, rows=took, title=f"Doorlooptijd per fase: {title}", bar=self.lasted
                )))  # fmt: skip
        return found

    def expiring(self, by_month: Mapping[date, tuple[int, int]]) -> Chart:
        """By quarter; a bar for each that is to come."""
        quarters: dict[tuple[int, int], list[int]] = {}
        for month, (count, amount) in by_month.items():
            found = quarters.setdefault((month.year, (month.month - 1) // 3), [0, 0])
            found[0] += count
            found[1] += amount
        bars = []
        for (year, quarter), (count, amount) in sorted(quarters.items()):
            van, tot = date(year, quarter * 3 + 1, 1), date(year, quarter * 3 + 3, 1)
            url = self.url(Key.EXPIRING, van=f"{van:%Y-%m}", tot=f"{tot:%Y-%m}")
            bars.append(Bar(f"{date_format(van, 'b')} t/m {date_format(tot, 'b Y')}", count, str(count), url,
                            note=f"{euros(amount)} per jaar"))  # fmt: skip
        told = KEYS[Key.EXPIRING]
        return Chart(told.title, told.what, told.unit, bars)

    def total(self, key: str, field: str = "count", starts: str = "") -> int:
        rows = (row for row in self.sums.get(key, []) if row.detail.startswith(starts))
        return sum(getattr(row, field) for row in rows)

    @property
    def key_figures(self) -> list[tuple[str, Any, str]]:
        """What stands on top, with where it leads."""
        ended, days = self.total(Key.ENDED, starts="commission/"), self.total(Key.ENDED, "value", "commission/")
        running, late = self.total(Key.RUNNING), self.total(Key.LATE)
        contracts = self.total(Key.RUNNING, "value", "contract")
        return [
            ("Lopende zaken", running, self.url(Key.RUNNING) if running else ""),
            ("Stappen te laat", late, self.url(Key.LATE) if late else ""),
            (
                "Gemiddelde doorlooptijd opdracht", f"{round(days / ended)} dagen" if ended else "–",
                self.url(Key.ENDED) if ended else "",
            ),
            ("Contracten per jaar", euros(contracts), self.url(Key.RUNNING, "contract") if contracts else ""),
        ]  # fmt: skip


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """As many queries whatever there is to count."""
    me = visitor(request)
    filters = DashboardFilters(request.GET, me=me, municipalities=municipalities_of(me))
    whose, span = filters.whose(me), filters.span(me.today)
    found: dict[str, list[Sum]] = {}
    for row in find.sums(whose, dict.fromkeys(STANDING, (NOW, NOW)) | dict.fromkeys(OVER_TIME, span)):
        found.setdefault(row.key, []).append(row)
    this = first_of(me.today)
    by_month = find.by_month(whose, Key.EXPIRING, this, months_on(this, AHEAD))
    board = Board(found, words_of(found), filters.kept, me.today)
    charts = {key: board.expiring(by_month) if key == Key.EXPIRING else board.chart(key) for key in SHOWN}
    return render(request, "dashboard/dashboard.html", {
        "me": me, "filters": filters, "board": board, "figures": board.key_figures, "lead_times": board.lead_times(),
        "charts": [chart for chart in charts.values() if chart.bars],
        "nothing": [none for key, none in SHOWN.items() if not charts[key].bars],
        "since": span[0], "until": span[1], "counted_until": find.counted_until(), "ahead": AHEAD,
    })  # fmt: skip


@require_safe
def figure(request: HttpRequest) -> HttpResponse:
    """The cases behind one figure, and no others than the visitor may see."""
    me = visitor(request)
    filters = FigureFilters(request.GET, me=me, municipalities=municipalities_of(me))
    key = filters.asked.get("cijfer")
    if key is None:
        return redirect("dashboard")
    whose, (first, last) = filters.whose(me), _months(request, filters, key, me.today)
    known = find.details_of(whose, key, first, last)
    asked = request.GET.get("welke")
    details = [row for row in known if asked is None or row.detail == asked]
    number = min(page_number(request), find.FARTHEST // PAGE)
    ids = find.behind(whose, key, [row.detail for row in details], first=first, last=last, page=number)
    rows = find.in_order(ids)
    next_turns = turns.in_cases(rows)
    words = words_of({key: details})
    title = KEYS[key].title if asked is None else f"{KEYS[key].title}: {words.label(key, asked)}"
    kept = {name: value for name, value in request.GET.items() if name != "pagina"}
    return render(request, "dashboard/cases.html", {
        "me": me, "filters": filters, "title": title, "count": sum(row.count for row in details),
        "unit": KEYS[key].unit, "rows": [listed.row(case, next_turns[case.pk]) for case in rows],
        "welke": asked, "van": request.GET.get("van"), "tot": request.GET.get("tot"),
        "previous": f"?{urlencode({**kept, 'pagina': number - 1})}" if number > 1 else "",
        "following": f"?{urlencode({**kept, 'pagina': number + 1})}" if len(ids) == PAGE else "",
        "crumbs": [
            {"label": "Dashboard", "url": f"{reverse('dashboard')}?{urlencode(_without(filters.kept))}"},
            {"label": title, "url": request.get_full_path()},
        ],
    })  # fmt: skip


def _without(kept: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in kept.items() if name != "cijfer"}


def _months(request: HttpRequest, filters: FigureFilters, key: str, today: date) -> tuple[date, date]:
    """Of how things stand, none; of contracts that end, those ahead; else the period. The address may name them."""
    if key in STANDING or key == Key.BUYING:
        return (NOW, NOW) if key in STANDING else (date(2000, 1, 1), date(2100, 1, 1))
    first, last = filters.span(today)
    if key == Key.EXPIRING:
        first, last = first_of(today), months_on(first_of(today), AHEAD)
    return _month(request.GET.get("van", "")) or first, _month(request.GET.get("tot", "")) or last


def _month(given: str) -> date | None:
    try:
        found = date.fromisoformat(f"{given}-01")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def months_on(month: date, more: int) -> date:
    year, place = divmod(month.year * 12 + month.month - 1 + more, 12)
    return date(year, place + 1, 1)


def euros(amount: int) -> str:
    """Short: what is told of millions is no cents."""
    if abs(amount) >= 1_000_000:
        return f"€\N{NO-BREAK SPACE}{amount / 1_000_000:.1f} miljoen".replace(".", ",")
    return euro(amount)
