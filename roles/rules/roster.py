"""One row of a file with appointments, as it is meant; and the register that it is held against.

Plain Python: `roles.selectors.register` fills the register from the database, `appointing` says what a row comes to.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from roles.rules.seats import Exempted
from roles.rules.sheet import Column, Line, Problem, plain

COLUMNS: dict[str, Column] = {
    "account": Column("account", also=("gebruikersnaam", "e-mail", "e-mailadres")),
    "name": Column("naam", required=True),
    "body": Column("gremium", required=True),
    "role": Column("rol", required=True, also=("functie",)),
    "kind": Column("soort"),
    "weight": Column("stemgewicht", also=("gewicht",)),
    "organisation": Column("namens", also=("organisatie", "gemeente")),
    "valid_from": Column("van", required=True, also=("vanaf", "geldig van")),
    "valid_until": Column("tot en met", also=("geldig tot en met",)),
    "ends_previous": Column("beëindigt vorige"),
    "reads_from": Column("leest vanaf"),
    "reads_until": Column("leest tot en met"),
}

YES, NO = {"ja", "j", "1", "x", "waar", "true"}, {"", "nee", "n", "0", "onwaar", "false"}
MOST_WEIGHT = 100
SUPERVISOR = "supervisor"
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
EXCEL_EPOCH = date(1899, 12, 30)
USERNAME = re.compile(r"[\w.@+-]{1,150}")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


Reads = tuple[date | None, date | None]  # an engagement: only the cases that ran between these days


@dataclass(frozen=True, slots=True)
class Place:
    """A position: a role in a body. `collective`: its members vote, one for each organisation they represent."""

    id: int
    label: str
    body_kind: str
    capacity: str
    collective: bool
    usual_kind: str
    organisation: int | None = None  # what who sits here acts for when the row does not say


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person by a key that is the same in every row. Without an id: to be registered."""

    key: str
    name: str
    id: int | None = None
    user_id: int | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    user_id: int
    active: bool
    person: Somebody | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment, or the standing in for one; in the register, or planned by a line of the file."""

    person: str
    place: Place
    valid_from: date
    valid_until: date | None
    id: int | None = None
    kind: str = "member"
    weight: int = 1
    organisation: int | None = None
    name: str = ""
    line: int | None = None
    reads: Reads = (None, None)

    def meets(self, first: date, last: date | None) -> bool:
        return self.valid_from <= (last or date.max) and first <= (self.valid_until or date.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All of a regeling that a row is held against. Names are keyed as `plain` makes them; None: it says too little."""

    bodies: Mapping[str, int]
    places: Mapping[tuple[int, str], Place]
    roles_of: Mapping[int, str]  # the roles of a body, as a message lists them
    body_names: str
    organisations: Mapping[str, int]
    kinds: Mapping[str, str]
    kind_names: str
    accounts: Mapping[str, Account | None]
    names: Mapping[str, tuple[Somebody, ...]]
    held: tuple[Held, ...]
    stood_in: tuple[Held, ...] = ()
    exemptions: Mapping[str, tuple[Exempted, ...]] = field(default_factory=dict)
    segregated_from: date | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row asks for."""

    line: int
    person: Somebody
    place: Place
    kind: str
    weight: int
    organisation: int | None
    valid_from: date
    valid_until: date | None
    ends_previous: bool
    reads: Reads = (None, None)


_Read = TypeVar("_Read")


class _Wrong(ValueError):
    """A cell that cannot be meant; the message says what to do."""


def parse(line: Line, register: Register) -> Wish | tuple[Problem, ...]:
    """What the row asks for, or everything that is wrong with it."""
    problems, wrong = list(line.problems), {problem.column for problem in line.problems}

    def take(code: str, reading: Callable[[str], _Read]) -> _Read | None:
        heading = COLUMNS[code].heading
        try:
            return None if heading in wrong else reading(line.cells[code])
        except _Wrong as error:
            problems.append(Problem(line.number, heading, str(error)))
            return None

    somebody = take("account", lambda cell: _somebody(cell, line.cells["name"], register))
    person = take("name", lambda cell: _named(somebody, cell))
    body = take("body", lambda cell: _body(cell, register))
    place = None if body is None else take("role", lambda cell: _place(body, cell, register))
    kind = take("kind", lambda cell: _kind(cell, place, register))
    weight = take("weight", _weight)
    organisation = take("organisation", lambda cell: _organisation(cell, place, register))
    first = take("valid_from", _first)
    last = take("valid_until", lambda cell: _last(cell, first))
    ends = take("ends_previous", _yes)
    since = take("reads_from", lambda cell: _reading(cell, place))
    until = take("reads_until", lambda cell: _reading(cell, place, since))
    if problems or person is None or place is None or kind is None or weight is None or first is None or ends is None:
        return tuple(problems)
    return Wish(line.number, person, place, kind, weight, organisation, first, last, ends, (since, until))


def _somebody(account: str, name: str, register: Register) -> Somebody:
    if not account:
        return _by_name(name, register)
    if not (EMAIL.fullmatch(account) if "@" in account else USERNAME.fullmatch(account)):
        raise _Wrong(
            f"‘{account[:40]}’ is geen gebruikersnaam of e-mailadres. Gebruik alleen letters, cijfers en .@+-_"
        )
    key = account.lower()
    if key not in register.accounts:
        return Somebody(f"account/{key}", name, account=key)
    known = register.accounts[key]
    if known is None:
        raise _Wrong(f"Het e-mailadres ‘{account}’ is van meer dan een account. Vul de gebruikersnaam in.")
    if not known.active:
        raise _Wrong(f"Het account ‘{account}’ is geblokkeerd. Laat het eerst vrijgeven of kies een ander.")
    return known.person or Somebody(f"account/{key}", name, user_id=known.user_id, account=key)


def _by_name(name: str, register: Register) -> Somebody:
    known = register.names.get(plain(name), ())
    if len(known) > 1:
        raise _Wrong(f"Er zijn {len(known)} mensen die {name} heten. Vul het account in van wie u bedoelt.")
    return known[0] if known else Somebody(f"name/{plain(name)}", name)


def _named(person: Somebody | None, name: str) -> Somebody | None:
    if not re.search(r"\w", name):
        raise _Wrong("De naam ontbreekt. Vul in wie wordt benoemd.")
    if person is not None and person.id is not None and plain(person.name) != plain(name):
        raise _Wrong(
            "Deze naam hoort niet bij dit account. Controleer het account; een naam wijzigt u niet met een import."
        )
    return person


def _body(cell: str, register: Register) -> int:
    if not cell:
        raise _Wrong("Het gremium ontbreekt. Vul het in.")
    if plain(cell) not in register.bodies:
        raise _Wrong(f"Het gremium ‘{cell[:40]}’ bestaat niet in deze regeling. Kies uit: {register.body_names}.")
    return register.bodies[plain(cell)]


def _place(body: int, cell: str, register: Register) -> Place:
    if not cell:
        raise _Wrong(f"De rol ontbreekt. Kies uit: {register.roles_of[body]}.")
    place = register.places.get((body, plain(cell)))
    if place is None:
        raise _Wrong(f"De rol ‘{cell[:40]}’ bestaat niet in dit gremium. Kies uit: {register.roles_of[body]}.")
    return place


def _kind(cell: str, place: Place | None, register: Register) -> str:
    if not cell:
        return place.usual_kind if place else "member"
    if plain(cell) not in register.kinds:
        raise _Wrong(f"De soort ‘{cell[:40]}’ is onbekend. Kies uit: {register.kind_names}.")
    return register.kinds[plain(cell)]


def _weight(cell: str) -> int:
    if not cell:
        return 1
    if not re.fullmatch(r"[0-9]{1,6}([.,]0+)?", cell) or not 1 <= int(re.split("[.,]", cell)[0]) <= MOST_WEIGHT:
        raise _Wrong(f"Het stemgewicht ‘{cell[:20]}’ kan niet. Vul een heel getal in van 1 tot en met {MOST_WEIGHT}.")
    return int(re.split("[.,]", cell)[0])


def _organisation(cell: str, place: Place | None, register: Register) -> int | None:
    if not cell:
        return place.organisation if place else None
    if plain(cell) not in register.organisations:
        raise _Wrong(f"De organisatie ‘{cell[:40]}’ bestaat niet in deze regeling. Controleer de naam.")
    return register.organisations[plain(cell)]


def _first(cell: str) -> date:
    if not cell:
        raise _Wrong("De begindatum ontbreekt. Vul in vanaf welke dag de benoeming geldt.")
    return day(cell)


def _last(cell: str, first: date | None) -> date | None:
    if not cell:
        return None
    last = day(cell)
    if first is not None and last < first:
        raise _Wrong(
            f"De benoeming eindigt ({last:%d-%m-%Y}) voordat zij begint ({first:%d-%m-%Y}). Pas de datums aan."
        )
    return last


def day(cell: str) -> date:
    """2026-07-01, 1-7-2026, 1/7/2026 or 1.7.2026, and a midnight that Excel adds to them."""
    if re.fullmatch(r"[0-9]{5}", cell):
        meant = EXCEL_EPOCH + timedelta(days=int(cell))
        raise _Wrong(
            f"‘{cell}’ is een dagnummer van Excel ({meant:%d-%m-%Y}). Geef de kolom de opmaak datum en sla opnieuw op."
        )
    bare = re.sub(r"[ T]0?0:00(:00)?$", "", cell)
    if iso := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", bare):
        parts = iso.groups()
    elif dutch := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", bare):
        parts = dutch.groups()[::-1]
    else:
        raise _Wrong(f"‘{cell[:20]}’ is geen datum. Schrijf dag, maand en jaar voluit, bijvoorbeeld 01-07-2026.")
    try:
        meant = date(*map(int, parts))
    except ValueError:
        raise _Wrong(f"‘{cell[:20]}’ bestaat niet. Schrijf dag-maand-jaar, bijvoorbeeld 01-07-2026.") from None
    if not EARLIEST <= meant <= LATEST:
        raise _Wrong(f"‘{cell[:20]}’ ligt te ver weg. Kies een dag van 01-01-2000 tot en met 31-12-2099.")
    return meant


def _reading(cell: str, place: Place | None, since: date | None = None) -> date | None:
    """The first or last day of what an auditor is engaged to read."""
    if not cell:
        return None
    if place is not None and place.capacity != SUPERVISOR:
        raise _Wrong("Alleen wie toezicht houdt, leest één periode. Laat dit voor deze rol leeg.")
    found = day(cell)
    if since is not None and found < since:
        raise _Wrong(f"De te lezen periode eindigt ({found:%d-%m-%Y}) voordat zij begint. Pas de datums aan.")
    return found


def _yes(cell: str) -> bool:
    if plain(cell) in YES | NO:
        return plain(cell) in YES
    raise _Wrong(f"‘{cell[:20]}’ is geen ja of nee. Schrijf ja als deze benoeming de vorige beëindigt, anders nee.")
