"""Noodtoegang: who is let into one case for some hours, and what a second person thinks of it.

The acts are in the chain of the case.
"""

from datetime import datetime, timedelta

from audit import texts
from roles.authorize import Authority
from roles.models import EmergencyAccess
from roles.rules import emergency as rule
from roles.services.acting import require


def running(chain: str, person_id: int, now: datetime) -> EmergencyAccess | None:
    """What somebody has open in this case."""
    return EmergencyAccess.objects.filter(chain=chain, person=person_id, until__gt=now).first()


def note_access(*, chain: str, hours: int, reason: str, by: Authority, at: datetime) -> EmergencyAccess:
    """That it is open from now on; for who has an act open in the chain already."""
    return EmergencyAccess.objects.create(
        chain=chain, person_id=by.person_id, appointment_id=by.appointment_id,
        reason=texts.write(chain, reason.strip()), opened_at=at, until=at + timedelta(hours=hours),
    )  # fmt: skip


def note_end(*, emergency: EmergencyAccess, by: Authority, at: datetime) -> EmergencyAccess:
    """That it is over, before its time; for who has an act open in the chain already."""
    found = EmergencyAccess.objects.select_for_update().get(pk=emergency.pk)
    require(rule.may_end(by=by.person_id, taker=found.person_id, running=found.until > at))
    found.until = at
    found.save(update_fields=["until"])
    return found


def note_review(
    *, emergency: EmergencyAccess, judgement: str, note: str, by: Authority, at: datetime
) -> EmergencyAccess:  # fmt: skip
    """Once: of two at the same moment the second is told. For who has an act open in the chain already."""
    found = EmergencyAccess.objects.select_for_update().get(pk=emergency.pk)
    require(
        rule.may_review(
            reviewer=by.person_id, taker=found.person_id, ended=found.until <= at, reviewed=bool(found.judgement),
            note=note,
        )
    )  # fmt: skip
    found.judgement, found.reviewer_id, found.reviewed_at = judgement, by.person_id, at
    found.note = texts.write(found.chain, note.strip())
    found.save(update_fields=["judgement", "reviewer", "reviewed_at", "note"])
    return found
