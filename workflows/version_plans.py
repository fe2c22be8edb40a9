"""What would happen to running cases in another version of their flow, or why they cannot go on in it (ADR 24)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast

from cases.models import Ballot
from cases.models.case import with_top
from escalation.rules.terms import Term
from roles.models import Scheme
from workflows.bindings import Renewed, renew
from workflows.flows import versions_of
from workflows.models import CaseProcess, CaseTask
from workflows.names import name_in, rows_of
from workflows.nodes import Collective, Each, Meet, Step
from workflows.rules.versions import BODY, Place, Plan, Version, Waiting, plan

AT_ONCE = 200


@dataclass(slots=True)
class Standing:
    """A running case, as far as its version has to do with it: what is open, and the parts of what is open.

    `splits` says of a task of which splitting it holds a token, `proposals` what is put to the vote in it.
    """

    process: CaseProcess
    tasks: list[CaseTask]
    splits: Mapping[int, str]
    proposals: Mapping[int, str]


def target_of(code: str, version: int) -> Any:
    """Raises LookupError for a version that there is not."""
    for flow_class in versions_of(code):
        if flow_class.version == version:
            return flow_class
    raise LookupError(f"{code} has no version {version}")


def running(target: Any, scheme: Scheme) -> QuerySet[CaseProcess]:
    """The running cases of a regeling on any other version of the same flow."""
    others = [row for each in versions_of(target.code) if each is not target for row in rows_of(each)]
    found: QuerySet[CaseProcess] = CaseProcess.objects.filter(finished=None, flow_class__in=others, case__scheme=scheme)
    return found


def in_batches(found: QuerySet[Any]) -> Iterator[list[int]]:
    """The numbers of their cases, some at a time: what happens to a batch does not disturb the next."""
    last = 0
    while batch := list(found.filter(case__gt=last).order_by("case").values_list("case", flat=True)[:AT_ONCE]):
        yield batch
        last = batch[-1]


def as_written(field: str) -> Any:
    """A reference as the row has it; the field itself would give the step."""
    return Cast(F(field), CharField())


def standings(case_ids: Sequence[int]) -> list[Standing]:
    """Where these cases stand. Four queries."""
    goes_along = Q(finished=None) | Q(host__isnull=False, host__finished=None)
    tasks: dict[int, list[CaseTask]] = defaultdict(list)
    splitting: dict[int, int] = {}
    found = CaseTask.objects.filter(goes_along, case__in=case_ids).annotate(row=as_written("flow_task"))
    for task in found.order_by("id"):
        tasks[task.case_id].append(task)
        if task.token.is_split_token():  # "start/17_3": the third token of the splitting that is task 17
            splitting[task.pk] = int(task.token.token.rpartition("/")[2].partition("_")[0])
    names = {each.pk: each.flow_task.name for each in CaseTask.objects.filter(pk__in=set(splitting.values()))}
    splits = {task: names[split] for task, split in splitting.items()}
    ballots = Ballot.objects.filter(case__in=case_ids, state__in=[Ballot.State.VOTING, Ballot.State.RECORDED])
    proposals = dict(ballots.values_list("task", "proposal"))
    processes = CaseProcess.objects.filter(case__in=case_ids).annotate(row=as_written("flow_class"))
    return [
        Standing(process, tasks[process.case_id], splits, proposals)
        for process in processes.select_related("case__scheme", *with_top("case__"), "case__submitted_by")
    ]


class Planner:
    """Plans many cases: what a regeling binds is asked once for each kind of case."""

    def __init__(self, target: Any) -> None:
        self.target = target
        self._renewed: dict[Any, Renewed] = {}

    def plans(self, case_ids: Sequence[int]) -> Iterator[tuple[Standing, Plan]]:
        for standing in standings(case_ids):
            yield standing, planned(standing, self.target, self._renew(standing.process))

    @property
    def labels(self) -> dict[str, str]:
        """What the regeling calls the steps of the target, where it is the same for all cases that were planned."""
        return agreed([renewed.labels for renewed in self._renewed.values()])

    def _renew(self, process: CaseProcess) -> Renewed:
        kind = (process.row, process.case.scheme_id, process.case.domain, str(process.labels))
        if kind not in self._renewed:
            self._renewed[kind] = renew(process, self.target)
        return self._renewed[kind]


def agreed(labels: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The words that all of these share: a body may have a theme, and then a step has a name for each."""
    first = labels[0] if labels else {}
    return {step: word for step, word in first.items() if all(other.get(step) == word for other in labels)}


def planned(standing: Standing, target: Any, renewed: Renewed) -> Plan:
    """What would change, or why it cannot."""
    process = standing.process
    waiting = [
        Waiting(
            task.flow_task.name, standing.splits.get(task.pk, ""), standing.proposals.get(task.pk, ""),
            admitted=_admitted(process, target, task.flow_task.name),
        )
        for task in standing.tasks
        if not task.part
    ]  # fmt: skip
    lacks = [words for has, words in getattr(target, "requires", ()) if not has(process)]
    return plan(
        version_of(process.flow_class, _key(process.labels), _frozen(process.terms)),
        version_of(target, _key(renewed.labels), _frozen(renewed.terms)), waiting,
        unbound=renewed.unbound, missing=lacks,
    )  # fmt: skip


def _admitted(process: CaseProcess, target: Any, step: str) -> bool:
    admits = getattr(target, "admits", {}).get(name_in(target, step))
    return admits is not None and bool(admits(process))


def _key(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


def _frozen(terms: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return _key({step: Term.from_json(term).words for step, term in terms.items()})


@lru_cache(maxsize=100)
def version_of(
    flow_class: Any, labels: tuple[tuple[str, str], ...] = (), terms: tuple[tuple[str, str], ...] = ()
) -> Version:
    """A flow class as the rules look at it, in the words of a regeling and with the terms that a case has."""
    nodes, words, lasts = {node.name: node for node in flow_class.instance.nodes()}, dict(labels), dict(terms)
    lies: dict[str, tuple[str, str]] = {}
    for split in (node for node in nodes.values() if isinstance(node, Each)):
        for branch in split.branches:
            lies |= dict.fromkeys(_until_they_meet(branch, nodes), (split.name, branch.name))
    places = {
        name: _place(node, words.get(name) or _label(node, nodes, lies), lasts.get(name, ""), *lies.get(name, ("", "")))
        for name, node in nodes.items()
    }
    return Version(flow_class.code, flow_class.version, places, getattr(flow_class, "aliases", {}))


def _label(node: Any, nodes: Mapping[str, Any], lies: Mapping[str, tuple[str, str]]) -> str:
    """A join has no words of its own."""
    return f"samenkomst na {nodes[lies[node.name][0]].step.label}" if isinstance(node, Meet) else str(node.label)


def _place(node: Any, label: str, term: str, split: str, branch: str) -> Place:
    if not isinstance(node, Step):
        return Place(node.name, label, node.task_type, split=split, branch=branch)
    return Place(
        node.name, label, BODY if isinstance(node, Collective) else node.task_type, by=node.by,
        outcomes={outcome.code: outcome.label for outcome in node.outcomes}, term=term or node.term.words, split=split,
        branch=branch,
    )  # fmt: skip


def _until_they_meet(branch: Any, nodes: Mapping[str, Any]) -> set[str]:
    """The steps of one branch of a splitting, and where it is met. Within a splitting nothing goes round (checks)."""
    found: set[str] = set()
    ahead = [branch.name]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += [] if isinstance(nodes[name], Meet) else [to for to, _ in nodes[name].edges()]
    return found
