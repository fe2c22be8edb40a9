"""Escalating: by somebody with a part in a case, or by itself; a case of its own begins under it (domain §5.5)."""

from django.db import transaction

from audit import clock
from audit.services import NO_HAT, SYSTEM, acting
from cases.models import Case, Share
from escalation.models import Escalation
from escalation.rules import ladder as rule
from escalation.rules.ladder import Away
from escalation.services import ladder as change
from escalation.services.ladder import Complaint
from escalation.services.messages import notify
from roles import authorize
from roles.authorize import Authority, Kind, NotAllowed, Wanted
from roles.models import Appointment, Organisation, Person
from roles.rules.verdict import Granted, Refused, Verdict
from roles.services.acting import hat_of
from workflows import asks, holding, secrecy, sql
from workflows.engine import Gone, Work, move
from workflows.flows.escalation import EscalationFlow
from workflows.ladder import Lines
from workflows.models import CaseProcess, CaseTask
from workflows.services import roles_home
from workflows.starting import begin

WORDS = {
    Escalation.Opening.DEADLINE: "De termijn van ‘{step}’ verstreek zonder dat de stap is gedaan.",
    Escalation.Opening.LOOP: "‘{step}’ ging te vaak terug; een volgende ronde is er niet meer.",
}


def open_escalation(
    *, user_id: int, case_id: int, appointment_id: int, category: str, reason: str, task_id: int | None = None,
    holds: bool = False, about: int | None = None, substitution_id: int | None = None,
) -> Case:  # fmt: skip
    """By a person: what is wrong, in which step, and about whom. Raises NotAllowed, Gone."""
    if category not in Escalation.Category.values or not reason.strip():
        raise NotAllowed(Refused("Kies een categorie en schrijf op wat er aan de hand is.", rule.PROCESS))
    with transaction.atomic():
        parent = locked(case_id)
        process: CaseProcess = parent.process
        task = _task(parent, task_id)
        by = authorize.authorize(
            user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id, wanted=wanted(parent)
        )
        hat = Appointment.objects.select_related("position__body", "organisation").get(pk=appointment_id)
        parts = Parts(process)
        _insist(
            rule.may_open(
                taking_part=parts.has(hat), is_escalation=parent.kind == Case.Kind.ESCALATION,
                running=_running(parent, task_id, category) if about is None else "",
            )
        )  # fmt: skip
        if holds:
            _insist(
                rule.may_hold(
                    open_step=task is not None and task.finished is None, held=bool(task and task.held_by_id),
                    about=about is not None,
                )
            )  # fmt: skip
        lines = Lines(parent, organisation=hat.organisation, today=by.today)
        if about is not None and about not in {person.pk for person in concerned(parts, lines)}:
            raise NotAllowed(Refused("Kies iemand die een rol heeft in deze zaak.", rule.PROCESS))
        complaint = Complaint(
            category=category, reason=reason.strip(), task=task_id, holds=holds, about=about,
            step=task.flow_task.name if task else "", step_label=str(process.label_of(task.flow_task)) if task else "",
        )  # fmt: skip
        return _open(parent, complaint, hat, by, lines)


def open_by_system(
    *, case_id: int, opening: str, origin: str, task_id: int | None = None,
    category: str = Escalation.Category.TERM, reason: str = "",
) -> Case | None:  # fmt: skip
    """By itself, in the name of who handed the case in; None where the same thing began one already.

    Called under the lock of the root of the case, so that two never begin at once. About a step it knows the reason.
    """
    with transaction.atomic():
        parent = locked(case_id)
        if Escalation.objects.filter(origin=origin).exists():
            return None
        task = _task(parent, task_id)
        label = str(parent.process.label_of(task.flow_task)) if task else ""
        complaint = Complaint(
            category=category, reason=reason or WORDS[Escalation.Opening(opening)].format(step=label),
            opening=opening, origin=origin, task=task_id, step=task.flow_task.name if task else "", step_label=label,
        )  # fmt: skip
        if _running(parent, task_id, complaint.category):
            return None
        hat = Appointment.objects.select_related("position__body", "organisation").get(pk=parent.submitted_by_id)
        return _open(parent, complaint, hat, None, Lines(parent, organisation=hat.organisation, today=clock.today()))


def _open(parent: Case, complaint: Complaint, hat: Appointment, by: Authority | None, lines: Lines) -> Case:
    away = Away(about=complaint.about, reporter=by.person_id if by else None)
    ladder = lines.ladder(complaint.category, away)
    if ladder.missing:
        raise NotAllowed(
            Refused("Deze regeling heeft niet vastgelegd wie escalaties afsluit. Vraag de beheerder.", rule.PROCESS)
        )
    flow, own_id = EscalationFlow, sql.reserve_case_id()
    year = clock.today().year
    with acting(
        chain=f"case/{own_id}", verb="submit", actor=by.actor if by else SYSTEM, user_id=by.user_id if by else None,
        hat=hat_of(by) if by else NO_HAT, duty=flow.submit_escalation.duty if by else "",
        step=f"{flow.code}/{flow.version}/{flow.submit_escalation.name}",
    ) as act:  # fmt: skip
        at = clock.now()
        escalation = change.open_case(
            case_id=own_id, number=f"ESC-{year}-{sql.next_number(parent.scheme_id, year):04}", parent=parent,
            organisation=_home(hat, parent), submitted_by=hat, at=at, complaint=complaint,
            reporter=by.person_id if by else None, level=ladder.levels[0],
        )  # fmt: skip
        act.flags = list(by.flags) if by else []
        act.details |= {"about_case": parent.number}
        begin(
            escalation.case, flow.submit_escalation, bindings=ladder.bindings, labels=ladder.labels,
            user_id=by.user_id if by else None, now=at,
        )  # fmt: skip
    if not escalation.case.confidential:
        _tell(parent, escalation, by)
        notify(
            template="escalated", case=escalation.case, position_id=parent.submitted_by.position_id,
            by=by.person_id if by else None,
        )  # fmt: skip
    return escalation.case


