"""`manage.py benchmark dashboard`: *Dashboard* and *Inkoopplanning* with 1k and 100k cases, in turn in one run.

A third of the cases are commissions, a third procurements and a third contracts, each in the lists of its regeling and
of any of its municipalities: so there are as many sets of scopes to add up as there can be. How fast what moved is
counted is measured on cases that were played.
"""

from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, connections
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from audit import clock
from benchmarks import lists
from benchmarks.scratch import copied, scratch_database, use
from benchmarks.steps import STORY
from cases.models import Contract, Procurement
from config.demo.script import perform
from workflows import figures
from workflows.founding import set_up_fixture

SIZES = lists.SIZES
PLAYED = 10  # cases
SEERS = {"all": "gijs", "own": "marleen"}
PAGES = {
    "dashboard": "/dashboard/", "dashboard_of_a_municipality": "/dashboard/?gemeente={municipality}&periode=drie-jaar",
    "cases_behind": "/dashboard/zaken/?cijfer=waits", "planning": "/inkoopplanning/",
    "planning_by_domain": "/inkoopplanning/?domein=youth", "planning_contracts": "/inkoopplanning/?soort=contract",
}  # fmt: skip
TABLES = ("cases_case", "cases_caseaccess", "cases_procurement", "cases_contract")

# What `workflows.figures` would find, so that it need not be played a hundred thousand times.
FILL = """
    UPDATE cases_case SET kind = (ARRAY['commission', 'procurement', 'contract'])[1 + id %% 3],
           subject_id = CASE WHEN id %% 3 > 0 THEN %(like)s::bigint END WHERE id > %(like)s;
    INSERT INTO cases_procurement ({procurement_columns})
      SELECT {procurement} FROM cases_case c WHERE c.kind = 'procurement' AND c.id > %(like)s;
    INSERT INTO cases_contract ({contract_columns})
      SELECT {contract} FROM cases_case c WHERE c.kind = 'contract' AND c.id > %(like)s;
    INSERT INTO cases_caseaccess (scope, state, case_id)
      SELECT 'organisation/' || o.id, c.state, c.id FROM cases_case c JOIN (
             SELECT id, scheme_id, row_number() OVER (PARTITION BY scheme_id ORDER BY id) AS n
               FROM roles_organisation WHERE kind = 'municipality') AS o USING (scheme_id)
       WHERE c.id > %(like)s AND (c.id / 3) & (1 << o.n::int) <> 0 ON CONFLICT DO NOTHING;
    TRUNCATE cases_recount, cases_fact, cases_figure;
    INSERT INTO cases_reach (scopes) SELECT DISTINCT scopes FROM cases_reach_of(ARRAY(SELECT id FROM cases_case))
      ON CONFLICT DO NOTHING;
    CREATE TEMPORARY TABLE held AS
      SELECT o.case_id, r.id AS reach_id, c.kind
        FROM cases_reach_of(ARRAY(SELECT id FROM cases_case)) o JOIN cases_reach r USING (scopes)
        JOIN cases_case c ON c.id = o.case_id;
    INSERT INTO cases_fact (case_id, reach_id, key, detail, month, value, plan)
      SELECT case_id, reach_id, key, detail, CASE WHEN months IS NULL THEN date '0001-01-01'
             ELSE (date_trunc('month', app_today()) + make_interval(months => months))::date END, value, plan
        FROM held CROSS JOIN LATERAL (VALUES
          ('running', kind::text, NULL::int, 100000, 0),
          ('waits', 'commissioning/' || (ARRAY['intake', 'approach', 'rmt_validation', 'pho_decision', 'acceptance',
             'municipal_alignment', 'db_decision'])[1 + case_id %% 7], NULL, app_today() - date '0001-01-01', 0),
          ('on', (SELECT id::text FROM roles_position ORDER BY id LIMIT 1 OFFSET case_id %% 30), NULL,
             app_today() - date '0001-01-01', 0),
          ('phase', 'commissioning/' || (ARRAY['request', 'alignment', 'intake', 'approach'])[1 + case_id %% 4],
             -(case_id %% 36)::int, 20, 15),
          ('phase', 'procurement/' || (ARRAY['start', 'explore', 'strategy', 'papers'])[1 + case_id %% 4],
             -(case_id %% 35)::int, 40, 45),
          ('missed', 'commissioning/intake', -(case_id %% 34)::int, 0, 0),
          (CASE WHEN case_id %% 20 = 0 THEN 'flag' END, 'double-hat', -(case_id %% 33)::int, 0, 0),
          (CASE WHEN kind = 'procurement' THEN 'procedure' END, (ARRAY['', 'social', 'open', 'multiple'])[
             1 + case_id %% 4], -(case_id %% 32)::int, 0, 0),
          (CASE WHEN kind = 'procurement' THEN 'buying' END, 'youth', (case_id %% 24)::int, 0, 0),
          (CASE WHEN kind = 'contract' THEN 'expiring' END, 'youth', (case_id * 7 %% 36)::int - 6, 120000, 0)
        ) AS facts(key, detail, months, value, plan) WHERE key IS NOT NULL;
    INSERT INTO cases_figure (key, month, reach_id, detail, count, value, plan)
      SELECT key, month, reach_id, detail, count(*), sum(value), sum(plan) FROM cases_fact GROUP BY 1, 2, 3, 4;
    DROP TABLE held;
"""


