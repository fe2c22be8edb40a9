"""Kalender: what falls on which day, as a month or as a list, for who looks."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from roles.models import Scheme
from workflows.pages.days import LEGEND, LOOKS, filled
from workflows.pages.frame import visitor
from workflows.pages.listing import Filters, choice
from workflows.selectors.calendar import PER_DAY, Whose, Wish

DAY = timedelta(days=1)
IN_A_CELL, IN_A_LIST = 4, 12  # entries of one day; the rest is on a page of that day
YEARS = range(2000, 2100)
LIST = "lijst"


class CalendarFilters(Filters):
    beside = ("maand", "beeld", "dag")
    toon = choice(
        "Toon", "Wat van mij is", [(Whose.BODIES.value, "Van mijn gremia"), (Whose.ALL.value, "Alles wat ik mag zien")]
    )

    def __init__(self, data: Any, *, schemes: list[Scheme]) -> None:
        super().__init__(data)
        if len(schemes) > 1:
            choices = [(scheme.code, scheme.name) for scheme in schemes]
            self.fields["regeling"] = choice("Regeling", "Alle regelingen", choices)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days somebody asks for: a month, as a grid or a list, or one day."""

    month: date
    day: date | None
    listed: bool

    @classmethod
    def by(cls, given: QueryDict, today: date) -> "Asked":
        """What does not fit is left out: then it is the month of today."""
        day, month = _day(given.get("dag", "")), _day(f"{given.get('maand', '')}-01")
        return cls((day or month or today).replace(day=1), day, given.get("beeld") == LIST)

    @property
    def last(self) -> date:
        return self.following - DAY

    @property
    def following(self) -> date:
        return (self.month + 31 * DAY).replace(day=1)

    @property
    def previous(self) -> date:
        return (self.month - DAY).replace(day=1)

    @property
    def span(self) -> tuple[date, date]:
        """A grid has whole weeks."""
        if self.day is not None:
            return self.day, self.day
        if self.listed:
            return self.month, self.last
        return self.month - self.month.weekday() * DAY, self.last + (6 - self.last.weekday()) * DAY

    def shows(self, listed: bool) -> bool:
        return self.day is None and self.listed == listed

    @property
    def most(self) -> int:
        if self.day is not None:
            return PER_DAY
        return IN_A_LIST if self.listed else IN_A_CELL


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """As many queries whatever there is to see."""
    me = visitor(request)
    asked = Asked.by(request.GET, me.today)
    filters = CalendarFilters(request.GET, schemes=me.schemes)
    filters.also_ignored = _unfit(request.GET)
    kept = {name: value for name, value in filters.asked.items() if isinstance(value, str)}

    def link(*, month: date | None = None, day: date | None = None, listed: bool = asked.listed) -> str:
        where = {"dag": day.isoformat()} if day else {"maand": f"{month:%Y-%m}"} if month else {}
        return f"?{urlencode({**where, **({'beeld': LIST} if listed else {}), **kept})}"

    first, last = asked.span
    wish = Wish(
        first=first, last=last, shown=asked.most, whose=Whose(kept.get("toon", Whose.MINE)),
        schemes=[each.pk for each in me.schemes if each.code == kept["regeling"]] if "regeling" in kept else None,
    )  # fmt: skip
    days = filled(me, wish, asked.month, asked.most, lambda day: link(day=day))
    return render(request, "calendar/calendar.html", {
        "me": me, "asked": asked, "filters": filters, "days": days, "today": me.today,
        "title": date_format(asked.day, "l j F Y") if asked.day else date_format(asked.month, "F Y"),
        "shown": [day for day in days if not day.empty], "grid": asked.shows(False),
        "legend": [{"icon": LOOKS[sort][0], "tone": LOOKS[sort][1], "words": words} for sort, words in LEGEND.items()],
        "previous": link(day=asked.day - DAY) if asked.day else link(month=asked.previous),
        "following": link(day=asked.day + DAY) if asked.day else link(month=asked.following),
        "now": link(day=me.today) if asked.day else link(),
        "tabs": [
            {"label": label, "url": link(month=asked.month, listed=listed), "current": asked.shows(listed)}
            for label, listed in (("Maand", False), ("Lijst", True))
        ],
    })  # fmt: skip


def _day(given: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given, re.ASCII):
        return None
    try:
        found = date.fromisoformat(given)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _unfit(given: QueryDict) -> list[str]:
    """What the address names that is no month, no day, and no way to look."""
    wrong = {
        "maand": given.get("maand") and _day(f"{given.get('maand')}-01") is None,
        "dag": given.get("dag") and _day(given.get("dag", "")) is None,
        "beeld": given.get("beeld", LIST) not in (LIST, "", "maand"),
    }
    return [name for name, is_wrong in wrong.items() if is_wrong]
