"""The history of a case as its pages tell it: every act in words, what was rectified, and who may rectify it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.models import Act
from roles.models import Appointment, Position
from workflows.flows import flow_at
from workflows.nodes import Collective
from workflows.pages.acts import behalf_of, signed
from workflows.sentences import sentence_of, skipped
from workflows.sentences.sentence import Sentence

if TYPE_CHECKING:
    from workflows.pages.casefile import CaseFile


@dataclass(frozen=True, slots=True)
class Event:
    """One act in the history."""

    act: Act
    sentence: Sentence
    name: str
    words: str
    papers: Sequence[str]
    corrected_by: int | None = None
    passed_by: bool = False  # a step that the regeling does not have: it has no number of its own

    @property
    def behalf_of(self) -> str:
        return behalf_of(self.act)

    @property
    def flagged(self) -> bool:
        return "double-hat" in self.act.flags.split()


def events_of(file: "CaseFile") -> list[Event]:
    """The last first."""
    organisations = {f"task/{task.pk}": str(task.organisation) for task in file.tasks if task.organisation_id}
    corrections = {act.data["rectifies"]: act.seq for act in file.acts if act.verb == "rectify"}
    titles, votes_told, found = _titles(file), set[str](), []
    for act in reversed(file.acts):
        flow, labels = flow_at(act.step) or file.flow, file.process.labels
        found += [
            Event(act, passed, "Het systeem", "", [], passed_by=True) for passed in reversed(skipped(act, flow, labels))
        ]
        sentence = sentence_of(act, flow, organisations.get(act.task, ""), file.names, labels)
        words = str(act.motivation_text or "")
        if act.verb == "vote" and act.task not in votes_told:  # what was voted before it stays in the history only
            votes_told.add(act.task)
            words = _motivation_of_vote(file, act.task)
        papers = [titles[sha256] for sha256 in act.documents.split() if sha256 in titles]
        name = signed(act, file.names.get(act.actor, "Het systeem"), file.holders)
        found.append(Event(act, sentence, name, words, papers, corrected_by=corrections.get(act.seq)))
    return found


def rectifiable(file: "CaseFile", acts: Sequence[Act]) -> set[int]:
    """The numbers of the acts that this visitor may rectify: done in a position that they hold, or decided by a body
    of which they are secretary or chair. Two queries."""
    ids = {int(act.appointment.removeprefix("appointment/")) for act in acts if act.appointment}
    seats = dict(Appointment.objects.filter(pk__in=ids).values_list("pk", "position"))
    positions = {f"appointment/{pk}": position for pk, position in seats.items()}
    held = {hat.position.pk for hat in file.visitor.hats}
    chaired = {
        hat.position.body_id for hat in file.visitor.hats if hat.appointment.kind == Appointment.Kind.CHAIR
    }  # fmt: skip
    deciding = _deciding(file)

    def may(act: Act) -> bool:
        node: Any = getattr(flow_at(act.step) or file.flow, act.step.rpartition("/")[2], None)
        if isinstance(node, Collective) and node.name in deciding:
            secretary, body = deciding[node.name]
            return secretary in held or body in chaired
        return positions.get(act.appointment) in held

    return {act.seq for act in acts if may(act)}


def _deciding(file: "CaseFile") -> dict[str, tuple[int, int]]:
    """Collective step -> its secretary's position, and the body."""
    nodes = [node for node in file.flow.instance.nodes() if isinstance(node, Collective)]
    bound = {node.name: file.process.bindings.get(node.name) for node in nodes}
    bodies = dict(Position.objects.filter(pk__in=filter(None, bound.values())).values_list("pk", "body"))
    return {name: (pk, bodies[pk]) for name, pk in bound.items() if pk in bodies}


def _titles(file: "CaseFile") -> dict[str, str]:
    """SHA-256 -> title and version, of what this visitor may read."""
    return {
        version.sha256: f"{shown.title}, versie {version.number}"
        for shown in file.documents
        if shown.readable
        for version in shown.versions
    }


def _motivation_of_vote(file: "CaseFile", task: str) -> str:
    part = next((each for each in file.tasks if f"task/{each.pk}" == task), None)
    votes_cast = (
        row.vote
        for each in file.ballots
        if part and each.ballot.task == part.host_id
        for row in each.rows
        if row.vote and row.seat.appointment_id == part.seat_id and row.vote.cast_at >= part.created
    )
    return str(next((vote.motivation for vote in votes_cast if vote.motivation), ""))
