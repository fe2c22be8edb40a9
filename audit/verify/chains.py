"""Acts against their own hash and the one before; heads against the last act; signed heads against the acts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db.backends.utils import CursorWrapper

from audit.format import ACT_FIELDS, read_leaf
from audit.verify.balance import Balance
from audit.verify.progress import Progress
from audit.verify.report import Finding, Report
from audit.verify.said import Said
from audit.verify.scope import Scope, stream, stream_table
from audit.verify.signatures import Signed

TOLD_EVERY = 5_000

LOOKED_AT = "{} handelingen in {} ketens nagerekend"

AT_ONCE = 10_000  # marks that are looked up

# How a field becomes the text that is hashed; the others are text already.
AS_TEXT = {
    "format": "format::text",
    "seq": "seq::text",
    "at": "(extract(epoch FROM at) * 1000000)::bigint::text",
    "correlation": "correlation::text",
    "prev": "encode(prev, 'hex')",
}

# Where the length is known without making that text first.
LENGTHS = {
    "at": "CASE WHEN at >= '2001-09-10' AND at < '2286-11-20' THEN '16' ELSE octet_length({at})::text END".format(
        **AS_TEXT
    ),
    "correlation": "'36'",
    "prev": "(octet_length(prev) * 2)::text",
}


def _strung(fields: Sequence[str]) -> str:
    """SQL for netstrings, two by two: each `||` copies what it is given."""
    if len(fields) > 1:
        half = len(fields) // 2
        return f"({_strung(fields[:half])} || {_strung(fields[half:])})"
    [name] = fields
    value = AS_TEXT.get(name, name)
    return f"(({LENGTHS.get(name, f'octet_length({value})::text')} || ':') || ({value} || ','))"


# The server only strings the columns together, which is what takes Python long; the hash is taken here (ADR 39). What
# an act says that it changed comes as it is, between what stands before and behind it.
_SPLIT = ACT_FIELDS.index("changes")
CONTENTS = (
    "int8send(id)",
    "coalesce(hash, '')",
    "int8send(coalesce(seq, 0))",
    "convert_to(coalesce(chain, ''), 'UTF8')",
    "coalesce(prev, '')",
    "int8send(coalesce(seq - 1, 0))",
    f"coalesce(convert_to({_strung(ACT_FIELDS[:_SPLIT])} || octet_length(changes)::text || ':', 'UTF8'), '')",
    "convert_to(coalesce(changes, ''), 'UTF8')",
    f"coalesce(convert_to(',' || {_strung(ACT_FIELDS[_SPLIT + 1 :])}, 'UTF8'), '')",
)

FIRST = (1).to_bytes(8)

ALTERED = "SELECT chain, seq, at FROM audit_act WHERE id = ANY(%s) ORDER BY chain, seq"

# As it is hashed (`audit.format.head_leaf`).
HEAD = """
    convert_to(octet_length(chain) || ':' || chain || ',' || length(seq::text) || ':' || seq || ','
    || octet_length(hash) * 2 || ':' || encode(hash, 'hex') || ',', 'UTF8')
"""

MARKED = """
    SELECT coalesce(a.hash, '') FROM unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS marked (chain, seq, place)
    LEFT JOIN audit_act a USING (chain, seq) ORDER BY place
"""

# Without the words, so that they are not sorted along.
LINKS = "SELECT id, chain, seq, at, prev, hash FROM audit_act ORDER BY chain, seq"

LINK = ("int8", "text", "int8", "timestamptz", "bytea", "bytea")

# From the act on with which each chain ended then, so that it is looked at whether that one still is the same.
LATER = f"""
    SELECT id, chain, seq, at, prev, hash, {", ".join(CONTENTS[-3:])}
    FROM unnest(%s::text[], %s::bigint[]) AS grown (name, number)
    JOIN audit_act a ON a.chain = grown.name AND a.seq >= grown.number
    ORDER BY chain, seq
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


def check_chains(cursor: CursorWrapper, report: Report, signed: Signed, said: Said, progress: Progress) -> None:
    """All acts. In the order of their chains only if something is wrong, to say what.

    What each act says of its own place and hash, the next act and the head say too: each chain is whole, from its first
    act to its head, if what is said once is said twice.
    """
    heads = dict(map(_head, _heads(cursor)))
    total = sum(seq for seq, _ in heads.values())
    links = _check_contents(cursor, stream_table(cursor, CONTENTS, "audit_act", "a"), report, said, progress, total)
    for name, (seq, hash_) in heads.items():
        links.take(hash_ + seq.to_bytes(8, signed=True) + name.encode())
    if links.even and _as_signed(cursor, signed):
        report.chains += len(heads)
    else:
        _follow(stream(cursor, LINKS, LINK), heads, report, signed, progress, total)
    progress.end(LOOKED_AT.format(report.acts, report.chains))


