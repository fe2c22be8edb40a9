"""Closing a report, keeping it as long as it is needed, and destroying it by two people (Wbk 2a).

Destroying is one transaction, then the key file: what lies outside the database is noted before it, so that whatever
stops the process, the next tick goes on from there. What stays is a certificate that says nothing of what it was about,
one more in the count of its year, and acts that nobody can open.
"""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit import clock
from escalation.rules.calendar import written
from escalation.rules.terms import months_from
from escalation.whistleblowing import files, keyring
from escalation.whistleblowing.models import (
    Attachment,
    Certificate,
    Envelope,
    Keyholder,
    Lane,
    Proposal,
    Report,
)
from escalation.whistleblowing.sealed import ALIAS, sealed
from escalation.whistleblowing.services import clock as notices
from escalation.whistleblowing.services import handling, terms
from escalation.whistleblowing.services.handling import Work
from escalation.whistleblowing.services.keys import Opened
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused

ARTICLE = "Wbk art. 2a"
USUAL_MONTHS, MOST_MONTHS = 24, 60
MARK = ".destroying"  # beside the key of a report that is being destroyed: which files go with it


def close(*, opened: Opened, report: UUID, seen: int, keep_until: date, words: str) -> None:
    """Raises NotAllowed, Stale, Unknown or Broken, as every step."""
    with handling.working(opened, report, seen=seen) as work:
        step = work.allow("close")
        handling.speak(work, step, "", words)
        _keep(work, "close", keep_until, after=work.today)
        work.report.closed_at = terms.to_the_hour(work.at)
        work.report.save(update_fields=["closed_at"])


def keep_longer(*, opened: Opened, report: UUID, seen: int, keep_until: date, words: str) -> None:
    """Until a later day, with a reason; a proposal to destroy it falls."""
    with handling.working(opened, report, seen=seen) as work:
        step = work.allow("keep_longer")
        handling.speak(work, step, "", words)
        _keep(work, "keep_longer", keep_until, after=work.standing.keep_until or work.today)
        Proposal.objects.filter(report=report, kind=Proposal.Kind.DESTROY, approved_by=None).delete()


def propose(*, opened: Opened, report: UUID, seen: int, words: str) -> None:
    with handling.working(opened, report, seen=seen) as work:
        work.allow("propose_destruction")
        Proposal.objects.create(
            report=work.report, kind=Proposal.Kind.DESTROY, asked_by=opened.holder, asked_at=terms.to_the_hour(work.at)
        )
        work.say(Lane.DESK, "propose_destruction", words)
        work.act("propose_destruction")


def destroy(*, opened: Opened, report: UUID, seen: int) -> int:
    """By another than who proposed it. The number of the certificate."""
    with handling.working(opened, report, seen=seen) as work:
        work.allow("destroy")
        proposal = Proposal.objects.select_related("asked_by").get(
            report=report, kind=Proposal.Kind.DESTROY, approved_by=None
        )
        work.act("destroy")
        certificate = Certificate.objects.create(
            channel=work.report.channel, at=terms.to_the_hour(work.at), body=_certificate(work, proposal)
        )
        notices.count(report=work.report, what="destroyed")
        _note(report, [each.pk for each in Attachment.objects.filter(report=report)])
        work.report.delete()
        transaction.on_commit(lambda: _remove(report), using=ALIAS)
    number: int = certificate.pk
    return number


def certificates(opened: Opened) -> list[Certificate]:
    """Of what they held themselves, the newest first."""
    with sealed(holder=opened.holder.pk):
        return list(Certificate.objects.select_related("channel").order_by("-pk"))


def sweep() -> None:
    """What was left when a process stopped between the transaction and the files. Each minute."""
    marks = list(_folder().glob(f"*{MARK}")) if _folder().is_dir() else []
    if not marks:
        return
    with sealed(clock=True):
        there = {str(pk) for pk in Report.objects.values_list("pk", flat=True)}
    for mark in marks:
        name = mark.name.removesuffix(MARK)
        if name not in there:
            _remove(UUID(name))
        elif clock.now().timestamp() - mark.stat().st_mtime > timedelta(hours=1).total_seconds():
            mark.unlink(missing_ok=True)  # it was not destroyed after all


def _keep(work: Work, verb: str, until: date, *, after: date) -> None:
    """Raises NotAllowed."""
    last = months_from(work.today, MOST_MONTHS)
    if not after < until <= last:
        why = f"Kies een dag na {written(after)} en niet na {written(last)}."
        raise NotAllowed(Refused(why, ARTICLE))
    work.act(verb, keep_until=until.isoformat())
    work.report.destroy_after = until
    work.report.save(update_fields=["destroy_after"])


def _certificate(work: Work, proposal: Proposal) -> dict[str, str | int | list[int]]:
    """Who, when and on what ground; of what it was about, nothing. The fingerprint is of a key that is gone.

    It is read by who held the report: who was left out does not learn afterwards that there was one.
    """
    until = work.standing.keep_until
    held = Envelope.objects.filter(report=work.report).exclude(holder__kind=Keyholder.Kind.ESCROW)
    return {
        "proposed_by": proposal.asked_by.person_id,
        "destroyed_by": work.opened.holder.person_id,
        "seen_by": sorted(set(held.values_list("holder__person_id", flat=True))),
        "kept_until": until.isoformat() if until else "",
        "key": hashlib.sha256(bytes(work.report.desk_public)).hexdigest(),
        "article": ARTICLE,
    }


def _note(report: UUID, attachments: list[UUID]) -> None:
    mark = _folder() / f"{report}{MARK}"
    mark.write_text(json.dumps([str(each) for each in attachments]))


def _remove(report: UUID) -> None:
    """The key first: without it the rest is noise. Once more does nothing."""
    keyring.shred(report)
    mark = _folder() / f"{report}{MARK}"
    if mark.is_file():
        for each in json.loads(mark.read_text()):
            files.destroy(UUID(each))
        mark.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.SEALED_KEYS)
