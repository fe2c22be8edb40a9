"""All SQL of the engine, in one module: what a step reads when it opens and what it writes when it closes.

One statement locks and begins the act, one reads the step, one (of roles) every fact about who asks, one writes. The
functions called here are made in `workflows/migrations/sql/0002_step.sql`. Nobody else in the product writes tasks.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import psycopg
from django.db import connection, models
from django.db.models import Q
from viewflow.workflow.fields import get_task_ref

from cases.models import Case
from cases.models.case import ON_TOP
from workflows.models import CaseProcess, CaseTask
from workflows.names import name_of

RESERVED = 3  # what nearly every step needs: a gateway, the next task, and one more


@dataclass(slots=True)
class Opened:
    """A step as it stands under the lock; numbers for new tasks, and along what it was left before."""

    task: CaseTask
    process: CaseProcess
    case: Case
    ids: list[int]
    taken: list[str]


def lock_case(case_id: int, user_id: int | None) -> tuple[int, datetime, str] | None:
    """Lock the root case, then this one, and begin an act: its number, the moment, the kind of case. None: no case."""
    row = _one("SELECT act, moment, kind FROM workflow_lock(%s, %s)", [case_id, user_id])
    return None if row is None or row[0] is None else (row[0], row[1], row[2])


def read_task(case_id: int, task_id: int, kind: str) -> Opened | None:
    """The task, its process, its case and what that is about; None when the task is not one of this case."""
    columns, tables, shapes = _shapes(kind)
    row = _one(
        f"SELECT {columns}, ARRAY(SELECT nextval('workflows_casetask_id_seq') FROM generate_series(1, {RESERVED})),"
        " ARRAY(SELECT x.flow_task || ' ' || x.outcome FROM workflows_casetask x"
        " WHERE x.process_id = t.process_id AND x.outcome <> '' AND x.part = '')"
        f" FROM {tables} WHERE t.id = %s AND t.case_id = %s",
        [task_id, case_id],
    )
    if row is None:
        return None
    found, at = {}, 0
    for name, model, fields in shapes:
        found[name] = _load(model, fields, row[at : at + len(fields)])
        at += len(fields)
    task, process, case = found.pop("task"), found.pop("process"), found.pop("case")
    task.process, task.case, process.case = process, case, case
    case.subject = found.pop("subject", None)
    setattr(case, kind, found.pop(kind))
    for name, content in found.items():
        _remember(case.top, name, content)
    return Opened(task, process, case, ids=row[-2], taken=_taken(task, row[-1]))


def _remember(top: Case, name: str, content: models.Model | None) -> None:
    """What is on top, and that it is nothing else: neither is asked again."""
    if content is None:
        top._state.fields_cache[name] = None
    else:
        setattr(top, name, content)


def _taken(task: CaseTask, left: Sequence[str]) -> list[str]:
    """The outcomes of this step among all of the case ("reference outcome"), also those of an earlier version."""
    pairs = [each.split(" ") for each in left]
    flow = task.flow_task.flow_class
    return [outcome for reference, outcome in pairs if name_of(flow, reference) == task.flow_task.name]


def close(
    *, process: CaseProcess, phase: str | None, done: list[dict[str, Any]], fresh: list[dict[str, Any]],
    told: list[dict[str, Any]], evidence: dict[str, Any],
) -> int:  # fmt: skip
    """Write tasks, deadlines, messages, the phase and the act. Returns the number of the act in its chain."""
    row = _one(
        "SELECT workflow_close(%s, %s, %s, %s, %s, %s, %s)",
        [process.pk, process.case_id, phase, _json(done), _json(fresh), _json(told), _json(evidence)],
    )
    assert row is not None
    return int(row[0])


def announce(case_id: int, told: list[dict[str, Any]]) -> None:
    """Deadlines and messages alone, where the act is closed by somebody else."""
    _one("SELECT workflow_announce(%s, %s)", [case_id, _json(told)])


def told_row(task: CaseTask, *, timed: bool, template: str) -> dict[str, Any]:
    """Somebody has to hear of a task, unless it is nobody's turn; a timed one has a deadline of its own."""
    waits_for_somebody = task.position_id is not None or task.seat_id is not None
    return {
        "id": task.pk, "target": task.target, "due": task.due_at, "position": task.position_id, "seat": task.seat_id,
        "timed": timed, "template": template if waits_for_somebody else None,
        "step": task.process.label_of(task.flow_task),
    }  # fmt: skip


def stop_clocks(case_id: int, *, task_id: int | None = None, holder: int | None = None) -> None:
    """Suspend every running deadline of a case, or of one task on behalf of another case."""
    _one("SELECT workflow_stop_clocks(%s, %s, %s)", [case_id, task_id, holder])


def set_dates(deadline_id: int, *, target: date, due: datetime) -> None:
    """A deadline runs until then, and with it the tasks and the round that go by it."""
    _one("SELECT workflow_set_dates(%s, %s, %s)", [deadline_id, target, due])


def hold(task_id: int, holder: int) -> None:
    """An escalation stops a step: the task, and whatever members and chair have to do in it."""
    with_parts = Q(pk=task_id) | Q(host=task_id)
    CaseTask.objects.filter(with_parts, finished=None).update(held_by_id=holder)


def let_go(task_id: int, holder: int) -> None:
    """The other way round."""
    with_parts = Q(pk=task_id) | Q(host=task_id)
    CaseTask.objects.filter(with_parts, finished=None, held_by=holder).update(held_by_id=None)


