"""The file of signed roots: whole, in order, signed with our key, and true to its own heads."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from audit.roots import Replay, Root, key_name, public_key
from audit.verify.report import Finding, Report

NOTHING_SIGNED = "Er is nog geen wortel ondertekend: een keten die in haar geheel is herschreven, valt nog niet op."

UNFINISHED = "De laatste regel met een wortel is niet afgemaakt; de volgende wortel komt ervoor in de plaats."


@dataclass(slots=True)
class Signed:
    """Which numbers of which chains were signed with which hash; and when."""

    heads: dict[str, dict[int, tuple[str, int]]] = field(default_factory=dict)  # chain, number: hash, number of root
    moments: dict[int, datetime] = field(default_factory=dict)

    def take(self, root: Root) -> None:
        self.moments[root.number] = datetime.fromisoformat(root.at)
        for chain, seq, hash in root.heads:
            self.heads.setdefault(chain, {})[seq] = hash, root.number


def read_roots(report: Report) -> Signed:
    signed, path = Signed(), Path(settings.AUDIT_ROOTS)
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    if lines and not lines[-1].endswith(b"\n"):
        lines.pop()
        report.remarks.append(UNFINISHED)
    if not lines:
        report.remarks.append(NOTHING_SIGNED)
        return signed
    try:
        key = public_key()
    except (OSError, ValueError):
        report.add([Finding("root_key", str(path), "de openbare sleutel van de wortels ontbreekt of is onleesbaar")])
        return signed
    replay = Replay()
    for number, line in enumerate(lines, start=1):
        try:
            root = Root.from_line(line)
            faults = list(_faults(root, number, replay, key))
        except (ValueError, TypeError, KeyError, AttributeError):
            report.add([Finding("root_unreadable", f"wortel {number}", "de regel is onleesbaar")])
            continue
        moment = datetime.fromisoformat(root.at)
        report.add([Finding(what, f"wortel {number}", says, moment) for what, says in faults])
        replay.take(root)
        signed.take(root)
        report.roots += 1
    if replay.last and replay.last.root != replay.merkle_root():
        report.add(
            [Finding("root_wrong", f"wortel {replay.last.number}", "past niet bij de ketenkoppen in het bestand")]
        )
    return signed


def _faults(root: Root, number: int, replay: Replay, key: Ed25519PublicKey) -> Iterator[tuple[str, str]]:
    if root.key != key_name(key):
        yield "root_key", "is ondertekend met een andere sleutel"
    try:
        key.verify(bytes.fromhex(root.signature), root.message())
    except InvalidSignature:
        yield "root_signature", "de handtekening klopt niet"
    before = replay.last
    if root.number != number or root.previous != (before.digest() if before else ""):
        yield "root_order", "sluit niet aan op de vorige wortel"
    if any(seq <= replay.heads.get(chain, (0, ""))[0] for chain, seq, _ in root.heads):
        yield "root_rewound", "een keten is hier korter dan in een eerdere wortel"