def _tell(parent: Case, escalation: Escalation, by: Authority | None) -> None:
    """In the chain of the case that it is about, with the step that it stops."""
    with move(
        case_id=parent.pk, user_id=by.user_id if by else None, verb="escalate", while_suspended=True, after_end=True
    ) as work:  # fmt: skip
        work.by = by
        work.details |= {"escalation": escalation.case.number, "case": escalation.case.chain, "step": escalation.step}
        if escalation.holds:
            assert escalation.task is not None
            work.details["held"] = True
            holding.hold(work, task_id=escalation.task, holder=escalation.case)


def release(
    *, user_id: int, case_id: int, appointment_id: int, reason: str = "", substitution_id: int | None = None
) -> None:
    """Let the step go on while the escalation runs: by who handed it in, or whoever handles it now."""
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        verb="let_go", while_suspended=True, wanted=lambda work: may_release(work, appointment_id),
    ) as work:  # fmt: skip
        if not work.content.holds:
            raise NotAllowed(Refused("Deze escalatie zet geen stap stil.", rule.PROCESS))
        work.motivation = reason
        change.release(escalation=work.content)
        work.follow_ups.append(lambda: holding.let_go(work))


def may_release(work: Work, appointment_id: int | None = None) -> Wanted:
    """Without an appointment: to see which hats fit."""
    if work.case.kind != Case.Kind.ESCALATION:
        raise Gone(work.case.pk)
    allowed = releasers(work.process)
    held = Appointment.objects.filter(pk=appointment_id or 0).values_list("position", flat=True).first()
    if appointment_id is None:
        return asks.for_any_hat(work, "let_go")
    return asks.for_position(work, "let_go", held if held in allowed else asks.submitter_of(work.process))


def releasers(process: CaseProcess) -> set[int]:
    """The roles that may let a step go on."""
    handling = CaseTask.objects.filter(process=process, finished=None, part="").values_list("position", flat=True)
    return {asks.submitter_of(process), *(position for position in handling if position is not None)}


def wanted(parent: Case) -> Wanted:
    """Saying that something goes wrong is no judgement in the case, and is remembered: who reports does not handle."""
    return Wanted(
        verb="submit", duty=EscalationFlow.submit_escalation.duty, kind=Kind.OFFICE, scheme_id=parent.scheme_id,
        flow=EscalationFlow.code, chains=(parent.chain,), domain=parent.domain,
    )  # fmt: skip


class Parts:
    """Who has a part in a case: by a step, by sitting in a body that decides in it, for a municipality in it.

    Two queries, however many are asked about.
    """

    def __init__(self, process: CaseProcess) -> None:
        case = process.case
        self.submitted_by = case.submitted_by_id
        self.positions = secrecy.bound_positions(process)
        self.bodies = secrecy.deciding_bodies(process)
        # Roles that each municipality has, whether or not it takes part in this case.
        everywhere = [value.values() for value in process.bindings.values() if isinstance(value, dict)]
        self.of_municipalities = {position for values in everywhere for position in values}
        shares = Share.objects.filter(commission=case.top.pk).values_list("organisation", flat=True)
        self.organisations = {case.organisation_id, *shares}

    def has(self, hat: Appointment) -> bool:
        if hat.pk == self.submitted_by:
            return True
        if hat.position_id in self.of_municipalities:
            return hat.organisation_id in self.organisations
        return hat.position_id in self.positions or hat.position.body_id in self.bodies


def concerned(parts: Parts, lines: Lines) -> list[Person]:
    """Whom it may be about: everybody with a part in the case today, and whoever would handle it. One query."""
    handling = set(lines.positions.values())
    seats = secrecy.sitting(parts.positions | handling, parts.bodies, clock.today())
    found = {seat.person_id: seat.person for seat in seats if seat.position_id in handling or parts.has(seat)}
    return sorted(found.values(), key=str)


def locked(case_id: int) -> Case:
    """The case, under the lock that every step in its tree takes: the root first. Raises Gone."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise Gone(case_id)
    root = found
    while root.parent is not None:
        root = root.parent
    rows = Case.objects.select_for_update(no_key=True).order_by("pk")
    rows.get(pk=root.pk)
    return rows.get(pk=case_id)


def _task(parent: Case, task_id: int | None) -> CaseTask | None:
    if task_id is None:
        return None
    task: CaseTask | None = CaseTask.objects.filter(pk=task_id, case=parent, part="", flow_task_type="HUMAN").first()
    if task is None:
        raise Gone(task_id)
    return task


def _running(parent: Case, task_id: int | None, category: str) -> str:
    """The number of an escalation about the same that still runs; of a confidential one nobody is told."""
    running = Case.objects.filter(
        parent=parent, kind=Case.Kind.ESCALATION, confidential=False, escalation__task=task_id,
        escalation__category=category, state__in=(Case.State.OPEN, Case.State.SUSPENDED),
    )  # fmt: skip
    return running.values_list("number", flat=True).first() or ""


def _home(hat: Appointment, parent: Case) -> Organisation:
    return hat.organisation or hat.position.body.organisation or roles_home(parent.scheme)


def _insist(verdict: Verdict) -> None:
    if not isinstance(verdict, Granted):
        raise NotAllowed(verdict)
