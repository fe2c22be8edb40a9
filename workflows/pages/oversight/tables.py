"""One way to show an overview: a table is described (what, who may find it, filters, columns), and read some rows at a
time, the last first, by the key of the row before: the thousandth page costs what the first does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import is_aware

from cases.models import Case
from roles.selectors import Scope
from ui.templatetags.ui import capacity_label
from workflows.pages.frame import Visitor
from workflows.pages.listing import Filters

PAGE = 50
AT_A_TIME = 250  # of a file
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place: words, what they lead to, and what is to be noted with them."""

    text: str
    url: str = ""
    note: str = ""
    badges: Sequence[str] = ()
    hat: Mapping[str, str] | None = None
    at: datetime | None = None

    @property
    def plain(self) -> str:
        """For a file."""
        hat = self.hat or {}
        said = {**hat, "capacity": capacity_label(hat["capacity"])} if hat.get("capacity") else hat
        worn = ", ".join(filter(None, said.values()))
        return "; ".join(filter(None, [self.text, worn, *self.badges, self.note]))


NOTHING = Cell("–")


@dataclass(slots=True)
class Line:
    """One row, with what `Table.tell` looked up for it."""

    record: Any
    case: Case | None = None
    number: int | None = None  # of the act that it came of, in the chain of that case
    known: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    of: Callable[[Line], Cell]
    wide: bool = False
    amount: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """How the list is made smaller: what is asked, and which rows then remain."""

    name: str
    field: Callable[[Visitor], forms.Field]
    by: Callable[[Any], Q]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    slug: str
    title: str
    lead: str
    note: str  # on its card
    icon: str
    columns: Sequence[Column]
    filters: Sequence[Filter]
    find: Callable[[Sequence[Scope]], QuerySet[Any]]
    key: tuple[str, ...]  # what orders it, the last first; ends in the primary key
    tell: Callable[[Sequence[Any]], list[Line]]  # in a fixed number of queries
    counted: bool = False  # there are few, so its card says how many

    def form(self, data: Any, me: Visitor) -> "TableFilters":
        return TableFilters(data, {each.name: each.field(me) for each in self.filters})

    def narrowed(self, scopes: Sequence[Scope], asked: Mapping[str, Any]) -> QuerySet[Any]:
        found = self.find(scopes)
        for each in self.filters:
            if each.name in asked:
                found = found.filter(each.by(asked[each.name]))
        return found.order_by(*(f"-{name}" for name in self.key))

    def after(self, rows: QuerySet[Any], mark: str) -> QuerySet[Any]:
        """What comes behind the row that bore this mark; a mark that does not fit is the beginning."""
        values = self._read(mark)
        if values is None:
            return rows
        behind, same = Q(), Q()
        for name, value in zip(self.key, values, strict=True):
            behind |= same & Q(**{f"{name}__lt": value})
            same &= Q(**{name: value})
        return rows.filter(behind, **{f"{self.key[0]}__lte": values[0]})

    def mark(self, row: Model) -> str:
        return "_".join(
            value.isoformat() if isinstance(value, datetime) else str(value)
            for value in (getattr(row, name) for name in self.key)
        )

    def page(self, rows: QuerySet[Any], mark: str, size: int = PAGE) -> tuple[list[Line], str]:
        """A page, and the mark of the next one; empty: this was the last."""
        found = list(self.after(rows, mark)[: size + 1])
        return self.tell(found[:size]), self.mark(found[size - 1]) if len(found) > size else ""

    def every(self, rows: QuerySet[Any]) -> Iterator[Line]:
        mark = ""
        while True:
            lines, mark = self.page(rows, mark, AT_A_TIME)
            yield from lines
            if not mark:
                return

    def _read(self, mark: str) -> list[Any] | None:
        parts = mark.split("_")
        if len(parts) != len(self.key):
            return None
        *moments, number = parts
        if not number.isascii() or not number.isdigit() or len(number) > 19 or int(number) > LARGEST:
            return None
        try:
            read: list[Any] = [datetime.fromisoformat(each) for each in moments]
        except ValueError:
            return None
        return [*read, int(number)] if all(map(is_aware, read)) else None


class TableFilters(Filters):
    beside = ("na",)

    def __init__(self, data: Any, fields: Mapping[str, forms.Field]) -> None:
        super().__init__(data)
        self.fields = dict(fields)
