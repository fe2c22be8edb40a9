"""Cases replayed from the database, in batches of a fixed number of queries; and what came of it, kept for the page.

Acts alone are replayed. Tasks say how long a step stood open; bindings, which steps the regeling of a case lacks.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from audit.format import from_canonical
from audit.models import Act, ChainHead
from cases.models import Case
from escalation.rules.terms import day_of
from workflows.activations import SKIPPED
from workflows.conformance.build import net_of
from workflows.conformance.moves import Move, moves
from workflows.conformance.net import Net
from workflows.conformance.replay import Deviation, Result, replay
from workflows.conformance.times import working_days
from workflows.flows import versions_of
from workflows.models import CaseProcess, CaseTask, LeadTime, Replay
from workflows.names import name_in
from workflows.nodes import Step

BATCH = 200
BATCHES = 50  # of one run
KEPT = ["seq", "flow", "version", "began", "fits", "fitness", "variant", "steps", "deviations"]


@dataclass(frozen=True, slots=True)
class Acted:
    """An act, as far as a replay needs it."""

    seq: int
    at: datetime
    verb: str
    step: str
    outcome: str
    details: str

    @property
    def data(self) -> dict[str, Any]:
        return from_canonical(self.details)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One case. `version` is the one that it runs on, or ended on."""

    case_id: int
    number: str
    seq: int
    flow: str
    version: int
    began: date
    moves: tuple[Move, ...]
    result: Result
    times: tuple[tuple[str, float], ...]


def replayed(case_ids: Sequence[int]) -> Iterator[Replayed]:
    """These cases, in their order. Three queries; a case without acts or without a process is left out."""
    processes = {each.case_id: each for each in CaseProcess.objects.filter(case__in=case_ids).select_related("case")}
    acts, tasks = _acts(processes), _tasks(processes)
    for number in case_ids:
        if number in processes and acts[number]:
            yield _replayed(processes[number], acts[number], tasks[number])


def in_batches(cases: QuerySet[Case], size: int = BATCH) -> Iterator[list[int]]:
    """The numbers of cases, some at a time, however many there are."""
    last = 0
    while batch := list(cases.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]):
        yield batch
        last = batch[-1]


def catch_up(*, batches: int = BATCHES) -> int:
    """Replay cases whose chain grew since, some at a time; how many. What a killed run kept is kept."""
    total = 0
    for _ in range(batches):
        wanted = list(grown().order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not wanted:
            break
        keep(list(replayed(wanted)))
        total += len(wanted)
    return total


def grown() -> QuerySet[Case]:
    """Cases that were not replayed up to the end of their chain."""
    named = Concat(Value("case/"), Cast(OuterRef("pk"), CharField()))
    head = Subquery(ChainHead.objects.filter(chain=named).values("seq"), output_field=BigIntegerField())
    cases = Case.objects.filter(process__isnull=False).annotate(head=head).filter(head__isnull=False)
    return cases.exclude(replay__isnull=False, replay__seq__gte=F("head"))


def keep(found: Sequence[Replayed]) -> None:
    """In the place of what was kept of them. Two at once: the later one waits, stays, and says up to which act."""
    found = sorted(found, key=lambda each: each.case_id)
    with transaction.atomic():
        Replay.objects.bulk_create(
            [_row(each) for each in found], update_conflicts=True, unique_fields=["case"], update_fields=KEPT
        )
        LeadTime.objects.filter(replay__in=[each.case_id for each in found]).delete()
        LeadTime.objects.bulk_create(
            LeadTime(replay_id=each.case_id, step=step, days=days) for each in found for step, days in each.times
        )


def told(found: Deviation) -> dict[str, Any]:
    """As it is kept, and as the command writes it: codes, and no word of a case."""
    return {
        "what": found.what.value, "step": found.label, "act": found.seq, "at": found.at and found.at.isoformat(),
        "missing": list(found.missing), "remaining": list(found.remaining), "due": list(found.due),
    }  # fmt: skip


def _row(each: Replayed) -> Replay:
    steps = list(each.result.variant)
    return Replay(
        case_id=each.case_id, seq=each.seq, flow=each.flow, version=each.version, began=each.began,
        fits=each.result.fits, fitness=each.result.fitness, steps=steps,
        variant=hashlib.sha256(json.dumps(steps).encode()).hexdigest()[:16],
        deviations=[told(found) for found in each.result.deviations],
    )  # fmt: skip


def _acts(case_ids: Iterable[int]) -> dict[int, list[Acted]]:
    found: dict[int, list[Acted]] = defaultdict(list)
    rows = Act.objects.filter(chain__in=[f"case/{number}" for number in case_ids]).order_by("chain", "seq")
    fields = ("chain", "seq", "at", "verb", "step", "outcome", "details")
    for chain, *rest in rows.values_list(*fields):
        found[int(chain.removeprefix("case/"))].append(Acted(*rest))
    return found


def _tasks(case_ids: Iterable[int]) -> dict[int, list[CaseTask]]:
    found: dict[int, list[CaseTask]] = defaultdict(list)
    done = CaseTask.objects.filter(case__in=list(case_ids), part="", finished__isnull=False, status="DONE")
    rows = done.filter(flow_task_type__in=("HUMAN", "TIMER")).exclude(outcome=SKIPPED).order_by("id")
    for task in rows.only("case_id", "flow_task", "created", "finished"):
        found[task.case_id].append(task)
    return found


def _replayed(process: CaseProcess, acts: Sequence[Acted], tasks: Sequence[CaseTask]) -> Replayed:
    case, flow = process.case, process.flow_class
    nets = partial(_net, flow.code, lacking(process, acts))
    made = moves(acts, nets, running=case.is_running)
    result = replay(made, nets, running=case.is_running, carried=partial(_carried, flow.code))
    times = tuple((task.flow_task.name, working_days(task.created, task.finished)) for task in tasks)
    return Replayed(
        case.pk, case.number, acts[-1].seq, flow.code, flow.version, day_of(case.opened_at), tuple(made), result, times
    )


def lacking(process: CaseProcess, acts: Iterable[Acted]) -> frozenset[str] | None:
    """The steps that its regeling does not have. Of a case that went to another version it is not known: its bindings
    are of the last.
    """
    if any(act.verb == "migrate_version" for act in acts):
        return None
    return frozenset(
        node.name for node in process.flow_class.instance.nodes()
        if isinstance(node, Step) and not node.is_bound(process)
    )  # fmt: skip


def _net(code: str, lacks: frozenset[str] | None, version: int) -> Net:
    return net_of(version_of(code, version), lacks)


def _carried(code: str, version: int, name: str) -> str:
    return name_in(version_of(code, version), name)


def version_of(code: str, version: int) -> Any:
    """The newest where the program does not know it any more; the verifier says that."""
    known = {flow.version: flow for flow in versions_of(code)}
    return known.get(version) or known[max(known)]
