"""`manage.py benchmark steps`: one governed step, against bare stock viewflow and against the same rows by raw psycopg.

The step is the director declining an opdracht (acceptance -> PHO): 200 mandates to search, a body of seven, a parent
case, some thirty earlier acts. All three take turns on one server, with fsync.
"""

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import psycopg
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from psycopg.rows import dict_row

from audit import clock
from audit.services import acting
from benchmarks import stock
from benchmarks.scratch import scratch_database
from cases.models import Case
from config.demo import players as p
from config.demo.script import perform
from workflows import services
from workflows.founding import set_up_fixture
from workflows.models import CaseTask

MANDATES = 200
EARLIER_ACTS = 30

STORY: dict[str, Any] = {
    "title": "Ambulante jeugdhulp", "domain": "youth", "by": "marleen", "starts_in": 200, "years": 4,
    "thousands": [310, 280, 420, 890, 910, 2300, 950], "occasion": "De contracten lopen af.",
    "aim": "Minder wisselingen.", "target_group": "Jeugdigen.", "intended_result": "Kortere wachttijd.",
    "criteria": [["Wachttijd", "6 weken", "Berichtenverkeer"]],
    "script": [
        [0, "align", {}], [0, "intake"], [0, "propose"], [0, "meet", "rmt_validation", "positive"],
        [0, "meet", "pho_decision", "grant"],
    ],
}  # fmt: skip

# Lines of the register beside the one that fits: other amounts, other domains.
FILL = """
    INSERT INTO roles_mandate (scheme_id, number, version, power, label, granting_id, receiving_id, max_amount, domain,
        scale, legal_basis, sub_mandate_allowed, valid_from, valid_until)
    SELECT scheme_id, 'B-' || i, 1, power, label, granting_id, receiving_id, 100 + i, domain, scale, legal_basis, false,
        valid_from, valid_until
    FROM roles_mandate CROSS JOIN generate_series(1, %s) i WHERE power = 'accept_commission' ORDER BY id LIMIT %s
"""


def run(*, rounds: int = 60) -> dict[str, Any]:
    sys.modules["workflows.stock"] = stock
    with scratch_database():
        set_up_fixture("limburg-noord")
        parent = _at_acceptance(None)
        _fill_register()
        user = User.objects.get(username="helene")
        ours, floors = ([_at_acceptance(parent) for _ in range(rounds + 1)] for _ in range(2))
        process = stock.StockFlow.start.run()
        with connections["owner"].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        floor = Floor()
        statements = _statements(lambda: _decline(ours.pop()))
        floor.step(floors.pop())
        times = _in_turn(
            rounds,
            viewflow=lambda i: lambda: stock.step(process.pk, user),
            governed=lambda i: _declining(ours[i]),
            floor=lambda i: floor.stepping(floors[i]),
        )
        floor.close()
    ms = {name: round(1000 * median(taken), 2) for name, taken in times.items()}
    return {
        "ms": ms,
        "ratios": {
            "viewflow_over_governed": round(ms["viewflow"] / ms["governed"], 2),
            "governed_over_floor": round(ms["governed"] / ms["floor"], 2),
        },
        "statements": statements,
        "rounds": rounds,
    }


