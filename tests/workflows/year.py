"""A year at work, fast: cases come in, people act or do not, and between two visits days go by at once.

Who does what is drawn from a seed. What the clock does is done by workers: in this process, or in one that is killed.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob

from audit import clock
from audit.models import Act
from cases.models import Case
from config.demo.players import hat, who
from config.worker import Worker
from escalation import services as escalation
from escalation.models import Deadline, Notice
from escalation.rules.terms import AMSTERDAM, day_of
from roles.authorize import NotAllowed
from tests.database import ROOT
from tests.workflows import play, rise
from workflows import services
from workflows.engine import Stale
from workflows.extending import extend
from workflows.models import CaseTask

FIRST, DAYS = datetime(2027, 1, 4, 9, tzinfo=AMSTERDAM), 365
EAGER, SLOW, ABSENT = 0.8, 0.3, 0.02  # how likely somebody does what waits, at each visit
TOLD = ("due", "from", "to", "until")  # of what an act tells, what is the same in each run

Work = Callable[["Year"], None]


@dataclass
class Year:
    """The same seed gives the same year, whatever happens to those who work in it."""

    seed: int
    cases: int
    work: Work
    visits: int = 24
    paces: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        with ExitStack() as moments:
            draw = random.Random(self.seed)
            for number, moment in enumerate(self._moments(draw)):
                self.now = moments.enter_context(_from(moment))
                self.settle(moments)
                for title in self._coming_in(number):
                    play.submitted(title=title)
                    self.paces[title] = draw.choice((EAGER, SLOW, ABSENT))
                for case in _running():
                    self._visit(case, draw)
                self.settle(moments)

    def settle(self, moments: ExitStack) -> None:
        """Until nothing is left to do today; what a killed worker had in hand is handed out after five minutes."""
        for _ in range(40):
            escalation.tick()
            self.work(self)
            if quiet():
                return
            moments.enter_context(_from(clock.now() + timedelta(minutes=6)))
        raise AssertionError("It never ends: " + ", ".join(map(str, ProcrastinateJob.objects.filter(status="todo"))))

    def _moments(self, draw: random.Random) -> Iterator[datetime]:
        """Days apart, and more than the year: what began late ends too."""
        usual = DAYS // self.visits
        day = 0
        while day < DAYS:
            yield FIRST + timedelta(days=day)
            day += draw.randint(max(1, usual // 2), usual + usual // 2)
        yield FIRST + timedelta(days=DAYS + 200)

    def _coming_in(self, visit: int) -> list[str]:
        """All of them within three quarters of the year."""
        share = 4 * self.cases // (3 * self.visits) + 1
        return [f"Zaak {number:03}" for number in range(visit * share, min((visit + 1) * share, self.cases))]

    def _visit(self, case: Case, draw: random.Random) -> None:
        pace, chance = self.paces[str(case.top.title)], draw.random()
        if case.kind == Case.Kind.ESCALATION:
            if chance < 0.04:
                _quietly(lambda: rise.rise(case))
        elif chance < 0.04:
            _quietly(lambda: _suspend_or_resume(case))
        elif chance < 0.08:
            _quietly(lambda: _extend(case))
        elif chance < 0.08 + pace:
            _quietly(lambda: play.straight_on(case))


def _from(moment: datetime) -> Any:
    return clock.moved_to(moment)


def _running() -> list[Case]:
    """In the same order each time: by title, and what hangs under a case after it."""
    found = Case.objects.filter(state__in=["open", "suspended"]).select_related("title", "subject__title", "process")
    return sorted(found, key=lambda case: (str(case.top.title), case.kind, case.opened_at))


def _quietly(do: Callable[[], None]) -> None:
    """What the rules do not allow does not happen, and that is the same in each run."""
    with suppress(NotAllowed, LookupError):
        do()


def _suspend_or_resume(case: Case) -> None:
    me = who(case.submitted_by) | {"case_id": case.pk}
    if case.state == Case.State.SUSPENDED:
        services.resume(**me)
    else:
        services.suspend(**me, reason="Wacht op het Rijk.")


def _extend(case: Case) -> None:
    task = CaseTask.objects.filter(case=case, finished=None, flow_task_type="HUMAN").order_by("id").first()
    if task is None or task.due_at is None:
        raise Stale("Er is niets te verlengen.")
    until = day_of(task.due_at) + timedelta(days=10)
    extend(**who(hat("roy", "mgr")), case_id=case.pk, task_id=task.pk, until=until, reason="Wacht op cijfers.")


def quiet() -> bool:
    """Nothing is due, nothing is on its way."""
    now = clock.now()
    due = Deadline.objects.filter(state=Deadline.State.ARMED, due_at__lte=now).exists()
    reminded = Deadline.objects.filter(state__in=["armed", "fired"], ended_at=None, remind_at__lte=now).exists()
    jobs = ProcrastinateJob.objects.filter(status="todo", queue_name__in=["deadlines", "mail"]).exists()
    return not (due or reminded or jobs or Notice.objects.filter(sent_at=None).exists())


def in_process(year: Year) -> None:
    Worker().run_until_done()


class Mortal:
    """A worker in a process of its own, which dies now and then; and now and then the database does."""

    def __init__(self, environment: dict[str, str], *, seed: int, often: float, databases: int) -> None:
        self.environment, self.often, self.databases = environment, often, databases
        self.draw = random.Random(seed)
        self.died: Counter[str] = Counter()
        self.process: subprocess.Popen[bytes] | None = None

    def __call__(self, year: Year) -> None:
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "worker"], cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL
            )
        if not quiet() and self.draw.random() < self.often:
            self._die()
            return
        end = time.monotonic() + 20
        while time.monotonic() < end and not quiet():
            time.sleep(0.1)
            escalation.tick()

    def _die(self) -> None:
        """In the middle of something, most likely."""
        time.sleep(self.draw.random() * 3)
        if self.died["database"] < self.databases and self.draw.random() < 0.25:
            self.died["database"] += 1
            os.kill(int((settings.EMBEDDED.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            _reconnect()
        else:
            self.died["worker"] += 1
            self.stop()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(60)
            self.process = None


def _reconnect() -> None:
    for _ in range(60):
        connections.close_all()
        try:
            connection.ensure_connection()
            clock.now()
            return
        except DatabaseError:
            time.sleep(0.5)
    raise AssertionError("The database did not come back")


def trail() -> list[str]:
    """Every act of every case in words that are the same in each run: no numbers of rows, no time of the day."""
    names: dict[str, str] = {}
    for case in Case.objects.select_related("title", "subject__title", "escalation").order_by("id"):
        about = f" / {case.escalation.step} {day_of(case.opened_at)}" if case.kind == Case.Kind.ESCALATION else ""
        names[case.chain] = f"{case.top.title}{about}"
    found = Act.objects.filter(chain__in=names).order_by("chain", "seq")
    written: dict[str, list[str]] = {}
    for act in found:
        told = {key: str(value)[:10] for key, value in act.data.items() if key in TOLD}
        line = (day_of(act.at), act.actor, act.role, act.verb, act.step, act.outcome, act.flags, act.mandate, told)
        written.setdefault(names[act.chain], []).append(" | ".join(map(str, line)))
    return [f"{name}: {line}" for name in sorted(written) for line in written[name]]


def due_days() -> list[date]:
    return sorted(day_of(due) for due in Deadline.objects.values_list("due_at", flat=True))
