"""What is done with tenders outside the steps: keys, what comes in without an account, the first of two openers.

Who tenders has no account and no name here: what they do stands in the chain of the desk, as done by the system. What
comes in is written under the lock of its desk, by the one clock (ADR 34).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit import clock
from audit.services import acting
from cases.models import SealedTender, SealKey, TenderDesk
from cases.rules import sealing
from cases.selectors import tenders as found
from cases.services import envelopes, seals
from cases.services import tenders as change
from cases.services.envelopes import Bid, Envelope
from cases.services.seals import Received
from roles.authorize import Kind, NotAllowed, Wanted
from roles.models import Person, Scheme
from roles.rules.verdict import Refused
from roles.services.acting import act
from roles.services.cases import note_recusal
from roles.services.keeping import lock
from workflows import asks, leaving
from workflows.engine import Stale, Work, move
from workflows.register import Keeper
from workflows.tasks.procurement.assessing import CONFLICT, usable_key
from workflows.tasks.procurement.content import procurement_of

MOST_TENDERS = 300  # at one desk; a flood is turned away before it fills a disk


@dataclass(frozen=True, slots=True)
class Receipt:
    """What who tenders keeps: the moment by our clock, the hash of what lies shut, the code that is shown once."""

    received_at: datetime
    digest: str
    code: str


@transaction.atomic
def enrol_key(*, keeper: Keeper, scheme: Scheme, passphrase: str) -> SealKey:
    """An opener's own key. Raises NotAllowed."""
    by = keeper.may(lock(scheme), "hold_seal_key")
    person = Person.objects.get(pk=by.person_id)
    with act(chain=scheme.chain, verb="enrol_seal_key", by=by) as done:
        key = seals.enrol(
            scheme=scheme, person=person, kind=SealKey.Kind.PERSONAL, passphrase=passphrase, at=clock.now()
        )
        done.details["fingerprint"] = key.fingerprint
    return key


@transaction.atomic
def enrol_escrow(*, keeper: Keeper, scheme: Scheme) -> tuple[SealKey, str]:
    """The key for calamities, with a passphrase that is shown once, for paper. Raises NotAllowed."""
    by = keeper.may(lock(scheme), "keep_escrow_key")
    passphrase = sealing.new_passphrase()
    person = Person.objects.get(pk=by.person_id)
    with act(chain=scheme.chain, verb="enrol_escrow_key", by=by) as done:
        key = seals.enrol(scheme=scheme, person=person, kind=SealKey.Kind.ESCROW, passphrase=passphrase, at=clock.now())
        done.details["fingerprint"] = key.fingerprint
    return key, passphrase


@transaction.atomic
def change_passphrase(*, keeper: Keeper, scheme: Scheme, old: str, new: str) -> None:
    """Of one's own key. Raises NotAllowed."""
    by = keeper.may(lock(scheme), "hold_seal_key")
    key = found.seal_key(by.person_id, scheme.pk)
    if key is None:
        raise NotAllowed(Refused("U hebt nog geen sleutel.", seals.SEAL))
    with act(chain=scheme.chain, verb="change_seal_passphrase", by=by) as done:
        seals.change_passphrase(key=key, old=old, new=new)
        done.details["fingerprint"] = key.fingerprint


@transaction.atomic
def hand_in(*, address: str, envelope: Envelope, bid: Bid, instead_of: str = "") -> Receipt:
    """A tender, shut as it came in; with the code of an earlier one it takes that one's place. Raises NotAllowed."""
    desk, now = _open(address)
    if desk.sealed.count() >= MOST_TENDERS:
        raise NotAllowed(Refused("Dit loket neemt nu niets meer aan. Bel de aanbestedende dienst.", seals.SEAL))
    size, digest = envelope.close(bid)
    earlier = _sealed(desk, instead_of) if instead_of.strip() else None
    received = Received(folder=envelope.folder, label=envelope.label, size=size, digest=digest, key=envelope.key)
    with acting(chain=desk.chain, verb="replace_tender" if earlier else "hand_in_tender") as done:
        if earlier:
            _take_back(earlier, SealedTender.State.REPLACED, now)
        sealed, code = seals.take_in(desk=desk, received=received, at=now, replaces=earlier)
        done.details |= {"sealed": sealed.pk, "digest": digest}
    return Receipt(received_at=now, digest=digest, code=code)


@transaction.atomic
def withdraw(*, address: str, code: str) -> datetime:
    """Before the closing, by who has the code: what lay there is destroyed. Raises NotAllowed."""
    desk, now = _open(address)
    sealed = _sealed(desk, code)
    with acting(chain=desk.chain, verb="withdraw_tender") as done:
        _take_back(sealed, SealedTender.State.WITHDRAWN, now)
        done.details |= {"sealed": sealed.pk, "digest": sealed.digest}
    return now