def write_tasks(process_id: int, *, done: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """Before something reads tasks back within the step."""
    _one("SELECT workflow_write(%s, %s, %s)", [process_id, _json(done), _json(rows)])


def change_version(process: CaseProcess, *, flow: str, steps: Mapping[int, str]) -> None:
    """A case goes on in another version: its process, and its open tasks (number -> how the row names the step)."""
    CaseProcess.objects.filter(pk=process.pk).update(
        flow_class=flow, bindings=process.bindings, labels=process.labels, terms=process.terms
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workflows_casetask t SET flow_task = s.value FROM jsonb_each_text(%s::jsonb) AS s"
            " WHERE t.id = s.key::bigint AND t.process_id = %s",
            [_json(steps), process.pk],
        )


def link_tasks(links: Sequence[tuple[int, int]]) -> None:
    """More tokens into tasks that exist: (task, the one before it)."""
    through = CaseTask.previous.through
    through._base_manager.bulk_create(
        through(from_casetask_id=task, to_casetask_id=previous) for task, previous in links
    )


def reserve_task_ids(count: int) -> list[int]:
    row = _one("SELECT array_agg(nextval('workflows_casetask_id_seq')) FROM generate_series(1, %s)", [count])
    assert row is not None
    return list(row[0])


def reserve_case_id() -> int:
    """The number of a case that is about to be made: its chain is named by it."""
    row = _one("SELECT nextval('cases_case_id_seq')", [])
    assert row is not None
    return int(row[0])


def reserve_meeting_id() -> int:
    """The number of a meeting that is about to be convened: its chain is named by it."""
    row = _one("SELECT nextval('cases_meeting_id_seq')", [])
    assert row is not None
    return int(row[0])


def next_number(scheme_id: int, year: int) -> int:
    """The next number of the year; two submissions at once wait for one another."""
    row = _one(
        "INSERT INTO cases_counter AS c (scheme_id, year, last) VALUES (%s, %s, 1)"
        " ON CONFLICT (scheme_id, year) DO UPDATE SET last = c.last + 1 RETURNING last",
        [scheme_id, year],
    )
    assert row is not None
    return int(row[0])


def task_row(task: CaseTask, previous: int | None) -> dict[str, Any]:
    """A new task as `workflow_write` wants it."""
    return {
        "id": task.pk,
        "case": task.case_id,
        "flow_task": get_task_ref(task.flow_task),
        "type": task.flow_task_type,
        "status": task.status,
        "created": task.created,
        "finished": task.finished,
        "token": task.token.token,
        "position": task.position_id,
        "seat": task.seat_id,
        "organisation": task.organisation_id,
        "host": task.host_id,
        "part": task.part,
        "outcome": task.outcome,
        "owner": task.owner_id,
        "target": task.target,
        "due": task.due_at,
        "previous": previous,
    }


def done_row(task: CaseTask) -> dict[str, Any]:
    """A task that ended, as `workflow_write` wants it."""
    return {
        "id": task.pk,
        "status": task.status,
        "outcome": task.outcome,
        "owner": task.owner_id,
        "finished": task.finished,
    }


def _one(query: str, parameters: Sequence[Any]) -> tuple[Any, ...] | None:
    """One row of a prepared statement, in Django's transaction, so that the server keeps its plan.

    Django's own cursor does not prepare, and so what counts its queries does not count these.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        row: tuple[Any, ...] | None = (
            psycopg.Cursor(connection.connection).execute(query, parameters, prepare=True).fetchone()
        )
    return row


def _json(value: Any) -> str:
    return json.dumps(value, default=str)


Shape = tuple[str, type[models.Model], list["models.Field[Any, Any]"]]


@cache
def _shapes(kind: str) -> tuple[str, str, list[Shape]]:
    """The columns of a step's rows, where they come from, and the fields that they fill: one statement a kind (ADR 20).

    A kind of case is called after the relation to its own content. What hangs under another case reads what is on top
    as well: a commission, or what there is where nobody commissioned anything.
    """
    read: list[tuple[str, str, type[models.Model]]] = [
        ("task", "t", CaseTask), ("process", "p", CaseProcess), ("case", "c", Case), (kind, "k", _content(kind)),
    ]  # fmt: skip
    tables = (
        "workflows_casetask t JOIN workflows_caseprocess p ON p.id = t.process_id JOIN cases_case c ON c.id = t.case_id"
        f" JOIN {_content(kind)._meta.db_table} k ON k.case_id = c.id"
    )
    if kind != Case.Kind.COMMISSION:
        read.append(("subject", "s", Case))
        tables += " LEFT JOIN cases_case s ON s.id = c.subject_id"
        for name in ON_TOP:
            if name != kind:
                read.append((name, f"top_{name}", _content(name)))
                tables += f" LEFT JOIN {_content(name)._meta.db_table} top_{name} ON top_{name}.case_id = s.id"
    columns: list[str] = []
    shapes: list[Shape] = []
    for name, alias, model in read:
        fields = list(model._meta.concrete_fields)
        columns += [f'{alias}."{field.column}"' for field in fields]
        shapes.append((name, model, fields))
    return ", ".join(columns), tables, shapes


def _content(kind: str) -> type[models.Model]:
    content = Case._meta.get_field(kind).related_model
    assert isinstance(content, type)
    return content


def _load(model: type[models.Model], fields: list["models.Field[Any, Any]"], values: Sequence[Any]) -> Any:
    """An object as a query of Django's own would give it; None where an outer join found nothing."""
    if all(value is None for value in values):
        return None
    converted = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db("default", [field.attname for field in fields], converted)
