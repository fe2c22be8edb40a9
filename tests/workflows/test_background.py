"""What fails in the background: it is all or nothing, it is seen, it is tried again, and it tells nothing personal."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from audit import clock
from audit.models import Act
from cases.models import Case
from config.worker import Worker
from escalation import services as escalation
from escalation.models import Deadline, Notice
from escalation.queue import enqueue
from tests.workflows import play
from workflows import engine
from workflows.models import CaseTask
from workflows.tasks import CHANGES


def state_of(case: Case) -> tuple[int, list[tuple[Any, ...]]]:
    """Everything that the token game and the evidence hold of a case."""
    tasks = CaseTask.objects.filter(case=case).order_by("id")
    rows = tasks.values_list("id", "status", "outcome", "finished", "owner")
    return Act.objects.filter(chain=case.chain).count(), list(rows)


SECRET = "Burgerservicenummer 123456782"


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_what_fails_in_the_background_tells_nothing_personal_is_seen_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """viewflow writes every local variable of the failing function into the task."""

    def fails(work: engine.Work, outcome: str) -> None:
        told_in_confidence = SECRET  # noqa: F841
        raise RuntimeError("the effect of a deadline failed")

    case = play.submitted()
    play.align(case, silent=["tom"])
    deadline = Deadline.objects.get(case=case, state="armed")
    play.make_due(deadline)
    before = state_of(case)
    with monkeypatch.context() as patch, caplog.at_level(logging.DEBUG):
        patch.setitem(CHANGES["commissioning"], "municipal_alignment", fails)
        assert escalation.tick() == 1
        Worker().run_until_done()
    job = ProcrastinateJob.objects.get(task_name="workflows.fire_due")
    assert job.args == {"case_id": case.pk}
    assert (job.status, job.attempts) == ("todo", 1), "it stands in the queue again"
    assert "the effect of a deadline failed" in caplog.text
    assert SECRET not in caplog.text
    assert set(ProcrastinateEvent.objects.filter(job=job).values_list("type", flat=True)) <= {
        "deferred", "started", "deferred_for_retry", "scheduled",
    }  # fmt: skip
    assert state_of(case) == before, "all or nothing"
    late = play.open_task(case, "municipal_alignment")
    assert late.due_at is not None
    assert (play.open_steps(case), late.data) == (["municipal_alignment"], {}), "the case is visibly stuck"
    deadline.refresh_from_db()
    assert deadline.state == "armed"

    with clock.moved_to(clock.now() + timedelta(minutes=6)):
        assert escalation.tick() == 1, "and handed out again"
        Worker().run_until_done()
    assert play.open_steps(case) == ["intake"]


@pytest.mark.usefixtures("committed")
def test_what_a_failed_step_asked_for_dies_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """viewflow's events are sent after the rollback, and lost when the process is killed after the commit."""
    case = play.brought_to("intake")
    jobs, notices = ProcrastinateJob.objects.count(), Notice.objects.count()

    def enqueues_and_fails(work: engine.Work, outcome: str, **_: Any) -> None:
        enqueue("workflows.fire_due", case_id=1)
        raise RuntimeError("too late")

    monkeypatch.setitem(CHANGES["commissioning"], "intake", enqueues_and_fails)
    before = state_of(case)
    with pytest.raises(RuntimeError, match="too late"):
        play.take_in(case)
    assert (ProcrastinateJob.objects.count(), Notice.objects.count()) == (jobs, notices)
    assert state_of(case) == before
