"""A keyholder's own key: made under a vault passphrase, opened with it for a visit, put under another one (ADR 47).

The passphrase is not that of the account and is kept nowhere. Argon2id runs outside transactions: who waits for it
holds nothing up. What others do with keys is in `holders`; in the public chain stands that a key was made, changed or
ended, and nothing of what it opens.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from audit import clock
from cases.rules import sealing
from cases.rules.sealing import SHORTEST_PASSPHRASE, Broken, Cost, Locked, WrongPassphrase
from escalation.whistleblowing.models import Channel, Installation, Keyholder, Visit
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.seats import Seat
from escalation.whistleblowing.services.terms import to_the_hour
from roles.authorize import Authority, NotAllowed
from roles.rules.verdict import Refused
from roles.services.acting import act
from roles.services.keeping import authority

HOLDER = vault.LABEL + b"/holder"
RULE = "Wet bescherming klokkenluiders art. 1a; ADR 47"
IDLE = timedelta(minutes=20)
FEWEST_HANDLERS = 2
OTHER_OFFICE = (
    "Uw sleutel is van een andere functie en opent hier niets. Laat haar door twee anderen beëindigen, en maak daarna"
    " een nieuwe aan."
)
READERS = (Keyholder.Kind.HANDLER, Keyholder.Kind.DEPUTY)


@dataclass(frozen=True, slots=True)
class Opened:
    """A keyholder with their key in hand. It is never written in an error or a log."""

    holder: Keyholder
    private: bytes = field(repr=False)


def enrol(*, seat: Seat, passphrase: str) -> Keyholder:
    """A first key of one's own. The first ones of a channel count at once; later ones wait for a handler to admit them.

    Raises NotAllowed, also when there is a key already: that is renewed, or recovered when its passphrase was lost.
    """
    check_passphrase(passphrase)
    fresh = sealing.new_key(passphrase, cost(), label=HOLDER)
    with changing(seat, "enrol_report_key", fresh[0]):
        if not seat.fits:
            raise refused(OTHER_OFFICE)
        if in_force(seat.channel).filter(person_id=seat.person.pk).exists():
            raise refused("U hebt al een sleutel. Vernieuw haar, of laat haar herstellen als u de wachtzin kwijt bent.")
        return create(seat, fresh, admitted=_counts_at_once(seat))


def enrol_escrow(*, seat: Seat) -> tuple[Keyholder, str]:
    """The key for calamities, with a passphrase that is shown once, for paper. Raises NotAllowed."""
    passphrase = sealing.new_passphrase()
    return enrol(seat=seat, passphrase=passphrase), passphrase


def create(seat: Seat, fresh: tuple[bytes, Locked], *, admitted: bool) -> Keyholder:
    """Within `changing`."""
    at = to_the_hour(clock.now())
    return Keyholder.objects.create(
        channel=seat.channel, person_id=seat.person.pk, kind=seat.kind, public_key=fresh[0], enrolled_at=at,
        admitted_at=at if admitted else None, **_columns(fresh[1]),
    )  # fmt: skip


def open_once(*, holder: Keyholder, passphrase: str) -> Opened:
    """With their passphrase, for as long as the caller takes. Raises NotAllowed."""
    if holder.ended_at is not None:
        raise refused("Deze sleutel is beëindigd.")
    try:
        private = sealing.unlock(_locked(holder), bytes(holder.public_key), passphrase, label=HOLDER)
    except WrongPassphrase:
        raise wrong_passphrase() from None
    return Opened(holder, private.private_bytes_raw())


def unlock(*, holder: Keyholder, passphrase: str) -> str:
    """Opens the vault for a visit; the token of it, which only the browser keeps. Raises NotAllowed."""
    if holder.kind == Keyholder.Kind.ESCROW:
        raise refused("De noodsleutel opent de kluis niet. Zij dient alleen om een sleutel te herstellen.")
    found = open_once(holder=holder, passphrase=passphrase)
    token = os.urandom(sealing.KEY_BYTES)
    with sealed(holder=holder.pk):
        Visit.objects.create(
            token=vault.digest(token), holder=holder, expires_at=clock.now() + IDLE,
            wrapped=vault.box(token, found.private, about=("visit", str(holder.pk))),
        )  # fmt: skip
    return token.hex()


def opened(token: str) -> Opened | None:
    """Whose visit this is, with their key; nothing when it is over, or their key was ended. Looking in prolongs it."""
    try:
        raw = bytes.fromhex(token)
    except ValueError:
        return None
    if len(raw) != sealing.KEY_BYTES:
        return None
    now = clock.now()
    with sealed():
        visits = Visit.objects.select_related("holder__channel").filter(holder__ended_at=None, expires_at__gt=now)
        visit = visits.filter(token=vault.digest(raw)).first()
        if visit is None or visit.holder is None:
            return None
        if visit.expires_at < now + IDLE - timedelta(minutes=1):
            visit.expires_at = now + IDLE
            visit.save(update_fields=["expires_at"])
    return Opened(visit.holder, vault.unbox(raw, bytes(visit.wrapped), about=("visit", str(visit.holder.pk))))


def shut(*, holder: Keyholder) -> None:
    """Every visit of this keyholder is over."""
    with sealed(holder=holder.pk):
        Visit.objects.filter(holder=holder).delete()


def bequeath(former: Keyholder, private: bytes, to: Keyholder) -> None:
    """An ended key is kept for who has its successor alone; its own passphrase opens it no more."""
    former.salt, former.wrapped = b"", vault.seal_to(bytes(to.public_key), private, about=_heir(former))
    former.save(update_fields=["salt", "wrapped"])


def all_keys(by: Opened) -> list[bytes]:
    """One's own key, and those that it succeeded: identities may still be sealed to one of these."""
    found = [by.private]
    ended = Keyholder.objects.filter(channel=by.holder.channel, person_id=by.holder.person_id, salt=b"")
    for former in ended.order_by("-pk"):
        with suppress(Broken):
            found.append(vault.open_with(found[-1], bytes(former.wrapped), about=_heir(former)))
    return found


