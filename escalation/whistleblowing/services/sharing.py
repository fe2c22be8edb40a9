"""A report is sealed to one more key: by whoever holds it, never to whom it is kept from (ADR 47)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from audit import clock
from escalation.whistleblowing import chain
from escalation.whistleblowing.chain import Taken
from escalation.whistleblowing.models import Channel, Envelope, Keyholder, Proposal
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import Fact
from escalation.whistleblowing.rules.vault import ReportKeys
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.seats import Seat
from escalation.whistleblowing.services import envelopes, identities
from escalation.whistleblowing.services.dossiers import called
from escalation.whistleblowing.services.envelopes import held_by
from escalation.whistleblowing.services.keys import READERS, Opened, admitted, alone, in_force, refused
from escalation.whistleblowing.services.terms import to_the_hour

RECOVER = Proposal.Kind.RECOVER


def to_give(by: Opened, to: Keyholder) -> list[Envelope]:
    """What the one holds and the other may get: not what they have, nor where they declared to be involved."""
    with sealed(holder=by.holder.pk):
        return [envelope for envelope, _ in may_get(by, to)]


def may_get(by: Opened, to: Keyholder) -> list[tuple[Envelope, ReportKeys]]:
    """The same, opened. Within `sealed(holder=...)`."""
    if to.kind == Keyholder.Kind.DEPUTY:
        return []
    have = held_by(to)
    found = [(envelope, each) for envelope, each in envelopes.opened(by) if envelope.report_id not in have]
    acts = chain.read({envelope.report_id: each for envelope, each in found})
    theirs = {
        f"holder/{pk}"
        for pk in Keyholder.objects.filter(channel=to.channel, person_id=to.person_id).values_list("pk", flat=True)
    }
    return [(envelope, each) for envelope, each in found if not _is_kept_from(acts[envelope.report_id].facts, theirs)]


def share(*, seat: Seat, by: Opened, holder_id: int, without: Collection[UUID] = ()) -> int:
    """With a key that was admitted before; how many. Each report says so in its own acts and the public chain does not:
    who read there of a second admission would know that there are reports. Raises NotAllowed.
    """
    with alone(seat), sealed(holder=by.holder.pk):
        require_reader(seat.channel, by.holder)
        to = admitted(seat.channel).select_related("channel").filter(pk=holder_id).first()
        if to is None:
            raise refused("Deze sleutel is er niet meer.")
        given = [(each.report_id, keys) for each, keys in may_get(by, to) if each.report_id not in without]
        for report, keys in given:
            envelopes.share(keys, report=report, to=to)
            if to.kind in READERS:  # who keeps the escrow key reads nothing
                _tell(report, keys, by=by.holder, to=to)
        leave_identities(by, to, [report for report, _ in given])
    return len(given)


def leave_identities(by: Opened, to: Keyholder, reports: Collection[UUID]) -> None:
    """Who reported in confidence takes a second person to seal to somebody new. Within `sealed(holder=...)`."""
    others = in_force(to.channel).filter(kind__in=READERS).exclude(person_id=by.holder.person_id)
    if loosened := identities.loosen(by, reports, to=others):
        Proposal.objects.create(
            kind=RECOVER, holder=to, asked_by=by.holder, asked_at=to_the_hour(clock.now()), body=loosened
        )


def require_reader(channel: Channel, holder: Keyholder) -> None:
    """Raises NotAllowed."""
    if holder.kind not in READERS or not admitted(channel).filter(pk=holder.pk).exists():
        raise refused("Dit doet een behandelaar met een toegelaten sleutel.")


def _tell(report: UUID, keys: ReportKeys, *, by: Keyholder, to: Keyholder) -> None:
    acts = chain.read({report: keys})[report]
    fact = Fact("share", clock.now(), called(by), {"with": called(to)})
    try:
        chain.append(
            report=report, desk_public=vault.public_of(keys.desk), series=keys.desk, number=acts.by_handlers, fact=fact
        )
    except Taken:
        raise refused("Een ander legde intussen iets vast in deze melding. Probeer het opnieuw.") from None


def _is_kept_from(facts: Sequence[Fact], theirs: Collection[str]) -> bool:
    """From any key of who declared to be involved, or was left out by who reported: another key changes nothing."""
    left_out = {f"holder/{key}" for key in facts[0].details.get("without", ())} if facts else set()
    return not left_out.isdisjoint(theirs) or any(
        fact.verb == "check_conflict" and fact.by in theirs and fact.details.get("outcome") == "involved"
        for fact in facts
    )
