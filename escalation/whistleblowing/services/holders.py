"""Keys of others: admitting, ending, recovering. What a report is sealed to follows who may see it (ADR 47).

Whoever holds a report and has the vault open seals it to a new key; to nobody who declared to be involved in it, nor
whom they leave out. To end a key takes two persons; so does to recover one whose passphrase was lost, and then the
escrow key besides.
"""

from collections.abc import Collection
from uuid import UUID

from audit import clock
from cases.rules import sealing
from escalation.whistleblowing.models import Channel, Envelope, Keyholder, Notice, Proposal
from escalation.whistleblowing.rules.vault import ReportKeys
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.seats import Seat
from escalation.whistleblowing.services import envelopes, identities, keys, sharing
from escalation.whistleblowing.services.envelopes import held_by
from escalation.whistleblowing.services.keys import HOLDER, READERS, Opened, admitted, changing, held, in_force, refused
from escalation.whistleblowing.services.sharing import require_reader
from escalation.whistleblowing.services.terms import to_the_hour

FEWEST_LEFT = 2
TOO_FEW = (
    "Zonder deze sleutel blijven er te weinig sleutelhouders over. Laat eerst een ander een sleutel aanmaken, en laat"
    " die toe; beëindig deze daarna."
)
NOT_WHOLE = (
    "Geen enkele melding gaat nu open, en wat dicht blijft, zou verloren gaan. Laat eerst de map met sleutels van"
    " meldingen herstellen."
)
GONE = "Dit voorstel is er niet meer."
RECOVER, REMOVE = Proposal.Kind.RECOVER, Proposal.Kind.REMOVE


def key_in_force(channel: Channel, holder_id: int) -> Keyholder:
    """Admitted, or waiting to be. Raises NotAllowed."""
    found = in_force(channel).select_related("channel").filter(pk=holder_id).first()
    if found is None:
        raise refused("Deze sleutel is er niet meer.")
    return found


def subject(channel: Channel, reader: Keyholder, proposal_id: int) -> Keyholder:
    """Whom a proposal about keys is about. Raises NotAllowed where it is no more."""
    found = [each.holder for each in proposals(channel, reader) if each.pk == proposal_id]
    if not found or found[0] is None:
        raise refused(GONE)
    return found[0]


def admit(*, seat: Seat, by: Opened, holder_id: int, without: Collection[UUID] = ()) -> int:
    """A key counts from now on, and opens what whoever admits it may see; how many. A deputy gets nothing by this.

    What only others see, they give afterwards (`sharing.share`). Raises NotAllowed.
    """
    to = key_in_force(seat.channel, holder_id)
    with changing(seat, "admit_report_key", bytes(to.public_key)), sealed(holder=by.holder.pk):
        to = key_in_force(seat.channel, holder_id)
        require_reader(seat.channel, by.holder)
        former = admitted(seat.channel).filter(person_id=to.person_id).exclude(pk=to.pk).first()
        if to.person_id == by.holder.person_id:
            raise refused("Een ander laat uw sleutel toe.")
        if to.admitted_at is not None:
            raise refused("Deze sleutel is al toegelaten.")
        if former and to.kind != Keyholder.Kind.ESCROW:
            raise refused("Deze sleutel vervangt een andere. Dat loopt over het herstel met de noodsleutel.")
        given = [
            (envelope.report_id, found)
            for envelope, found in sharing.may_get(by, to)
            if envelope.report_id not in without or to.kind == Keyholder.Kind.ESCROW
        ]
        for report, found in given:
            envelopes.share(found, report=report, to=to)
        if former:
            envelopes.end(former)
        _admit(to)
        sharing.leave_identities(by, to, [report for report, _ in given])
    return len(given)


def seal_identities(*, seat: Seat, by: Opened, proposal_id: int) -> int:
    """The second person, after somebody was admitted: identities are sealed to that key too; how many."""
    with sealed(holder=by.holder.pk):
        proposal = _waiting(seat.channel, proposal_id, RECOVER, admitted=True)
        require_reader(seat.channel, by.holder)
        if by.holder.person_id == proposal.asked_by.person_id:
            raise refused("Een ander dan wie de sleutel toeliet, doet dit.")
        done = identities.seal_anew(by, bytes(proposal.body))
        proposal.delete()
    return done


def renew(*, seat: Seat, old: str, new: str) -> Keyholder:
    """Another key of one's own for all that the earlier one opened. Raises NotAllowed.

    The earlier key is kept, sealed to the new one: identities that were sealed to it still open with a second person.
    """
    keys.check_passphrase(new)
    found = keys.open_once(holder=held(seat), passphrase=old)
    fresh = sealing.new_key(new, keys.cost(), label=HOLDER)
    with changing(seat, "enrol_report_key", fresh[0]), sealed(holder=found.holder.pk):
        former = key_in_force(seat.channel, found.holder.pk)
        to = keys.create(seat, fresh, admitted=False)
        for report, each in _all_of(held_by(former), found).items():
            envelopes.share(each, report=report, to=to)
        envelopes.end(former)
        keys.bequeath(former, found.private, to)
        if former.admitted_at is not None:
            _admit(to)
    return to


