"""An assessment as it is put on record: from what was agreed on to a ranking, all of it in one JSON value.

docs/examples/rank.py reads that record with nothing but Python's standard library, and comes to the same ranking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cases.rules.ranking import Criterion, Offer, Standing, rank
from roles.rules.verdict import Granted, Refused, Verdict

FORMAT = "rolzuiver-assessment/1"
INVALID = "Ongeldige inschrijving"
TRACED = "Aanbestedingswet 2012 art. 2.55 en 2.130"  # the award can be followed, and reasons are given


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What is ranked by itself."""

    id: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A tender for one lot. `tender` is its number, so that the record holds no names."""

    id: int
    lot: int
    tender: int
    price: Decimal
    valid: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The score of one assessor, by a number of their own in this record."""

    entry: int
    criterion: str
    assessor: int
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The score that counts; with a reason where it or they differ."""

    entry: int
    criterion: str
    points: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All of one assessment."""

    case: str
    number: int
    round: int
    criteria: Sequence[Criterion]
    lots: Sequence[Lot]
    entries: Sequence[Entry]
    given: Sequence[Given]
    agreed: Sequence[Agreed]


def spread(sheet: Sheet, entry: int, criterion: str) -> tuple[Decimal, Decimal]:
    """Between what the assessors' own scores lie. Raises ValueError where nobody gave one."""
    own = [each.points for each in sheet.given if (each.entry, each.criterion) == (entry, criterion)]
    return min(own), max(own)


def complete(sheet: Sheet) -> Verdict:
    """Every valid tender has an agreed score for each quality, and each difference was explained."""
    asked = {
        (entry.id, each.code) for entry in sheet.entries if entry.valid for each in sheet.criteria if not each.by_price
    }
    agreed = {(each.entry, each.criterion): each for each in sheet.agreed}
    if {*agreed} != asked or len(agreed) != len(sheet.agreed):
        return Refused("Niet iedere inschrijving heeft voor ieder criterium één score.", TRACED)
    highest = {each.code: each.highest for each in sheet.criteria}
    for (entry, code), each in agreed.items():
        if not 0 <= each.points <= highest[code]:
            return Refused(f"Een score ligt tussen 0 en {highest[code]}.", TRACED)
        try:
            low, high = spread(sheet, entry, code)
        except ValueError:
            return Refused("Niemand heeft deze inschrijving op dit criterium beoordeeld.", TRACED)
        if not (low == high == each.points) and not each.reason.strip():
            return Refused("Leg bij ieder verschil vast hoe u tot de gezamenlijke score bent gekomen.", TRACED)
    return Granted()


def standings(sheet: Sheet) -> dict[int, list[Standing]]:
    """The ranking of each lot; the tenders in it go by the number of their entry."""
    points: dict[int, dict[str, Decimal]] = {}
    for each in sheet.agreed:
        points.setdefault(each.entry, {})[each.criterion] = each.points
    return {
        lot.id: rank(sheet.criteria, [
            Offer(str(entry.id), entry.price, points.get(entry.id, {}), "" if entry.valid else INVALID)
            for entry in sheet.entries if entry.lot == lot.id
        ])
        for lot in sheet.lots
    }  # fmt: skip


def record(sheet: Sheet, ranking: Mapping[int, Sequence[Standing]]) -> dict[str, Any]:
    """As it is frozen and handed out. Numbers are written as text: what a cent is, no reader may round."""
    return {
        "format": FORMAT, "procurement": sheet.case, "assessment": sheet.number, "round": sheet.round,
        "criteria": [
            {
                "id": each.code, "kind": "price" if each.by_price else "quality", "weight": str(each.weight),
                "highest": str(each.highest), "minimum": _text(each.minimum), "formula": str(each.formula),
                "floor": _text(each.floor), "ceiling": _text(each.ceiling),
            }
            for each in sheet.criteria
        ],
        "lots": [{"id": str(each.id), "code": each.code} for each in sheet.lots],
        "offers": [
            {
                "id": str(each.id), "lot": str(each.lot), "tender": each.tender, "price": str(each.price),
                "excluded": "" if each.valid else INVALID,
            }
            for each in sheet.entries
        ],
        "given": [
            {
                "offer": str(each.entry), "criterion": each.criterion, "assessor": each.assessor,
                "points": str(each.points),
            }
            for each in sheet.given
        ],
        "agreed": [
            {
                "offer": str(each.entry), "criterion": each.criterion, "points": str(each.points),
                "lowest": str(spread(sheet, each.entry, each.criterion)[0]),
                "highest": str(spread(sheet, each.entry, each.criterion)[1]),
            }
            for each in sheet.agreed
        ],
        "ranking": [
            {
                "lot": str(lot), "offer": row.tender, "place": row.place, "total": _text(row.total), "tied": row.tied,
                "excluded": row.excluded, "scores": _texts(row.scores), "counted": _texts(row.counted),
            }
            for lot, rows in ranking.items() for row in rows
        ],
    }  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _texts(values: Mapping[str, Decimal]) -> dict[str, str]:
    return {code: str(value) for code, value in values.items()}
