"""What hangs under *Controle*: one line a page, shown to whom it is for. A new page adds its line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    may: Callable[["Visitor"], bool] = audits
    count: Callable[["Visitor"], int | str] | None = None


ENTRIES = [
    Entry("acts", "history", "Handelingen", "Alles wat is gedaan: door wie, met welke hoed, op welk mandaat."),
    Entry(
        "conformance",
        "route",
        "Procestrouw",
        "Of zaken gingen zoals hun proces zegt, waar niet, en hoe lang stappen duren.",
    ),
]


def entries_for(me: "Visitor") -> list[Entry]:
    return [entry for entry in ENTRIES if entry.may(me)]
