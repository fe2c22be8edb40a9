"""What acts say that they changed, held to what is there, without a word of what is wrong (`audit.verify.changes`)."""

from binascii import hexlify
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db.backends.utils import CursorWrapper

from audit.verify.balance import Balance
from audit.verify.progress import Progress
from audit.verify.scope import stream, stream_table
from audit.verify.versions import Known, Versions

# Joined so that each version is looked up, and no table is read for each block of another.
ITS_ACT = "LEFT JOIN LATERAL (SELECT changes FROM audit_act WHERE id = h.act_id OFFSET 0) a ON true"
ITS_REDACTION = (
    "LEFT JOIN LATERAL (SELECT before, after FROM audit_redaction WHERE history = '{history}'"
    " AND version = h.history_id OFFSET 0) r ON true"
)

# The act, and the line that it must have: words, and a digest that stands beside them (`audit.verify.texts` holds the
# text to it), or what that is taken over.
WRITTEN = ("int8send(act_id)", "convert_to('audit_text ' || id || ' + commitment ', 'UTF8')", "commitment")
ERASED = "SELECT int8send(erased_act_id), convert_to('audit_text ' || id || ' - commitment ', 'UTF8'), commitment"
ERASED += " FROM audit_text WHERE erased_act_id IS NOT NULL"

# Of PostgreSQL's own functions alone, here as everywhere: ours could be replaced by who is looked for.
REDACTION = " || ".join(
    f"octet_length({value})::text || ':' || {value} || ','"
    for value in ("history", "version::text", "encode(before, 'hex')", "encode(after, 'hex')")
)
REDACTIONS = (
    "int8send(act_id)", "convert_to('audit_redaction ' || id || ' + redaction ', 'UTF8')",
    f"convert_to({REDACTION}, 'UTF8')",
)  # fmt: skip


class Said:
    """Every line of every act goes in; every version, text and redaction takes its own out."""

    def __init__(self, known: Known | None = None) -> None:
        self.balance = Balance()
        self._gone = frozenset(name.encode() for name in known.gone) if known else frozenset()
        self._stale = frozenset(name.encode() for name in known.stale) if known else frozenset()

    def of(self, act: bytes, changes: bytes) -> None:
        balance, known = self.balance, self._gone or self._stale
        for line in changes.split(b"\n"):
            if line and (not known or (line := self._judged(line))):
                balance.left += hash(balance.key + act + line)

    def _judged(self, line: bytes) -> bytes:
        """Of a field list that cannot be read any more a version can only be counted; of a table not even that."""
        table, *_, version, _ = (line.split(b" ") + [b""] * 4)[:5]
        if table in self._gone:
            return b""
        return line[: line.rindex(b" ") + 1] + b"?" if version in self._stale else line


def as_said(cursor: CursorWrapper, said: Said, known: Known, progress: Progress) -> bool:
    """Once all acts were heard."""
    for done, versions in enumerate(known.tables):
        progress.reach("wijzigingen", done, len(known.tables))
        _take_out(said.balance, _digested(cursor, versions))
    _take_out(said.balance, stream_table(cursor, WRITTEN, "audit_text", "t"))
    _take_out(said.balance, stream(cursor, ERASED, ["bytea"] * 3))
    _take_out(said.balance, _hashed(stream_table(cursor, REDACTIONS, "audit_redaction", "r")))
    return said.balance.even


def _take_out(balance: Balance, lines: Iterator[tuple[Any, ...]]) -> None:
    key, left = balance.key, 0
    for act, words, digest in lines:
        left += hash(key + act + words + (hexlify(digest) if digest else b"?"))
    balance.left -= left


def _digested(cursor: CursorWrapper, versions: Versions) -> Iterator[tuple[Any, ...]]:
    words, content = (f"convert_to({value}, 'UTF8')" for value in (versions.words, versions.content))
    columns = ["int8send(h.act_id)", words, content]
    joined = "" if versions.of_one_list else ITS_ACT
    if versions.redacted:
        columns += ["r.before", "r.after"]
        joined += " " + ITS_REDACTION.format(history=versions.history)
    rows = _hashed(stream_table(cursor, columns, versions.history, "h", joined))
    return _as_before(rows) if versions.redacted else rows


def _hashed(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for act, words, content, *rest in rows:
        yield act, words, None if content is None else sha256(content).digest(), *rest


def _as_before(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """What was destroyed counts as what it was, if what is left is what was left then."""
    for act, words, digest, before, after in rows:
        yield act, words, before if digest is not None and digest == after else digest