def check_chains_since(cursor: CursorWrapper, report: Report, signed: Signed, since: int, progress: Progress) -> Scope:
    """The acts after a root. Of chains that stand where they stood then, the head is looked at and not the acts."""
    stood = {leaf: name for name, leaf in signed.before.items()}
    leaves = set(_heads(cursor))
    heads = dict(map(_head, leaves - stood.keys()))
    moved = {stood[leaf] for leaf in stood.keys() - leaves}
    for name in signed.marks.keys() & signed.before.keys() - moved:
        seq, hash = signed.stood(name)
        if signed.last(name) > seq:  # a later root knows more
            moved.add(name)
            heads[name] = seq, bytes.fromhex(hash)
        else:
            del signed.marks[name]
    for name in moved:
        seq, hash = signed.stood(name)
        signed.mark(name, seq, since, hash)
    report.chains += len(stood) - len(moved)
    began = {name: signed.stood(name)[0] or 1 for name in {*heads, *signed.marks}}
    total = sum(seq - began[name] for name, (seq, _) in heads.items())
    later = stream(cursor, LATER, [*LINK, "bytea", "bytea", "bytea"], list(began), list(began.values()))
    acts: set[int] = set()
    rows: dict[str, list[str]] = {}
    _follow(_noting(later, report, signed, acts, rows), heads, report, signed, progress, total)
    progress.end(LOOKED_AT.format(report.acts, report.chains))
    return Scope(since, frozenset(acts), frozenset(began), rows)


def _heads(cursor: CursorWrapper) -> Iterator[bytes]:
    for (leaf,) in stream_table(cursor, [HEAD], "audit_chainhead", "h"):
        if leaf is not None:
            yield leaf


def _head(leaf: bytes) -> tuple[str, tuple[int, bytes]]:
    name, seq, hash = read_leaf(leaf)
    return name, (seq, bytes.fromhex(hash))


def _as_signed(cursor: CursorWrapper, signed: Signed) -> bool:
    """Whether each act that a root names is there with the hash that was signed."""
    marks = signed.all()
    while some := list(islice(marks, AT_ONCE)):
        chains, numbers, hashes = zip(*some, strict=True)
        found = stream(cursor, MARKED, ("bytea",), list(chains), list(numbers))
        if [hash_ for (hash_,) in found] != list(hashes):
            return False
    return True


def _check_contents(
    cursor: CursorWrapper,
    acts: Iterator[tuple[Any, ...]],
    report: Report,
    said: Said,
    progress: Progress,
    total: int,
) -> Balance:
    altered: list[int] = []
    links = Balance()
    key, left, join, said_by = links.key, 0, b"".join, said.of  # a million times
    for number, hash_, seq, chain, prev, before, start, changes, end in acts:
        if sha256(join((start, changes, end))).digest() != hash_:
            altered.append(int.from_bytes(number))
        left += hash(join((key, hash_, seq, chain)))
        if len(prev) == 32:
            left -= hash(join((key, prev, before, chain)))
        elif prev or seq != FIRST:
            links.sound = False
        said_by(number, changes)
        report.acts += 1
        if not report.acts % TOLD_EVERY:
            progress.reach("handelingen", report.acts, total)
    links.left = left
    cursor.execute(ALTERED, [altered])
    report.add(_altered(*act) for act in cursor.fetchall())
    return links


def _noting(
    acts: Iterator[tuple[Any, ...]], report: Report, signed: Signed, ids: set[int], rows: dict[str, list[str]]
) -> Iterator[tuple[Any, ...]]:
    """The same acts, each against its own hash; of those after the root, which they are and what they changed."""
    for *link, start, changes, end in acts:
        number, name, seq, at, _, hash_ = link
        if sha256(start + changes + end).digest() != hash_:
            report.add([_altered(name, seq, at)])
        report.acts += 1
        if seq > signed.stood(name)[0]:
            ids.add(number)
            for line in filter(None, changes.decode().split("\n")):
                table, pk, *_ = f"{line}  ".split(" ")
                rows.setdefault(table, []).append(pk)
        yield tuple(link)


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


def _altered(name: str, seq: int, at: datetime) -> Finding:
    return Finding("act_altered", _place(name, seq), "de inhoud past niet bij de hash", at)


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
