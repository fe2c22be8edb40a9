"""A case as its pages show it: how far it is, whose turn it is, what happened. Read once a request."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from audit.models import Act
from audit.selectors import trail
from cases import selectors as cases
from cases.models import Alignment, Amendment, AmendmentAnswer, Ballot, Case, Commission
from escalation.models import Deadline
from roles.models import Person
from workflows.amendments import proposers
from workflows.escalations import releasers
from workflows.models import CaseTask
from workflows.pages import course, votes
from workflows.pages.acts import stood_in_for
from workflows.pages.awaited import Waiting, waiting_in
from workflows.pages.cared import Start, starts
from workflows.pages.changed import Changed
from workflows.pages.escalated import Escalated
from workflows.pages.events import Event, events_of
from workflows.pages.frame import visitor
from workflows.pages.matters import Matter, matter_of
from workflows.pages.shelf import Shown, shelf
from workflows.pages.urgent import Told, told
from workflows.selectors import deadlines
from workflows.selectors.procurements import beneath
from workflows.selectors.sight import emergency_in, lasting, visible

BESIDE = (
    "position__role",
    "position__body",
    "seat__person__name",
    "seat__position__role",
    "organisation",
    "owner__person__name",
)
STATES = {
    Case.State.OPEN: ("neutral", ""),
    Case.State.SUSPENDED: ("warning", "player-pause"),
    Case.State.GRANTED: ("safe", "circle-check"),
    Case.State.APPLIED: ("safe", "circle-check"),
    Case.State.REJECTED: ("danger", "circle-x"),
    Case.State.WITHDRAWN: ("plain", "ban"),
    Case.State.RESOLVED: ("safe", "circle-check"),
    Case.State.UNRESOLVED: ("danger", "circle-x"),
    Case.State.REFERRED: ("warning", "arrow-right"),
    Case.State.CONTRACTED: ("safe", "circle-check"),
    Case.State.STOPPED: ("danger", "circle-x"),
    Case.State.ENDED: ("plain", "circle-check"),
    Case.State.EVALUATED: ("safe", "circle-check"),
    Case.State.COMPLETED: ("plain", "circle-check"),
    Case.State.TAKEN_UP: ("safe", "circle-check"),
}


class CaseFile:
    """What the tabs of a case draw on; each part is asked for by the pages that show it."""

    def __init__(self, request: HttpRequest, case: Case) -> None:
        self.request, self.case = request, case
        self.visitor = visitor(request)
        self.process = case.process
        self.flow: Any = case.process.flow_class

    @cached_property
    def tasks(self) -> list[CaseTask]:
        """Every step that was taken or waits, in the order in which they ended."""
        found = list(CaseTask.objects.filter(case=self.case).select_related(*BESIDE).order_by("finished", "id"))
        for task in found:
            task.case, task.process = self.case, self.process
        return found

    @cached_property
    def waiting(self) -> list[Waiting]:
        """Whose turn it is, the first due first."""
        return waiting_in(self)

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """Every term of the case, the first due first."""
        return deadlines.of_case(self.case.pk)

    @cached_property
    def urgent(self) -> list[Told]:
        """What was decided here without the body, and what the body said of it."""
        return told(self.case)

    @property
    def mine(self) -> list[Waiting]:
        return [waiting for waiting in self.waiting if waiting.mine]

    @cached_property
    def my_votes(self) -> list[CaseTask]:
        """Votes of this visitor that can still be changed."""
        seats = {hat.appointment_id for hat in self.visitor.hats}
        running = {each.ballot.task for each in self.ballots if each.is_open}
        cast = [task for task in self.tasks if task.part == CaseTask.Part.VOTE and task.status == "DONE"]
        return [task for task in cast if task.seat_id in seats and task.host_id in running]

    @cached_property
    def commission(self) -> Commission | None:
        """What the case is about, or what it changes; none where nobody commissioned anything."""
        return cases.commission_about(self.case)

    @cached_property
    def matter(self) -> Matter | None:
        """What it is about, where it is no commission."""
        return matter_of(self.case, self.commission, self.tasks)

    @property
    def escalated(self) -> Escalated | None:
        """Where the case is an escalation: its levels, and what was agreed on."""
        return self.matter if isinstance(self.matter, Escalated) else None

    @cached_property
    def starts(self) -> list[Start]:
        """What this visitor may begin under a contract."""
        return starts(self.case, self.visitor)

    @cached_property
    def escalations(self) -> list[Case]:
        """About this case, of those that this visitor may know of."""
        return [] if self.escalated else [each for each in self.beneath if each.kind == Case.Kind.ESCALATION]

    @cached_property
    def beneath(self) -> list[Case]:
        """Every case that hangs under this one, of those that this visitor may know of; not its changes."""
        return beneath(self.case, self.visitor.scopes)

    @property
    def may_let_go(self) -> bool:
        """Does it stop a step, and is this visitor one who handles it or handed it in?"""
        if self.escalated is None or not self.escalated.escalation.holds or not self.case.is_running:
            return False
        return any(hat.position.pk in releasers(self.process) for hat in self.visitor.hats)

    @cached_property
    def reads_only(self) -> bool:
        """Supervises, or reads by noodtoegang what they would not find without."""
        me = self.visitor
        if me.only_supervises or emergency_in(me.scopes, self.case.pk) is None:
            return me.only_supervises
        return not visible(lasting(me.scopes)).filter(pk=self.case.pk).exists()

    @cached_property
    def sees_above(self) -> bool:
        """May this visitor see the case that this one hangs under? Who is to join it may not yet."""
        above = self.case.parent_id
        return above is not None and visible(self.visitor.scopes).filter(pk=above).exists()

    @property
    def may_amend(self) -> bool:
        """Is there something to change, and does this visitor hold a role that may propose it?"""
        if self.case.kind != Case.Kind.COMMISSION or self.case.state != Case.State.GRANTED:
            return False
        allowed = proposers(self.case, self.process)
        return any(hat.position.pk in allowed for hat in self.visitor.hats)

    @cached_property
    def amendments(self) -> list[Amendment]:
        """The changes of this commission."""
        return cases.amendments(self.case) if self.case.state == Case.State.GRANTED else []

    @property
    def amended_on(self) -> datetime | None:
        """When what this commission says was last changed."""
        applied = (each.case.closed_at for each in self.amendments if each.case.state == Case.State.APPLIED)
        return next(applied, None)

    @cached_property
    def values(self) -> list[cases.Values]:
        """Of a commission that was changed: what it amounted to, the last first."""
        return cases.values_through_time(self.commission) if self.amended_on and self.commission else []

    @cached_property
    def ballots(self) -> list[votes.Shown]:
        return votes.shown(cases.ballots(self.case), self.process, self.visitor.user.pk)

    @cached_property
    def alignments(self) -> list[Alignment]:
        return cases.alignments(self.case.commission) if self.case.kind == Case.Kind.COMMISSION else []

    @property
    def last_round(self) -> Sequence[Alignment | AmendmentAnswer]:
        if isinstance(self.matter, Changed):
            return self.matter.answers
        return [answer for answer in self.alignments if answer.round == self.case.commission.alignment_round]

    @property
    def unanswered(self) -> list[CaseTask]:
        """The municipalities that are still asked."""
        return [task for task in self.tasks if task.finished is None and getattr(task.flow_task, "duty", "") == "align"]

    @cached_property
    def documents(self) -> list[Shown]:
        return shelf(self.request, self.case)

    @cached_property
    def acts(self) -> list[Act]:
        return list(trail(self.case.chain))

    @cached_property
    def names(self) -> dict[str, str]:
        """Actor -> name, of everybody who acted here, and of whose work went to somebody else."""
        actors = {act.actor for act in self.acts}
        actors |= {str(act.data.get(who, "")) for act in self.acts for who in ("person", "to_person")}
        ids = {int(actor.removeprefix("person/")) for actor in actors if actor.startswith("person/")}
        return {person.actor: str(person) for person in Person.objects.select_related("name").filter(pk__in=ids)}

    @cached_property
    def holders(self) -> dict[str, str]:
        """Appointment -> name, of those for whom somebody else acted here."""
        return stood_in_for(self.acts)

    @cached_property
    def events(self) -> list[Event]:
        """The history, the last first."""
        return events_of(self)

    @cached_property
    def phases(self) -> list[dict[str, str]]:
        """The phases of the flow, for <c-steps>."""
        return course.phases(self)

    @cached_property
    def drawn(self) -> dict[str, Any]:
        """The process picture, with the same in words; see <c-process-picture>."""
        return course.drawn(self)

    @property
    def state(self) -> dict[str, str]:
        kind, icon = STATES[Case.State(self.case.state)]
        return {"kind": kind, "icon": icon, "label": self.case.get_state_display()}

    @property
    def double(self) -> bool:
        """Did somebody act here with an earlier, opposite hat?"""
        return any(event.flagged for event in self.events)

    @property
    def mandate(self) -> str:
        """What the last decision on a mandate relied on, in the words of that day."""
        return next((act.mandate for act in reversed(self.acts) if act.mandate), "")

    @property
    def who_is_who(self) -> list[tuple[str, Any]]:
        """As the intake found it, with the words of the model."""
        named = [(role, getattr(self.commission, role, None)) for role in cases.WHO_IS_WHO]
        return [(_label(role), appointment) for role, appointment in named if appointment is not None]

    @property
    def one_person_both(self) -> bool:
        """Is the client the owner too?"""
        client, owner = getattr(self.commission, "board_client", None), getattr(self.commission, "owner", None)
        return client is not None and owner is not None and client.person_id == owner.person_id

    @property
    def running_ballot(self) -> votes.Shown | None:
        """What a body decides now, or decided last."""
        alive = [each for each in self.ballots if each.ballot.state != Ballot.State.LAPSED]
        return next(iter(alive or self.ballots), None)


def _label(field: str) -> str:
    label = str(getattr(Commission, field).field.verbose_name)
    return label[:1].upper() + label[1:]
