"""Mail: what is due together to one person becomes one letter; each is tried until it is sent, or given up.

At least once, and seen to be one: a worker that is killed between sending and writing that down sends again, under the
same Message-ID. Nothing here writes an address or a word of a letter into the log.
"""

import logging
from collections.abc import Collection
from email.utils import make_msgid
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection, transaction

from audit import clock, roots
from escalation.models import Mail, Message
from escalation.queue import enqueue_each
from escalation.rules.rhythm import pause_after
from escalation.services import letters, messages
from roles.authorize import Authority
from roles.models import Scheme
from roles.services.acting import act

logger = logging.getLogger(__name__)

RECLAIM_AFTER_SECONDS = 300
AT_ONCE = 300
# Who just got a letter gets the next one a little later, with all that came meanwhile.
GATHER_SECONDS = 600

PERMANENT = range(500, 600)  # what a mail server will not accept either when it is asked again

CLAIM = """
    UPDATE escalation_mail SET claimed_at = app_now() WHERE id IN (
        SELECT id FROM escalation_mail
         WHERE state IN ('queued', 'failed') AND due_at <= app_now()
           AND (claimed_at IS NULL OR claimed_at < app_now() - make_interval(secs => %s))
         ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING id, attempts
"""

# Whoever comes second finds that this attempt was made already.
TAKE = """
    UPDATE escalation_mail SET attempts = attempts + 1, claimed_at = app_now()
     WHERE id = %s AND attempts = %s AND state IN ('queued', 'failed') RETURNING id
"""

DUE = """
    SELECT m.person_id, m.scheme_id, array_agg(m.id) FROM escalation_message m
     WHERE m.mail_id IS NULL AND m.mail_at <= app_now() AND (m.covers IS NULL OR m.root IS NOT NULL)
       AND NOT EXISTS (SELECT FROM escalation_mail l WHERE l.person_id = m.person_id AND l.scheme_id = m.scheme_id
                          AND l.created_at > app_now() - make_interval(secs => %s))
     GROUP BY 1, 2 ORDER BY 1, 2
"""


def claim() -> int:
    """Everything of the minute: messages, letters, and a job for each letter that is due; how many of those."""
    if messages.expand():  # else there is more to come for the same people: one letter will do
        cite()
        compose()
    return _hand_out()


@transaction.atomic
def _hand_out() -> int:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [RECLAIM_AFTER_SECONDS, AT_ONCE])
        claimed = cursor.fetchall()
    enqueue_each("escalation.send_mail", [{"mail_id": mail, "attempt": attempt} for mail, attempt in sorted(claimed)])
    return len(claimed)


def cite() -> int:
    """Decisions that a signed root covers by now may be mailed, with that root; how many."""
    waiting = Message.objects.filter(mail=None, mail_at__lte=clock.now(), covers__isnull=False, root=None)
    by_act: dict[tuple[str, int], list[int]] = {}
    for message in waiting.select_related("notice"):
        by_act.setdefault((f"case/{message.notice.case_id}", message.covers or 0), []).append(message.pk)
    cited = 0
    for (chain, number), found in by_act.items():
        root = roots.covering(chain, number)
        if root is not None:
            cited += Message.objects.filter(pk__in=found).update(root=root.number, fingerprint=root.root)
    return cited


@transaction.atomic
def compose() -> int:
    """One letter for each person and regeling of all that is due to them; how many. Two ticks never make two."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('escalation.compose'))")
        cursor.execute(DUE, [GATHER_SECONDS])
        due = cursor.fetchall()
    addresses = letters.addresses({person for person, _, _ in due})
    for person, scheme, found in due:
        mail = _letter_to(person, scheme, bool(addresses[person]))
        Message.objects.filter(pk__in=found).update(mail=mail)
    return len(due)


def _letter_to(person: int, scheme: int, has_address: bool) -> Mail:
    """Who has no address has one letter that waits for it, and that later messages join."""
    lying = Mail.objects.filter(
        person=person, scheme=scheme, state=Mail.State.DEAD, trouble=Mail.Trouble.NO_ADDRESS
    ).first()
    if lying is not None and not has_address:
        return lying
    now = clock.now()
    return Mail.objects.create(
        person_id=person, scheme_id=scheme, created_at=now, due_at=now,
        message_id=make_msgid(domain=settings.MAIL_DOMAIN),
        state=Mail.State.QUEUED if has_address else Mail.State.DEAD,
        trouble=Mail.Trouble.NONE if has_address else Mail.Trouble.NO_ADDRESS,
    )  # fmt: skip


def deliver(*, mail_id: int, attempt: int) -> bool:
    """Send one letter, once for each attempt; False when another did, or there was nothing to send."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, [mail_id, attempt])
        if cursor.fetchone() is None:
            return False
    mail = Mail.objects.select_related("person__user", "scheme").get(pk=mail_id)
    try:
        letter = letters.letter(mail)
        if letter is not None and letter.to:
            with get_connection() as server:
                server.send_messages([letter])
    except Exception as error:
        _failed(mail, error)
        return False
    if letter is None:
        _mark(mail, Mail.State.DROPPED)
    elif not letter.to:
        _mark(mail, Mail.State.DEAD, Mail.Trouble.NO_ADDRESS)
    else:
        _mark(mail, Mail.State.SENT)
    return mail.state == Mail.State.SENT


def _failed(mail: Mail, error: Exception) -> None:
    """Tried again after a while, or given up. Of the error only its kind is kept: its words name addresses."""
    trouble, hopeless = diagnosis(error)
    pause = None if hopeless else pause_after(mail.attempts)
    logger.warning("Mail %s was not sent in attempt %s: %s", mail.pk, mail.attempts, type(error).__name__)
    if pause is None:
        _mark(mail, Mail.State.DEAD, trouble)
    else:
        mail.due_at = clock.now() + pause
        _mark(mail, Mail.State.FAILED, trouble)


def diagnosis(error: Exception) -> tuple[str, bool]:
    """What is wrong, and whether trying again is hopeless."""
    match error:
        case SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return Mail.Trouble.REFUSED, all(code in PERMANENT for code in codes)
        case AnymailRecipientsRefused() | AnymailInvalidAddress():
            return Mail.Trouble.REFUSED, True
        case SMTPResponseException():
            return Mail.Trouble.OTHER, error.smtp_code in PERMANENT
        case OSError() if not isinstance(error, SMTPException):
            return Mail.Trouble.UNREACHABLE, False
        case SMTPException() | AnymailError():
            return Mail.Trouble.UNREACHABLE, False
        case _:
            return Mail.Trouble.OTHER, False


def _mark(mail: Mail, state: str, trouble: str = Mail.Trouble.NONE) -> None:
    mail.state, mail.trouble, mail.claimed_at = state, trouble, None
    mail.sent_at = clock.now() if state == Mail.State.SENT else None
    mail.save(update_fields=["state", "trouble", "claimed_at", "sent_at", "due_at"])


def resend(*, scheme: Scheme, mail_ids: Collection[int], by: Authority) -> None:
    """Try these dead letters again from the start, under the Message-IDs that they have. One act, without a name."""
    found = Mail.objects.select_for_update().filter(scheme=scheme, state=Mail.State.DEAD, pk__in=mail_ids)
    with act(chain=scheme.chain, verb="resend_mail", by=by) as running:
        mails, now = list(found.order_by("id")), clock.now()
        for mail in mails:
            mail.attempts, mail.due_at = 0, now
            mail.save(update_fields=["attempts"])
            _mark(mail, Mail.State.QUEUED)
        running.details = {"mails": [mail.pk for mail in mails]}
