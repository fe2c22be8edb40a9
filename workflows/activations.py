"""How a token moves through each kind of node: viewflow's activations, without its writes, right checks and tracebacks.

None of these writes anything itself: the tasks that they make go to the run's `Pen`.
"""

from collections.abc import Iterator
from typing import Any

from viewflow.workflow import STATUS, Activation
from viewflow.workflow.base import Node
from viewflow.workflow.exceptions import FlowRuntimeError
from viewflow.workflow.nodes.join import JoinActivation
from viewflow.workflow.token import Token

from roles.models import Appointment
from workflows.models import CaseTask
from workflows.names import rows_of_step
from workflows.pen import pen_of

SKIPPED = "skipped"  # the outcome of a step that a regeling does not have


class Tidy:
    """Our processes are of one class: nothing to coerce, and no query to find that out."""

    def __init__(self, task: CaseTask) -> None:
        self.task = task
        self.process = task.process


def _make(node: Node, previous: Activation, token: Token, *, done: bool = False, whose: Any = None) -> CaseTask:
    """A task, not yet written; of a repeated step: whose of its members it is, an organisation or a seat."""
    pen = pen_of(previous.process)
    task = CaseTask(
        process=previous.process,
        case_id=previous.process.case_id,
        flow_task=node,
        flow_task_type=node.task_type,
        token=token,
        status=STATUS.DONE if done else STATUS.NEW,
        created=pen.now,
        finished=pen.now if done else None,
        organisation=None if isinstance(whose, Appointment) else whose,
        seat=whose if isinstance(whose, Appointment) else None,
    )
    pen.add(task, previous.task)
    return task


def _skip(node: Node, previous: Activation, token: Token, whose: Any) -> CaseTask:
    task = _make(node, previous, token, done=True, whose=whose)
    task.outcome = SKIPPED
    pen_of(previous.process).skipped.append(node.name)
    return task


class StepActivation(Tidy, Activation):
    """A task that waits for somebody; it leaves along the outcome that is written on it.

    A step that the regeling does not have is passed by: its row says so.
    """

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        if not flow_task.is_bound(prev_activation.process):
            return cls(_skip(flow_task, prev_activation, token, seed))
        task = _make(flow_task, prev_activation, token, whose=seed)
        task.position_id = flow_task.position_of(task)
        pen_of(task.process).announce(task)
        return cls(task)

    @Activation.status.super()
    def activate(self) -> None:
        """Wait."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def take(self, outcome: str) -> None:
        """Somebody, or the passing of its term, brought it to an outcome."""
        self.task.outcome = outcome

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        pen_of(self.process).complete(self.task)

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        target = self.flow_task.target_of(self.task.outcome)
        yield target._create(self, self.task.token)

    def finish(self, outcome: str) -> None:
        """Take, complete and go on."""
        self.take(outcome)
        self.complete()
        self.activate_next()


class WaitActivation(StepActivation):
    """A pause until a date; the tick ends it."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        task = _make(flow_task, prev_activation, token)
        pen_of(task.process).announce(task)
        return cls(task)


class BeginActivation(Tidy, Activation):
    """The submission: done when it is written."""

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        yield self.flow_task.first._create(self, self.task.token)


class GateActivation(Tidy, Activation):
    """Decided when it is reached."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        self = cls(_make(flow_task, prev_activation, token, done=True))
        self.answer = bool(flow_task.condition(self.process))
        self.task.outcome = "yes" if self.answer else "no"
        return self

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        target = self.flow_task.if_yes if self.answer else self.flow_task.if_no
        yield target._create(self, self.task.token)


class EachActivation(Tidy, Activation):
    """Splits into one token for each, and one for the branch beside them."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        self = cls(_make(flow_task, prev_activation, token, done=True))
        self.members = flow_task.members(self.process)
        if not self.members and flow_task.beside is None:
            raise FlowRuntimeError(f"{flow_task.name} has nobody to ask")
        return self

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        tokens = Token.split_token_source(self.task.token, self.task.pk)
        for member in self.members:
            yield self.flow_task.step._create(self, next(tokens), seed=member)
        if self.flow_task.beside is not None:
            yield self.flow_task.beside._create(self, next(tokens))


class ForkActivation(Tidy, Activation):
    """Splits into one token for each branch."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        return cls(_make(flow_task, prev_activation, token, done=True))

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        tokens = Token.split_token_source(self.task.token, self.task.pk)
        for branch in self.flow_task.branches:
            yield branch._create(self, next(tokens))


class MeetActivation(Tidy, JoinActivation):
    """viewflow's join reads the other branches from the database, so what the pen holds is written first."""

    def __init__(self, task: CaseTask) -> None:
        self.next_task = None
        Tidy.__init__(self, task)

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        pen = pen_of(prev_activation.process)
        pen.flush()
        waiting = CaseTask.objects.filter(
            process_id=prev_activation.process.pk,
            flow_task__in=rows_of_step(flow_task),
            status__in=[STATUS.NEW, STATUS.STARTED],
        ).first()
        if waiting is None:
            task = _make(flow_task, prev_activation, token.get_base_split_token())
        else:
            waiting.process = prev_activation.process
            pen.link(waiting, prev_activation.task)
            task = waiting
        pen.flush()
        return cls(task)

    def is_done(self) -> bool:
        """What another branch made since this one arrived is written first, or the join would not see it."""
        pen_of(self.process).flush()
        return bool(super().is_done())

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        yield self.flow_task.next._create(self, self.task.token)


class FinishActivation(Tidy, Activation):
    """The end of the case; there is no other token by then, and the database is asked."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        self = cls(_make(flow_task, prev_activation, token, done=True))
        pen_of(self.process).finish(flow_task)
        return self

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> list[Any]:
        return []
