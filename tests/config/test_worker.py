"""The worker: it stops gently, waits for its database, and the next one takes over from a killed one."""

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from config import jobs
from config.worker import BackgroundWorker, Worker
from escalation.queue import enqueue
from tests.database import ROOT

begun = threading.Event()


@app.task(name="tests.slow")
def slow() -> None:
    begun.set()
    time.sleep(1)


# `manage.py worker`, with the task above.
PROCESS = """
import django
django.setup()
import tests.config.test_worker
from django.core.management import call_command
call_command("worker")
"""


@pytest.fixture
def worker(committed: None) -> Iterator[BackgroundWorker]:
    begun.clear()
    worker = BackgroundWorker()
    worker.start()
    yield worker
    worker.stop()


def _status() -> str:
    status: str = ProcrastinateJob.objects.get(task_name="tests.slow").status
    return status


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return met


@pytest.mark.long
def test_a_worker_that_is_told_to_stop_finishes_its_job_first(worker: BackgroundWorker) -> None:
    enqueue("tests.slow")
    assert begun.wait(60)
    worker.stop()
    assert not worker.is_alive()
    assert _status() == "succeeded"


def test_a_worker_that_is_told_to_stop_before_it_began_does_stop(committed: None) -> None:
    worker = Worker()
    worker.stop()
    worker.run()


@pytest.mark.long
def test_a_worker_whose_connections_break_comes_back(worker: BackgroundWorker) -> None:
    enqueue("tests.slow")
    assert begun.wait(60)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connections["default"].close()
    begun.clear()
    enqueue("tests.slow")
    assert begun.wait(60)


@pytest.mark.long
@pytest.mark.parametrize(("sign", "status"), [(signal.SIGTERM, "succeeded"), (signal.SIGKILL, "doing")])
def test_only_a_killed_worker_leaves_a_job_half_done_and_the_next_one_does_it(
    environment: dict[str, str], sign: signal.Signals, status: str
) -> None:
    enqueue("tests.slow")
    process = subprocess.Popen([sys.executable, "-c", PROCESS], cwd=ROOT, env=environment)
    assert _within(60, lambda: _status() == "doing")
    process.send_signal(sign)
    process.wait(60)
    assert _status() == status

    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    enqueue("config.jobs.rescue_stalled", timestamp=0)
    Worker().run_until_done()  # rescues
    Worker().run_until_done()  # works
    assert _status() == "succeeded"


def test_a_job_that_cannot_be_rescued_does_not_keep_the_others_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rescued = []

    async def get_stalled_jobs(**_: object) -> list[Job]:
        def job(number: int) -> Job:
            return Job(id=number, queue="", lock=None, queueing_lock=None, task_name="tests.slow")

        return [job(1), job(2)]

    async def retry_job(job: Job) -> None:
        if job.id == 1:
            raise ConnectorException("Job was not found")
        rescued.append(job.id)

    monkeypatch.setattr(app.job_manager, "get_stalled_jobs", get_stalled_jobs)
    monkeypatch.setattr(app.job_manager, "retry_job", retry_job)
    asyncio.run(jobs.rescue_stalled(timestamp=0))
    assert rescued == [2]
    assert "Job 1 was not rescued" in caplog.text
