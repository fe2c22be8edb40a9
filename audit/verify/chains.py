"""Acts against their own hash and the one before; heads against the last act; signed heads against the acts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.backends.utils import CursorWrapper

from audit.format import ACT_FIELDS
from audit.verify.progress import Progress
from audit.verify.report import Finding, Report
from audit.verify.scope import Scope, stream
from audit.verify.signatures import Signed

TOLD_EVERY = 5_000

# How a field becomes the text that is hashed; the others are text already.
AS_TEXT = {
    "format": "format::text",
    "seq": "seq::text",
    "at": "(extract(epoch FROM at) * 1000000)::bigint::text",
    "correlation": "correlation::text",
    "prev": "encode(prev, 'hex')",
}

# The server only strings the columns together, which is what takes Python long; the hash is taken here (ADR 39).
PREIMAGE = " || ".join(
    f"octet_length({value})::text || ':' || {value} || ','"
    for value in (AS_TEXT.get(name, name) for name in ACT_FIELDS)
)

CONTENTS = f"SELECT id, hash, convert_to({PREIMAGE}, 'UTF8') FROM {{source}} a"

ALTERED = "SELECT chain, seq, at FROM audit_act WHERE id = ANY(%s) ORDER BY chain, seq"

# Without the words, so that they are not sorted along.
LINKS = "SELECT id, chain, seq, at, prev, hash FROM {source} a ORDER BY chain, seq"

ALL = "audit_act"

# From the act on with which each chain ended then, so that it is looked at whether that one still is the same.
LATER = """(
    SELECT a.* FROM unnest(%s::text[], %s::bigint[]) AS grown (name, number)
    JOIN audit_act a ON a.chain = grown.name AND a.seq >= grown.number
)"""

# What the acts since a root say that they changed.
CHANGED = """
    SELECT split_part(line, ' ', 1), split_part(line, ' ', 2)
    FROM audit_act, string_to_table(changes, E'\\n') AS line WHERE id = ANY(%s) AND line <> ''