def run(*, rounds: int = 20) -> dict[str, Any]:
    with scratch_database(), override_settings(SECURE_SSL_REDIRECT=False):
        set_up_fixture("limburg-noord")
        story = {**STORY, "script": STORY["script"][:1]}
        like = [perform(story, moments=[clock.now()] * 2).pk for _ in range(PLAYED)][-1]
        counted = _counting()
        titles = lists._titles()
        clients = {seer: lists._signed_in(username) for seer, username in SEERS.items()}
        with copied() as databases:
            for name, size in zip(databases, SIZES.values(), strict=True):
                use(name)
                lists._fill(like, size, titles)
                _fill(like)
            named = dict(zip(SIZES, databases, strict=True))
            queries = {size: _queries(clients, name) for size, name in named.items()}
            ms = _in_turn(clients, named, rounds)
            reaches = _reaches()
    assert queries["1k"].keys() == queries["100k"].keys()
    return {
        "ms": {"_".join(key): taken for key, taken in ms.items()},
        "ratios": {
            f"{page}_seen_by_{seer}": round(ms[page, seer, "100k"] / ms[page, seer, "1k"], 2)
            for page in PAGES for seer in SEERS
        },
        "queries": queries["100k"], "queries_with_1k": queries["1k"], "sets_of_scopes": reaches,
        "counted_a_second": counted, "rounds": rounds,
    }  # fmt: skip


def _fill(like: int) -> None:
    contents = {
        "procurement": _row(Procurement, procedure="(ARRAY['', 'social', 'open', 'multiple'])[1 + c.id %% 4]"),
        "contract": _row(
            Contract, provider_id="(SELECT min(id) FROM cases_provider)", lot_id="(SELECT min(id) FROM cases_lot)",
            starts_on="app_today() - 700", ends_on="app_today() + (c.id * 7 %% 1100)::int - 200",
            annual_amount="120000", ceiling="900000", option_years="1", option_times="2",
        ),
    }  # fmt: skip
    named = {f"{name}_columns": ", ".join(row) for name, row in contents.items()}
    named |= {name: ", ".join(row.values()) for name, row in contents.items()}
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(FILL.format(**named), {"like": like})
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE")


def _row(model: type[Model], **given: str) -> dict[str, str]:
    """As SQL: column to value, for what may not be left out."""
    needed = {str(field.column): field for field in model._meta.concrete_fields if not field.null}
    usual = {
        column: "c.id" if field.primary_key else _written(field.get_default(), number=_is_number(field))
        for column, field in needed.items()
    }
    return usual | given


def _written(value: Any, *, number: bool) -> str:
    return str(value or 0) if number else f"'{'' if value is None else value}'"


def _is_number(field: Any) -> bool:
    return field.get_internal_type() in ("DecimalField", "PositiveSmallIntegerField", "SmallIntegerField")


def _counting() -> int:
    """How many cases are counted anew in a second, in steps as they are taken."""
    figures.catch_up()
    counted, began = 0, perf_counter()
    for _ in range(20):
        with connections["owner"].cursor() as cursor:
            cursor.execute('INSERT INTO cases_recount ("case", marked_at) SELECT id, app_now() FROM cases_case')
        counted += figures.count_some()
    return round(counted / (perf_counter() - began))


def _paths() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM roles_organisation WHERE kind = 'municipality'")
        [municipality] = cursor.fetchone()
    return {page: path.format(municipality=municipality) for page, path in PAGES.items()}


def _queries(clients: dict[str, Client], name: str) -> dict[str, int]:
    use(name)
    found = {}
    for seer, client in clients.items():
        client.get("/")  # connects
        for page, path in _paths().items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200, path
            found[f"{page}_{seer}"] = len(queries)
    return found


def _in_turn(clients: dict[str, Client], named: dict[str, str], rounds: int) -> dict[tuple[str, str, str], float]:
    """Milliseconds for each page, seer and size, over and over: what the machine does meanwhile befalls all alike."""
    times: dict[tuple[str, str, str], list[float]] = {}
    for _ in range(rounds):
        for size, name in named.items():
            use(name)
            for seer, client in clients.items():
                client.get("/")  # connects
                for page, path in _paths().items():
                    began = perf_counter()
                    assert client.get(path).status_code == 200
                    times.setdefault((page, seer, size), []).append(perf_counter() - began)
    return {key: round(1000 * median(taken), 1) for key, taken in times.items()}


def _reaches() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_reach")
        [found] = cursor.fetchone()
    return int(found)
