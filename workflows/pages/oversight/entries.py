"""What hangs under *Controle*: one line a page, shown to whom it is for. A new page adds its line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from workflows.pages.frame import Visitor


def audits(me: "Visitor") -> bool:
    """Sees what was done in cases."""
    return bool(me.supervised)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, for whom it is, and (where that costs one query of few rows) how much there is on it."""

    page: str  # the name of its address
    icon: str
    label: str
    note: str
    args: tuple[str, ...] = ()
    may: Callable[["Visitor"], bool] = audits
    count: Callable[["Visitor"], int | str] | None = None

    @property
    def url(self) -> str:
        return reverse(self.page, args=self.args)


# Beside the overviews, which are tables (`overviews.TABLES`).
ENTRIES = [
    Entry(
        "conformance",
        "route",
        "Procestrouw",
        "Of zaken gingen zoals hun proces zegt, waar niet, en hoe lang stappen duren.",
    ),
]


def entries_for(me: "Visitor") -> list[Entry]:
    return [entry for entry in ENTRIES if entry.may(me)]
