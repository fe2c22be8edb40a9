"""Acts against their own hash and the one before; heads against the last act; signed heads against the acts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.backends.utils import CursorWrapper

from audit.format import ACT_FIELDS, EPOCH
from audit.verify.report import Finding, Report
from audit.verify.signatures import Signed

PROGRESS_EVERY = 200_000

# How a field becomes the text that is hashed; the others are text already.
AS_TEXT = {
    "format": "format::text",
    "seq": "seq::text",
    "at": "(extract(epoch FROM at) * 1000000)::bigint::text",
    "correlation": "correlation::text",
    "prev": "encode(prev, 'hex')",
}

# The server only strings the columns together, which is what takes Python long; the hash is taken here.
PREIMAGE = " || ".join(
    f"octet_length({value})::text || ':' || {value} || ','"
    for value in (AS_TEXT.get(name, name) for name in ACT_FIELDS)
)

ACTS = f"""
    COPY (
        SELECT chain, seq, {AS_TEXT["at"]}::bigint, prev, hash, convert_to({PREIMAGE}, 'UTF8')
        FROM audit_act ORDER BY chain, seq
    ) TO STDOUT (FORMAT binary)
"""


@dataclass(slots=True)
class Chain:
    """Where we are in the chain that is being read."""

    name: str
    signed: dict[int, tuple[str, int]]  # what is still to be met: number, hash, number of the root
    seq: int = 0
    hash: bytes = b""
    at: int = 0
    root: int = 0  # the last that agreed


def check_chains(cursor: CursorWrapper, report: Report, signed: Signed, progress: Callable[[str], None]) -> None:
    cursor.execute("SELECT chain, seq, hash FROM audit_chainhead")
    heads = {name: (seq, bytes(hash)) for name, seq, hash in cursor.fetchall()}
    chain: Chain | None = None
    with cursor.copy(ACTS) as copy:
        copy.set_types(["text", "int8", "int8", "bytea", "bytea", "bytea"])
        for name, seq, at, prev, hash, raw in copy.rows():
            if chain is None or name != chain.name:
                if chain:
                    report.add(list(_at_the_end(chain, heads.pop(chain.name, None), signed)))
                chain = Chain(name, signed.heads.pop(name, {}))
                report.chains += 1
            if seq != chain.seq + 1 or prev != chain.hash:
                report.add([_broken(chain, seq)])
            if sha256(raw).digest() != hash:
                report.add([Finding("act_altered", _place(name, seq), "de inhoud past niet bij de hash", _moment(at))])
            if seq in chain.signed and chain.signed[seq][0] == hash.hex():
                _, chain.root = chain.signed.pop(seq)
            chain.seq, chain.hash, chain.at = seq, hash, at
            report.acts += 1
            if report.acts % PROGRESS_EVERY == 0:
                progress(f"… {report.acts} handelingen")
    if chain:
        report.add(list(_at_the_end(chain, heads.pop(chain.name, None), signed)))
    for name, marks in signed.heads.items():
        report.add(list(_at_the_end(Chain(name, marks), heads.pop(name, None), signed)))
    for name, head in heads.items():
        report.add(list(_at_the_end(Chain(name, {}), head, signed)))


def _broken(chain: Chain, seq: int) -> Finding:
    since = _moment(chain.at) if chain.at else None
    if seq == chain.seq + 1:
        return Finding("link_broken", _place(chain.name, seq), "sluit niet aan op de vorige handeling", since)
    if seq <= chain.seq:
        return Finding("act_double", _place(chain.name, seq), "komt meer dan eens voor", since)
    missing = f"nr. {chain.seq + 1}" + (f" tot en met {seq - 1}" if seq - 1 > chain.seq + 1 else "")
    return Finding("act_missing", f"{chain.name} {missing}", "ontbreekt", since)


def _at_the_end(chain: Chain, head: tuple[int, bytes] | None, signed: Signed) -> Iterator[Finding]:
    since = _moment(chain.at) if chain.at else None
    if head is None:
        if chain.seq:
            yield Finding("head_missing", chain.name, "de keten heeft geen kop", since)
    elif not chain.seq:
        yield Finding("chain_missing", chain.name, f"de keten is weg; volgens haar kop telt zij {head[0]} handelingen")
    elif head != (chain.seq, chain.hash):
        says = f"de kop wijst naar nr. {head[0]}, de laatste handeling is nr. {chain.seq}"
        yield Finding("head_differs", chain.name, says, since)
    if chain.signed:
        seq, (_, root) = min(chain.signed.items())
        says = f"is niet meer wat in wortel {root} ({signed.moments[root]:%d-%m-%Y}) is ondertekend"
        yield Finding("root_differs", _place(chain.name, seq), says, signed.moments.get(chain.root))


def _place(name: str, seq: int) -> str:
    return f"{name} nr. {seq}"


def _moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)