def ask_recovery(*, seat: Seat, passphrase: str) -> Keyholder:
    """A new key of somebody who lost the passphrase of the other. It opens nothing until two others agree.

    For the escrow key it is another one, that the handlers admit in its place. Raises NotAllowed.
    """
    former = held(seat)
    keys.check_passphrase(passphrase)
    fresh = sealing.new_key(passphrase, keys.cost(), label=HOLDER)
    with changing(seat, "enrol_report_key", fresh[0]):
        if former.admitted_at is None or in_force(seat.channel).filter(person_id=seat.person.pk).count() > 1:
            raise refused("Uw nieuwe sleutel wacht al op een ander. Bent u ook die wachtzin kwijt, trek haar dan in.")
        to = keys.create(seat, fresh, admitted=False)
        if seat.kind != Keyholder.Kind.ESCROW:
            Proposal.objects.create(kind=RECOVER, holder=to, asked_by=former, asked_at=to.enrolled_at)
    tell(seat.channel, but=seat.person.pk)
    return to


def renew_escrow(*, seat: Seat, old: str) -> tuple[Keyholder, str]:
    """With a new passphrase for paper, by who has the old one. Raises NotAllowed."""
    passphrase = sealing.new_passphrase()
    return renew(seat=seat, old=old, new=passphrase), passphrase


def replace_escrow(*, seat: Seat) -> tuple[Keyholder, str]:
    """With a new passphrase for paper, by who lost the old one. Raises NotAllowed."""
    passphrase = sealing.new_passphrase()
    return ask_recovery(seat=seat, passphrase=passphrase), passphrase


def withdraw(*, seat: Seat) -> None:
    """One's own key that was never admitted goes again. Raises NotAllowed."""
    holder = held(seat)
    with changing(seat, "end_report_key", bytes(holder.public_key)):
        if in_force(seat.channel).filter(pk=holder.pk, admitted_at=None).first() is None:
            raise refused("Deze sleutel is al toegelaten. Haar beëindigen vraagt om een tweede persoon.")
        envelopes.end(holder)


def approve_recovery(*, seat: Seat, by: Opened, proposal_id: int) -> None:
    """The second person has spoken to who asks, and compared the fingerprint. Raises NotAllowed."""
    with sealed(holder=by.holder.pk):
        proposal = _waiting(seat.channel, proposal_id, RECOVER, admitted=False)
        require_reader(seat.channel, by.holder)
        if by.holder.person_id == proposal.asked_by.person_id:
            raise refused("Een ander dan wie erom vraagt, keurt dit goed.")
        proposal.approved_by, proposal.approved_at = by.holder, to_the_hour(clock.now())
        escrow = admitted(seat.channel).filter(kind=Keyholder.Kind.ESCROW)
        proposal.body = identities.loosen(by, held_by(proposal.asked_by), to=escrow)
        proposal.save(update_fields=["approved_by", "approved_at", "body"])
    tell(seat.channel, but=by.holder.person_id)


def recover(*, seat: Seat, passphrase: str, proposal_id: int) -> int:
    """The keeper of the escrow key, with the passphrase on paper: what the lost key opened, the new one does; how many.

    Raises NotAllowed.
    """
    if seat.kind != Keyholder.Kind.ESCROW:
        raise refused("Alleen wie de noodsleutel bewaart, herstelt een sleutel.")
    escrow = keys.open_once(holder=held(seat), passphrase=passphrase)
    with sealed(holder=escrow.holder.pk):
        proposal = _waiting(seat.channel, proposal_id, RECOVER, admitted=False)
    to, former = _about(proposal), proposal.asked_by
    with changing(seat, "admit_report_key", bytes(to.public_key)), sealed(holder=escrow.holder.pk):
        proposal = _waiting(seat.channel, proposal_id, RECOVER, admitted=False)
        if proposal.approved_by is None:
            raise refused("Een behandelaar keurt dit eerst goed.")
        if not admitted(seat.channel).filter(pk=escrow.holder.pk).exists():
            raise refused("Uw nieuwe noodsleutel is nog niet toegelaten.")
        theirs = _all_of(held_by(former), escrow)
        for report, found in theirs.items():
            envelopes.share(found, report=report, to=to)
        envelopes.end(former)
        _admit(to)
        identities.seal_anew(escrow, bytes(proposal.body))
    return len(theirs)


