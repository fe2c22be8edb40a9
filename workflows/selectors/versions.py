"""How many cases run on which version of which flow, and how runs went. Numbers only: no content of any case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from roles.models import Scheme
from workflows.models import CaseProcess, VersionChange, VersionRun


def in_use(scheme: Scheme) -> dict[Any, int]:
    """Flow class -> how many running cases of a regeling are on it. One query."""
    found = CaseProcess.objects.filter(finished=None, case__scheme=scheme).values_list("flow_class")
    counted: dict[Any, int] = {}
    for flow_class, number in found.annotate(Count("pk")):
        counted[flow_class] = counted.get(flow_class, 0) + number
    return counted


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    run: VersionRun
    landed: int
    undone: int
    refused: int

    @property
    def done(self) -> int:
        return self.refused + (self.undone if self.run.undoes_id else self.landed + self.undone)

    @property
    def left(self) -> int:
        """Not counting below nothing: cases end, and others begin, while it goes on."""
        return 0 if self.run.finished_at else max(self.run.total - self.done, 0)


def runs(scheme: Scheme, first: int) -> list[Progress]:
    """The last ones. Two queries."""
    return progress(VersionRun.objects.filter(scheme=scheme).order_by("-pk")[:first])


def progress(found: QuerySet[VersionRun]) -> list[Progress]:
    """Of an undoing run, what it put back is counted with the run that it undoes. Two queries."""
    listed = list(found.select_related("ordered_by__person__name", "undoes"))
    counted = _counted([run.undoes_id or run.pk for run in listed] + [run.pk for run in listed])
    state = VersionChange.State
    return [
        Progress(
            run, landed=counted.get((run.pk, state.LANDED), 0),
            undone=counted.get((run.undoes_id or run.pk, state.UNDONE), 0),
            refused=counted.get((run.pk, state.REFUSED), 0),
        )
        for run in listed
    ]  # fmt: skip


def _counted(runs: Sequence[int]) -> dict[tuple[int, str], int]:
    found = VersionChange.objects.filter(Q(run__in=runs)).values_list("run", "state")
    return {(run, state): number for run, state, number in found.annotate(Count("pk"))}


def stayed(run: VersionRun) -> QuerySet[VersionChange]:
    """The cases that did not land, with why."""
    return run.changes.filter(state=VersionChange.State.REFUSED).select_related("case").order_by("case__number")
