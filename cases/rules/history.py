"""What a file with older contracts would add, row by row, before anything is added (and again when it is).

A row is one contract. Rows with the same reference are of one commission and its procurement. What is there already
stays: the same file twice adds nothing, and a row that says something else of a contract that is there is refused.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from roles.rules.roster import day
from roles.rules.sheet import Column, Line, Problem, plain

COLUMNS: dict[str, Column] = {
    "reference": Column("kenmerk", required=True, also=("opdracht", "opdrachtnummer")),
    "title": Column("titel", required=True, also=("omschrijving",)),
    "lot": Column("perceel", required=True),
    "provider": Column("aanbieder", required=True, also=("leverancier",)),
    "procedure": Column("procedure", required=True),
    "starts_on": Column("van", required=True, also=("ingangsdatum",)),
    "ends_on": Column("tot en met", required=True, also=("einddatum",)),
    "annual_amount": Column("bedrag per jaar", required=True, also=("jaarbedrag",)),
    "option_times": Column("verlengingen"),
    "option_years": Column("jaren per verlenging"),
    "municipalities": Column("gemeenten"),
}
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,11}")
AMOUNT = re.compile(r"(\d{1,3}(\.\d{3})+|\d+)(,\d{1,2})?|\d+\.\d{1,2}")
MOST = Decimal("9999999999")
LONGEST_YEARS = 20
T = TypeVar("T")
PREFIX = "H-"  # what was taken over is numbered apart


class Status(StrEnum):
    NEW = "new"
    UNCHANGED = "unchanged"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class LotKnown:
    id: int
    domain: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A contract that is there: what a row may not say otherwise."""

    ends_on: date
    annual_amount: Decimal


@dataclass(frozen=True, slots=True)
class Register:
    """What is there, as rows name it. Contracts by commission, provider (as it is compared), lot and first day."""

    lots: Mapping[str, LotKnown]
    procedures: Mapping[str, str]  # words -> code of a procedure, or of an instrument that has none
    municipalities: Mapping[str, int]
    commissions: Mapping[str, str]  # number -> its title
    contracts: Mapping[tuple[str, str, int, date], Standing]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One contract as a row means it."""

    number: str  # of the commission
    title: str
    lot: LotKnown
    provider: str
    procedure: str
    starts_on: date
    ends_on: date
    annual_amount: Decimal
    option_times: int = 0
    option_years: int = 0
    municipalities: tuple[int, ...] = ()

    @property
    def years(self) -> int:
        """Begun ones count whole."""
        days = (self.ends_on - self.starts_on).days + 1
        return max(1, -(-days // 366))

    @property
    def ceiling(self) -> Decimal:
        return self.annual_amount * (self.years + self.option_times * self.option_years)

    @property
    def key(self) -> tuple[str, str, int, date]:
        return self.number, plain(self.provider), self.lot.id, self.starts_on


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row comes to."""

    line: int
    status: Status
    wish: Wish | None = None
    opens: bool = False  # the first row of a commission that is not there yet
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    entries: tuple[Entry, ...]

    def having(self, *statuses: Status) -> list[Entry]:
        return [entry for entry in self.entries if entry.status in statuses]

    @property
    def problems(self) -> list[Problem]:
        return [problem for entry in self.entries for problem in entry.problems]

    @property
    def changes(self) -> bool:
        return bool(self.having(Status.NEW))


@dataclass(slots=True)
class _Seen:
    """What earlier rows of the same file said."""

    contracts: dict[tuple[str, str, int, date], int] = field(default_factory=dict)
    commissions: dict[str, tuple[int, Wish]] = field(default_factory=dict)


def plan(lines: Sequence[Line], register: Register) -> Plan:
    seen = _Seen()
    return Plan(tuple(_entry(line, register, seen) for line in lines))


def _entry(line: Line, register: Register, seen: _Seen) -> Entry:
    if line.problems:
        return Entry(line.number, Status.BAD, problems=line.problems)
    wish = parse(line, register)
    if not isinstance(wish, Wish):
        return Entry(line.number, Status.BAD, problems=wish)
    found = list(_against(line.number, wish, register, seen))
    if found:
        return Entry(line.number, Status.BAD, wish, problems=tuple(found))
    seen.contracts[wish.key] = line.number
    opens = wish.number not in register.commissions and wish.number not in seen.commissions
    seen.commissions.setdefault(wish.number, (line.number, wish))
    if wish.key in register.contracts:
        return Entry(line.number, Status.UNCHANGED, wish)
    return Entry(line.number, Status.NEW, wish, opens=opens, notes=tuple(_notes(wish, register)))


def _against(number: int, wish: Wish, register: Register, seen: _Seen) -> Iterable[Problem]:
    """What a row cannot say beside the others, and beside what is there."""
    if wish.key in seen.contracts:
        yield Problem(number, "", f"Dit contract staat ook op regel {seen.contracts[wish.key]}. Haal er één weg.")
    there = register.contracts.get(wish.key)
    if there is not None and (there.ends_on, there.annual_amount) != (wish.ends_on, wish.annual_amount):
        yield Problem(
            number, "",
            f"Dit contract staat al in het register, tot en met {there.ends_on:%d-%m-%Y}. Wijzig het daar, of neem die "
            "gegevens over.",
        )  # fmt: skip
    line, first = seen.commissions.get(wish.number, (0, wish))
    title = register.commissions.get(wish.number, first.title)
    if plain(title) != plain(wish.title):
        where = f"op regel {line}" if line else "in het register"
        yield Problem(number, COLUMNS["title"].heading, f"Bij dit kenmerk staat {where} een andere titel: ‘{title}’.")
    if wish.lot.domain != first.lot.domain:
        yield Problem(
            number, COLUMNS["lot"].heading, "Dit perceel is van een andere wet dan de andere percelen van dit kenmerk."
        )
    if wish.procedure != first.procedure:
        yield Problem(
            number, COLUMNS["procedure"].heading, f"Op regel {line} staat bij dit kenmerk een andere procedure."
        )
    if wish.municipalities and first.municipalities and wish.municipalities != first.municipalities:
        yield Problem(
            number, COLUMNS["municipalities"].heading, f"Op regel {line} staan bij dit kenmerk andere gemeenten."
        )