def _open(address: str) -> tuple[TenderDesk, datetime]:
    """The desk under its lock, and what time it is. Raises NotAllowed when it is not open."""
    TenderDesk.objects.select_for_update(no_key=True).filter(address=address).first()
    desk, now = found.desk_at(address), clock.now()
    if desk is None or not found.is_open(desk, now):
        raise NotAllowed(
            Refused("De inschrijving is gesloten. Wat na het sluitingstijdstip komt, telt niet mee.", seals.SEAL)
        )
    return desk, now


def _sealed(desk: TenderDesk, code: str) -> SealedTender:
    sealed = desk.sealed.filter(receipt=seals.hash_of(code), state=SealedTender.State.SEALED).first()
    if sealed is None:
        raise NotAllowed(
            Refused("Deze ontvangstcode hoort niet bij een inschrijving die hier verzegeld ligt.", seals.SEAL)
        )
    return sealed


def _take_back(sealed: SealedTender, state: str, at: datetime) -> None:
    """The files go once it is certain; until then a failure leaves the tender as it was."""
    seals.take_back(sealed=sealed, state=state, at=at)
    transaction.on_commit(lambda: envelopes.destroy(sealed.folder))


def begin_opening(
    *, user_id: int, case_id: int, task_id: int, appointment_id: int, passphrase: str, escrow: bool = False,
    ground: str = "", substitution_id: int | None = None,
) -> None:  # fmt: skip
    """The first of two openers: takes off one layer of every tender, and opens nothing by that. Raises NotAllowed."""

    def wanted(work: Work) -> Wanted:
        return asks.for_step(work, ground=ground)

    with move(
        case_id=case_id, task_id=task_id, user_id=user_id, appointment_id=appointment_id, verb="begin_opening",
        substitution_id=substitution_id, ground=ground, wanted=wanted,
    ) as work:  # fmt: skip
        if work.node.name != "opening":
            raise NotAllowed(Refused("Deze taak is geen opening.", "Procesbeschrijving"))
        desk = found.desk_of(procurement_of(work))
        if desk is None or desk.mode != TenderDesk.Mode.SEALED or not found.shut(desk):
            raise NotAllowed(Refused("Er ligt niets onder zegel om te openen.", seals.SEAL))
        if found.is_open(desk, work.now):
            raise NotAllowed(Refused("De inschrijving is nog open: tot de sluiting blijft alles dicht.", seals.SEAL))
        if desk.first_id is not None:
            raise Stale("De eerste laag is al weggenomen. Een andere opener maakt de opening af.")
        key = usable_key(work, desk, escrow=escrow)
        person = Person.objects.get(pk=work.actor.person_id)
        count = seals.peel(desk=desk, key=key, passphrase=passphrase, person=person, at=work.now)
        work.details |= {"opener": key.fingerprint, "escrow": escrow, "count": count}


def declare(
    *, user_id: int, case_id: int, appointment_id: int, conflicted: bool, interest: str = "",
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Whether somebody has an interest in who tendered. Who has one stays out: a recusal, and their seat drops out."""
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        verb="declare_conflict" if conflicted else "declare_no_conflict",
        wanted=lambda work: to_declare(work),
    ) as work:  # fmt: skip
        procurement = procurement_of(work)
        desk = found.desk_of(procurement)
        if not procurement.tenders.filter(round=procurement.round).exists() or (desk and desk.opened_at is None):
            raise NotAllowed(Refused("Wie inschreef, is pas bekend na de opening.", CONFLICT))
        if found.declaration(procurement, work.actor.person_id) is not None:
            raise Stale("U hebt deze verklaring al afgelegd.")
        change.declare(procurement=procurement, conflicted=conflicted, by=work.actor, at=work.now)
        if conflicted:
            note_recusal(person_id=work.actor.person_id, chain=work.case.chain, ground=interest)
            leaving.leave_seats(work, work.actor.person_id)


def to_declare(work: Work) -> Wanted:
    """Any hat of the regeling: it is about the person. Asked of a procurement alone."""
    if work.process.flow_class.code != "procurement":
        raise NotAllowed(Refused("Deze zaak kent geen inschrijvers.", "Procesbeschrijving"))
    return Wanted(
        verb="declare_no_conflict", duty="", kind=Kind.OFFICE, scheme_id=work.case.scheme_id, flow="procurement",
        chains=work.case.chains, domain=work.domain,
    )  # fmt: skip
