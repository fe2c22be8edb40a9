"""Who handles reports in Limburg-Noord: Silke and Tariq, Hanna in their place, Otto with the escrow key."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

from cases.rules import sealing
from cases.rules.sealing import Locked
from escalation.whistleblowing import chain, keyring
from escalation.whistleblowing.models import Channel, Envelope, Keyholder, Message, Report
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.sealed import sealed
from tests.whistleblowing.rows import CHEAP, LIMBURG, a_holder

KINDS = {
    "silke": Keyholder.Kind.HANDLER, "tariq": Keyholder.Kind.HANDLER, "hanna": Keyholder.Kind.DEPUTY,
    "otto": Keyholder.Kind.ESCROW,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holder:
    """A key with its private half."""

    row: Keyholder
    private: bytes

    @property
    def pk(self) -> int:
        return self.row.pk


def holders() -> dict[str, Holder]:
    return {name: _with_key(name, kind) for name, kind in KINDS.items()}


def channel() -> Channel:
    return Channel.objects.get(code=LIMBURG)


def _with_key(name: str, kind: str) -> Holder:
    row = a_holder(name, kind)
    locked = Locked(salt=bytes(row.salt), wrapped=bytes(row.wrapped), cost=CHEAP)
    return Holder(row, sealing.unlock(locked, bytes(row.public_key), f"wachtzin van {name}").private_bytes_raw())


def talk_of(holder: Holder) -> list[dict[str, Any]]:
    """What this handler reads of the only report that they have."""
    with sealed(holder=holder.pk):
        envelope = Envelope.objects.select_related("report").get(holder=holder.row)
        keys = keys_of(envelope, holder)
        about = ("message", str(envelope.report_id), "talk")
        found = Message.objects.filter(report=envelope.report).order_by("pk")
        return [json.loads(vault.open_among(keys.talk, bytes(each.body), about=about)) for each in found]


def keys_of(envelope: Envelope, holder: Holder) -> vault.ReportKeys:
    return vault.disclose(
        vault.Enclosed(talk=bytes(envelope.talk), desk=bytes(envelope.desk)), report=str(envelope.report_id),
        holder=str(holder.pk), by=holder.private, shred=keyring.key_of(envelope.report_id),
    )  # fmt: skip


def acts_of(holder: Holder) -> list[tuple[str, dict[str, Any]]]:
    with sealed(holder=holder.pk):
        envelope = Envelope.objects.get(holder=holder.row)
        keys = keys_of(envelope, holder)
        acts = chain.read({envelope.report_id: keys})[envelope.report_id]
    return [(fact.verb, dict(fact.details)) for fact in acts.facts]


def handler_says(holder: Holder, **said: Any) -> None:
    with sealed(holder=holder.pk):
        envelope = Envelope.objects.select_related("report").get(holder=holder.row)
        report, talk = envelope.report, keys_of(envelope, holder).talk
        words = {"at": "2026-11-22T12:00:00+00:00", "by": "handler", "files": [], **said}
        body = vault.seal_among(talk, json.dumps(words).encode(), about=("message", str(report.pk), "talk"))
        Message.objects.create(report=report, lane="talk", body=body)


def reports(cast: dict[str, Holder]) -> list[Report]:
    with sealed(holder=cast["silke"].pk):
        return list(Report.objects.all())


def readers(cast: dict[str, Holder]) -> set[str]:
    found = set()
    for name, holder in cast.items():
        with sealed(holder=holder.pk):
            if Envelope.objects.filter(holder=holder.row).exists():
                found.add(name)
    return found


def private_of(holder: Holder) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(holder.private)


def waiting() -> list[Path]:
    """Files that came in and were not sent."""
    folder = Path(settings.SEALED_FILES) / "arriving"
    return list(folder.iterdir()) if folder.is_dir() else []
