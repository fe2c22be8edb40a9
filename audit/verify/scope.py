"""What is looked at, everything or what came since a root; and how rows come in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything; or, since a root, the acts after it, their chains, and the rows that they say they changed."""

    since: int | None = None  # the number of the root
    acts: frozenset[int] = frozenset()
    chains: frozenset[str] = frozenset()
    rows: Mapping[str, Sequence[str]] = field(default_factory=dict)  # table: primary keys

    @property
    def whole(self) -> bool:
        return self.since is None

    def keys_of(self, table: str) -> Sequence[str] | None:
        """The primary keys to look at, as text; None: all of them."""
        return None if self.whole else self.rows.get(table, ())


EVERYTHING = Scope()


def stream(cursor: CursorWrapper, query: str, types: Sequence[str], *values: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a query as the server finds them: however many there are, one is in memory at a time.

    By COPY, which unlike a cursor of the server's may use every plan, in parallel too.
    """
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)", values or None) as copy:
        copy.set_types(types)
        yield from copy.rows()


BLOCKS = 64  # of a table at once: some half a megabyte

IN_BLOCKS = """
    SELECT part.* FROM generate_series(0, pg_relation_size('{table}') / {bytes}) AS piece(nr), LATERAL (
        SELECT {columns} FROM {source}
        WHERE {row}.ctid >= format('(%s,0)', piece.nr * {blocks})::tid
            AND {row}.ctid < format('(%s,0)', (piece.nr + 1) * {blocks})::tid
    ) part
"""


def in_blocks(columns: str, table: str, row: str, joined: str = "") -> str:
    """SQL for what is aggregated over each stretch of a table, in the order of the disk: nothing has to be sorted or
    looked up, whatever keys somebody gave to rows.
    """
    size = f"(current_setting('block_size')::int * {BLOCKS})"
    source = f"{table} {row} {joined}"
    return IN_BLOCKS.format(table=table, blocks=BLOCKS, bytes=size, columns=columns, source=source, row=row)


def stream_table(
    cursor: CursorWrapper, columns: Sequence[str], table: str, row: str, joined: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Of every row of a table these columns, all `bytea`: many rows at a time, which for millions is twice as fast."""
    query = in_blocks(", ".join(f"array_agg({column})" for column in columns), table, row, joined)
    for some in stream(cursor, query, ["bytea[]"] * len(columns)):
        if some[0] is not None:
            yield from zip(*some, strict=True)
