"""Who reported in confidence, when keys come and go: two persons seal it anew, and neither reads it (Wbk 1a; ADR 47).

The key of an identity is sealed to every ordered pair of whoever held the report. One person takes off their layer for
another; that other finishes, and seals the key to the pairs of whoever holds the report now.
"""

import json
from collections.abc import Collection
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.rules import sealing
from cases.rules.sealing import Broken
from escalation.whistleblowing.models import Envelope, Identity, Keyholder
from escalation.whistleblowing.services.keys import Opened, all_keys


def label(report: UUID, number: int) -> str:
    """What the envelopes of an identity are bound to."""
    return f"identity/{report}/{number}"


def loosen(by: Opened, reports: Collection[UUID], *, to: Collection[Keyholder]) -> bytes:
    """What is left of the identities in these reports for one of these others. Within `sealed()`."""
    theirs = Keyholder.objects.filter(person_id__in={each.person_id for each in to})  # also those they had before
    names = {sealing.fingerprint(bytes(each.public_key)) for each in theirs}
    found = Identity.objects.filter(report__in=reports).order_by("pk")
    left = {identity.pk: layers for identity in found if (layers := _for(names, peeled(identity, by)))}
    return json.dumps(left).encode() if left else b""


def seal_anew(by: Opened, loosened: bytes) -> int:
    """How many it was that the other left for this one. Within `sealed(holder=...)`."""
    done = 0
    for number, left in json.loads(loosened or b"{}").items():
        identity = Identity.objects.select_for_update().filter(pk=number).first()
        key = finished(identity, left, by) if identity else None
        if identity and key:
            identity.envelopes = sealing.seal_key(
                key, tender=label(identity.report_id, identity.number), openers=_trusted(identity)
            )
            identity.save(update_fields=["envelopes"])
            done += 1
    return done


def _for(names: Collection[str], layers: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    kept = {first: {name: layer for name, layer in each.items() if name in names} for first, each in layers.items()}
    return {first: each for first, each in kept.items() if each}


def _trusted(identity: Identity) -> list[bytes]:
    """The keys of who holds the report, and of deputies who were trusted with it from the first."""
    holding = set(Envelope.objects.filter(report=identity.report_id).values_list("holder", flat=True))
    return [
        public
        for each in Keyholder.objects.filter(ended_at=None, admitted_at__isnull=False).order_by("pk")
        if (public := bytes(each.public_key))
        and (
            each.pk in holding
            or (each.kind == Keyholder.Kind.DEPUTY and sealing.fingerprint(public) in identity.envelopes)
        )
    ]


def peeled(identity: Identity, by: Opened) -> dict[str, dict[str, str]]:
    """By which of their keys, one's own or an earlier one: what that leaves for each other key."""
    found = {}
    for private in map(X25519PrivateKey.from_private_bytes, all_keys(by)):
        name = sealing.fingerprint(private.public_key().public_bytes_raw())
        if name in identity.envelopes:
            found[name] = sealing.peel(
                identity.envelopes, tender=label(identity.report_id, identity.number), private=private
            )
    return found


def finished(identity: Identity, left: dict[str, dict[str, str]], by: Opened) -> bytes | None:
    for first, layers in left.items():
        for private in map(X25519PrivateKey.from_private_bytes, all_keys(by)):
            try:
                return sealing.finish(
                    layers, tender=label(identity.report_id, identity.number), first=first, private=private
                )
            except Broken:
                continue
    return None
