"""What people do with their messages: read them, and say how soon they want mail. Wishes of their own: no acts."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from audit import clock
from escalation.models import MailPreference, Message
from escalation.rules.rhythm import mail_from
from escalation.rules.words import NOTICES, USUAL


def wishes_of(person_id: int) -> dict[str, str]:
    """How soon somebody wants mail of each sort of message."""
    found = MailPreference.objects.filter(person=person_id).values_list("sort", "rhythm")
    return USUAL | dict(found)


@transaction.atomic
def set_wishes(*, person_id: int, wishes: Mapping[str, str]) -> None:
    """From now on; what waits to be mailed goes by it too."""
    before = wishes_of(person_id)
    for sort, rhythm in wishes.items():
        MailPreference.objects.update_or_create(person_id=person_id, sort=sort, defaults={"rhythm": rhythm})
        if rhythm != before[sort]:
            templates = [code for code, words in NOTICES.items() if words.sort == sort]
            waiting = Message.objects.filter(
                person=person_id, mail=None, mail_at__isnull=False, notice__template__in=templates
            )
            waiting.update(mail_at=mail_from(rhythm, clock.now()))


def mark_read(found: QuerySet[Message]) -> int:
    """These were read. What is read need not be mailed any more, except a decision with its proof."""
    unread = Message.objects.filter(pk__in=found.filter(read_at=None).order_by().values("pk"))
    unread.filter(mail=None, covers=None).update(mail_at=None)
    return unread.update(read_at=clock.now())