def _in_turn(rounds: int, **variants: Callable[[int], Callable[[], None]]) -> dict[str, list[float]]:
    """One of each, over and over: what the machine does meanwhile befalls all alike."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(rounds):
        for name, prepare in variants.items():
            call = prepare(number)
            began = perf_counter()
            call()
            times[name].append(perf_counter() - began)
    return times


def _at_acceptance(parent: Case | None) -> Case:
    """A case that waits for the director, with its earlier acts; below a parent."""
    case = perform(STORY, moments=[clock.now()] * 6)
    if parent is not None:
        with acting(chain=case.chain, verb="adopt"):
            Case.objects.filter(pk=case.pk).update(parent=parent)
    me = p.hat("naomi")
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM audit_chainhead WHERE chain = %s", [case.chain])
        [acts] = cursor.fetchone()
    for _ in range(EARLIER_ACTS - acts):
        services.comment(**p.who(me), case_id=case.pk, words="Gezien.")
    return case


def _fill_register() -> None:
    with acting(chain="scheme/1", verb="benchmark"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM roles_mandate")
        missing = MANDATES - cursor.fetchone()[0]
        cursor.execute(FILL, [missing, missing])


def _decline(case: Case) -> None:
    _declining(case)()


def _declining(case: Case) -> Callable[[], None]:
    me, task = p.hat("helene"), p.open_task(case, "acceptance")
    return lambda: services.complete(
        **p.who(me),
        case_id=case.pk,
        task_id=task.pk,
        outcome="decline",
        motivation="Dit kwartaal is er geen capaciteit.",
    )


def _statements(call: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


class Floor:
    """The same checks and the same rows, one prepared statement a thing, by hand."""

    def __init__(self) -> None:
        given = connections["default"].get_connection_params()
        wanted = ("dbname", "user", "host", "port", "password")
        self._connection = psycopg.connect(
            **{name: given[name] for name in wanted if given.get(name)}, row_factory=dict_row, prepare_threshold=0
        )
        self._next = CaseTask.objects.filter(flow_task__endswith=".pho_decision").latest("id")

    def step(self, case: Case) -> None:
        self.stepping(case)()

    def stepping(self, case: Case) -> Callable[[], None]:
        me, task = p.hat("helene"), p.open_task(case, "acceptance")
        return lambda: self._step(case, task, user_id=int(me.person.user_id or 0), hat=me.pk)

    def _step(self, case: Case, task: CaseTask, *, user_id: int, hat: int) -> None:
        do = self._connection.execute
        do("SELECT FROM cases_case WHERE id = %s FOR UPDATE", [case.parent_id])
        do("SELECT FROM cases_case WHERE id = %s FOR UPDATE", [case.pk])
        act = do("SELECT audit_open(%s) AS act", [user_id]).fetchone()
        row = do(
            "SELECT t.*, p.bindings, c.state, c.scheme_id, c.parent_id, m.cost, m.domain, m.scale"
            " FROM workflows_casetask t JOIN workflows_caseprocess p ON p.id = t.process_id"
            " JOIN cases_case c ON c.id = t.case_id JOIN cases_commission m ON m.case_id = c.id WHERE t.id = %s",
            [task.pk],
        ).fetchone()
        assert act is not None
        assert row is not None
        assert (row["finished"], row["state"]) == (None, "open")
        facts = do(
            "SELECT * FROM roles_facts(%s, %s, NULL, %s, 'commissioning', %s, 'accept_commission', %s, %s, %s)",
            [user_id, hat, row["scheme_id"], [f"case/{case.pk}", f"case/{case.parent_id}"], row["cost"], row["domain"],
             row["scale"]],
        ).fetchone()  # fmt: skip
        assert facts is not None
        assert (facts["valid"], facts["recused"], facts["mandate_id"] is None) == (True, False, False)
        assert facts["position_id"] == row["position_id"]
        do(
            "SELECT count(*) FROM workflows_casetask WHERE process_id = %s AND flow_task = %s AND outcome = 'decline'",
            [row["process_id"], row["flow_task"]],
        )
        do("UPDATE cases_case SET phase = 'decision' WHERE id = %s", [case.pk])
        do(
            "UPDATE workflows_casetask SET status = 'DONE', outcome = 'decline', owner_id = %s, finished = app_now()"
            " WHERE id = %s",
            [user_id, task.pk],
        )
        do("UPDATE escalation_deadline SET state = 'ended' WHERE task = %s AND state = 'armed'", [task.pk])
        like = self._next
        fresh = do(
            "INSERT INTO workflows_casetask (process_id, case_id, flow_task, flow_task_type, status, created, token,"
            " position_id, part, outcome, target, due_at, data)"
            " VALUES (%s, %s, %s, 'HUMAN', 'NEW', app_now(), 'start', %s, '', '', %s, %s, '{}') RETURNING id",
            [row["process_id"], case.pk, "workflows/flows.commissioning_2.CommissioningFlow2.pho_decision",
             like.position_id, like.target, like.due_at],
        ).fetchone()  # fmt: skip
        assert fresh is not None
        do(
            "INSERT INTO workflows_casetask_previous (from_casetask_id, to_casetask_id) VALUES (%s, %s)",
            [fresh["id"], task.pk],
        )
        do(
            "INSERT INTO escalation_deadline (case_id, task, effect, state, starts_at, target, due_at)"
            " VALUES (%s, %s, 'term', 'armed', app_now(), %s, %s)",
            [case.pk, fresh["id"], like.target, like.due_at],
        )
        do(
            "INSERT INTO escalation_notice (case_id, task, template, position_id, created_at)"
            " VALUES (%s, %s, 'task_ready', %s, app_now())",
            [case.pk, fresh["id"], like.position_id],
        )
        do(
            "SELECT audit_close(%s, %s, %s, 'complete', appointment => %s, capacity => %s, role => %s,"
            " duty => 'accept', step => 'commissioning/2/acceptance', task => %s, outcome => 'decline', mandate => %s,"
            " motivation => %s)",
            [act["act"], f"case/{case.pk}", f"person/{facts['person_id']}", f"appointment/{hat}", facts["capacity"],
             facts["role_label"], f"task/{task.pk}", facts["mandate_label"], "Dit kwartaal is er geen capaciteit."],
        )  # fmt: skip
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()