"""


@dataclass(slots=True)
class Chain:
    """Where we are in the chain that is being read."""

    name: str
    signed: dict[int, tuple[bytes, int]]  # what is still to be met: number, hash, number of the root
    seq: int = 0
    hash: bytes = b""
    at: datetime | None = None
    root: int = 0  # the last that agreed


def check_chains(cursor: CursorWrapper, report: Report, signed: Signed, progress: Progress) -> None:
    """All acts, from the first to the last."""
    cursor.execute("SELECT chain, seq, hash FROM audit_chainhead")
    heads = {name: (seq, bytes(hash)) for name, seq, hash in cursor}
    total = sum(seq for seq, _ in heads.values())
    _check_contents(cursor, _contents(cursor, ALL), report, progress, total)
    _follow(_links(cursor, ALL), heads, report, signed, progress, total)


def check_chains_since(cursor: CursorWrapper, report: Report, signed: Signed, since: int, progress: Progress) -> Scope:
    """The acts after a root. Of chains that stand where they stood then, the head is looked at and not the acts."""
    cursor.execute("SELECT chain, seq, hash FROM audit_chainhead")
    heads = {name: (seq, bytes(hash)) for name, seq, hash in cursor}
    for name, (seq, hash) in signed.before.items():
        if heads.get(name) == (seq, bytes.fromhex(hash)) and signed.last(name) <= seq:
            del heads[name]
            signed.marks.pop(name, None)
            report.chains += 1
        else:
            signed.mark(name, seq, since, hash)
    began = {name: signed.before.get(name, (1, ""))[0] for name in {*heads, *signed.marks}}
    total = sum(seq - began[name] for name, (seq, _) in heads.items())
    later = list(began), list(began.values())
    _check_contents(cursor, _contents(cursor, LATER, *later), report, progress, total)
    acts: set[int] = set()
    _follow(_noting(_links(cursor, LATER, *later), signed, acts), heads, report, signed, progress, total)
    cursor.execute(CHANGED, [list(acts)])
    rows: dict[str, list[str]] = {}
    for table, pk in cursor:
        rows.setdefault(table, []).append(pk)
    return Scope(since, frozenset(acts), frozenset(began), rows)


def _contents(cursor: CursorWrapper, source: str, *values: Any) -> Iterator[tuple[Any, ...]]:
    return stream(cursor, CONTENTS.format(source=source), ("int8", "bytea", "bytea"), *values)


def _links(cursor: CursorWrapper, source: str, *values: Any) -> Iterator[tuple[Any, ...]]:
    types = ("int8", "text", "int8", "timestamptz", "bytea", "bytea")
    return stream(cursor, LINKS.format(source=source), types, *values)


def _check_contents(
    cursor: CursorWrapper, acts: Iterator[tuple[Any, ...]], report: Report, progress: Progress, total: int
) -> None:
    altered: list[int] = []
    for number, hash, raw in acts:
        if sha256(raw).digest() != hash:
            altered.append(number)
        report.acts += 1
        if not report.acts % TOLD_EVERY:
            progress.reach("handelingen", report.acts, total)
    cursor.execute(ALTERED, [altered])
    report.add(
        Finding("act_altered", _place(name, seq), "de inhoud past niet bij de hash", at)
        for name, seq, at in cursor.fetchall()
    )


def _noting(acts: Iterator[tuple[Any, ...]], signed: Signed, ids: set[int]) -> Iterator[tuple[Any, ...]]:
    """The same acts; those after the root are new."""
    for act in acts:
        if act[2] > signed.before.get(act[1], (0, ""))[0]:
            ids.add(act[0])
        yield act


def _follow(
    acts: Iterator[tuple[Any, ...]],
    heads: dict[str, tuple[int, bytes]],
    report: Report,
    signed: Signed,
    progress: Progress,
    total: int,
) -> None:
    """Acts in the order of their chains, each with the hash of the one before."""
    chain: Chain | None = None
    for done, (_, name, seq, at, prev, hash) in enumerate(acts):
        if chain is None or name != chain.name:
            if chain:
                report.add(_at_the_end(chain, heads.pop(chain.name, None), signed))
            chain = Chain(name, signed.of(name))
            report.chains += 1
            if name in signed.before:  # taken up at the act that was signed then
                chain.seq, chain.hash = seq - 1, prev
        if seq != chain.seq + 1 or prev != chain.hash:
            report.add([_broken(chain, seq)])
        if seq in chain.signed and chain.signed[seq][0] == hash:
            _, chain.root = chain.signed.pop(seq)
        chain.seq, chain.hash, chain.at = seq, hash, at
        if not done % TOLD_EVERY:
            progress.reach("ketens", done, total)
    if chain:
        report.add(_at_the_end(chain, heads.pop(chain.name, None), signed))
    for name in list(signed.marks):
        report.add(_at_the_end(Chain(name, signed.of(name)), heads.pop(name, None), signed))
    for name, head in heads.items():
        report.add(_at_the_end(Chain(name, {}), head, signed))


def _broken(chain: Chain, seq: int) -> Finding:
    if seq == chain.seq + 1:
        return Finding("link_broken", _place(chain.name, seq), "sluit niet aan op de vorige handeling", chain.at)
    if seq <= chain.seq:
        return Finding("act_double", _place(chain.name, seq), "komt meer dan eens voor", chain.at)
    missing = f"nr. {chain.seq + 1}" + (f" tot en met {seq - 1}" if seq - 1 > chain.seq + 1 else "")
    return Finding("act_missing", f"{chain.name} {missing}", "ontbreekt", chain.at)


def _at_the_end(chain: Chain, head: tuple[int, bytes] | None, signed: Signed) -> Iterator[Finding]:
    if head is None:
        if chain.seq:
            yield Finding("head_missing", chain.name, "de keten heeft geen kop", chain.at)
    elif not chain.seq:
        yield Finding("chain_missing", chain.name, f"de keten is weg; volgens haar kop telt zij {head[0]} handelingen")
    elif head != (chain.seq, chain.hash):
        says = f"de kop wijst naar nr. {head[0]}, de laatste handeling is nr. {chain.seq}"
        yield Finding("head_differs", chain.name, says, chain.at)
    if chain.signed:
        seq, (_, root) = min(chain.signed.items())
        says = f"is niet meer wat in wortel {root} ({signed.moments[root]:%d-%m-%Y}) is ondertekend"
        yield Finding("root_differs", _place(chain.name, seq), says, signed.moments.get(chain.root))


def _place(name: str, seq: int) -> str:
    return f"{name} nr. {seq}"
