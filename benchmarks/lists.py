"""`manage.py benchmark lists`: whole pages, session and menu included.

*Mijn taken*, *Opdrachten* and *Wie is aan zet* with 1k and 100k open tasks, all in the queue of one role, each in a
case of its own, a third of them late: nothing makes it easy to count. *Opdrachten* and *Zoeken* among 100k cases, for
people who may see 3 of them, some 5,000, and all; for words that stand in every case, in some, and in one.
"""

from collections.abc import Iterable
from statistics import median
from time import perf_counter
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, connections
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from audit import clock, texts
from audit.services import acting
from benchmarks.scratch import copied, scratch_database, use
from benchmarks.steps import STORY
from config.demo.script import perform
from config.signing_in import second_factor
from config.signing_in.adapters import STANDING
from config.signing_in.standing import standing
from workflows.founding import set_up_fixture

SIZES = {"1k": 1_000, "100k": 100_000}
VISITOR = "gijs"
SEERS = {"3": "els", "5k": "marleen", "all": "victor"}

# The case that was played, over and over; the terms from thirty days ago to sixty days ahead. Evidence is not measured
# here, so the triggers that would write it stand aside.
FILL = """
    INSERT INTO cases_case
        (id, scheme_id, kind, number, title_id, state, phase, organisation_id, submitted_by_id, opened_at)
      SELECT i, scheme_id, kind, 'OPD-2026-' || i, (%(titles)s::bigint[])[1 + i %% {titles}], state, phase,
             (SELECT id FROM roles_organisation WHERE kind = 'municipality' ORDER BY id LIMIT 1 OFFSET CASE
                WHEN i IN (33001, 66001) THEN 0 WHEN i %% 20 = 0 THEN 1 ELSE 2 + i %% 5 END),
             submitted_by_id, opened_at
        FROM cases_case CROSS JOIN generate_series(%(first)s, %(last)s) i WHERE cases_case.id = %(like)s;
    INSERT INTO cases_commission ({commission})
      SELECT i, {rest} FROM cases_commission CROSS JOIN generate_series(%(first)s, %(last)s) i WHERE case_id = %(like)s;
    INSERT INTO cases_caseaccess (scope, state, case_id)
      SELECT 'scheme/' || scheme_id, state, id FROM cases_case WHERE id BETWEEN %(first)s AND %(last)s
      UNION ALL
      SELECT 'organisation/' || organisation_id, state, id FROM cases_case WHERE id BETWEEN %(first)s AND %(last)s;
    INSERT INTO cases_searchentry (case_id, level, vector)
      SELECT c.id, 'internal', cases_stems(t.content, 'A') || cases_whole_words(t.content, 'A')
             || cases_stems(concat_ws(' . ', o.content, a.content, r.content), 'C') || cases_number_words(c.number)
             || array_to_tsvector(cases_search_keys(c) || '{{level/internal}}'::text[])
        FROM cases_case c JOIN audit_text t ON t.id = c.title_id JOIN cases_commission m ON m.case_id = c.id
        JOIN audit_text o ON o.id = m.occasion_id JOIN audit_text a ON a.id = m.aim_id
        JOIN audit_text r ON r.id = m.intended_result_id
       WHERE c.id BETWEEN %(first)s AND %(last)s;
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

FILLED = (
    "cases_case",
    "cases_commission",
    "cases_caseaccess",
    "cases_searchentry",
    "workflows_caseprocess",
    "workflows_casetask",
)

PAGES = {
    "my_tasks": "/", "cases": "/opdrachten/", "whose_turn": "/wie-is-aan-zet/",
    "tasks_filtered": "/?q=respijtzorg&domein=youth",
}  # fmt: skip

# What is sought: words of every case, of one in five, of one in twenty; the beginning of one; and one case.
SOUGHT = {
    "common": "jeugdhulp contracten", "frequent": "pleegzorg", "rare": "dyslexiezorg", "begun": "begel", "one": "66001",
}  # fmt: skip
BY_SEER = {
    "cases": {
        "cases": "/opdrachten/", "cases_by_domain": "/opdrachten/?domein=youth",
        "cases_by_words": "/opdrachten/?q=logopedie", "cases_none": "/opdrachten/?domein=support",
    },
    "search": {f"search_{name}": f"/zoeken/?q={words}" for name, words in SOUGHT.items()},
}  # fmt: skip

SUBJECTS = ("Dyslexiezorg", "Begeleiding", "Dagbesteding", "Crisisopvang", "Gezinshuizen", "Logopedie", "Vaktherapie",
            "Verblijf", "Behandeling", "Ambulante hulp", "Vervoer", "Jeugd-GGZ", "Respijtzorg", "Beschermd wonen",
            "Schuldhulp", "Huishouden", "Werkervaring", "Taalles", "Mantelzorg", "Jeugdreclassering")  # fmt: skip


def run(*, rounds: int = 40) -> dict[str, Any]:
    with scratch_database(), override_settings(SECURE_SSL_REDIRECT=False):
        set_up_fixture("limburg-noord")
        like = perform({**STORY, "script": STORY["script"][:1]}, moments=[clock.now()] * 2).pk
        titles = _titles()
        client = _signed_in(VISITOR)
        with copied() as databases:
            queries = []
            for name, size in zip(databases, SIZES.values(), strict=True):
                use(name)
                _fill(like, size, titles)
                queries.append(_queries(client))
            assert queries[0] == queries[1]
            ms = _in_turn(client, dict(zip(SIZES, databases, strict=True)), rounds)
            seen = _by_seer(databases[-1], max(rounds // 4, 3))
    return {
        "ms": {f"{page}_{size}": taken for (page, size), taken in ms.items()}
        | {f"{page}_seen_{seer}": taken for (page, seer), taken in seen["ms"].items()},
        "ratios": {
            f"{name}_100k_over_1k": round(ms[page, "100k"] / ms[page, "1k"], 2)
            for name, page in (
                ("tasks", "my_tasks"),
                ("cases", "cases"),
                ("whose_turn", "whose_turn"),
                ("tasks_filtered", "tasks_filtered"),
            )
        }
        | {f"{name}_worst_over_best": _spread(seen["ms"], pages) for name, pages in BY_SEER.items()},
        "queries": queries[0]["my_tasks"],
        "queries_of_pages": queries[0] | seen["queries"],
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


def _titles() -> list[int]:
    """A hundred titles, which the cases share."""
    with acting(chain="scheme/1", verb="benchmark"):
        written = texts.write_many("scheme/1", [
            f"Jeugdhulp: {subject.lower()} {'en pleegzorg' if not number else 'perceel'} {2026 + number}"
            for number in range(5) for subject in SUBJECTS
        ])  # fmt: skip
    return [text.pk for text in written]


def _fill(like: int, size: int, titles: list[int]) -> None:
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
                titles=len(titles),
            ),
            {"like": like, "first": last + 1, "last": size, "titles": titles},
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


def _by_seer(name: str, rounds: int) -> dict[str, Any]:
    """Milliseconds for each page and each who may see few, more or all; and the queries at most."""
    use(name)
    paths = {page: path for pages in BY_SEER.values() for page, path in pages.items()}
    clients = {seer: _signed_in(username) for seer, username in SEERS.items()}
    counted = [_queries(client, paths) for client in clients.values()]
    queries = {page: max(each[page] for each in counted) for page in paths}  # fewer where nothing is found
    times: dict[tuple[str, str], list[float]] = {(page, seer): [] for page in paths for seer in clients}
    for _ in range(rounds):
        for page, seer in times:
            began = perf_counter()
            assert clients[seer].get(paths[page]).status_code == 200
            times[page, seer].append(perf_counter() - began)
    return {"ms": {key: round(1000 * median(taken), 1) for key, taken in times.items()}, "queries": queries}


def _spread(ms: dict[tuple[str, str], float], pages: Iterable[str]) -> float:
    """Of the page where it differs most: who waits longest over who waits shortest."""
    each = ([taken for (page, _), taken in ms.items() if page == name] for name in pages)
    return round(max(max(taken) / min(taken) for taken in each), 2)


def _queries(client: Client, paths: dict[str, str] = PAGES) -> dict[str, int]:
    counted = {}
    for page, path in paths.items():
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counted[page] = len(queries)
    return counted
