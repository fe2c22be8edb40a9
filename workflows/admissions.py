"""Open house: who applies, and who is admitted; each an act within the step that stays open until the closing (CG 4).

Nobody is chosen: who meets what was asked is admitted, and has a contract at once (ADR 35).
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from cases.models import Application, Contract, Lot, Procurement
from cases.rules.award import Course
from cases.rules.period import last_day
from cases.services import awarding as change
from cases.services.awarding import Applied, Checked
from cases.services.contracts import Agreed
from cases.services.providers import provider_called
from escalation.rules.terms import day_of
from roles.authorize import NotAllowed, Wanted
from roles.rules.verdict import Refused
from workflows import asks
from workflows.contracting import register
from workflows.engine import Gone, Work, move
from workflows.models import CaseTask

PROCESS = "Procesbeschrijving open house"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What somebody who is admitted agrees on: from when, for how long, and what is expected of a year."""

    course: Course
    annual_amount: Decimal


def register_application(
    *, user_id: int, case_id: int, appointment_id: int, applied: Applied, substitution_id: int | None = None
) -> Application:
    """A provider applied, before the closing. Raises NotAllowed, Gone."""
    with _admitting(case_id, user_id, appointment_id, substitution_id, "register_application") as work:
        procurement: Procurement = work.content
        lot = Lot.objects.filter(pk=applied.lot, pk__in=procurement.lots.values("lot")).first()
        if lot is None:
            raise NotAllowed(Refused("Kies een perceel van deze open house.", PROCESS))
        _in_time(procurement, applied.received_on, day_of(work.now))
        provider = provider_called(scheme=work.case.scheme, name=applied.provider)
        again = procurement.applications.filter(provider=provider, lot=lot).exclude(state=Application.State.REFUSED)
        if again.exists():
            raise NotAllowed(Refused(f"{provider} heeft zich voor dit perceel al aangemeld.", PROCESS))
        application = change.apply(procurement=procurement, lot=lot, provider=provider, applied=applied)
        work.details |= {"application": application.pk, "lot": lot.code}
    return application


def decide_application(
    *, user_id: int, case_id: int, appointment_id: int, application_id: int, checked: Checked, terms: Terms | None,
    substitution_id: int | None = None,
) -> Application:  # fmt: skip
    """Checked, and admitted or refused with reasons; who is admitted has a contract in the same transaction."""
    verb = "admit_provider" if checked.fits else "refuse_provider"
    with _admitting(case_id, user_id, appointment_id, substitution_id, verb, judges=True) as work:
        procurement: Procurement = work.content
        found = Application.objects.select_related("provider", "lot").filter(pk=application_id, procurement=procurement)
        application = found.first()
        if application is None:
            raise Gone(application_id)
        if application.state != Application.State.RECEIVED:
            raise NotAllowed(Refused("Over deze aanmelding is al beslist.", PROCESS))
        if not checked.fits and not checked.reason.strip():
            raise NotAllowed(Refused("Schrijf op waarom deze aanbieder niet wordt toegelaten.", PROCESS))
        change.decide(application=application, checked=checked, by=work.actor)
        work.motivation = checked.reason
        work.details |= {"application": application.pk, "lot": application.lot.code}
        if checked.fits:
            agreed = _agreed(application, terms, day_of(work.now))
            work.correlation = uuid4()
            entered = partial(_entered, application)
            work.follow_ups.append(lambda: register(work, agreed, entered=entered))
    return application


def _entered(application: Application, contract: Contract) -> None:
    change.admitted(application=application, contract=contract)


def _agreed(application: Application, terms: Terms | None, today: date) -> Agreed:
    if terms is None or terms.course.years < 1 or terms.annual_amount < 0:
        raise NotAllowed(Refused("Vul de ingangsdatum, de looptijd en de verwachte omzet per jaar in.", PROCESS))
    course = terms.course
    return Agreed(
        provider=application.provider, lot=application.lot, starts_on=course.starts_on,
        ends_on=last_day(course.starts_on, course.years), annual_amount=terms.annual_amount,
        ceiling=course.worth(terms.annual_amount), option_years=course.option_years,
        option_times=course.option_times, signed_on=today,
    )  # fmt: skip


def _in_time(procurement: Procurement, received_on: date, today: date) -> None:
    closing = procurement.closing_at
    if received_on > today or (closing is not None and received_on > day_of(closing)):
        raise NotAllowed(Refused("Een aanmelding komt binnen vóór de sluiting, en niet na vandaag.", PROCESS))


def task_of(case_id: int) -> int:
    """The step that is open as long as the open house is. Raises Gone."""
    task = CaseTask.objects.filter(case=case_id, finished=None, part="", flow_task__endswith=".admission").first()
    if task is None:
        raise Gone(case_id)
    return int(task.pk)


def wanted(work: Work, verb: str, *, judges: bool) -> Wanted:
    """Registering is office work of the role; to admit is a judgement, and counts as one."""
    return replace(asks.for_step(work), verb=verb) if judges else asks.for_role(work, verb)


def _admitting(
    case_id: int, user_id: int, appointment_id: int, substitution_id: int | None, verb: str, *, judges: bool = False
) -> Any:
    return move(
        case_id=case_id, task_id=task_of(case_id), user_id=user_id, appointment_id=appointment_id, verb=verb,
        substitution_id=substitution_id, wanted=lambda work: wanted(work, verb, judges=judges),
    )  # fmt: skip
