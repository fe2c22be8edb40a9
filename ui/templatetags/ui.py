"""What templates need to show things: no rules, no queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ui import forms
from ui.fields import CAPACITY_LABELS, in_dutch

register = template.Library()

CAPACITY_ICONS = {
    "owner": "building-bank",
    "client": "clipboard-text",
    "contractor": "briefcase",
    "adviser": "message-2",
    "supervisor": "eye-check",
}
CLASSIFICATIONS = {
    "public": ("world", "Openbaar"),
    "internal": ("building-community", "Intern"),
    "confidential": ("lock", "Vertrouwelijk"),
    "secret": ("shield-lock", "Geheim"),
}
VOTES = {
    "in_favour": ("thumb-up", "voor"),
    "with_remark": ("message-2", "voor met kanttekening"),
    "against": ("thumb-down", "tegen"),
    "abstained": ("minus", "onthouding"),
    "blank": ("ban", "blanco of ongeldig"),
    "open": ("circle-dashed", "nog geen stem"),
}


@register.filter
def problems(shown: BaseForm | Sequence[BaseForm] | None) -> list[forms.Problem]:
    return forms.problems(shown)


# Rows and cells are tags of Python and no components: a list has hundreds of them, and each component costs 80 µs.


@register.simple_block_tag
def row(content: SafeString, *, mine: Any = "", ended: Any = "", id: str = "") -> SafeString:
    """A row of <c-table>; the visitor's own, or one of what is over."""
    kind = "is-mine" if mine else "is-ended" if ended else ""
    named = format_html(' id="{}"', id) if id else ""
    return format_html('<tr role="row" class="{}"{}>{}</tr>', kind, named, content)


@register.simple_block_tag
def cell(
    content: SafeString, *, label: str = "", wide: Any = "", desktop: Any = "", amount: Any = "", kind: str = "",
    colspan: int = 1,
) -> SafeString:  # fmt: skip
    """A cell of a row. `label` stands before it where a row is shown as a card; `wide` takes the whole card."""
    asked = {"is-wide": wide, "is-desktop": desktop, "is-amount": amount, kind: kind}
    classes = " ".join(name for name, wanted in asked.items() if wanted)
    labelled = format_html(' data-label="{}"', label) if label else ""
    spread = format_html(' colspan="{}"', colspan) if colspan > 1 else ""
    return format_html('<td role="cell" class="{}"{}{}>{}</td>', classes, labelled, spread, content)


@register.filter
def anchor(number: int, what: str) -> str:
    """Where something stands on its page."""
    return f"{what}-{number}"


@register.filter
def equals(value: Any, other: Any) -> bool:
    """For what stands in the head of a tag, where no {% if %} can."""
    return bool(value == other)


@register.filter
def euro(amount: Decimal | int | None, cents: str = "") -> str:
    """€ 1.250.000; `|euro:"cents"` for what is paid by the piece: € 2.310,00."""
    if amount is None or amount == "":
        return ""
    return f"€\N{NO-BREAK SPACE}{in_dutch(amount, cents=bool(cents))}"


@register.filter
def initials(name: str) -> str:
    words = [word for word in str(name).split() if word[:1].isalpha()] or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def capacity_icon(capacity: str) -> str:
    return CAPACITY_ICONS.get(capacity, "user")


@register.filter
def capacity_label(capacity: str) -> str:
    return CAPACITY_LABELS.get(capacity, capacity)


@register.filter
def classification_icon(level: str) -> str:
    return CLASSIFICATIONS[level][0]


@register.filter
def classification_label(level: str) -> str:
    return CLASSIFICATIONS[level][1]


END_OF_DAY = (23, 59)  # the last minute says no more than the day


@dataclass(frozen=True, slots=True)
class Term:
    text: str
    kind: str
    icon: str
    written: str
    iso: str


@register.filter
def term(due: date | datetime, today: date | None = None) -> Term:
    """How far off a date is, seen from the product's own clock where the page gives it."""
    at = timezone.localtime(due) if isinstance(due, datetime) and timezone.is_aware(due) else due
    day = at.date() if isinstance(at, datetime) else at
    days = (day - (today or timezone.localdate())).days
    written = date_format(day, "D j b" if abs(days) < 200 else "D j b Y")
    if isinstance(at, datetime) and (at.hour, at.minute) != END_OF_DAY:
        written += f", {at:%H.%M} uur"
    text, kind, icon = _distance(days)
    return Term(text, kind, icon, written, at.isoformat())


def _distance(days: int) -> tuple[str, str, str]:
    match days:
        case _ if days < 0:
            return f"{-days} {'dag' if days == -1 else 'dagen'} te laat", "danger", "alert-triangle"
        case 0:
            return "Vandaag", "warning", "clock"
        case 1:
            return "Morgen", "warning", "clock"
        case _ if days < 7:
            return f"Over {days} dagen", "neutral", ""
        case _:
            return f"Over {days} dagen", "plain", ""


@dataclass(frozen=True, slots=True)
class Segment:
    code: str
    icon: str
    label: str
    count: int
    x: int
    width: int


@register.simple_tag
def vote_segments(**counts: Any) -> dict[str, Any]:
    """The parts of a bar of 1000 wide, with a sentence that says the same."""
    given = {code: int(counts.get(code) or 0) for code in VOTES}
    total = sum(given.values()) or 1
    parts, x = [], 0
    for code, count in given.items():
        width = 1000 * count // total
        icon, label = VOTES[code]
        parts.append(Segment(code, icon, label, count, x, max(width - 3, 0)))
        x += width
    cast = sum(given.values()) - given["open"]
    told = [part for part in parts if part.code != "open" and (part.count or part.code != "blank")]
    spoken = ", ".join(f"{part.count} {part.label}" for part in told)
    return {"parts": parts, "spoken": f"{cast} van {sum(given.values())} stemmen uitgebracht: {spoken}"}


@register.filter
def vote_icon(code: str) -> str:
    return VOTES[code][0]


@register.simple_tag(takes_context=True)
def sorting(context: template.Context, key: str) -> dict[str, str]:
    """Which way a column is sorted, and what a click on its head asks for; the parameter is `volgorde`."""
    request = context.get("request")
    current = request.GET.get("volgorde", "") if request else ""
    if current == key:
        return {"state": "ascending", "ask": f"-{key}"}
    return {"state": "descending" if current == f"-{key}" else "", "ask": key}


@register.filter
def page_numbers(paginator: "Paginator[Any]", number: int) -> list[int]:
    """Zero stands for a gap."""
    pages = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [page if isinstance(page, int) else 0 for page in pages]
