"""Which columns a list has, which of them somebody sees, and in what order: `?kolommen=fase,termijn`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from workflows.models import SavedView

PARAMETER = "kolommen"


@dataclass(frozen=True, slots=True)
class Column:
    code: str
    label: str
    sort: str = ""
    amount: str = ""
    chosen: bool = True  # unless somebody chooses otherwise


# What a row is about always stands first, and is no choice.
COLUMNS: dict[str, Sequence[Column]] = {
    SavedView.Of.TASKS: (
        Column("fase", "Fase"),
        Column("rol", "Uw rol"),
        Column("indiener", "Indiener"),
        Column("termijn", "Termijn", sort="termijn"),
        Column("gemeente", "Betreft gemeente", chosen=False),
        Column("behandelaar", "Opgepakt door", chosen=False),
    ),
    SavedView.Of.CASES: (
        Column("fase", "Fase"),
        Column("aan-zet", "Aan zet"),
        Column("indiener", "Indiener"),
        Column("raming", "Raming per jaar", amount="1"),
        Column("termijn", "Termijn"),
        Column("domein", "Domein", chosen=False),
        Column("schaal", "Schaal", chosen=False),
        Column("ingediend", "Ingediend op", chosen=False),
        Column("start", "Gewenste start", chosen=False),
    ),
    SavedView.Of.TURNS: (Column("wie", "Wie"), Column("termijn", "Termijn")),
}


def shown(request: HttpRequest, of: str) -> list[Column]:
    """Those that the address asks for, in its order; else those that everybody starts with."""
    return picked(of, request.GET[PARAMETER].split(",")) if PARAMETER in request.GET else usual(of)


def unknown(request: HttpRequest, of: str) -> list[str]:
    """What the address asks for and is no column (any more)."""
    codes = {column.code for column in COLUMNS[of]}
    asked = request.GET.get(PARAMETER, "")[:200].split(",")
    return [f"kolom {code[:40]}" for code in asked if code and code not in codes]


def picked(of: str, codes: Iterable[str]) -> list[Column]:
    by_code = {column.code: column for column in COLUMNS[of]}
    return [by_code[code] for code in dict.fromkeys(codes) if code in by_code]


def usual(of: str) -> list[Column]:
    return [column for column in COLUMNS[of] if column.chosen]
