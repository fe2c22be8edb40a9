"""What time does in the lane: it reminds, it tells of what was missed, and it makes the noise that hides both.

The clock has no key and reads no word. What it tells somebody is that there is something to do; in mail not even
where. A term that is missed goes to everybody who may see the report and to the keeper of the escrow key, and to nobody
outside the lane.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from audit import clock
from escalation.services.letters import addresses
from escalation.whistleblowing import chain
from escalation.whistleblowing.models import Envelope, Keyholder, Notice, Report, Term, Visit
from escalation.whistleblowing.sealed import ask, sealed
from escalation.whistleblowing.services import unfinished
from escalation.whistleblowing.services.terms import to_the_hour

logger = logging.getLogger(__name__)

WARN_BEFORE = {Term.Kind.ACKNOWLEDGE: timedelta(days=2), Term.Kind.INFORM: timedelta(days=14)}
NUDGE_AFTER = timedelta(days=7)  # everybody gets a mail at least this often, so that one says little
# In the Netherlands. What is left within one of these waits for the next: a mail does not tell when something came in.
MAIL_HOURS = (8, 13, 17)
TRIES = 3  # in each of those hours, so many minutes apart; for a week, and then everybody's next notice comes
APART = 60 // TRIES

COUNT = "SELECT sealed.count(%s, %s::smallint, %s)"
LEAVE = "SELECT sealed.leave_notice(%s)"

SUBJECT = "Rolzuiver: er staat iets voor u klaar"
WORDS = "Er staat iets voor u klaar in Rolzuiver.\n\nLog in om het te zien: {url}\n"


def tick() -> None:
    """Each minute."""
    now = clock.now()
    watch(now)
    with sealed(clock=True):
        _nudge(now)
        Visit.objects.filter(expires_at__lte=now).delete()
    if timezone.localtime(now).hour in MAIL_HOURS:
        _mail(now)
    unfinished.rectify()
    chain.beat()
    chain.anchor()


def watch(now: datetime) -> None:
    """Terms that passed without having been met, and those that come near."""
    with sealed(clock=True):
        _missed(now)
        _near(now)


def tell(*, report: UUID, but: int | None = None, escrow: bool = False) -> None:
    """A notice for whoever handles this report. Within `sealed()` that sees it."""
    kinds = [*Keyholder.Kind.values] if escrow else [Keyholder.Kind.HANDLER, Keyholder.Kind.DEPUTY]
    holders = Envelope.objects.filter(
        report=report, holder__ended_at=None, holder__admitted_at__isnull=False, holder__kind__in=kinds
    ).exclude(holder=but)
    for holder in holders.values_list("holder", flat=True):
        ask(LEAVE, [holder])


def count(*, report: Report, what: str) -> None:
    """One more in the year in which the report came in: `received`, `acknowledge`, `inform` (late) or `destroyed`."""
    ask(COUNT, [report.channel_id, report.received_at.year, what])


def _missed(now: datetime) -> None:
    for term in _open().filter(missed_at=None, due_at__lt=now).select_related("report"):
        term.missed_at = to_the_hour(now)
        term.save(update_fields=["missed_at"])
        count(report=term.report, what=term.kind)
        tell(report=term.report_id, escrow=True)


def _near(now: datetime) -> None:
    soon = Q()
    for kind, before in WARN_BEFORE.items():
        soon |= Q(kind=kind, due_at__lt=now + before)
    for term in _open().filter(soon, warned_at=None, missed_at=None):
        term.warned_at = to_the_hour(now)
        term.save(update_fields=["warned_at"])
        tell(report=term.report_id)


def _open() -> QuerySet[Term]:
    """Of reports that are not closed; held by this transaction alone."""
    return Term.objects.select_for_update(of=("self",), skip_locked=True).filter(met_at=None, report__closed_at=None)


def _nudge(now: datetime) -> None:
    """Whoever heard nothing for a week hears something: to look is part of the work."""
    holders = Keyholder.objects.filter(ended_at=None, admitted_at__isnull=False)
    for holder in holders.annotate(last=Max("notices__at")):
        if holder.last is None or holder.last < now - NUDGE_AFTER:
            Notice.objects.create(holder=holder, at=to_the_hour(now))


def _mail(now: datetime) -> None:
    """One letter for all that is new to a keyholder, in words that say nothing. What fails is tried again later."""
    with sealed(clock=True):
        waiting: dict[int, list[Notice]] = {}
        fresh = Notice.objects.select_for_update(of=("self",), skip_locked=True).filter(
            mailed_at=None, seen_at=None, at__gt=now - NUDGE_AFTER
        )
        for notice in fresh.select_related("holder"):
            waiting.setdefault(notice.holder.person_id, []).append(notice)
        due = {
            person: notices
            for person, notices in waiting.items()
            if any(notice.attempts < _turns(notice.at, now) for notice in notices)
        }
        to = addresses(due.keys()) if due else {}
        for person, notices in due.items():
            sent = _send(to.get(person, ""))
            for notice in notices:
                notice.attempts = max(notice.attempts, _turns(notice.at, now))
                notice.mailed_at = now if sent else None
                notice.save(update_fields=["attempts", "mailed_at"])


def _turns(left: datetime, now: datetime) -> int:
    """How many times there have been to mail what was left in that hour, up to now, which is in a mail hour.

    Times that nobody used, because the worker stood still, are over: so there is never more than one try at a time.
    """
    first, last = timezone.localtime(left), timezone.localtime(now)
    days = [first.date() + timedelta(days=n) for n in range((last.date() - first.date()).days + 1)]
    hours = [(day, hour) for day in days for hour in MAIL_HOURS]
    begun = sum((first.date(), first.hour) < each <= (last.date(), last.hour) for each in hours)
    return (begun - 1) * TRIES + last.minute // APART + 1 if begun else 0


def _send(address: str) -> bool:
    """Of an error only its kind is kept."""
    if not address:
        return False
    try:
        with get_connection() as server:
            server.send_messages([EmailMessage(SUBJECT, WORDS.format(url=settings.SITE_URL), to=[address])])
    except Exception as error:
        logger.warning("Mail was not sent: %s", type(error).__name__)
        return False
    return True