def change_passphrase(*, seat: Seat, old: str, new: str) -> None:
    """The same key, so that all that was sealed to it still opens. Raises NotAllowed."""
    holder = held(seat)
    check_passphrase(new)
    try:
        locked = sealing.relock(_locked(holder), bytes(holder.public_key), old, new, cost(), label=HOLDER)
    except WrongPassphrase:
        raise wrong_passphrase() from None
    with changing(seat, "change_report_passphrase", bytes(holder.public_key)):
        now = Keyholder.objects.select_for_update().get(pk=holder.pk)
        if now.ended_at is not None or bytes(now.salt) != bytes(holder.salt):
            raise refused("Deze sleutel is intussen gewijzigd. Bekijk eerst hoe het er nu voor staat.")
        for name, value in _columns(locked).items():
            setattr(now, name, value)
        now.save(update_fields=list(_columns(locked)))
        Visit.objects.filter(holder=now).delete()


def missing(channel: Channel) -> list[str]:
    """What this channel lacks before it may open, in words for who keeps its keys; nothing when it may."""
    kinds = list(admitted(channel).values_list("kind", flat=True))
    lacking = []
    if (handlers := kinds.count(Keyholder.Kind.HANDLER)) < FEWEST_HANDLERS:
        lacking.append(
            f"Er zijn twee behandelaars met een sleutel nodig; er {'is er één' if handlers else 'is er geen'}."
        )
    if Keyholder.Kind.ESCROW not in kinds:
        lacking.append("Er is nog geen noodsleutel. Wie haar bewaart, maakt haar aan en is zelf geen behandelaar.")
    return lacking


def in_force(channel: Channel) -> QuerySet[Keyholder]:
    """Keys that were not ended, admitted or waiting to be."""
    return Keyholder.objects.filter(channel=channel, ended_at=None).order_by("pk")


def admitted(channel: Channel) -> QuerySet[Keyholder]:
    """To whom a report may be sealed."""
    return in_force(channel).filter(admitted_at__isnull=False)


def held(seat: Seat) -> Keyholder:
    """Their own key. Raises NotAllowed where they have none, or one of another office."""
    if seat.holder is None:
        raise refused("U hebt nog geen sleutel.")
    if not seat.fits:
        raise refused(OTHER_OFFICE)
    return seat.holder


@contextmanager
def changing(seat: Seat, verb: str, public: bytes) -> Iterator[None]:
    """One change of keys in this channel at a time, with its act in the public chain. Raises NotAllowed.

    The act is committed first: of what a death in between leaves behind, `unfinished` tells.
    """
    with alone(seat) as by, act(chain=seat.scheme.chain, verb=verb, by=by) as done:
        done.details["fingerprint"] = sealing.fingerprint(public)
        yield


@contextmanager
def alone(seat: Seat) -> Iterator[Authority]:
    """Nobody else changes keys in this channel meanwhile; by what authority. Raises NotAllowed."""
    with sealed(holder=seat.holder.pk if seat.holder else None):
        Channel.objects.select_for_update().get(pk=seat.channel.pk)
        with transaction.atomic():
            yield authority(
                user_id=seat.person.user_id or 0, appointment_id=seat.appointment_id, scheme=seat.scheme, step=seat.step
            )


def check_passphrase(passphrase: str) -> None:
    """Raises NotAllowed."""
    if sealing.too_weak(passphrase):
        raise refused(f"Kies een wachtzin van ten minste {SHORTEST_PASSPHRASE} tekens, in eigen woorden.")


def wrong_passphrase() -> NotAllowed:
    return refused("Deze wachtzin past niet op de sleutel. Er is niets geopend.")


def refused(reason: str) -> NotAllowed:
    return NotAllowed(Refused(reason, RULE))


def cost() -> Cost:
    """What a guess of a passphrase takes in this installation."""
    with sealed():
        return bounded(Installation.objects.get())


def bounded(row: Installation) -> Cost:
    """Who may write to the database does not make guessing cheap for what is shut from then on."""
    iterations, memory = settings.STRETCH_AT_LEAST
    return Cost(max(row.iterations, iterations), max(row.memory, memory), row.lanes)


def _counts_at_once(seat: Seat) -> bool:
    """While there can be no report yet, there is nothing to admit anybody to: a channel without these is shut."""
    ever = Keyholder.objects.filter(channel=seat.channel, kind=seat.kind, admitted_at__isnull=False).count()
    return ever < {Keyholder.Kind.HANDLER: FEWEST_HANDLERS, Keyholder.Kind.ESCROW: 1}.get(seat.kind, 0)


def _heir(former: Keyholder) -> tuple[str, ...]:
    return ("heir", str(former.pk))


def _locked(holder: Keyholder) -> Locked:
    return Locked(
        salt=bytes(holder.salt), wrapped=bytes(holder.wrapped),
        cost=Cost(holder.iterations, holder.memory, holder.lanes),
    )  # fmt: skip


def _columns(locked: Locked) -> dict[str, object]:
    return {
        "salt": locked.salt, "wrapped": locked.wrapped, "iterations": locked.cost.iterations,
        "memory": locked.cost.memory, "lanes": locked.cost.lanes,
    }  # fmt: skip
