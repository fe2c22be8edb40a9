"""What a file with appointments would do to the register, row by row, before anything is done (and again when it is).

A row says how an appointment should be. Is it so already, nothing happens: the same file twice changes nothing. First
all endings, then all appointments, so that the order of the rows does not matter to who makes room for whom.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice

from roles.rules import seats
from roles.rules.roster import Held, Place, Register, Somebody, Wish, parse
from roles.rules.seats import Seat
from roles.rules.sheet import Line, Problem
from roles.rules.verdict import Refused

VOTING = ("member", "chair", "vice_chair")


class Status(StrEnum):
    NEW = "new"
    ENDS = "ends"  # the row gives a running appointment its last day
    UNCHANGED = "unchanged"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Ending:
    appointment: int
    person: str
    label: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row comes to."""

    line: int
    status: Status
    wish: Wish | None = None
    registers: bool = False
    endings: tuple[Ending, ...] = ()
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
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
        return bool(self.having(Status.NEW, Status.ENDS))


def plan(lines: Sequence[Line], register: Register) -> Plan:
    """Every row by itself first, then what the rows do to one another."""
    working = _Working(register)
    entries = [_first_look(line, register, working) for line in lines]
    entries = [_ending(entry, working) for entry in entries]
    return Plan(tuple(_appointing(entry, working) for entry in entries))


