"""A running case on another version of its flow, and back (ADR 24).

What is open goes along, what was done keeps the version of its day. Each case is one move: wholly over, or not at all.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from viewflow.workflow.fields import get_flow_ref, get_task_ref

from roles.authorize import NotAllowed, Wanted
from roles.models import Appointment, Scheme
from roles.rules.verdict import Refused
from roles.services import keeping
from workflows import sql
from workflows.bindings import renew
from workflows.engine import Stale, Work, move
from workflows.models import VersionChange, VersionRun
from workflows.names import flow_of, name_in
from workflows.nodes import Step
from workflows.rules.versions import Finding, Plan
from workflows.version_plans import Standing, planned, standings

STEP = "migrate_flow"  # of the register: by that binding a regeling says who may do this


class Impossible(NotAllowed):
    """The plan says why a case cannot go on in that version."""

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__(Refused(" ".join(each.words for each in found), "Procesbeschrijving"))
        self.findings = found


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants it, in which hat. None at all: whoever may run commands, for whom the system acts.

    The right is a binding of the regeling, as for all that is kept of it; it asks for no sight of any case.
    """

    user_id: int
    appointment_id: int
    substitution_id: int | None = None

    def wanted(self, scheme: Scheme) -> Wanted:
        position = Appointment.objects.values_list("position", flat=True).get(pk=self.appointment_id)
        return keeping.wanted(scheme, STEP, position if position in keeping.keepers(scheme, STEP) else 0)


def migrate(*, case_id: int, target: Any, run: VersionRun, order: Order | None = None) -> Plan:
    """One case over to the target, as it stands under its lock.

    Raises Impossible (with the reasons), Stale (it is there already, or has ended), and what `move` raises.
    """
    with _moving(case_id, "migrate_version", order) as work:
        [standing] = standings([case_id])
        process = standing.process
        if process.flow_class is target:
            raise Stale(f"Deze zaak loopt al op versie {target.version}.")
        renewed = renew(process, target)
        found = planned(standing, target, renewed)
        if not found.possible:
            raise Impossible(found.obstacles)
        VersionChange.objects.create(
            run=run, case=work.case, state=VersionChange.State.LANDED, before=_as_it_was(standing)
        )
        work.details = {
            "from": process.flow_class.version, "to": target.version,
            "steps": dict(found.steps), "run": run.pk,
        }  # fmt: skip
        process.bindings, process.labels, process.terms = renewed.bindings, renewed.labels, renewed.terms
        nodes = {task.pk: getattr(target, name_in(target, task.flow_task.name)) for task in standing.tasks}
        sql.change_version(
            process, flow=get_flow_ref(target), steps={number: get_task_ref(node) for number, node in nodes.items()}
        )
        _into_phase(work, [node.phase for node in nodes.values() if isinstance(node, Step)])
    return found


def undo(*, change: VersionChange, run: VersionRun, order: Order | None = None) -> None:
    """Everything back as it was. Raises Stale once somebody, or the clock, took a step since."""
    with _moving(change.case_id, "undo_version", order) as work:
        change.refresh_from_db()
        [standing] = standings([change.case_id])
        process, before = standing.process, change.before
        open_now = sorted(task.pk for task in standing.tasks if task.finished is None)
        landed_on = (process.flow_class.code, process.flow_class.version)
        if change.state != VersionChange.State.LANDED or landed_on != (change.run.flow, change.run.target):
            raise Stale("Deze zaak is al teruggezet, of liep daarna naar nog een andere versie.")
        if open_now != before["open"]:
            raise Stale("In deze zaak is sinds de overzetting een stap gezet. Terugdraaien kan niet meer.")
        work.details = {
            "from": process.flow_class.version, "to": flow_of(before["flow"]).version, "run": run.pk,
        }  # fmt: skip
        process.bindings, process.labels = before["bindings"], before["labels"]
        process.terms = before.get("terms", {})  # what went over before terms were frozen had none
        sql.change_version(process, flow=before["flow"], steps=before["tasks"])
        _into_phase(work, [before["phase"]])
        change.state = VersionChange.State.UNDONE
        change.save(update_fields=["state"])


def _as_it_was(standing: Standing) -> dict[str, Any]:
    """What undoing it takes; rows are named as they are written."""
    process = standing.process
    return {
        "flow": process.row, "phase": process.case.phase, "bindings": process.bindings, "labels": process.labels,
        "terms": process.terms,
        "tasks": {str(task.pk): task.row for task in standing.tasks},
        "open": sorted(task.pk for task in standing.tasks if task.finished is None),
    }  # fmt: skip


def _into_phase(work: Work, phases: Sequence[str]) -> None:
    """The phase of the step that was opened last, as the engine would say it."""
    if phases and work.case.phase != phases[-1]:
        work.case.phase = phases[-1]
        work.case.save(update_fields=["phase"])


def _moving(case_id: int, verb: str, order: Order | None) -> AbstractContextManager[Work]:
    if order is None:
        return move(case_id=case_id, verb=verb, while_suspended=True)
    return move(
        case_id=case_id, verb=verb, while_suspended=True, user_id=order.user_id, appointment_id=order.appointment_id,
        substitution_id=order.substitution_id, wanted=lambda work: order.wanted(work.case.scheme),
    )  # fmt: skip
