"""The file of signed roots: whole, in order, signed with our key, and true to its own heads."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from audit.format import read_leaf
from audit.roots import Replay, Root, key_name, public_key
from audit.verify.report import Finding, Report

NOTHING_SIGNED = "Er is nog geen wortel ondertekend: een keten die in haar geheel is herschreven, valt nog niet op."

UNFINISHED = "De laatste regel met een wortel is niet afgemaakt; de volgende wortel komt ervoor in de plaats."

MARK = struct.Struct(">qq32s")  # number of the act, number of the root, hash of the act


class UnknownRoot(LookupError):
    """There is no root of that number from which a verification could go on."""


@dataclass(slots=True)
class Signed:
    """Which numbers of which chains were signed with which hash; and when. Packed, for there may be millions."""

    marks: dict[str, bytes] = field(default_factory=dict)  # chain: one MARK for each root that it grew in
    moments: dict[int, datetime] = field(default_factory=dict)
    before: dict[str, bytes] = field(default_factory=dict)  # the heads where a verification goes on from, as hashed

    def take(self, root: Root) -> None:
        self.moments[root.number] = datetime.fromisoformat(root.at)
        for chain, seq, hash in root.heads:
            self.mark(chain, seq, root.number, hash)

    def mark(self, chain: str, seq: int, root: int, hash: str) -> None:
        self.marks[chain] = self.marks.get(chain, b"") + MARK.pack(seq, root, bytes.fromhex(hash))

    def stood(self, chain: str) -> tuple[int, str]:
        """Number and hash of the act with which it ended then; 0 where it was not there."""
        return read_leaf(self.before[chain])[1:] if chain in self.before else (0, "")

    def last(self, chain: str) -> int:
        """The highest number that was signed."""
        return max(seq for seq, *_ in MARK.iter_unpack(self.marks[chain])) if chain in self.marks else 0

    def all(self) -> Iterator[tuple[str, int, bytes]]:
        """Chain, number and hash of every act that was signed."""
        for chain, packed in self.marks.items():
            for seq, _, hash in MARK.iter_unpack(packed):
                yield chain, seq, hash

    def of(self, chain: str) -> dict[int, tuple[bytes, int]]:
        """And forget them: number of the act: its hash, and the number of the root that says so."""
        return {seq: (hash, root) for seq, root, hash in MARK.iter_unpack(self.marks.pop(chain, b""))}


def read_roots(report: Report, since: int | None = None) -> Signed:
    """With `since`, signatures before that root are not looked at again: its own covers all that it stands on, as each
    root names the one before it by what that says. What it says of the tree of heads was looked at then.
    """
    signed, path = Signed(), Path(settings.AUDIT_ROOTS)
    if not path.exists() or not path.stat().st_size:
        if since is not None:
            raise UnknownRoot(since)
        report.remarks.append(NOTHING_SIGNED)
        return signed
    try:
        key = public_key()
    except (OSError, ValueError):
        report.add([Finding("root_key", str(path), "de openbare sleutel van de wortels ontbreekt of is onleesbaar")])
        return signed
    replay = Replay()
    for number, line in enumerate(_lines(path, report), start=1):
        skipped = since is not None and number < since
        root = _read(line, number, replay, key, report, judged=not skipped)
        if root is None:
            continue
        replay.take(root)
        if number == since:
            signed.before = dict(replay.leaves)
            signed.moments[number] = datetime.fromisoformat(root.at)
        elif not skipped:
            signed.take(root)
        report.roots += not skipped
    if since is not None and not signed.before:
        raise UnknownRoot(since)
    if replay.last and replay.last.number != since:
        _check_merkle_root(replay, report)
    return signed


def _lines(path: Path, report: Report) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield line
            else:
                report.remarks.append(UNFINISHED)


def _read(
    line: bytes, number: int, replay: Replay, key: Ed25519PublicKey, report: Report, *, judged: bool
) -> Root | None:
    try:
        root = Root.from_line(line)
        faults = list(_misplaced(root, number, replay))
        faults += _faults(root, replay, key) if judged else []
        moment = datetime.fromisoformat(root.at)
    except (ValueError, TypeError, KeyError, AttributeError):
        report.add([Finding("root_unreadable", f"wortel {number}", "de regel is onleesbaar")])
        return None
    report.add(Finding(what, f"wortel {number}", says, moment) for what, says in faults)
    return root


def _check_merkle_root(replay: Replay, report: Report) -> None:
    if replay.last and replay.last.root != replay.tree().root.hex():
        says = "past niet bij de ketenkoppen in het bestand"
        report.add([Finding("root_wrong", f"wortel {replay.last.number}", says)])


def _misplaced(root: Root, number: int, replay: Replay) -> Iterator[tuple[str, str]]:
    before = replay.last
    if root.number != number or root.previous != (before.digest() if before else ""):
        yield "root_order", "sluit niet aan op de vorige wortel"


def _faults(root: Root, replay: Replay, key: Ed25519PublicKey) -> Iterator[tuple[str, str]]:
    if root.key != key_name(key):
        yield "root_key", "is ondertekend met een andere sleutel"
    try:
        key.verify(bytes.fromhex(root.signature), root.message())
    except InvalidSignature:
        yield "root_signature", "de handtekening klopt niet"
    known = replay.leaves
    if any(seq <= (replay.seq(chain) if chain in known else 0) for chain, seq, _ in root.heads):
        yield "root_rewound", "een keten is hier korter dan in een eerdere wortel"
