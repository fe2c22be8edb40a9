"""Versions of opdrachtverstrekking that were never used, and cases that run on the first one."""

import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from viewflow.workflow import flow
from viewflow.workflow.fields import get_flow_ref, get_task_ref, import_flow_by_ref, import_task_by_ref

from audit.services import acting
from cases.models import Asks, Case
from config.demo import players
from tests.workflows import play
from workflows import flows, services
from workflows.flows.commissioning import CommissioningFlow
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.tasks import CHANGES


def on_first_version(patch: pytest.MonkeyPatch) -> None:
    """New cases run on version 1, as they did before there was another."""
    patch.setattr(services, "current", lambda code: CommissioningFlow)


def make(patch: pytest.MonkeyPatch, number: int = 9, **attributes: Any) -> Any:
    """A version of its own, in a module of its own, as long as the test lasts."""
    module = ModuleType(f"workflows.flows.commissioning_{number}")
    patch.setitem(sys.modules, module.__name__, module)
    for cache in (get_flow_ref, get_task_ref, import_flow_by_ref, import_task_by_ref):
        cache.cache_clear()
    made = type(flow.Flow)(f"CommissioningFlow{number}", (flow.Flow,), {
        "code": "commissioning", "version": number, "process_title": "Opdrachtverstrekking",
        "process_class": CaseProcess, "task_class": CaseTask, "lock_impl": CASE_LOCK,
        "phases": CommissioningFlow.phases, "__module__": module.__name__, **attributes,
    })  # fmt: skip
    setattr(module, made.__name__, made)
    patch.setattr(flows, "ALL", [*flows.ALL, made])
    return made


def _asked_again() -> Case:
    case = play.brought_to("intake")
    for number in range(3):
        play.take_in(case, "questions", questions=f"Vraag {number}")
        play.as_submitter(case, "supplement", "supplemented", answer="Zie bijlage.")
    return case


def _half_answered() -> Case:
    case = play.submitted()
    play.align(case, silent=["els", "tom"])
    return case


def _disagreeing() -> Case:
    case = play.submitted()
    play.align(case, disagreeing=["els"])
    return case


def _taken_in(outcome: str, **values: Any) -> Case:
    case = play.brought_to("intake")
    play.take_in(case, outcome, **values)
    return case


def _voting(step: str, proposal: str) -> Case:
    case = play.brought_to(step)
    play.open_round(case, step, proposal)
    first_member, second = players.members_of(case, step)[:2]
    play.voting(play.username(first_member), case, step)()
    play.voting(play.username(second), case, step, "against", "Te duur.")()
    return case


def _recorded(step: str, proposal: str) -> Case:
    case = play.brought_to(step)
    play.record(case, step, proposal)
    return case


def _deferred() -> Case:
    case = play.brought_to("pho_decision")
    play.meet(case, "pho_decision", "defer", defer_until=play.in_days(14))
    return case


def _before_the_owner() -> Case:
    case = play.brought_to("approach")
    play.propose(case, within_budget=False)
    for _ in range(2):
        play.straight_on(case)
        play.straight_on(case)
    return case


def asking_colleges() -> Case:
    """As if version 1 had known of it: something that the colleges were not asked."""
    case = _before_the_owner()
    with acting(chain=case.chain, verb="test"):
        case.commission.asks_colleges = Asks.CONSENT
        case.commission.save(update_fields=["asks_colleges"])
    return case


def _suspended() -> Case:
    case = play.brought_to("approach")
    services.suspend(**play.who(case.submitted_by), case_id=case.pk, reason="Wacht op het Rijk.")
    return case


# Every kind of place in which a case of version 1 may wait, and the step that is open in it.
STATES: dict[str, tuple[str, Callable[[], Case]]] = {
    "nobody answered": ("municipal_alignment", play.submitted),
    "half answered": ("municipal_alignment", _half_answered),
    "a municipality disagrees": ("alignment_question", _disagreeing),
    "intake": ("intake", partial(play.brought_to, "intake")),
    "asked three times": ("intake", _asked_again),
    "questions": ("supplement", partial(_taken_in, "questions", questions="Voor wie?")),
    "advised against": ("reconsider", partial(_taken_in, "negative", motivation="Te weinig markt.")),
    "approach": ("approach", partial(play.brought_to, "approach")),
    "suspended": ("approach", _suspended),
    "advice": ("rmt_validation", partial(play.brought_to, "rmt_validation")),
    "a round on the advice": ("rmt_validation", partial(_voting, "rmt_validation", "positive")),
    "a recorded advice": ("rmt_validation", partial(_recorded, "rmt_validation", "positive")),
    "decision": ("pho_decision", partial(play.brought_to, "pho_decision")),
    "a round on the decision": ("pho_decision", partial(_voting, "pho_decision", "grant")),
    "deferred": ("pho_deferred", _deferred),
    "owner": ("db_decision", _before_the_owner),
    "acceptance": ("acceptance", partial(play.brought_to, "acceptance")),
}

APART = 1_000_000  # what is added to each number of a copy, once for each time
COPIES = {
    "cases_case": {"id": "+", "number": "number || '-' || %(copy)s"},
    "cases_commission": {"case_id": "+"},
    "cases_share": {"id": "+", "commission_id": "+"},
    "cases_ballot": {"id": "+", "case_id": "+", "task": "+"},
    "cases_seat": {"id": "+", "ballot_id": "+"},
    "cases_vote": {"id": "+", "ballot_id": "+", "seat_id": "+"},
    "workflows_caseprocess": {"id": "+", "case_id": "+"},
    "workflows_casetask": {
        "id": "+", "process_id": "+", "case_id": "+", "host_id": "+",
        "token": "CASE WHEN token LIKE '%%/%%' THEN 'start/' || (split_part(split_part(token, '/', 2), '_', 1)::bigint"
        " + %(apart)s) || '_' || split_part(token, '_', 2) ELSE token END",
    },
    "workflows_casetask_previous": {"id": "+", "from_casetask_id": "+", "to_casetask_id": "+"},
    "escalation_deadline": {"id": "+", "case_id": "+", "task": "+"},
}  # fmt: skip


def copy(times: int) -> None:
    """Every case that there is, so many times more: their rows with other numbers, each time within one act."""
    with connection.cursor() as cursor:
        for number in range(1, times + 1):
            with acting(chain="system", verb="test"):
                for table, changed in COPIES.items():
                    cursor.execute(_copying(cursor, table, changed), {"copy": number, "apart": number * APART})


def _copying(cursor: Any, table: str, changed: dict[str, str]) -> str:
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    columns = [name for (name,) in cursor.fetchall()]
    shifted = {name: f"{name} + %(apart)s" if value == "+" else value for name, value in changed.items()}
    values, key = [shifted.get(name, name) for name in columns], next(iter(changed))
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} WHERE {key} < {APART}"


def changes(patch: pytest.MonkeyPatch, of: str, to: str) -> None:
    """A step under another name changes the same."""
    known = CHANGES["commissioning"]
    patch.setitem(CHANGES, "commissioning", {**known, to: known[of]})
