"""The example: every regeling of fixtures/ that has stories, and those stories played through the services.

Only the owner of the tables can move the clock; it stands right again when the example is ready.
"""

import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import localtime

from audit import clock
from audit.roots import sign_root
from cases.models import Case
from config.demo import post, script
from config.demo.away import Away
from config.demo.coming import Planned, Signal
from config.demo.following import Followed
from config.demo.overseeing import Destroyed, Emergency, Sampled, carry_out_destructions
from config.demo.reporting import Reported, enrol
from config.demo.script import Line, Story
from config.demo.sittings import Sitting
from escalation.whistleblowing.services import clock as attention
from roles.setup import FIXTURES
from workflows import figures
from workflows.conformance import keeping as conformance
from workflows.founding import set_up_fixture

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PASSWORD = "demo"
FOUNDED = timedelta(days=400)
STORIES = {file.stem.removeprefix("demo-"): file for file in sorted(FIXTURES.glob("demo-*.toml"))}


def play() -> None:
    """From an empty database to regions at work, or not at all: a first start that is broken off is made again.

    Everything happens in the order of its day, whatever case it is about.
    """
    now = localtime(clock.now(), AMSTERDAM)
    told = {name: tomllib.loads(file.read_text()) for name, file in STORIES.items()}
    with transaction.atomic():
        with clock.moved_to(now - FOUNDED):
            for name in told:
                set_up_fixture(name, password=PASSWORD)
        for moment, happen in sorted(everything(told, now), key=lambda each: each[0]):
            with clock.moved_to(moment):
                happen()
        post.give_addresses(but=[name for data in told.values() for name in data["unreachable"]])
        post.hand_out(now)
    _play_sealed(told, now)
    carry_out_destructions()
    figures.catch_up(steps=1000)
    conformance.catch_up()
    sign_root()


def _play_sealed(told: dict[str, Any], now: datetime) -> None:
    """The lane of the klokkenluiders, over a connection of its own: what it was told of must be there."""
    lanes = {data["meldpunt"]["channel"]: data for data in told.values()}
    with clock.moved_to(now - FOUNDED):
        for data in lanes.values():
            enrol(data["meldpunt"]["people"])
    events = [
        event
        for channel, data in lanes.items()
        for report in data["melding"]
        for event in Reported(channel, report).events(_afternoon(now - timedelta(days=report["days_ago"])))
    ]
    for moment, happen in sorted(events, key=lambda each: each[0]):
        with clock.moved_to(moment):
            attention.watch(moment)
            happen()


def everything(stories: dict[str, Any], now: datetime) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Every line of every story, and every meeting, with its moment."""
    for name, data in stories.items():
        for number, story in enumerate(data["opdracht"]):
            told = Told(story)
            lines = [told.submit, *(told.line(line) for line in story["script"])]
            yield from zip(moments(now, story, number), lines, strict=True)
        for meeting in data["vergadering"]:
            yield from Sitting(name, meeting).events(_afternoon(now - timedelta(days=meeting["days_ago"])))
        if contracts := data.get("contract"):
            yield from Followed(name, contracts).events(now, now - FOUNDED)
        for signal in data.get("signaal", []):
            yield from Signal(signal).events(_afternoon(now - timedelta(days=signal["days_ago"])))
        for item in data.get("planning", []):
            yield from Planned(name, item).events(_afternoon(now - timedelta(days=item["days_ago"])))
        for sort, told_by in ((Sampled, "steekproef"), (Emergency, "noodtoegang"), (Destroyed, "vernietiging")):
            for item in data.get(told_by, []):
                yield from sort(name, item).events(_afternoon(now - timedelta(days=item["days_ago"])))
        for absence in data.get("afwezig", []):
            yield from Away(absence, PASSWORD).events(now - timedelta(days=absence["days_ago"]))


class Told:
    """A story as it is being told: there is a case once it was submitted."""

    case: Case

    def __init__(self, story: Story) -> None:
        self.story = story

    def submit(self) -> None:
        self.case = script.submit(self.story)

    def line(self, line: Line) -> Callable[[], None]:
        return lambda: script.play(self.case, line)


def _afternoon(day: datetime) -> datetime:
    """Half past one, on a working day."""
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day.replace(hour=13, minute=30, second=0, microsecond=0)


def moments(now: datetime, story: Story, number: int) -> list[datetime]:
    """When each line of a story happened: on working days, in office hours, and before now."""
    day = now - timedelta(days=story["days_ago"])
    found = []
    for line, (days, *_) in enumerate([[0], *story["script"]]):
        day += timedelta(days=days)
        while day.weekday() > 4:
            day += timedelta(days=1)
        moment = day.replace(hour=9 + (number + 2 * line) % 8, minute=(7 * number + 13 * line) % 60, second=11)
        found.append(min(moment, now - timedelta(minutes=len(story["script"]) - line)))
    return found
