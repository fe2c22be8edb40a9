"""What hangs under *Controle*: one line a page, shown to whom it is for. A new page adds its line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from workflows.emergencies import waiting

if TYPE_CHECKING:
    from workflows.pages.frame import Visitor


def audits(me: "Visitor") -> bool:
    """Sees what was done in cases."""
    return bool(me.supervised)


def takes_out(me: "Visitor") -> bool:
    """May take cases out, in some regeling."""
    return bool(me.keeping("export_cases"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, for whom it is, and (where that costs one query of few rows) how much there is on it."""

    page: str  # the name of its address
    icon: str
    label: str
    note: str
    args: tuple[str, ...] = ()
    may: Callable[["Visitor"], bool] = audits
    count: Callable[["Visitor"], int | str | None] | None = None

    @property
    def url(self) -> str:
        return reverse(self.page, args=self.args)


def examines(me: "Visitor") -> bool:
    """Draws samples and records findings."""
    return bool(me.keeping("examine"))


def emergencies(me: "Visitor") -> bool:
    """Takes, judges or sees noodtoegang."""
    return bool(me.keeping("break_glass", "review_break_glass", "see_audit"))


def to_review(me: "Visitor") -> int | None:
    """None where nothing waits: a nought beside a name would be read as that none was ever taken."""
    return waiting(me.keeping("review_break_glass"), me.user.pk) or None


def sees_destructions(me: "Visitor") -> bool:
    """Draws up or judges what is destroyed, or sees what was done."""
    return bool(me.keeping("propose_destruction", "approve_destruction") | me.supervised)


# Beside the overviews, which are tables (`overviews.TABLES`).
ENTRIES = [
    Entry(
        "samples",
        "list-check",
        "Steekproeven",
        "Aselect of op risico trekken, en beoordelen wat is getrokken.",
        may=examines,
    ),
    Entry("findings", "flag", "Bevindingen", "Wat toezicht vond, aan wie het is gevraagd en wat ervan kwam."),
    Entry(
        "emergencies",
        "lock-open",
        "Noodtoegang",
        "Wie las wat gesloten was, waarom, en of dat terecht was.",
        may=emergencies,
        count=to_review,
    ),
    Entry(
        "conformance",
        "route",
        "Procestrouw",
        "Of zaken gingen zoals hun proces zegt, waar niet, en hoe lang stappen duren.",
    ),
    Entry(
        "destructions", "trash", "Vernietiging", "Waarvan de bewaartermijn voorbij is, en wat is vernietigd.",
        may=sees_destructions,
    ),
    Entry(
        "exports", "download", "Exporteren", "Zaken meenemen: als dossier, ZIP, spreadsheet of logboek.",
        may=takes_out,
    ),
]  # fmt: skip


def entries_for(me: "Visitor") -> list[Entry]:
    return [entry for entry in ENTRIES if entry.may(me)]
