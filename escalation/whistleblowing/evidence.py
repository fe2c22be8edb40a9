"""What the verifier asks of the sealed lane (`AUDIT_CHECKS`): is its chain whole, and is it the one that was cited?

It reads what anybody may: bytes that say nothing. That the bytes are acts of this or that report only handlers can see.
"""

import json
from collections.abc import Iterator
from hashlib import sha256

from django.db.backends.utils import CursorWrapper

from audit.verify.report import Finding
from audit.verify.scope import Scope

ACTS = "SELECT seq, extract(epoch FROM slot)::bigint, tag, body, prev, hash FROM sealed.act ORDER BY seq"
CITED = "SELECT details FROM audit_act WHERE chain = 'system' AND verb = 'anchor_sealed' ORDER BY seq"
AT_ONCE = 500


def sealed_chain(cursor: CursorWrapper, scope: Scope) -> Iterator[Finding]:
    """Always whole: it is short. Nothing may be changed, left out, put in between, or cut off after it was cited."""
    cited = _cited(cursor)
    last, head = 0, b""
    cursor.execute(ACTS)
    while rows := cursor.fetchmany(AT_ONCE):
        for seq, slot, tag, body, prev, found in rows:
            if seq != last + 1:
                yield Finding("sealed_chain", f"verzegelde keten nr. {last + 1}", "ontbreekt")
            elif bytes(prev) != head or _hash(seq, slot, tag, body, prev) != bytes(found):
                yield Finding("sealed_chain", f"verzegelde keten nr. {seq}", "is veranderd, of een handeling daarvoor")
            last, head = seq, bytes(found)
            if cited.pop(seq, head.hex()) != head.hex():
                yield Finding(
                    "sealed_chain",
                    f"verzegelde keten nr. {seq}",
                    "is een andere dan die in de openbare keten is genoemd",
                )
    for seq in cited:
        yield Finding("sealed_chain", f"verzegelde keten nr. {seq}", "is in de openbare keten genoemd en is weg")


def _cited(cursor: CursorWrapper) -> dict[int, str]:
    cursor.execute(CITED)
    return {found["seq"]: found["hash"] for found in (json.loads(details) for (details,) in cursor.fetchall())}


def _hash(seq: int, slot: int, tag: bytes, body: bytes, prev: bytes) -> bytes:
    numbers = seq.to_bytes(8, "big", signed=True) + slot.to_bytes(8, "big", signed=True)
    return sha256(bytes(prev) + numbers + bytes(tag) + bytes(body)).digest()
