"""Keeping figures: what moved is counted anew in small steps, each its own transaction (ADR 38).

A step takes some marked cases, works out all that counts of them, and adds up the difference with what was counted
before. Killed on the way it was never taken; done twice it adds nothing.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from audit.models import Act
from cases.models import Case, Finding, Measurement
from cases.models.case import with_top
from escalation.models import Deadline
from escalation.rules.terms import day_of
from workflows.models import CaseTask
from workflows.nodes import Wait
from workflows.rules.figures import DISPENSATION, Counted, Passage, Turn, facts

STEP = 200  # cases
STEPS = 50  # of one run
WITH = ("process", "procurement", "contract", *with_top())


def catch_up(*, steps: int = STEPS) -> int:
    """Until nothing is left to count, or for so many steps; how many cases."""
    total = 0
    for _ in range(steps):
        done = count_some()
        total += done
        if not done:
            break
    return total


def count_some(most: int = STEP) -> int:
    """One step. 0: there is nothing to do, or somebody else does it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT cases_take_recounts(%s)", [most])
        [wanted] = cursor.fetchone()
        if not wanted:
            return 0
        found = [
            {"case_id": case, "key": row.key, "detail": row.detail, "month": row.month.isoformat(),
             "value": row.value, "plan": row.plan}
            for case, counted in collected(wanted)
            for row in facts(counted)
        ]  # fmt: skip
        cursor.execute("SELECT cases_put_facts(%s, %s)", [wanted, json.dumps(found)])
        return len(wanted)


def collected(case_ids: Sequence[int]) -> Iterator[tuple[int, Counted]]:
    """What counts of these cases; of a confidential one nothing does. As many queries however many cases."""
    rows = Case.objects.filter(pk__in=case_ids, confidential=False).select_related(*WITH)
    cases = {case.pk: case for case in rows}
    tasks = _tasks(cases)
    missed = _missed(cases)
    flags = _flags(cases)
    breaches = _by_case(
        Measurement.objects.filter(contract__in=cases, breached=True).values_list("contract", "code", "period")
    )
    findings = _by_case(Finding.objects.filter(evaluation__in=cases).values_list("evaluation", "met", "saved"))
    for number, case in cases.items():
        late = {task for task, _ in missed[number]} & {task.pk for task in tasks[number] if task.finished is None}
        names = {task.pk: _step(task) for task in tasks[number]}
        procurement = getattr(case, "procurement", None)
        contract = getattr(case, "contract", None)
        yield number, Counted(
            kind=case.kind, state=case.state, running=case.is_running, opened=day_of(case.opened_at),
            taken_over=case.imported,
            closed=day_of(case.closed_at) if case.closed_at else None, domain=case.domain, amount=_amount(case),
            passages=[] if case.imported else [_passage(task) for task in tasks[number] if _counts(task)],
            turns=[_turn(task) for task in tasks[number] if task.finished is None and case.state == Case.State.OPEN],
            late=[names[task] for task in late],
            missed=[(names[task], day_of(at)) for task, at in missed[number] if task in names],
            flags=flags[number], breaches=breaches[number],
            findings=[(met, int(saved or 0)) for met, saved in findings[number]],
            procedure=procurement.procedure if procurement else None,
            begins_on=case.commissioned.start_date if procurement and case.commissioned else None,
            ends_on=contract.ends_on if contract else None,
        )  # fmt: skip


def _tasks(cases: dict[int, Case]) -> dict[int, list[CaseTask]]:
    found: dict[int, list[CaseTask]] = defaultdict(list)
    rows = CaseTask.objects.filter(case__in=cases, part="", flow_task_type__in=("HUMAN", "TIMER")).exclude(
        status="CANCELED"
    )
    for task in rows.order_by("id"):
        case = cases[task.case_id]
        task.case, task.process = case, case.process
        found[task.case_id].append(task)
    return found


def _counts(task: CaseTask) -> bool:
    """A step that was skipped took no time, and had none."""
    return task.outcome != "skipped" and getattr(task.flow_task, "phase", "") != ""


def _passage(task: CaseTask) -> Passage:
    node, process = task.flow_task, task.process
    if isinstance(node, Wait):  # a pause takes as long as it was to take
        planned = (day_of(task.finished) - day_of(task.created)).days if task.finished else 0
    else:
        planned = max((node.dates(process, task.created).target - day_of(task.created)).days, 0)
    return Passage(f"{process.flow_class.code}/{node.phase}", task.created, task.finished, planned)


def _turn(task: CaseTask) -> Turn:
    return Turn(_step(task), day_of(task.created), task.position_id)


def _step(task: CaseTask) -> str:
    return f"{task.process.flow_class.code}/{task.flow_task.name}"


def _missed(cases: dict[int, Case]) -> dict[int, list[tuple[int, datetime]]]:
    """Terms that passed while they ran; that a pause ends misses nothing."""
    passed = Deadline.objects.filter(
        case__in=cases, effect=Deadline.Effect.TERM, fired_at__isnull=False, task__isnull=False
    )
    human = passed.filter(task__in=CaseTask.objects.filter(case__in=cases, flow_task_type="HUMAN").values("pk"))
    return _by_case(human.order_by("id").values_list("case", "task", "fired_at"))


def _flags(cases: dict[int, Case]) -> dict[int, list[tuple[str, Any]]]:
    """What is remarkable about the acts of a case, each time."""
    asked = Q(verb="request_dispensation")
    acts = Act.objects.filter(~Q(flags="") | asked, chain__in=[f"case/{number}" for number in cases])
    found: dict[int, list[tuple[str, Any]]] = defaultdict(list)
    for chain, flags, verb, at in acts.order_by("seq").values_list("chain", "flags", "verb", "at"):
        told = flags.split() + ([DISPENSATION] if verb == "request_dispensation" else [])
        found[int(chain.removeprefix("case/"))] += [(flag, day_of(at)) for flag in told]
    return found


def _by_case(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for case, *rest in rows:
        found[case].append(tuple(rest))
    return found


def _amount(case: Case) -> int:
    """Euros a year, of what has an amount of its own."""
    return int(getattr(case.content, "annual_amount", None) or 0)
