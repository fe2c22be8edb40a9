"""The tick: what is due is handed out in order, once, also after days of downtime, and by two at once."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from audit import clock
from audit.models import Act
from audit.services import acting
from cases.models import Case
from config.worker import Worker
from escalation.models import Deadline
from escalation.services import deadlines
from tests.races import at_once
from tests.workflows import play
from workflows import clockwork
from workflows.tasks import CHANGES

pytestmark = pytest.mark.usefixtures("committed")


def silent(count: int) -> list[Case]:
    """Cases in which nobody answers: seven terms each, all of the same day."""
    return [play.submitted() for _ in range(count)]


def jobs() -> list[int]:
    found = ProcrastinateJob.objects.filter(task_name="workflows.fire_due").order_by("id")
    return [job.args["case_id"] for job in found]


def shift(case: Case, days: int) -> None:
    """This case began so many days earlier than the others."""
    with acting(chain=case.chain, verb="test_clock"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE escalation_deadline SET due_at = due_at - make_interval(days => %s) WHERE case_id = %s",
            [days, case.pk],
        )


@pytest.mark.long
def test_after_days_of_downtime_everything_is_caught_up_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "AT_ONCE", 3)
    first, second, third = silent(3)
    shift(second, 2)
    shift(third, 1)
    last = Deadline.objects.filter(case=third).latest("id")
    with clock.moved_to(last.due_at + timedelta(days=30)):
        assert deadlines.claim() == 21, "batch by batch, until nothing is left"
        assert list(dict.fromkeys(jobs())) == [second.pk, third.pk, first.pk]
        assert deadlines.claim() == 0
        Worker().run_until_done()
    for case in (first, second, third):
        assert play.open_steps(case) == ["intake"]
        fired = Deadline.objects.filter(case=case, state="fired").order_by("due_at", "id")
        assert fired.count() == 7
        acts = Act.objects.filter(chain=case.chain, verb="deadline").order_by("seq")
        assert [act.task for act in acts] == [f"task/{deadline.task}" for deadline in fired]


@pytest.mark.long
def test_two_ticks_at_once_share_the_work_and_double_nothing(races: int) -> None:
    for _ in range(races):
        [case] = silent(1)
        with clock.moved_to(Deadline.objects.filter(case=case)[0].due_at + timedelta(days=1)):
            assert sum(at_once(deadlines.claim, deadlines.claim)) == 7
            handed_out = jobs().count(case.pk)
            assert handed_out in (1, 2)
            assert sum(at_once(*[partial(clockwork.fire_due, case.pk)] * 3)) == 7
        assert Act.objects.filter(chain=case.chain, verb="deadline").count() == 7
        assert play.open_steps(case) == ["intake"]


@pytest.mark.long
def test_no_more_is_handed_out_than_workers_come_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "MOST_WAITING", 2)
    monkeypatch.setattr(deadlines, "AT_ONCE", 1)
    [case] = silent(1)
    with clock.moved_to(Deadline.objects.filter(case=case)[0].due_at + timedelta(days=1)):
        assert [deadlines.claim(), deadlines.claim()] == [2, 0]
        Worker().run_until_done()
        assert play.open_steps(case) == ["intake"], "a job takes all that is due in its case"
        assert deadlines.claim() == 0


def test_one_that_fails_does_not_keep_the_next_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    [case] = silent(1)
    broken = play.open_task(case, "municipal_alignment")
    change = CHANGES["commissioning"]["municipal_alignment"]

    def fails_for_one(work: Any, outcome: str, **values: Any) -> None:
        if work.task.pk == broken.pk:
            raise RuntimeError("the effect of a deadline failed")
        change(work, outcome, **values)

    with clock.moved_to(Deadline.objects.filter(case=case)[0].due_at + timedelta(days=1)):
        with monkeypatch.context() as patch:
            patch.setitem(CHANGES["commissioning"], "municipal_alignment", fails_for_one)
            with pytest.raises(RuntimeError, match="the effect of a deadline failed"):
                clockwork.fire_due(case.pk)
        assert Deadline.objects.filter(case=case, state="armed").count() == 1
        assert clockwork.fire_due(case.pk) == 1
    assert play.open_steps(case) == ["intake"]


def test_what_is_claimed_reads_the_front_of_an_index() -> None:
    """However much is armed: `manage.py benchmark deadlines`."""
    silent(1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + deadlines.CLAIM, [deadlines.RECLAIM_AFTER_SECONDS, deadlines.AT_ONCE])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "deadline_due" in plan
