"""The days of the calendar as they are shown: what falls on each, the first few, and how many more there are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localtime

from cases.models import Meeting
from escalation.rules.calendar import Holiday, holidays_in
from roles.models import Appointment, Substitution
from workflows.pages.frame import Visitor
from workflows.selectors import calendar as find
from workflows.selectors.calendar import Due, Wish

DAY = timedelta(days=1)

# What an entry is: its icon, and how it stands out.
LOOKS = {
    "task": ("user-check", "brand"), "target": ("flag", "brand"), "term": ("clock", "plain"),
    "late": ("alert-triangle", "bad"), "round": ("scale", "warning"), "ratify": ("bolt", "warning"),
    "wait": ("player-pause", "plain"), "meeting": ("users-group", "good"), "seat": ("user", "plain"),
}  # fmt: skip
LEGEND = {
    "task": "Uw taak: uiterste dag", "target": "Uw taak: streefdag", "term": "Zaak: uiterste dag", "late": "Te laat",
    "round": "Stemronde sluit", "ratify": "Te bekrachtigen", "wait": "Aangehouden", "meeting": "Vergadering",
    "seat": "Benoeming, waarneming",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that falls on a day. `note` is what it is about; `off`: it will not be."""

    sort: str
    label: str
    note: str = ""
    number: str = ""
    url: str = ""
    time: datetime | None = None
    off: bool = False

    @property
    def icon(self) -> str:
        return LOOKS[self.sort][0]

    @property
    def tone(self) -> str:
        return LOOKS[self.sort][1]


@dataclass(slots=True)
class Day:
    day: date
    holiday: Holiday | None
    outside: bool
    url: str
    entries: list[Entry] = field(default_factory=list)
    more: int = 0
    uncounted: bool = False  # there are more than were counted

    @property
    def free(self) -> bool:
        return self.holiday is not None or self.day.weekday() >= 5

    @property
    def empty(self) -> bool:
        return not self.entries and self.holiday is None


def filled(me: Visitor, wish: Wish, month: date, most: int, url: Callable[[date], str]) -> list[Day]:
    """Every day that is asked for, with at most so many entries. Four queries, whatever there is."""
    entries: dict[date, list[Entry]] = defaultdict(list)
    for day, entry in _beside_cases(me, wish):
        entries[day].append(entry)
    rows = find.due(wish, hats=me.hats, scopes=me.scopes)
    counted: dict[date, int] = {row.day: row.of_day for row in rows}
    for row in rows:
        entries[row.day].append(_of_case(row, me.now))
    days = []
    for number in range((wish.last - wish.first).days + 1):
        day = wish.first + number * DAY
        there, cases = entries[day], counted.get(day, 0)
        beside = sum(not entry.number for entry in there)
        days.append(Day(
            day=day, holiday=holidays_in(day.year).get(day), outside=day.month != month.month, url=url(day),
            entries=there[:most], more=max(beside + cases - most, 0), uncounted=cases >= find.PER_DAY,
        ))  # fmt: skip
    return days


def _of_case(row: Due, now: datetime) -> Entry:
    late = row.due_at < now and row.sort in ("task", "term")
    label = f"Te laat: {row.step}" if late else row.label
    page = reverse("task", args=[row.case_id, row.task_id]) if row.own else reverse("case", args=[row.case_id])
    aimed = f"streefdag {row.target:%d-%m-%Y}" if row.sort in ("task", "term") and row.target != row.day else ""
    note = ", ".join(filter(None, [row.title, row.concerns, aimed]))
    return Entry("late" if late else row.sort, label, note, row.case_number, page, row.at)


def _beside_cases(me: Visitor, wish: Wish) -> Iterator[tuple[date, Entry]]:
    """Meetings, and what begins and ends of somebody's own seats. Three queries."""
    for meeting in find.met(wish, hats=me.hats, scopes=me.scopes):
        at, off = localtime(meeting.starts_at), meeting.state == Meeting.State.CANCELLED
        place = "" if meeting.place is None else str(meeting.place)
        yield at.date(), Entry(
            "meeting", f"Vervallen: {meeting}" if off else str(meeting), place,
            url=reverse("meeting", args=[meeting.pk]), time=at, off=off,
        )  # fmt: skip
    yield from _ends(find.ending_appointments(me.user.pk, wish))
    yield from _substitutions(find.lending(me.user.pk, wish), me, wish)


def _ends(found: Iterable[Appointment]) -> Iterator[tuple[date, Entry]]:
    for seat in found:
        if seat.valid_until is not None:
            page = reverse("person", args=[seat.person_id])
            yield seat.valid_until, Entry("seat", "Uw benoeming eindigt", str(seat.position), url=page)


def _substitutions(found: Iterable[Substitution], me: Visitor, wish: Wish) -> Iterator[tuple[date, Entry]]:
    for row in found:
        mine = row.substitute.user_id == me.user.pk
        about = f"{row.appointment.person if mine else row.substitute}, {row.appointment.position}"
        who = "U neemt waar voor" if mine else "Waarneming door"
        page = reverse("person", args=[row.appointment.person_id if mine else row.substitute_id])
        for words, day in ((f"{who}: begin", row.valid_from), (f"{who}: einde", row.valid_until)):
            if day is not None and wish.first <= day <= wish.last:
                yield day, Entry("seat", words, about, url=page)
