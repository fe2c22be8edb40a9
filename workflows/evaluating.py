"""Evaluating: by itself when something was contracted, or by hand; a case of its own begins under it (domain §5.3)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import clock
from audit.services import NO_HAT, SYSTEM, acting
from cases.models import Case, CriterionNote
from cases.rules import evaluation as rule
from cases.services import evaluation as change
from roles import authorize
from roles.authorize import Authority, Kind, NotAllowed, Wanted
from roles.models import Appointment, Scheme
from roles.rules.verdict import Granted, Refused
from roles.services.acting import hat_of
from workflows import asks, sql
from workflows.bindings import Unbound, freeze, labels, may_start
from workflows.engine import Gone, Stale, Work, move
from workflows.flows.evaluation import EvaluationFlow
from workflows.models import CaseTask
from workflows.starting import begin

BEGIN = EvaluationFlow.start_evaluation


def open_evaluation(about: Case, *, correlation: UUID | None = None) -> Case | None:
    """By itself, in the name of who handed the case in; None where there is one, or nobody is bound to its steps.

    A follow-up of the move in which `about` was finished: in the same transaction, under the lock of its root, with
    its correlation. It begins at once, and waits for the first day on which a criterion is measured.
    """
    if _evaluations(about).exists():
        return None
    measured = about.top.commission.criteria.order_by("measured_on").values_list("measured_on", flat=True)
    hat = Appointment.objects.select_related("position").get(pk=about.submitted_by_id)
    try:
        return _open(about, hat, None, max(clock.today(), measured.first() or clock.today()), correlation)
    except Unbound:
        return None


def start_evaluation(*, user_id: int, case_id: int, appointment_id: int, substitution_id: int | None = None) -> Case:
    """By hand: at once, of what was granted or contracted and is not being evaluated. Raises NotAllowed, Gone."""
    with transaction.atomic():
        about = _locked(case_id)
        by = authorize.authorize(
            user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
            wanted=wanted(about, appointment_id),
        )  # fmt: skip
        check_startable(about)
        hat = Appointment.objects.select_related("position").get(pk=appointment_id)
        try:
            return _open(about, hat, by, by.today)
        except Unbound:
            raise NotAllowed(
                Refused("Deze regeling heeft niet vastgelegd wie evalueert. Vraag de beheerder.", rule.PROCESS)
            ) from None


def check_startable(about: Case) -> None:
    """Raises NotAllowed."""
    running = _evaluations(about).filter(state__in=(Case.State.OPEN, Case.State.SUSPENDED)).first()
    verdict = rule.may_start(kind=about.kind, state=about.state, running=running.number if running else "")
    if not isinstance(verdict, Granted):
        raise NotAllowed(verdict)


def wanted(about: Case, appointment_id: int | None = None) -> Wanted:
    """Whoever the regeling says begins one. Without an appointment: to see which hats fit."""
    allowed = starters(about.scheme)
    if not allowed:
        raise NotAllowed(
            Refused("Deze regeling heeft niet vastgelegd wie evalueert. Vraag de beheerder.", rule.PROCESS)
        )
    held = Appointment.objects.filter(pk=appointment_id or 0).values_list("position", flat=True).first()
    return Wanted(
        verb="submit", duty=BEGIN.duty, kind=Kind.OFFICE, scheme_id=about.scheme_id, flow=EvaluationFlow.code,
        chains=(about.chain,), domain=about.domain,
        position_id=None if appointment_id is None or held in allowed else min(allowed),
    )  # fmt: skip


def starters(scheme: Scheme) -> set[int]:
    """The positions that may begin one by hand."""
    return may_start(scheme=scheme, flow_class=EvaluationFlow, step=BEGIN.name)


def begin_early(*, user_id: int, case_id: int, appointment_id: int, substitution_id: int | None = None) -> None:
    """Measure before the first day that the criteria name; by whoever gathers the figures."""
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        verb="begin_early", wanted=lambda work: for_measurer(work, "begin_early"),
    ) as work:  # fmt: skip
        waiting: Any = CaseTask.objects.filter(process=work.process, finished=None, flow_task_type="TIMER").first()
        if waiting is None:
            raise Stale("Deze evaluatie wacht niet meer op haar eerste meetdatum.")
        waiting.process, waiting.case = work.process, work.case
        change.begin_at(evaluation=work.content, day=work.actor.today)
        work.details["before"] = waiting.due_at.isoformat()
        waiting.flow_task.activation_class(waiting).finish(waiting.flow_task.at_deadline)
        work.details["ended"] = [f"{waiting.flow_task.name}/{waiting.flow_task.at_deadline}"]


def for_measurer(work: Work, verb: str) -> Wanted:
    """Who gathers the figures. Raises Gone for another kind of case."""
    if work.case.kind != Case.Kind.EVALUATION:
        raise Gone(work.case.pk)
    return asks.for_position(work, verb, work.process.bindings["figures"])


def annotate(
    *, user_id: int, case_id: int, appointment_id: int, criterion_id: int, words: str,
    substitution_id: int | None = None,
) -> CriterionNote:  # fmt: skip
    """Beside a criterion of a granted commission, which itself stays as it was granted."""
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        verb="annotate", while_suspended=True, after_end=True, wanted=lambda work: for_annotator(work, "annotate"),
    ) as work:  # fmt: skip
        criterion = work.commission.criteria.filter(pk=criterion_id).first()
        if criterion is None:
            raise Gone(criterion_id)
        return change.annotate(criterion=criterion, case=work.case, words=words, by=work.actor, at=work.now)


def for_annotator(work: Work, verb: str) -> Wanted:
    """Any hat, of a commission whose criteria are frozen. Raises NotAllowed, Gone."""
    if work.case.kind != Case.Kind.COMMISSION:
        raise Gone(work.case.pk)
    if work.case.state != Case.State.GRANTED:
        raise NotAllowed(Refused("De evaluatiekaders liggen pas vast als de opdracht is verstrekt.", rule.PROCESS))
    return asks.for_any_hat(work, verb)


def _open(
    about: Case, hat: Appointment, by: Authority | None, measures_from: date, correlation: UUID | None = None
) -> Case:
    own_id, year = sql.reserve_case_id(), clock.today().year
    draft = Case(pk=own_id, scheme=about.scheme, kind=Case.Kind.EVALUATION, parent=about, subject=about.top,
                 organisation=about.organisation)  # fmt: skip
    bound = freeze(case=draft, flow_class=EvaluationFlow, submitter=hat.position_id)
    with acting(
        chain=f"case/{own_id}", verb="submit", actor=by.actor if by else SYSTEM, user_id=by.user_id if by else None,
        hat=hat_of(by) if by else NO_HAT, duty=BEGIN.duty if by else "",
        step=f"{EvaluationFlow.code}/{EvaluationFlow.version}/{BEGIN.name}",
    ) as act:  # fmt: skip
        at = clock.now()
        evaluation = change.open_case(
            case_id=own_id, number=f"EVA-{year}-{sql.next_number(about.scheme_id, year):04}", parent=about,
            submitted_by=hat, at=at, measures_from=measures_from,
        )  # fmt: skip
        act.flags = list(by.flags) if by else []
        act.details |= {"about_case": about.number}
        act.correlation = correlation or act.correlation
        begin(
            evaluation.case, BEGIN, bindings=bound, labels=labels(case=evaluation.case, flow_class=EvaluationFlow),
            user_id=by.user_id if by else None, now=at,
        )  # fmt: skip
    return evaluation.case


def _evaluations(about: Case) -> Any:
    """Those that were not given up."""
    given_up = (Case.State.WITHDRAWN, Case.State.REJECTED)
    return Case.objects.filter(parent=about, kind=Case.Kind.EVALUATION).exclude(state__in=given_up).order_by("pk")


def _locked(case_id: int) -> Case:
    """The case, under the lock that every step in its tree takes: the root first. Raises Gone."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise Gone(case_id)
    root = found
    while root.parent is not None:
        root = root.parent
    rows = Case.objects.select_for_update(no_key=True).order_by("pk")
    rows.get(pk=root.pk)
    return rows.select_related("scheme").get(pk=case_id)