class _Working:
    """The register as it becomes while rows are planned. Indexed, so that thousands of rows take seconds."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.by_seat: dict[tuple[int, int | None], dict[int, Held]] = {}  # of one organisation in one position
        self.by_person: dict[str, dict[int, Held]] = {}
        self.chairs: dict[int, dict[int, Held]] = {}
        self.stood_in: dict[str, list[Held]] = {}
        for held in register.held:
            self.put(held)
        for stood_in in register.stood_in:
            self.stood_in.setdefault(stood_in.person, []).append(stood_in)
        self.seen: dict[tuple[str, int, date], int] = {}  # what a row is about -> its line
        self.named: dict[str, tuple[str, int]] = {}  # a new person -> name and first line
        self.ended: dict[int, int] = {}  # an appointment -> the line that ends it

    def put(self, held: Held) -> None:
        """A new one, or the same with another last day."""
        number = held.id or -(held.line or 0)
        self.by_seat.setdefault((held.place.id, held.organisation), {})[number] = held
        self.by_person.setdefault(held.person, {})[number] = held
        if held.kind == "chair":
            self.chairs.setdefault(held.place.id, {})[number] = held

    def end(self, held: Held, last: date, line: int) -> None:
        assert held.id is not None
        self.ended[held.id] = line
        self.put(replace(held, valid_until=last))

    def of_person(self, person: str, place: Place) -> list[Held]:
        return [held for held in self.by_person.get(person, {}).values() if held.place.id == place.id]

    def in_seat(self, wish: Wish) -> Iterable[Held]:
        return self.by_seat.get((wish.place.id, wish.organisation), {}).values()

    def seats_of(self, person: str) -> list[Held]:
        """What somebody holds or stands in for, anywhere."""
        return [*self.by_person.get(person, {}).values(), *self.stood_in.get(person, [])]


def _first_look(line: Line, register: Register, working: _Working) -> Entry:
    wish = parse(line, register)
    if not isinstance(wish, Wish):
        return Entry(line.number, Status.BAD, problems=wish)
    about = (wish.person.key, wish.place.id, wish.valid_from)
    earlier = working.seen.setdefault(about, wish.line)
    if earlier != wish.line:
        return _bad(wish, "", f"Deze benoeming staat ook op regel {earlier}. Haal een van beide weg.")
    if wish.person.id is None:
        name, first = working.named.setdefault(wish.person.key, (wish.person.name, wish.line))
        if name != wish.person.name:
            return _bad(wish, "naam", f"Dit account heet op regel {first} anders. Maak de namen gelijk.")
    return Entry(line.number, Status.NEW, wish, registers=wish.person.id is None)


def _ending(entry: Entry, working: _Working) -> Entry:
    """The running appointments that this row brings to an end."""
    wish = entry.wish
    if wish is None or entry.status is Status.BAD:
        return entry
    theirs = working.of_person(wish.person.key, wish.place)
    own = next((held for held in theirs if held.id and held.valid_from == wish.valid_from), None)
    if own is not None:
        return _as_it_is(entry, wish, own, working)
    if not wish.ends_previous:
        return entry
    in_seat = {held.id: held for held in [*working.in_seat(wish), *theirs] if held.id}
    previous = [held for held in in_seat.values() if held.meets(wish.valid_from, None)]
    if not previous:
        return replace(entry, notes=("Er is geen lopende benoeming om te beëindigen.",))
    if late := next((h for h in previous if h.valid_from >= wish.valid_from), None):
        return _bad(wish, "van", (
            f"De benoeming van {late.name} begint pas op {_d(late.valid_from)} en kan niet de dag vóór "
            f"{_d(wish.valid_from)} eindigen. Beëindig haar met de hand."
        ))  # fmt: skip
    if len(previous) > 1 and wish.organisation is None:
        return _bad(wish, "beëindigt vorige", (
            f"{len(previous)} mensen hebben deze functie ({', '.join(h.name for h in previous)}). "
            "Beëindig met de hand wie u bedoelt en schrijf hier nee."
        ))  # fmt: skip
    return _end(entry, wish, previous, wish.valid_from - timedelta(days=1), working)


def _as_it_is(entry: Entry, wish: Wish, own: Held, working: _Working) -> Entry:
    """The appointment is there already: as the row says, or longer; anything else is another appointment."""
    there, asked = (own.kind, own.weight, own.organisation), (wish.kind, wish.weight, wish.organisation)
    if (there, own.reads) != (asked, wish.reads):
        return _bad(wish, "van", (
            "Deze benoeming staat er al vanaf deze dag, met een andere soort, ander stemgewicht, andere organisatie of "
            "andere te lezen periode. Beëindig haar en benoem vanaf een latere dag opnieuw."
        ))  # fmt: skip
    if own.valid_until == wish.valid_until:
        return replace(entry, status=Status.UNCHANGED)
    if wish.valid_until is None or (own.valid_until is not None and own.valid_until < wish.valid_until):
        assert own.valid_until is not None
        return _bad(wish, "tot en met", (
            f"Deze benoeming eindigt al op {_d(own.valid_until)} en wordt niet verlengd. "
            "Benoem opnieuw vanaf de dag erna."
        ))  # fmt: skip
    return replace(_end(entry, wish, [own], wish.valid_until, working), status=Status.ENDS)


def _end(entry: Entry, wish: Wish, ending: Sequence[Held], last: date, working: _Working) -> Entry:
    for held in ending:
        assert held.id is not None
        if held.id in working.ended:
            words = (
                f"De benoeming van {held.name} wordt ook door regel {working.ended[held.id]} beëindigd. Kies er een."
            )
            return _bad(wish, "beëindigt vorige", words)
    for held in ending:
        working.end(held, last, wish.line)
    return replace(entry, endings=tuple(Ending(h.id or 0, h.name, h.place.label, last) for h in ending))


def _appointing(entry: Entry, working: _Working) -> Entry:
    """May this person take this seat in this period, with all that the file ends and appoints besides?"""
    wish = entry.wish
    if wish is None or entry.status is not Status.NEW:
        return entry
    theirs = working.of_person(wish.person.key, wish.place)
    if at := next((held for held in theirs if held.meets(wish.valid_from, wish.valid_until)), None):
        return _bad(wish, "van", _twice(at))
    if wish.ends_previous and (planned := next(_planned(wish, working), None)):
        return _bad(wish, "beëindigt vorige", (
            f"Deze benoeming valt samen met die van regel {planned.line}. Vul daar zelf een laatste dag in."
        ))  # fmt: skip
    flags, note = (), ""
    side = seats.side(body_kind=wish.place.body_kind, capacity=wish.place.capacity)
    if side is not None:
        seat = Seat(side, wish.place.label, wish.valid_from, wish.valid_until)
        held = list(_seats(working.seats_of(wish.person.key)))
        verdict = seats.may_take(
            seat, held=held, segregated_from=working.register.segregated_from,
            exemptions=working.register.exemptions.get(wish.person.key, ()),
        )  # fmt: skip
        if isinstance(verdict, Refused):
            return _bad(wish, "gremium", verdict.reason)
        flags = getattr(verdict, "flags", ())
        note = _double(seat, held, working.register.segregated_from) if flags else ""
    working.put(Held(
        wish.person.key, wish.place, wish.valid_from, wish.valid_until, kind=wish.kind, weight=wish.weight,
        organisation=wish.organisation, name=wish.person.name, line=wish.line, reads=wish.reads,
    ))  # fmt: skip
    notes = (*entry.notes, *filter(None, [note, *_beside(wish, working)]))
    return replace(entry, flags=flags, notes=notes, registers=_registers(wish.person, wish.line, working))


def _registers(person: Somebody, line: int, working: _Working) -> bool:
    """A new person is registered once, by the first row about them that is any good."""
    if person.id is not None:
        return False
    first = min((held.line for held in working.by_person[person.key].values() if held.line), default=line)
    return first == line


def _planned(wish: Wish, working: _Working) -> Iterator[Held]:
    """What other rows of this file appoint in the seat that this one takes."""
    if wish.organisation is not None:
        yield from (h for h in working.in_seat(wish) if h.line and h.meets(wish.valid_from, wish.valid_until))


def _seats(held: Collection[Held]) -> Iterator[Seat]:
    for one in held:
        side = seats.side(body_kind=one.place.body_kind, capacity=one.place.capacity)
        if side is not None:
            yield Seat(side, one.place.label, one.valid_from, one.valid_until)


def _beside(wish: Wish, working: _Working) -> Iterator[str]:
    """What is allowed, and may well be a slip: a second vote for one municipality, a second chair."""

    def others(held: Iterable[Held]) -> Iterator[Held]:
        return (h for h in held if h.person != wish.person.key and h.meets(wish.valid_from, wish.valid_until))

    if wish.place.collective and wish.kind in VOTING and wish.organisation is not None:
        for held in islice((h for h in others(working.in_seat(wish)) if h.kind in VOTING), 1):
            yield f"{held.name} zit hier dan ook namens dezelfde organisatie: er zijn twee stemmen."
    if wish.kind == "chair":
        for held in islice(others(working.chairs.get(wish.place.id, {}).values()), 1):
            yield f"{held.name} is dan ook voorzitter."


def _double(seat: Seat, held: Collection[Seat], segregated_from: date | None) -> str:
    labels = ", ".join(
        sorted({each.label for each in seats.clashes(seat, held) if seats.overlap(seat, each, since=date.min)})
    )
    if segregated_from is None:
        return f"Dubbele stoel met {labels}: mag tot het AB een datum voor de rolscheiding vaststelt."
    if seat.valid_from < segregated_from:
        return f"Dubbele stoel met {labels}: de rolscheiding gaat in op {_d(segregated_from)}."
    return f"Dubbele stoel met {labels}: op grond van een ontheffing."


def _twice(held: Held) -> str:
    if held.line:
        return f"Deze persoon heeft deze functie in die periode al door regel {held.line}. Pas de datums aan."
    until = f"tot en met {_d(held.valid_until)}" if held.valid_until else "zonder einddatum"
    return (
        f"Deze persoon heeft deze functie al sinds {_d(held.valid_from)}, {until}. "
        "Schrijf ja bij ‘beëindigt vorige’, of haal deze regel weg."
    )


def _bad(wish: Wish, column: str, message: str) -> Entry:
    return Entry(wish.line, Status.BAD, wish, problems=(Problem(wish.line, column, message),))


def _d(day: date) -> str:
    return f"{day:%d-%m-%Y}"
