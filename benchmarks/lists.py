"""`manage.py benchmark lists`: *Mijn taken* as a whole page, session and menu included, with 1k and 100k open tasks.

All stand in the queue of one role, each in a case of its own, a third of them late: nothing makes it easy to count.
"""

from statistics import median
from time import perf_counter
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, connections
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from audit import clock
from benchmarks.scratch import copied, scratch_database, use
from benchmarks.steps import STORY
from config.demo.script import perform
from config.signing_in import second_factor
from config.signing_in.adapters import STANDING
from config.signing_in.standing import standing
from roles.setup import set_up_fixture

SIZES = {"1k": 1_000, "100k": 100_000}
VISITOR = "gijs"

# The case that was played, over and over; the terms from thirty days ago to sixty days ahead. Evidence is not measured
# here, so the triggers that would write it stand aside.
FILL = """
    INSERT INTO cases_case
        (id, scheme_id, kind, number, title_id, state, phase, organisation_id, submitted_by_id, opened_at)
      SELECT i, scheme_id, kind, 'B-' || i, title_id, state, phase,
             (SELECT id FROM roles_organisation WHERE kind = 'municipality' ORDER BY id OFFSET i %% 7 LIMIT 1),
             submitted_by_id, opened_at
        FROM cases_case CROSS JOIN generate_series(%(first)s, %(last)s) i WHERE cases_case.id = %(like)s;
    INSERT INTO cases_commission ({commission})
      SELECT i, {rest} FROM cases_commission CROSS JOIN generate_series(%(first)s, %(last)s) i WHERE case_id = %(like)s;
    INSERT INTO cases_caseaccess (scope, state, case_id)
      SELECT 'scheme/' || scheme_id, state, id FROM cases_case WHERE id BETWEEN %(first)s AND %(last)s
      UNION ALL
      SELECT 'organisation/' || organisation_id, state, id FROM cases_case WHERE id BETWEEN %(first)s AND %(last)s;
    INSERT INTO workflows_caseprocess ({process})
      SELECT i, i, {process_rest} FROM workflows_caseprocess CROSS JOIN generate_series(%(first)s, %(last)s) i
       WHERE case_id = %(like)s;
    INSERT INTO workflows_casetask (process_id, case_id, flow_task, flow_task_type, status, created, token, position_id,
        part, outcome, target, due_at, data)
      SELECT i, i, flow_task, flow_task_type, status, created, token, position_id, part, outcome, target,
             app_now() + (i %% 90 - 30) * interval '1 day', data
        FROM workflows_casetask CROSS JOIN generate_series(%(first)s, %(last)s) i
       WHERE case_id = %(like)s AND finished IS NULL;
"""

FILLED = ("cases_case", "cases_commission", "cases_caseaccess", "workflows_caseprocess", "workflows_casetask")

PAGES = {"my_tasks": "/", "cases": "/opdrachten/", "whose_turn": "/wie-is-aan-zet/"}


def run(*, rounds: int = 40) -> dict[str, Any]:
    with scratch_database(), override_settings(SECURE_SSL_REDIRECT=False):
        set_up_fixture("limburg-noord")
        like = perform({**STORY, "script": STORY["script"][:1]}, moments=[clock.now()] * 2).pk
        client = _signed_in(VISITOR)
        with copied() as databases:
            queries = []
            for name, size in zip(databases, SIZES.values(), strict=True):
                use(name)
                _fill(like, size)
                queries.append(_queries(client))
            assert queries[0] == queries[1]
            ms = _in_turn(client, dict(zip(SIZES, databases, strict=True)), rounds)
    return {
        "ms": {f"{page}_{size}": taken for (page, size), taken in ms.items()},
        "ratios": {
            f"{name}_100k_over_1k": round(ms[page, "100k"] / ms[page, "1k"], 2)
            for name, page in (("tasks", "my_tasks"), ("cases", "cases"), ("whose_turn", "whose_turn"))
        },
        "queries": queries[0]["my_tasks"],
        "queries_of_pages": queries[0],
        "rounds": rounds,
    }


def _signed_in(username: str) -> Client:
    """With a second factor shown, as somebody who decides must."""
    user = User.objects.get(username=username)
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    second_factor.show(request, user, by="benchmark")
    request.session[STANDING] = standing(user).fingerprint
    request.session.save()
    return client


def _fill(like: int, size: int) -> None:
    """Up to so many open tasks."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT max(id) FROM cases_case")
        [last] = cursor.fetchone()
        columns = {table: _columns(cursor, table) for table in ("cases_commission", "workflows_caseprocess")}
        commission = [name for name in columns["cases_commission"] if name != "case_id"]
        process = [name for name in columns["workflows_caseprocess"] if name not in ("id", "case_id")]
        _triggers(cursor, "DISABLE")
        cursor.execute(
            FILL.format(
                commission=", ".join(["case_id", *commission]),
                rest=", ".join(commission),
                process=", ".join(["id", "case_id", *process]),
                process_rest=", ".join(process),
            ),
            {"like": like, "first": last + 1, "last": size},
        )
        _triggers(cursor, "ENABLE")
        cursor.execute("VACUUM ANALYZE")


def _triggers(cursor: Any, what: str) -> None:
    for table in FILLED:
        cursor.execute(f"ALTER TABLE {table} {what} TRIGGER USER")


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    return [name for (name,) in cursor.fetchall()]


def _in_turn(client: Client, databases: dict[str, str], rounds: int) -> dict[tuple[str, str], float]:
    """Milliseconds for each page and size, over and over: what the machine does meanwhile befalls all alike."""
    times: dict[tuple[str, str], list[float]] = {(page, size): [] for page in PAGES for size in databases}
    for _ in range(rounds):
        for size, name in databases.items():
            use(name)
            client.get("/")  # connects
            for page, path in PAGES.items():
                began = perf_counter()
                response = client.get(path)
                times[page, size].append(perf_counter() - began)
                assert response.status_code == 200, (path, response.status_code)
    return {key: round(1000 * median(taken), 1) for key, taken in times.items()}


def _queries(client: Client) -> dict[str, int]:
    counted = {}
    for page, path in PAGES.items():
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counted[page] = len(queries)
    return counted
