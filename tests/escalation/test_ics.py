"""A calendar for programs outside: RFC 5545 to the letter, read back by the strict parser of the library."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.rules.happening import Event
from escalation.rules.ics import plain, written
from escalation.rules.terms import AMSTERDAM

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HOST = "rolzuiver.example"


def an_event(**values: Any) -> Event:
    return Event(
        **{"uid": "deadline-7", "title": "Uiterste dag: Intake", "start": date(2026, 5, 5), "changed": NOW, **values}
    )


def read(*events: Event, name: str = "Rolzuiver") -> list[Any]:
    """Strictly: an error in a component, or a line that is no line, fails."""
    content = written(events, name=name, host=HOST)
    _is_well_formed(content)
    calendar = icalendar.Calendar.from_ical(content)
    assert [component.errors for component in calendar.walk() if component.errors] == []
    assert (calendar["version"], calendar["calscale"]) == ("2.0", "GREGORIAN")
    return list(calendar.walk("VEVENT"))


def _is_well_formed(content: bytes) -> None:
    """CRLF alone ends a line, no line is longer than 75 octets, none is cut within a sign, nothing steers."""
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert max(map(len, lines)) <= 75
    for line in lines:
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
        line.decode()
    unfolded = content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert [line for line in unfolded if not re.match(r"[A-Z-]+[;:]", line)] == []


def test_a_day_is_a_whole_day_and_its_end_is_not_part_of_it() -> None:
    [event] = read(an_event())
    assert event.decoded("dtstart") == date(2026, 5, 5)
    assert event.decoded("dtend") == date(2026, 5, 6)
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert event["uid"] == "deadline-7@rolzuiver.example"
    assert event["transp"] == "TRANSPARENT"


@pytest.mark.parametrize(
    ("moment", "local", "offset"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "20260329T015900", 1),  # the last minute before summer time
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "20260329T030000", 2),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "20260701T140000", 2),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "20261025T023000", 2),  # the first time that it is half past two
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "20261025T030000", 1),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "20270101T003000", 1),
        (datetime(2028, 2, 29, 23, 0, tzinfo=UTC), "20280301T000000", 1),
    ],
)
def test_a_moment_is_told_as_the_clock_in_amsterdam_shows_it(moment: datetime, local: str, offset: int) -> None:
    content = written([an_event(start=moment, end=moment + timedelta(hours=2))], name="", host=HOST)
    assert f"DTSTART;TZID=Europe/Amsterdam:{local}\r\n".encode() in content
    [event] = read(an_event(start=moment, end=moment + timedelta(hours=2)))
    start, end = event.decoded("dtstart"), event.decoded("dtend")
    assert start.astimezone(UTC) == moment  # Python compares no time that comes twice across zones
    assert start.utcoffset() == timedelta(hours=offset)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=2)


def test_the_second_of_two_equal_hours_is_told_in_utc() -> None:
    """Half past two comes twice on 25 October; a time with a zone can only mean the first (RFC 5545 3.3.5)."""
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    first = second - timedelta(hours=1)
    [event] = read(an_event(start=first, end=second))
    assert event.to_ical().decode().count("20261025T") == 2
    assert b"DTSTART;TZID=Europe/Amsterdam:20261025T023000" in event.to_ical()
    assert b"DTEND:20261025T013000Z" in event.to_ical()
    assert event.decoded("dtend").astimezone(UTC) - event.decoded("dtstart").astimezone(UTC) == timedelta(hours=1)


def test_the_zone_says_when_summer_time_begins_and_ends_in_every_year() -> None:
    """What the rules in the file say, against the zone of the machine."""
    zone: Any = icalendar.Calendar.from_ical(written([], name="", host=HOST)).walk("VTIMEZONE")[0]
    amsterdam = zone.to_tz(lookup_tzid=False)
    for year in (1997, 2026, 2027, 2028, 2036):
        for month, day, hour in (
            (1, 1, 0),
            (3, 24, 12),
            (3, 31, 12),
            (7, 1, 0),
            (10, 24, 0),
            (10, 31, 12),
            (12, 31, 23),
        ):
            at = datetime(year, month, day, hour)
            assert at.replace(tzinfo=amsterdam).utcoffset() == at.replace(tzinfo=AMSTERDAM).utcoffset(), at


def test_an_empty_calendar_is_a_calendar() -> None:
    assert read() == []


def test_what_was_called_off_stays_and_says_so() -> None:
    [event] = read(an_event(cancelled=True, busy=True, sequence=3))
    assert (event["status"], event["transp"], event["sequence"]) == ("CANCELLED", "TRANSPARENT", 3)
    [event] = read(an_event(busy=True))
    assert (event["status"], event["transp"]) == ("CONFIRMED", "OPAQUE")


def test_stamps_are_of_the_last_change_so_that_the_same_is_the_same_to_the_byte() -> None:
    [event] = read(an_event())
    assert event.decoded("dtstamp") == event.decoded("last-modified") == NOW
    assert written([an_event()], name="x", host=HOST) == written([an_event()], name="x", host=HOST)


INJECTED = [
    "Intake\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Vals",
    "Intake\nATTENDEE:mailto:els@example.org",
    "Intake\rX-EVIL:1",
    "Intake\u2028DESCRIPTION:Vals\u2029\x85\x0b\x0c",
    "Intake\x00\x1b[31m",
    'Vergoeding; tarief, kosten\\prijs: "10%"',
    "\\nBEGIN:VALARM\\n",
    ";VALUE=DATE:20260101",
    "Coördinatie ‘zorg’ €" * 20,
    "😀" * 60,
    "\ud800 half",
    "",
]


@pytest.mark.parametrize("field", ["title", "place", "words"])
@pytest.mark.parametrize("text", INJECTED, ids=range(len(INJECTED)))
def test_nothing_in_a_text_becomes_a_line_of_its_own(field: str, text: str) -> None:
    [event] = read(an_event(**{field: text}), name=text)
    name = {"title": "summary", "place": "location", "words": "description"}[field]
    assert str(event.get(name, "")) == plain(text)
    assert {key.lower() for key in event} <= {
        "uid", "dtstamp", "last-modified", "sequence", "summary", "dtstart", "dtend", "status", "transp", "location",
        "description",
    }  # fmt: skip


@pytest.mark.long
@given(st.text(max_size=400), st.text(max_size=400))
def test_whatever_somebody_types_is_read_back_as_it_was(title: str, place: str) -> None:
    [event] = read(an_event(title=title, place=place))
    assert str(event["summary"]) == plain(title)
    assert str(event.get("location", "")) == plain(place)
