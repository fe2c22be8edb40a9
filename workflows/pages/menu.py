"""The main menu: one line for everybody. What is looked things up in hangs together under *Registers*."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from escalation.whistleblowing.seats import KINDS as SEATS
from roles.services.keeping import ELSEWHERE
from workflows.pages.oversight.entries import ENTRIES as OVERSIGHT
from workflows.pages.oversight.entries import entries_for

if TYPE_CHECKING:
    from workflows.pages.frame import Visitor


@dataclass(frozen=True, slots=True)
class Register:
    """A register, and for whom it is there."""

    page: str
    icon: str
    label: str
    note: str
    may: Callable[["Visitor"], bool]


def _sees_cases(me: "Visitor") -> bool:
    return bool(me.scopes)


def _holds_a_role(me: "Visitor") -> bool:
    return bool(me.hats)


REGISTERS = [
    Register("procurements", "shopping-cart", "Inkopen", "Wat wordt ingekocht, hoe ver het is en wie het doet.",
             _sees_cases),
    Register("contracts", "file-text", "Contracten", "Wat is afgesproken, met wie, tot wanneer en hoe het gaat.",
             _sees_cases),
    Register("planning", "calendar", "Inkoopplanning", "Welke inkopen eraan komen, en wanneer.", _sees_cases),
    Register("escalations", "alert-triangle", "Escalaties", "Wat hoger ligt, bij wie, en hoe lang al.", _sees_cases),
    Register("improvements", "circle-check", "Verbeterpunten", "Wat evaluaties leerden, en wie het oppakt.",
             _sees_cases),
    Register("roles", "users", "Rollen", "Wie welke rol heeft, in welk gremium en sinds wanneer.", _holds_a_role),
    Register("mandates", "shield-check", "Mandaten", "Wie waarover mag besluiten, tot welk bedrag.", _holds_a_role),
    Register("report-figures", "shield-check", "Meldingen van misstanden",
             "Hoeveel er in een jaar waren, in klassen, en of de termijnen zijn gehaald.", _holds_a_role),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the menu, with the addresses of what hangs `under` it."""

    page: str
    label: str
    under: Sequence[str] = ()

    def is_current(self, path: str) -> bool:
        urls = (reverse(self.page), *self.under)
        return any(path == url or (url != "/" and path.startswith(url)) for url in urls)


def registers_for(me: "Visitor") -> list[Register]:
    return [register for register in REGISTERS if register.may(me)]


def entries(me: "Visitor") -> list[Entry]:
    """At most nine, which is one line of a screen of 1440 pixels."""
    found = [Entry("my-tasks", "Mijn taken"), Entry("cases", "Opdrachten"), Entry("whose-turn", "Wie is aan zet")]
    if registers := registers_for(me):
        found.append(Entry("registers", "Registers", [reverse(register.page) for register in registers]))
    if me.keeping(*SEATS):
        found.append(Entry("reports-desk", "Meldpunt"))
    found.append(Entry("calendar", "Kalender"))
    if me.meets:
        found.append(Entry("meetings", "Vergaderingen"))
    if me.scopes:
        found.append(Entry("dashboard", "Dashboard"))
    if me.audited or entries_for(me):
        found.append(Entry("audit", "Controle", [entry.url for entry in OVERSIGHT]))
    if any(kept - ELSEWHERE for kept in me.kept.values()):
        found.append(Entry("register", "Beheer"))
    return found
