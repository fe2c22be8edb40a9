"""Keys of openers and the desk of a round: enrolling, taking in what comes under seal, opening it (ADR 34).

Whoever calls has an act open: in the chain of the regeling for a key, in that of the desk for what comes in, in that of
the case for the opening.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.models import KeyLock, Opener, Procurement, SealedTender, SealKey, TenderDesk
from cases.rules import sealing
from cases.rules.sealing import Broken, Cost, Locked, WrongPassphrase
from cases.services import envelopes
from roles.authorize import NotAllowed
from roles.models import Person, Scheme
from roles.rules.verdict import Refused

SEAL = "Aanbestedingswet 2012 art. 2.57; ADR 34"
CODE_GROUPS = 5


def enrol(*, scheme: Scheme, person: Person, kind: str, passphrase: str, at: datetime) -> SealKey:
    """A new key; an earlier one of the same person (or the earlier escrow key) opens only what was sealed to it."""
    check_passphrase(passphrase)
    current = SealKey.objects.filter(scheme=scheme, kind=kind, ended_at=None)
    for earlier in current.filter(person=person) if kind == SealKey.Kind.PERSONAL else current:
        earlier.ended_at = at
        earlier.save(update_fields=["ended_at"])
    public, locked = sealing.new_key(passphrase, cost())
    key = SealKey.objects.create(
        scheme=scheme, kind=kind, person=person, public=public, fingerprint=sealing.fingerprint(public), enrolled_at=at
    )
    KeyLock.objects.create(key=key, **_columns(locked))
    return key


def change_passphrase(*, key: SealKey, old: str, new: str) -> None:
    """The same key, so that what was sealed to it still opens. Raises NotAllowed."""
    check_passphrase(new)
    try:
        locked = sealing.relock(_locked(key), bytes(key.public), old, new, cost())
    except WrongPassphrase:
        raise wrong_passphrase() from None
    lock = key.lock
    for name, value in _columns(locked).items():
        setattr(lock, name, value)
    lock.save()


def check_passphrase(passphrase: str) -> None:
    """Raises NotAllowed."""
    if sealing.too_weak(passphrase):
        raise NotAllowed(
            Refused(f"Kies een wachtzin van ten minste {sealing.SHORTEST_PASSPHRASE} tekens, in eigen woorden.", SEAL)
        )


def wrong_passphrase() -> NotAllowed:
    return NotAllowed(Refused("Deze wachtzin past niet op de sleutel. Er is niets geopend.", SEAL))


def open_desk(*, procurement: Procurement, mode: str, platform: str, keys: list[SealKey]) -> TenderDesk:
    """Where the tenders of this round come in. Which keys open it is fixed from here on."""
    desk = TenderDesk.objects.create(
        procurement=procurement,
        round=procurement.round,
        mode=mode,
        platform=platform,
        address=secrets.token_urlsafe(32),
    )
    for key in keys:
        Opener.objects.create(desk=desk, key=key)
    return desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came in, shut already: its folder, its size, the hash over all of it, and the key that it waits for."""

    folder: UUID
    label: str
    size: int
    digest: str
    key: bytes


def take_in(
    *, desk: TenderDesk, received: Received, at: datetime, replaces: SealedTender | None = None
) -> tuple[SealedTender, str]:
    """A tender lies shut, to the openers of its desk. Returns it with the code by which who sent it is known again."""
    keys = [bytes(opener.key.public) for opener in desk.openers.select_related("key")]
    code = new_code()
    sealed = SealedTender.objects.create(
        desk=desk, folder=received.folder, receipt=hash_of(code), received_at=at, replaces=replaces,
        digest=received.digest, size=received.size,
        envelopes=sealing.seal_key(received.key, tender=received.label, openers=keys),
    )  # fmt: skip
    return sealed, code


def take_back(*, sealed: SealedTender, state: str, at: datetime) -> None:
    """Replaced or withdrawn: what it held is destroyed, unread."""
    sealed.state = state
    sealed.ended_at = at
    sealed.envelopes = {}
    sealed.save(update_fields=["state", "ended_at", "envelopes"])


def new_code() -> str:
    """A receipt: 25 letters and digits, some 123 bits, so that its hash alone gives nothing away."""
    letters = [secrets.choice(sealing.ALPHABET) for _ in range(5 * CODE_GROUPS)]
    return "-".join("".join(letters[at : at + 5]) for at in range(0, len(letters), 5))


def hash_of(code: str) -> str:
    return hashlib.sha256("".join(code.lower().replace("-", " ").split()).encode()).hexdigest()


def peel(*, desk: TenderDesk, key: SealKey, passphrase: str, person: Person, at: datetime) -> int:
    """The first opener takes off their layer of every tender: what is left is sealed to the others. How many it was."""
    private = _unlock(key, passphrase)
    shut = list(desk.sealed.filter(state=SealedTender.State.SEALED))
    for sealed in shut:
        sealed.desk = desk
        try:
            sealed.peeled = sealing.peel(sealed.envelopes, tender=sealed.label, private=private)
        except Broken:
            sealed.state = SealedTender.State.BROKEN
        sealed.save(update_fields=["peeled", "state"])
    desk.first, desk.first_by, desk.first_at = key, person, at
    desk.save(update_fields=["first", "first_by", "first_at"])
    return len(shut)


def finish(*, desk: TenderDesk, key: SealKey, passphrase: str) -> list[tuple[SealedTender, envelopes.Content | None]]:
    """The second opener: every tender with what it holds, or nothing where it was tampered with."""
    assert desk.first is not None
    private = _unlock(key, passphrase)
    opened: list[tuple[SealedTender, envelopes.Content | None]] = []
    for sealed in desk.sealed.filter(state__in=[SealedTender.State.SEALED, SealedTender.State.BROKEN]):
        sealed.desk = desk
        content = None
        try:
            tender_key = sealing.finish(
                sealed.peeled or {}, tender=sealed.label, first=desk.first.fingerprint, private=private
            )
            content = envelopes.read(sealed, tender_key)
        except Broken:
            pass
        sealed.state = SealedTender.State.OPENED if content else SealedTender.State.BROKEN
        sealed.envelopes, sealed.peeled = {}, None
        sealed.save(update_fields=["state", "envelopes", "peeled"])
        opened.append((sealed, content))
    return opened


def cost() -> Cost:
    """What a guess takes; of its own so that tests and the example need not wait for it."""
    return Cost()


def _unlock(key: SealKey, passphrase: str) -> X25519PrivateKey:
    try:
        return sealing.unlock(_locked(key), bytes(key.public), passphrase)
    except WrongPassphrase:
        raise wrong_passphrase() from None


def _locked(key: SealKey) -> Locked:
    lock = key.lock
    return Locked(
        salt=bytes(lock.salt), wrapped=bytes(lock.wrapped), cost=Cost(lock.iterations, lock.memory, lock.lanes)
    )


def _columns(locked: Locked) -> dict[str, object]:
    return {
        "salt": locked.salt, "wrapped": locked.wrapped, "iterations": locked.cost.iterations,
        "memory": locked.cost.memory, "lanes": locked.cost.lanes,
    }  # fmt: skip
