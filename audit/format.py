"""The hash format of docs/audit-format.md, in the standard library alone.

An auditor can read this file beside that document and check a chain without Django, and without trusting our SQL.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

VERSION = 1

ACT_FIELDS = (
    "format", "chain", "seq", "at", "actor", "appointment", "capacity", "role", "behalf_of", "verb", "duty", "step",
    "task", "outcome", "mandate", "ground", "motivation", "flags", "documents", "details", "changes", "correlation",
    "prev",
)  # fmt: skip

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def netstring(value: str | None) -> bytes:
    """Length first, so that fields cannot run into one another; NULL is a single hyphen."""
    if value is None:
        return b"-"
    raw = value.encode()
    return b"%d:%b," % (len(raw), raw)


def netstrings(values: Iterable[str | None]) -> bytes:
    return b"".join(map(netstring, values))


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def act_hash(act: Mapping[str, Any]) -> bytes:
    """`at` is a datetime or microseconds since the epoch, `prev` is bytes (empty for the first of a chain)."""
    at, prev = act["at"], act["prev"]
    plain = {
        **act,
        "at": microseconds(at) if isinstance(at, datetime) else at,
        "prev": prev.hex() if isinstance(prev, bytes) else prev,
    }
    return sha256(netstrings(str(plain[field]) for field in ACT_FIELDS)).digest()


def commitment(salt: bytes, content: str) -> bytes:
    return sha256(salt + content.encode()).digest()


def field_list_version(table: str, columns: Sequence[str]) -> str:
    return sha256(netstrings([table, *columns])).hexdigest()[:16]


def row_digest(values: Iterable[str | None]) -> bytes:
    """Of a row's values as PostgreSQL writes them, in the order of the field list."""
    return sha256(netstrings(values)).digest()


def canonical(details: Mapping[str, Any]) -> str:
    return json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def from_canonical(details: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(details)
    return loaded


def head_leaf(chain: str, seq: int, hash: bytes) -> bytes:
    return hex_leaf(chain, seq, hash.hex())


def hex_leaf(chain: str, seq: int, hash: str) -> bytes:
    """The netstrings of the three, made at once: there are very many."""
    length = len(chain) if chain.isascii() else len(chain.encode())
    return f"{length}:{chain},{len(str(seq))}:{seq},{len(hash)}:{hash},".encode()


def read_leaf(leaf: bytes) -> tuple[str, int, str]:
    """Chain, number and hash in hex, from the end: names of chains may hold anything."""
    before, _, hash = leaf.decode()[:-1].rpartition(":")
    before, _, seq = before.rpartition(",")[0].rpartition(":")
    return before.rpartition(",")[0].partition(":")[2], int(seq), hash


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """RFC 6962, section 2.1. Pairing level by level and promoting an odd last one is the same tree."""
    return MerkleTree(leaves).root


class MerkleTree:
    """The same, kept: when few leaves become others, little is hashed again."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [[sha256(b"\x00" + leaf).digest() for leaf in leaves]]
        while len(self._levels[-1]) > 1:
            self._levels.append(_above(self._levels[-1]))

    @property
    def root(self) -> bytes:
        top = self._levels[-1]
        return top[0] if top else sha256(b"").digest()

    def change(self, leaves: Mapping[int, bytes]) -> None:
        """By their places."""
        for place, leaf in leaves.items():
            self._levels[0][place] = sha256(b"\x00" + leaf).digest()
        changed = set(leaves)
        for below, level in pairwise(self._levels):
            changed = {place >> 1 for place in changed}
            for place in changed:
                pair = below[2 * place : 2 * place + 2]
                level[place] = sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0]

    def path(self, place: int) -> list[bytes]:
        """RFC 6962, section 2.1.1: what is hashed together with a leaf, from the bottom up, to come to the root."""
        besides = ((level, place >> height ^ 1) for height, level in enumerate(self._levels[:-1]))
        return [level[beside] for level, beside in besides if beside < len(level)]


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs] + list(level[len(level) & ~1 :])


def root_message(
    *, number: int, at: datetime, chains: int, acts: int, root: str, previous: str, heads: Iterable[bytes]
) -> bytes:
    """What is signed. `heads` are the leaves of the chains that grew since the previous root."""
    grown = sha256(b"".join(heads)).hexdigest()
    numbers = [str(VERSION), str(number), str(microseconds(at)), str(chains), str(acts)]
    return netstrings(["rolzuiver root", *numbers, root, previous, grown])
