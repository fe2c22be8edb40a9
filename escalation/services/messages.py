"""From a notice to what people read: one message for each who has to hear of it, and the mail that gathers them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit import clock
from audit.models import ChainHead
from cases.models import Case, Meeting
from escalation.models import MailPreference, Message, Notice
from escalation.rules.rhythm import mail_from
from escalation.rules.words import NOTICES, USUAL
from escalation.services.audience import ABOUT, audience

AT_ONCE = 200  # notices in one transaction
MOST = 20_000  # in one tick; the rest waits for the next


def notify(
    *, template: str, case: Case | None = None, meeting: Meeting | None = None, position_id: int | None = None,
    seat_id: int | None = None, person_id: int | None = None, task: int | None = None, step: str = "",
    by: int | None = None, improvement_id: int | None = None,
) -> Notice:  # fmt: skip
    """Somebody has to hear of this: in the transaction that causes it. Without an addressee, all with a part in it.

    `by` is the person who did it, and who need not be told.
    """
    if template not in NOTICES:
        raise LookupError(f"There are no words for {template!r}")
    return Notice.objects.create(
        template=template, case=case, meeting=meeting, position_id=position_id, seat_id=seat_id, person_id=person_id,
        task=task, step=step, by_id=by, improvement_id=improvement_id, created_at=clock.now(),
    )  # fmt: skip


def expand() -> bool:
    """A message for each person, of every notice that has none yet; True when none was left."""
    return any(_expand_some() < AT_ONCE for _ in range(MOST // AT_ONCE))


@transaction.atomic
def _expand_some() -> int:
    """The oldest ones that nobody else is busy with."""
    waiting = (
        Notice.objects.filter(sent_at=None, template__in=NOTICES).select_related(*ABOUT).order_by("created_at", "id")
    )
    notices = list(waiting.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    if not notices:
        return 0
    now = clock.now()
    found = audience(notices, timezone.localdate(now))
    wishes = _wishes({person for people in found.values() for person in people})
    heads = _heads(notice for notice in notices if NOTICES[notice.template].cites)
    Message.objects.bulk_create(
        (_message(notice, person, wishes, heads, now) for notice in notices for person in sorted(found[notice.pk])),
        ignore_conflicts=True,
    )
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(sent_at=now)
    return len(notices)


def _message(
    notice: Notice, person: int, wishes: dict[tuple[int, str], str], heads: dict[str, int], now: datetime
) -> Message:
    words = NOTICES[notice.template]
    return Message(
        notice=notice, person_id=person, scheme_id=notice.scheme_id, created_at=notice.created_at,
        mail_at=mail_from(wishes.get((person, words.sort), USUAL[words.sort]), now),
        covers=heads.get(notice.case.chain) if words.cites and notice.case else None,
    )  # fmt: skip


def _wishes(people: Collection[int]) -> dict[tuple[int, str], str]:
    found = MailPreference.objects.filter(person__in=people).values_list("person", "sort", "rhythm")
    return {(person, sort): rhythm for person, sort, rhythm in found}


def _heads(notices: Iterable[Notice]) -> dict[str, int]:
    """Where the chains of these cases end now: a root that knows them so far covers what the notices are about."""
    chains = {notice.case.chain for notice in notices if notice.case}
    return dict(ChainHead.objects.filter(chain__in=chains).values_list("chain", "seq"))