def _notes(wish: Wish, register: Register) -> Iterable[str]:
    if wish.ends_on < register.today:
        yield "Dit contract is voorbij: het komt als geëindigd in het register."
    elif wish.starts_on > register.today:
        yield "Dit contract moet nog ingaan."


class _Wrong(ValueError):
    """What is wrong with a cell, and what to do."""


def parse(line: Line, register: Register) -> Wish | tuple[Problem, ...]:
    """One row by itself; all that is wrong with it at once."""
    problems: list[Problem] = []
    cells = line.cells

    def read(column: str, reader: Callable[[str], T], otherwise: T) -> T:
        try:
            return reader(cells.get(column, "").strip())
        except ValueError as error:
            problems.append(Problem(line.number, COLUMNS[column].heading, str(error)))
            return otherwise

    first = read("starts_on", _day, date.min)
    wish = Wish(
        number=PREFIX + read("reference", _reference, ""), title=read("title", _words, ""),
        lot=read("lot", lambda cell: _lot(cell, register), LotKnown(0, "")), provider=read("provider", _words, ""),
        procedure=read("procedure", lambda cell: _procedure(cell, register), ""), starts_on=first,
        ends_on=read("ends_on", _day, first), annual_amount=read("annual_amount", _amount, Decimal(0)),
        option_times=read("option_times", _few, 0), option_years=read("option_years", _few, 0),
        municipalities=read("municipalities", lambda cell: _municipalities(cell, register), ()),
    )  # fmt: skip
    if not problems and wish.ends_on < wish.starts_on:
        problems.append(Problem(line.number, COLUMNS["ends_on"].heading, "Het contract eindigt voordat het ingaat."))
    if not problems and wish.ends_on > wish.starts_on + timedelta(days=366 * LONGEST_YEARS):
        problems.append(
            Problem(line.number, COLUMNS["ends_on"].heading, f"Een contract duurt ten hoogste {LONGEST_YEARS} jaar.")
        )
    if not problems and bool(wish.option_times) != bool(wish.option_years):
        problems.append(
            Problem(line.number, COLUMNS["option_times"].heading, "Vul het aantal en de jaren in, of geen van beide.")
        )
    return tuple(problems) if problems else replace(wish, provider=" ".join(wish.provider.split()))


def _day(cell: str) -> date:
    if not cell:
        raise _Wrong("Vul een datum in, bijvoorbeeld 01-07-2026.")
    return day(cell)


def _reference(cell: str) -> str:
    if not REFERENCE.fullmatch(cell):
        raise _Wrong("Gebruik ten hoogste 12 letters, cijfers en streepjes, bijvoorbeeld 2019-014.")
    return cell.upper()


def _words(cell: str) -> str:
    if not 2 <= len(cell) <= 120:
        raise _Wrong("Vul 2 tot 120 tekens in.")
    return cell


def _lot(cell: str, register: Register) -> LotKnown:
    if (found := register.lots.get(plain(cell))) is None:
        raise _Wrong(f"‘{cell[:40]}’ is geen perceel van deze regeling. Gebruik de naam of de code.")
    return found


def _procedure(cell: str, register: Register) -> str:
    if (found := register.procedures.get(plain(cell))) is None:
        known = ", ".join(sorted(set(register.procedures)))
        raise _Wrong(f"‘{cell[:40]}’ is geen procedure. Kies uit: {known}.")
    return found


def _amount(cell: str) -> Decimal:
    bare = re.sub(r"[€\s]|,-$", "", cell)
    if not AMOUNT.fullmatch(bare):
        raise _Wrong(f"‘{cell[:20]}’ is geen bedrag. Schrijf bijvoorbeeld 1.250.000 of 950,50.")
    if not re.fullmatch(r"\d+\.\d{1,2}", bare):
        bare = bare.replace(".", "").replace(",", ".")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        raise _Wrong(f"‘{cell[:20]}’ is geen bedrag.") from None
    if value > MOST:
        raise _Wrong("Dit bedrag is te groot.")
    return value


def _few(cell: str) -> int:
    if cell and not re.fullmatch(r"[0-9]", cell):
        raise _Wrong("Vul een getal van 0 tot en met 9 in, of niets.")
    return int(cell or 0)


def _municipalities(cell: str, register: Register) -> tuple[int, ...]:
    """Empty: all that take part in the regeling."""
    found = []
    for name in filter(None, (part.strip() for part in re.split(r"[|+]", cell))):
        if (known := register.municipalities.get(plain(name))) is None:
            raise _Wrong(f"‘{name[:40]}’ is geen gemeente van deze regeling. Scheid gemeenten met |.")
        found.append(known)
    return tuple(sorted(set(found)))
