"""The example: Limburg-Noord from data, and some twenty opdrachten played through the services, each on its own days.

Only the owner of the tables can move the clock; it stands right again when the example is ready.
"""

import tomllib
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import localtime

from audit import clock
from audit.roots import sign_root
from config.demo.script import perform
from roles.setup import FIXTURES, set_up_fixture

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PASSWORD = "demo"
FOUNDED = timedelta(days=400)


def play() -> None:
    """From an empty database to a region at work, or not at all: a first start that is broken off is made again."""
    now = localtime(clock.now(), AMSTERDAM)
    stories = tomllib.loads((FIXTURES / "demo-limburg-noord.toml").read_text())["opdracht"]
    with transaction.atomic():
        with clock.moved_to(now - FOUNDED):
            set_up_fixture("limburg-noord", password=PASSWORD)
        for number, story in enumerate(sorted(stories, key=lambda story: -story["days_ago"])):
            perform(story, moments=_moments(now, story, number))
    sign_root()


def _moments(now: datetime, story: dict[str, Any], number: int) -> list[datetime]:
    """When each line of a story happened: on working days, in office hours, and before now."""
    day = now - timedelta(days=story["days_ago"])
    moments = []
    for line, (days, *_) in enumerate([[0], *story["script"]]):
        day += timedelta(days=days)
        while day.weekday() > 4:
            day += timedelta(days=1)
        moment = day.replace(hour=9 + (number + 2 * line) % 8, minute=(7 * number + 13 * line) % 60, second=11)
        moments.append(min(moment, now - timedelta(minutes=len(story["script"]) - line)))
    return moments
