"""The five levels of an escalation: who is asked on each, what comes next, and who is kept away (domain §5.5).

1 operationeel, 2 tactisch, 3 strategisch, 4 algemeen bestuur, 5 gedeputeerde staten or closed without a solution. Whom
a regeling binds to each is data; a level that it lacks, or that nobody is left on, is passed by.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from roles.rules.verdict import Granted, Refused, Verdict

PROCESS = "Procesbeschrijving escalatie"
LAST = 5
NAMES = {1: "operationeel", 2: "tactisch", 3: "strategisch", 4: "algemeen bestuur", 5: "afsluiting"}
LONGEST_MEASURE_DAYS = 366


class Category(StrEnum):
    CONTENT = "content"
    OPERATIONS = "operations"
    COOPERATION = "cooperation"
    PROVIDER = "provider"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Bound:
    """One line of what a regeling says of who does a step: any category and domain where it names none."""

    position: int
    category: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """Who must not handle it: the person it is about, and on levels of one's own judgement who handed it in."""

    about: int | None = None
    reporter: int | None = None

    def keeps_out(self, person: int, *, judges: bool) -> bool:
        return person == self.about or (judges and person == self.reporter)


def choose(
    lines: Sequence[Bound], *, category: str, domain: str, holders: Mapping[int, Collection[int]], away: Away,
    judges: bool,
) -> int | None:  # fmt: skip
    """The position that gets a step: the narrowest line that fits and still has somebody. None: the level is skipped.

    `holders` are the people behind each position today. A position that nobody holds keeps its place: somebody will be
    appointed to it, and until then the term sees to it that the escalation rises.
    """
    fitting = [line for line in lines if line.category in ("", category) and line.domain in ("", domain)]
    for line in sorted(fitting, key=lambda line: (line.category == "", line.domain == "")):
        people = holders.get(line.position, ())
        if not people or any(not away.keeps_out(person, judges=judges) for person in people):
            return line.position
    return None


def staffed(bindings: Mapping[str, int | None], steps: Mapping[int, Sequence[str]]) -> list[int]:
    """The levels that somebody will handle, in their order."""
    return [level for level, names in sorted(steps.items()) if any(bindings.get(name) is not None for name in names)]


def next_level(levels: Sequence[int], after: int) -> int | None:
    """Where it goes from a level; from 0 at its beginning."""
    return next((level for level in levels if level > after), None)


def below(levels: Sequence[int], level: int) -> int | None:
    """Where de-escalating leads; nowhere from the lowest level that there is."""
    return next((each for each in reversed(levels) if each < level), None)


def may_lower(levels: Sequence[int], level: int) -> Verdict:
    """De-escalating needs a level that takes it back."""
    if below(levels, level) is not None:
        return Granted()
    return Refused("Onder dit niveau behandelt niemand deze escalatie. Kies een andere uitkomst.", PROCESS)


def may_promise(*, due_on: date, today: date) -> Verdict:
    """A measure has a day on which it is done: not in the past, and no later than a year from now."""
    if today <= due_on and (due_on - today).days <= LONGEST_MEASURE_DAYS:
        return Granted()
    return Refused("Kies voor de maatregel een dag vanaf vandaag en binnen een jaar.", PROCESS)


def may_hold(*, open_step: bool, held: bool, about: bool) -> Verdict:
    """Stopping a step is told to everybody in the case, and so nothing for what nobody is to know of."""
    if about:
        return Refused(
            "Een escalatie over een persoon is vertrouwelijk; een stap stilzetten zou haar bekend maken.", PROCESS
        )
    if not open_step:
        return Refused("Alleen een stap die nog wacht, kan worden stilgezet.", PROCESS)
    if held:
        return Refused("Een andere escalatie zet deze stap al stil.", PROCESS)
    return Granted()


def may_open(*, taking_part: bool, is_escalation: bool, running: str) -> Verdict:
    """By whoever has a part in the case, about anything but an escalation; of one step and category once at a time."""
    if is_escalation:
        return Refused("Een escalatie gaat zelf naar een volgend niveau; daarover loopt er geen tweede.", PROCESS)
    if not taking_part:
        return Refused("Alleen wie een rol heeft in deze zaak, kan haar escaleren.", PROCESS)
    if running:
        return Refused(f"Hierover loopt al een escalatie in dezelfde categorie: {running}. Reageer daar.", PROCESS)
    return Granted()
