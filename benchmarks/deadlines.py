"""`manage.py benchmark deadlines`: claiming what is due, with 1k and with 1M deadlines armed; and the same with jobs.

A hundred deadlines are due, each in a case of its own. Claimed means: a job lies in the queue for each. The other way
is what procrastinate offers itself: a job per deadline, with `schedule_at`. To compare, ours is also followed until a
worker has fetched the jobs; and of a million scheduled ones ten are due at a time, anywhere among them.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, connections

from audit import clock
from benchmarks.scratch import copied, scratch_database, use
from benchmarks.steps import STORY
from config.demo.script import perform
from escalation.services import deadlines
from roles.setup import set_up_fixture

SIZES = {"1k": 1_000, "1m": 1_000_000}
DUE = 100
FETCHED = 10

# Cases with nothing in them: a deadline only wants to hang on one.
CASES = """
    INSERT INTO cases_case
        (id, scheme_id, kind, number, title_id, state, phase, organisation_id, submitted_by_id, opened_at)
      SELECT id + i, scheme_id, kind, 'OPD-2026-' || 9000 + i, title_id, state, phase, organisation_id, submitted_by_id,
             opened_at
        FROM cases_case CROSS JOIN generate_series(1, {due}) i WHERE id = {like}
"""

# What is due lies among what is not, as it comes: nothing makes it easy to find.
ARMED = """
    INSERT INTO escalation_deadline (case_id, effect, state, starts_at, target, due_at, extended, remind_at)
      SELECT {like} + 1 + i / ({size} / {due}) % {due}, 'term', 'armed', app_now() - interval '60 days', app_today(),
             CASE WHEN i % ({size} / {due}) = 0 THEN app_now() - i * interval '1 second'
                  ELSE app_now() + interval '1 day' + i * interval '1 minute' END, 0, NULL
        FROM generate_series(1, {size}) i ORDER BY md5(i::text)
"""
SCHEDULED = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at)
      SELECT 'deadlines', 'workflows.fire_due', 0, jsonb_build_object('case_id', i), 'todo',
             now() + interval '1 day' + i * interval '1 minute'
        FROM generate_series(1, {size}) i ORDER BY md5(i::text)
"""
SOME_ARE_DUE = """
    UPDATE procrastinate_jobs SET scheduled_at = now() - interval '1 minute'
     WHERE id IN (SELECT first + (2 * n + 1) * (last - first) / (2 * {fetched}) + {round}
                    FROM (SELECT min(id) AS first, max(id) AS last FROM procrastinate_jobs) AS ends
                   CROSS JOIN generate_series(0, {fetched} - 1) n)
"""
FETCH = "SELECT id FROM procrastinate_fetch_job_v2('{deadlines}', NULL)"


def run(*, rounds: int = 25, sizes: dict[str, int] = SIZES) -> dict[str, Any]:
    [few, many] = sizes
    with scratch_database():
        set_up_fixture("limburg-noord")
        like = perform({**STORY, "script": STORY["script"][:1]}, moments=[clock.now()] * 2).pk
        with copied(2) as databases:
            *ours, jobs = databases
            for name, size in zip(ours, sizes.values(), strict=True):
                use(name)
                _fill({"cases_case": CASES, "escalation_deadline": ARMED}, like=like, size=size)
            use(jobs)
            _fill({"procrastinate_jobs": SCHEDULED}, like=like, size=sizes[many])
            times = _in_turn(rounds, dict(zip(sizes, ours, strict=True)), jobs)
    ms = {name: 1000 * median(taken) for name, taken in times.items()}
    return {
        "ms": {name: round(taken, 2) for name, taken in ms.items()},
        "ratios": {
            f"claim_{many}_over_{few}": round(ms[f"claim_{many}"] / ms[f"claim_{few}"], 2),
            f"schedule_at_over_claim_{many}": round(ms[f"schedule_at_{many}"] / ms[f"claim_{many}"], 1),
            f"schedule_at_over_fetched_{many}": round(ms[f"schedule_at_{many}"] / ms[f"fetched_{many}"], 1),
        },
        "due": DUE,
        "jobs_per_s_of_schedule_at": round(1000 * DUE / ms[f"schedule_at_{many}"], 1),
        "rounds": rounds,
    }


def _fill(statements: dict[str, str], *, like: int, size: int) -> None:
    """As the owner; the triggers that would write evidence and events stand aside."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        for table, statement in statements.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement.format(like=like, size=size, due=DUE))
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE")


def _in_turn(rounds: int, ours: dict[str, str], jobs: str) -> dict[str, list[float]]:
    """Seconds for each, over and over: what the machine does meanwhile befalls all alike."""
    times: dict[str, list[float]] = {f"{what}_{size}": [] for what in ("claim", "fetched") for size in ours}
    [*_, many] = ours
    times[f"schedule_at_{many}"] = []
    for number in range(rounds):
        for size, name in ours.items():
            use(name)
            _forget()
            claiming = _timed(_claim)
            times[f"claim_{size}"].append(claiming)
            times[f"fetched_{size}"].append(claiming + _timed(lambda: _fetch(DUE)))
        use(jobs)
        with connections["owner"].cursor() as cursor:
            cursor.execute(SOME_ARE_DUE.format(fetched=FETCHED, round=number))
        _connect()
        times[f"schedule_at_{many}"].append(_timed(lambda: _fetch(FETCHED)) * DUE / FETCHED)
    return times


def _forget() -> None:
    """As if nobody had claimed anything yet."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE escalation_deadline SET claimed_at = NULL WHERE claimed_at IS NOT NULL")
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("VACUUM procrastinate_jobs")
    _connect()


def _connect() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_now()")


def _claim() -> None:
    if (claimed := deadlines.claim()) != DUE:
        raise RuntimeError(f"{claimed} deadlines were claimed of {DUE}")


def _fetch(count: int) -> None:
    with connection.cursor() as cursor:
        for _ in range(count):
            cursor.execute(FETCH)
            if cursor.fetchone() is None:
                raise RuntimeError("There was no job to fetch")


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
