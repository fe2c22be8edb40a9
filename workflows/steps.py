"""The steps of a flow: what somebody, each municipality, a body or the calendar does (ADR 2).

What a token does at one is in `activations.py`; what surrounds steps is in `nodes.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from viewflow import this
from viewflow.workflow.base import Edge, Node

from escalation.rules.terms import Dates, Term, day_of, end_of
from roles.authorize import Kind
from workflows.activations import SKIPPED, StepActivation, WaitActivation
from workflows.models import CaseTask

RECUSED = "recused"  # the outcome of a seat's own step whose holder turned out to have an interest


class By(StrEnum):
    """Whose step it is: of a role that the scheme binds, of a role in each municipality, or of who submitted.

    HOME is a role in the municipality that submitted; SUBMITTER the very role that did. SEAT is one person by name, in
    a repeated step whose members are appointments.
    """

    SCHEME = "scheme"
    ORGANISATION = "organisation"
    HOME = "home"
    SUBMITTER = "submitter"
    SEAT = "seat"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way out of a step. `back` marks the ones that go round again: those are bounded.

    In a split it leads to the join like any other; the gate behind the join goes round. `bounded_by` names what bounds
    it where that is not the number of rounds, such as the options of a contract: its change refuses what is too much.
    """

    code: str
    label: str
    target: Any
    back: bool = False
    bounded_by: str = ""

    @property
    def counted(self) -> bool:
        """Does it go round no more often than a case may (`rules.rounds`)?"""
        return self.back and not self.bounded_by


class Step(Node):
    """A task of one person, in one role."""

    task_type = "HUMAN"
    bpmn_element = "userTask"
    activation_class = StepActivation
    multi_instance = False
    kind = Kind.INDIVIDUAL
    deciding = frozenset({"decide", "accept", "award"})  # duties by which one person decides the matter
    by_body = False  # everybody in the body has a part in it, not only the position whose queue it stands in

    def __init__(
        self,
        *,
        label: str,
        lane: str,
        phase: str,
        duty: str,
        term: Term,
        by: By = By.SCHEME,
        power: str = "",
        at_deadline: str = "",
        skip: str = "",
    ) -> None:
        super().__init__()
        self.task_title = self.label = label
        self.lane = lane
        self.phase = phase
        self.duty = duty
        self.skip = skip  # the outcome after which a case goes on whose regeling binds nobody to this step
        self.term = term
        self.by = by
        self.power = power
        self.at_deadline = at_deadline  # the outcome that the passing of the term brings; none: somebody must act
        self.outcomes: list[Outcome] = []

    def On(self, code: str, label: str, target: Any, *, back: bool = False, bounded_by: str = "") -> "Step":
        """Leads along `target` when the step ends with this outcome."""
        self.outcomes = [*self.outcomes, Outcome(code, label, target, back, bounded_by)]
        return self

    def outcome(self, code: str) -> Outcome:
        """Raises LookupError for an outcome that the step does not have."""
        for outcome in self.outcomes:
            if outcome.code == code:
                return outcome
        raise LookupError(f"{self.name} has no outcome {code!r}")

    def target_of(self, code: str) -> Any:
        """Where an outcome leads; a step that was skipped leads where its `skip` does."""
        return self.outcome(self.skip if code == SKIPPED else code).target

    def is_bound(self, process: Any) -> bool:
        """Does the regeling of this case have the step? Only one with a `skip` may be missing."""
        return not self.skip or process.bindings.get(self.name) is not None

    def position_of(self, task: CaseTask) -> int | None:
        """Whose queue the task stands in, as the scheme bound it when the case started; none where it is one seat's."""
        if self.by is By.SEAT:
            return None
        bound = task.process.bindings[self.name]
        return int(bound[str(task.organisation_id)] if self.by is By.ORGANISATION else bound)

    def term_in(self, process: Any) -> Term:
        """How long there is for it: as it was frozen when the case started, else as the flow says."""
        frozen = process.terms.get(self.name)
        return self.term if frozen is None else Term.from_json(frozen)

    def dates(self, process: Any, now: datetime) -> Dates:
        """Until when the task is in time, where it comes up now."""
        return self.term_in(process).dates(now)

    @property
    def decides(self) -> bool:
        """Whether everybody with a part in the case hears when it ends; not of each municipality by itself."""
        return self.by_body or (self.duty in self.deciding and not self.multi_instance)

    def edges(self) -> list[tuple[str, str]]:
        """Where it leads, with the words beside each arrow."""
        return [(outcome.target.name, outcome.label if len(self.outcomes) > 1 else "") for outcome in self.outcomes]

    def _resolve(self, instance: Any) -> None:
        self.outcomes = [replace(o, target=this.resolve(instance, o.target)) for o in self.outcomes]

    def _outgoing(self) -> Iterator[Edge]:
        for outcome in self.outcomes:
            yield Edge(src=self, dst=outcome.target, edge_class="next", label=outcome.label)


class EachStep(Step):
    """A step that each participating municipality, or each person by name, takes at the same time as the others."""

    multi_instance = True


CONFIRMING = Term(5)


class Collective(Step):
    """A decision of a body. The task is its secretary's; the members vote and the chair confirms in its ballot."""

    multi_instance = True
    kind = Kind.OFFICE
    by_body = True

    def __init__(self, *, otherwise: str, vote_duty: str, **options: Any) -> None:
        super().__init__(**options)
        self.otherwise = otherwise  # what follows when three ballots brought no decision
        self.vote_duty = vote_duty

    def confirming_in(self, process: Any) -> Term:
        """How long who presided has to confirm what was decided; frozen beside the term of the step."""
        frozen = process.terms.get(f"{self.name}.confirm")
        return CONFIRMING if frozen is None else Term.from_json(frozen)


class Dated(Step):
    """A step that somebody may end until a date that the case holds; then the clock does, along `at_deadline`.

    Nobody chooses that outcome by hand: the date is the case's own, and no term that anybody extends.
    """

    def __init__(self, *, until: Callable[[Any], date | datetime], **options: Any) -> None:
        super().__init__(term=Term(0, extendable=False), **options)
        self.until = until

    def dates(self, process: Any, now: datetime) -> Dates:
        return _until(self.until(process), now)


class Wait(Step):
    """Nobody's turn until a date, or a moment, that the case holds."""

    task_type = "TIMER"
    bpmn_element = "intermediateCatchEvent"
    activation_class = WaitActivation
    is_timer = True

    def __init__(self, *, until: Callable[[Any], date | datetime], **options: Any) -> None:
        super().__init__(duty="", term=Term(0), **options)
        self.until = until

    def dates(self, process: Any, now: datetime) -> Dates:
        return _until(self.until(process), now)


def _until(end: date | datetime, now: datetime) -> Dates:
    """A moment itself; of a date the day before: the case goes on when the date begins."""
    if isinstance(end, datetime):
        due = max(now, end)
        return Dates(day_of(due), day_of(due), due)
    day = max(day_of(now), end - timedelta(days=1))
    return Dates(day, day, end_of(day))