def propose_end(*, seat: Seat, by: Opened, holder_id: int) -> None:
    """Somebody leaves, or is no longer to read: the first of two persons. Raises NotAllowed."""
    with sealed(holder=by.holder.pk):
        target = key_in_force(seat.channel, holder_id)
        require_reader(seat.channel, by.holder)
        if target.person_id == by.holder.person_id:
            raise refused("Een ander stelt voor uw sleutel te beëindigen.")
        _require_enough(seat.channel, target)
        if Proposal.objects.filter(kind=REMOVE, holder=target).exists():
            raise refused("Dit is al voorgesteld, en wacht op een tweede persoon.")
        Proposal.objects.create(kind=REMOVE, holder=target, asked_by=by.holder, asked_at=to_the_hour(clock.now()))
    tell(seat.channel, but=by.holder.person_id)


def end(*, seat: Seat, by: Opened, proposal_id: int) -> None:
    """The second person: the key is ended; its envelopes and visits are gone. Raises NotAllowed."""
    with sealed(holder=by.holder.pk):
        target = _about(_waiting(seat.channel, proposal_id, REMOVE))
    with changing(seat, "end_report_key", bytes(target.public_key)), sealed(holder=by.holder.pk):
        _require_second(by.holder, _waiting(seat.channel, proposal_id, REMOVE))
        _require_enough(seat.channel, target)
        envelopes.end(target)


def reject(*, seat: Seat, by: Opened, proposal_id: int) -> None:
    """One of the others does not agree. Raises NotAllowed."""
    with sealed(holder=by.holder.pk):
        proposal = _waiting(seat.channel, proposal_id, REMOVE)
        _require_second(by.holder, proposal)
        proposal.delete()


def proposals(channel: Channel, holder: Keyholder) -> list[Proposal]:
    """About keys, that wait for somebody."""
    with sealed(holder=holder.pk):
        found = Proposal.objects.filter(kind__in=[RECOVER, REMOVE], holder__channel=channel)
        return list(found.select_related("holder", "asked_by", "approved_by").order_by("pk"))


def tell(channel: Channel, *, but: int) -> None:
    """A notice for every other keyholder: there is something to do about keys."""
    at = to_the_hour(clock.now())
    with sealed(clock=True):
        for holder in admitted(channel).exclude(person_id=but):
            Notice.objects.create(holder=holder, at=at)


def _admit(holder: Keyholder) -> None:
    holder.admitted_at = holder.admitted_at or to_the_hour(clock.now())
    holder.save(update_fields=["admitted_at"])


def _waiting(channel: Channel, proposal_id: int, kind: str, *, admitted: bool = True) -> Proposal:
    """About a key that counts, or about one that is to take the place of another."""
    found = Proposal.objects.select_related("holder__channel", "asked_by", "approved_by").filter(
        pk=proposal_id, kind=kind, holder__channel=channel, holder__ended_at=None,
        holder__admitted_at__isnull=not admitted,
    )  # fmt: skip
    if not (proposal := found.first()):
        raise refused(GONE)
    return proposal


def _about(proposal: Proposal) -> Keyholder:
    assert proposal.holder is not None
    return proposal.holder


def _require_second(by: Keyholder, proposal: Proposal) -> None:
    """Escrow too: to end a key is not to read."""
    if by.person_id in {proposal.asked_by.person_id, _about(proposal).person_id}:
        raise refused("Een ander dan wie het voorstelt en om wie het gaat, beslist hierover.")
    if not admitted(by.channel).filter(pk=by.pk).exists():
        raise refused("Dit doet iemand met een toegelaten sleutel.")


def _all_of(reports: Collection[UUID], by: Opened) -> dict[UUID, ReportKeys]:
    """What opens of these. Where nothing does, the folder of keys is not there, and all would be lost with the key that
    is ended; a single one was destroyed before. Raises NotAllowed.
    """
    found = {envelope.report_id: each for envelope, each in envelopes.opened(by) if envelope.report_id in reports}
    if reports and not found:
        raise refused(NOT_WHOLE)
    return found


def _require_enough(channel: Channel, target: Keyholder) -> None:
    """Of the channel and of every report: the same words, so that they do not tell whether there is one."""
    if target.admitted_at is None:
        return
    others = admitted(channel).exclude(person_id=target.person_id)
    kinds = set(others.values_list("kind", flat=True))
    enough = others.count() >= FEWEST_LEFT and kinds & {*READERS} and Keyholder.Kind.ESCROW in kinds
    with sealed(holder=target.pk):
        left: dict[UUID, int] = dict.fromkeys(held_by(target), 0)
        for report in Envelope.objects.filter(holder__in=others).values_list("report", flat=True):
            left[report] += 1
    if not enough or any(count < FEWEST_LEFT for count in left.values()):
        raise refused(TOO_FEW)
