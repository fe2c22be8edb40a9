"""Noodtoegang: somebody reads in a named case what is closed to them, at once and for some hours (ADR 44).

Everybody with a part in the case hears of it, every look is on record (`workflows.pages.reading`), it ends by itself or
when who took it says so, and a second person judges it afterwards, in time. It opens no tender under seal: keys do.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import clock
from audit.models import Act
from cases.models import Case, Document
from escalation.models import Deadline
from escalation.rules.terms import Term
from escalation.services.messages import notify
from roles import selectors as roles
from roles import services
from roles.authorize import NotAllowed
from roles.models import EmergencyAccess, Scheme
from roles.rules import emergency as rule
from roles.rules.verdict import Refused
from roles.services import emergencies
from roles.services.acting import act, require
from roles.services.keeping import lock
from workflows import secrecy
from workflows.engine import Stale, move
from workflows.selectors.sight import confidential_in, kept_from, visible

TAKE, REVIEW = "break_glass", "review_break_glass"
END = "end_emergency"  # the act


@transaction.atomic
def take(
    *, user_id: int, appointment_id: int, scheme: Scheme, number: str, reason: str, hours: int,
    substitution_id: int | None = None,
) -> EmergencyAccess:  # fmt: skip
    """Open from now on. What is about themselves stays closed, and seems not to be there."""
    by = services.authority(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id, scheme=lock(scheme), step=TAKE
    )
    case = Case.objects.select_related("process", "title").filter(scheme=scheme, number=number.strip()).first()
    scopes = roles.scopes(user_id)
    if case is None or case.pk in kept_from(scopes):
        raise NotAllowed(Refused("Er is geen zaak met dit nummer waartoe u noodtoegang kunt nemen.", rule.RULE))
    now = clock.now()
    running = emergencies.running(case.chain, by.person_id, now)
    require(
        rule.may_take(
            reason=reason, hours=hours, running_until=running.until if running else None,
            closed=_closed(case, user_id, scopes),
        )
    )  # fmt: skip
    with act(chain=case.chain, verb="take_emergency", by=by) as open_act:
        taken = emergencies.note_access(chain=case.chain, hours=hours, reason=reason, by=by, at=now)
        Deadline.objects.create(
            case=case, emergency=taken, effect=Deadline.Effect.EMERGENCY, **_to_be_judged(taken.until)
        )
        notify(template="emergency_taken", case=case, by=by.person_id)
        _tell_reviewers(case, by.person_id)
        open_act.details |= {"emergency": taken.pk, "open_until": taken.until.isoformat(), "hours": hours}
    return taken


@transaction.atomic
def end(
    *, user_id: int, appointment_id: int, emergency_id: int, substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Closed from now on, before its time. The term within which it is judged begins now, and who judges hears so."""
    emergency = EmergencyAccess.objects.select_related("appointment__position__body__scheme").get(pk=emergency_id)
    by = services.authority(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        scheme=emergency.appointment.position.body.scheme, step=TAKE,
    )  # fmt: skip
    with act(chain=emergency.chain, verb=END, by=by) as open_act:
        ended = emergencies.note_end(emergency=emergency, by=by, at=clock.now())
        deadline = Deadline.objects.select_related("case__scheme").get(emergency=emergency_id)
        for name, value in _to_be_judged(ended.until).items():
            setattr(deadline, name, value)
        deadline.save(update_fields=["starts_at", "target", "due_at"])
        _tell_reviewers(deadline.case, by.person_id)
        open_act.details |= {"emergency": emergency_id, "would_end": emergency.until.isoformat()}


@transaction.atomic
def review(
    *, user_id: int, appointment_id: int, emergency_id: int, judgement: str, note: str,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """By somebody else than who took it; the term of judging it is met, or was not."""
    emergency = EmergencyAccess.objects.select_related("appointment__position__body__scheme").get(pk=emergency_id)
    by = services.authority(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        scheme=emergency.appointment.position.body.scheme, step=REVIEW,
    )  # fmt: skip
    with act(chain=emergency.chain, verb="review_emergency", by=by) as open_act:
        at = clock.now()
        emergencies.note_review(emergency=emergency, judgement=judgement, note=note, by=by, at=at)
        deadline = Deadline.objects.get(emergency=emergency_id)
        if deadline.state != Deadline.State.FIRED:  # also where the case stands still
            deadline.state = Deadline.State.ENDED
        deadline.ended_at = at
        deadline.save(update_fields=["state", "ended_at"])
        open_act.outcome = judgement
        open_act.details["emergency"] = emergency_id


def lapse(deadline: Deadline) -> bool:
    """Nobody judged it in time: that is put on record, stays in the overview, and is reminded of as any term."""
    with move(case_id=deadline.case_id, verb="deadline", while_suspended=True, after_end=True) as work:
        deadline.refresh_from_db()
        if deadline.state != Deadline.State.ARMED or deadline.due_at > work.now:
            raise Stale("Deze noodtoegang is al nagekeken.")
        deadline.state, deadline.fired_at = Deadline.State.FIRED, work.now
        deadline.save(update_fields=["state", "fired_at"])
        work.outcome = "review_missed"
        work.details |= {"due": deadline.due_at.isoformat(), "emergency": deadline.emergency_id}
    return True


def _tell_reviewers(case: Case, by: int) -> None:
    for position in reviewers(case.scheme):
        notify(template="emergency_review", case=case, position_id=position, by=by)


def _to_be_judged(ended: datetime) -> dict[str, Any]:
    """The term of judging it."""
    dates = Term(rule.REVIEWED_WITHIN).dates(ended)
    return {"starts_at": ended, "target": dates.target, "due_at": dates.due}


def would_end(emergency: EmergencyAccess) -> datetime | None:
    """Until when it was taken, where it was ended before that. One query."""
    acts = Act.objects.filter(chain=emergency.chain, verb=END).order_by("seq")
    found = next((act.data for act in acts if act.data["emergency"] == emergency.pk), None)
    return datetime.fromisoformat(found["would_end"]) if found else None


def reviewers(scheme: Scheme) -> list[int]:
    """The positions that judge it."""
    return sorted(services.keepers(scheme, REVIEW))


def waiting(schemes: Collection[int], user_id: int) -> int:
    """How many somebody has to judge in these regelingen. One query."""
    found = EmergencyAccess.objects.filter(judgement="", appointment__position__body__scheme__in=schemes)
    return found.exclude(person__user=user_id).count()


def _closed(case: Case, user_id: int, scopes: list[roles.Scope]) -> bool:
    """Can they not find the case, or not open one of its documents?"""
    if not visible(scopes).filter(pk=case.pk).exists():
        return True
    levels = secrecy.readable(case.process, roles.hats(user_id), confidential=confidential_in(scopes, case))
    return Document.objects.filter(case=case).exclude(classification__in=levels).exists()
