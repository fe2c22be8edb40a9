"""To whom a report is sealed: one envelope for each key that may open it. Within `sealed()` (ADR 47)."""

from collections.abc import Iterator
from uuid import UUID

from audit import clock
from cases.rules.sealing import Broken
from escalation.whistleblowing import keyring
from escalation.whistleblowing.models import Envelope, Keyholder, Proposal, Visit
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.vault import Enclosed, ReportKeys
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services.keys import Opened
from escalation.whistleblowing.services.terms import to_the_hour


def disclosed(envelope: Envelope, by: Opened) -> ReportKeys:
    """The keys of a report, with one's own. Raises Broken."""
    return vault.disclose(
        Enclosed(talk=bytes(envelope.talk), desk=bytes(envelope.desk)), report=str(envelope.report_id),
        holder=str(by.holder.pk), by=by.private, shred=keyring.key_of(envelope.report_id),
    )  # fmt: skip


def share(found: ReportKeys, *, report: UUID, to: Keyholder) -> None:
    """A report is sealed to one more key. Within `sealed()` that may see it; once more does nothing."""
    shut = vault.enclose(
        found, report=str(report), holder=str(to.pk), to=bytes(to.public_key), shred=keyring.key_of(report)
    )
    Envelope.objects.get_or_create(report_id=report, holder=to, defaults={"talk": shut.talk, "desk": shut.desk})


def opened(by: Opened) -> Iterator[tuple[Envelope, ReportKeys]]:
    """Of what was destroyed there is nothing to open."""
    for envelope in Envelope.objects.filter(holder=by.holder).order_by("report"):
        try:
            yield envelope, disclosed(envelope, by)
        except Broken:
            continue


def held_by(holder: Keyholder) -> set[UUID]:
    """Of the reports that this transaction sees."""
    return set(Envelope.objects.filter(holder=holder).values_list("report", flat=True))


def end(holder: Keyholder) -> None:
    """It opens nothing any more, also for who has a visit open now."""
    holder.ended_at = to_the_hour(clock.now())
    holder.save(update_fields=["ended_at"])
    with sealed(holder=holder.pk):
        Visit.objects.filter(holder=holder).delete()
        Envelope.objects.filter(holder=holder).delete()
        Proposal.objects.filter(report=None, asked_by=holder).delete()
        Proposal.objects.filter(report=None, holder=holder).delete()
