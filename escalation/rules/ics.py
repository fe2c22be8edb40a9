"""A calendar as programs for calendars read it (iCalendar, RFC 5545). Plain Python over what there is to tell."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar

from escalation.rules.happening import Event
from escalation.rules.terms import AMSTERDAM

PRODUCT = "-//Rolzuiver//Agenda//NL"
HOURLY = timedelta(hours=1)
DAY = timedelta(days=1)
LONGEST = 300  # of one text, in characters


def written(events: Iterable[Event], *, name: str, host: str) -> bytes:
    """The same events give the same bytes. `host` makes what is unique here unique elsewhere."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", plain(name))
    calendar.add("x-wr-calname", plain(name))
    calendar.add("x-wr-timezone", AMSTERDAM.key)
    calendar.add("refresh-interval", HOURLY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_amsterdam())
    for event in events:
        calendar.add_component(_component(event, host))
    return bytes(calendar.to_ical())


def plain(text: str) -> str:
    """On one line, without signs that steer: nothing in a title can begin a line of its own."""
    visible = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") else sign for sign in text)
    return " ".join(visible.split())[:LONGEST]


def _component(event: Event, host: str) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", f"{event.uid}@{host}")
    # Without a method the stamp is that of the last change (RFC 5545 3.8.7.2), so that what did not change looks so.
    made.add("dtstamp", event.changed)
    made.add("last-modified", event.changed)
    made.add("sequence", event.sequence)
    made.add("summary", plain(event.title))
    if isinstance(event.start, datetime):
        made.add("dtstart", _moment(event.start))
        if event.end is not None:
            made.add("dtend", _moment(event.end))
    else:
        made.add("dtstart", event.start)
        made.add("dtend", event.start + DAY)  # the day that is no longer part of it
    for key, text in (("location", event.place), ("description", event.words)):
        if text:
            made.add(key, plain(text))
    if event.url:
        made.add("url", event.url)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    made.add("transp", "OPAQUE" if event.busy and not event.cancelled else "TRANSPARENT")
    return made


def _moment(at: datetime) -> datetime:
    """In Amsterdam; in the hour that comes twice, the second time can only be told in UTC (RFC 5545 3.3.5)."""
    there = at.astimezone(AMSTERDAM)
    return at.astimezone(UTC) if there.fold else there


def _amsterdam() -> icalendar.Timezone:
    """Summer time as the European Union has it since 1996: every program reads these two lines alike."""
    zone = icalendar.Timezone()
    zone.add("tzid", AMSTERDAM.key)
    zone.add_component(_change(icalendar.TimezoneDaylight(), "CEST", month=3, hour=2, before=1, after=2))
    zone.add_component(_change(icalendar.TimezoneStandard(), "CET", month=10, hour=3, before=2, after=1))
    return zone


def _change(made: Any, name: str, *, month: int, hour: int, before: int, after: int) -> Any:
    """On the last Sunday of a month."""
    last_sunday = {3: 31, 10: 27}[month]  # of 1996
    made.add("dtstart", datetime(1996, month, last_sunday, hour))
    made.add("tzoffsetfrom", timedelta(hours=before))
    made.add("tzoffsetto", timedelta(hours=after))
    made.add("tzname", name)
    made.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
    return made
