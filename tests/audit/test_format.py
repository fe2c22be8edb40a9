"""docs/audit-format.md is the law: its test vectors bind the Python of auditors and the SQL of the database."""

import json
import re
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from audit.format import (
    ACT_FIELDS,
    MerkleTree,
    act_hash,
    canonical,
    commitment,
    field_list_version,
    from_canonical,
    head_leaf,
    merkle_root,
    netstring,
    netstrings,
    root_message,
    row_digest,
)
from audit.triggers import digest_expression

DOCUMENT = Path(__file__).parents[2] / "docs" / "audit-format.md"
[BLOCK] = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
VECTORS: dict[str, Any] = json.loads(BLOCK)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def _ask(question: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        [answer] = cursor.fetchone()
    return bytes(answer) if isinstance(answer, memoryview) else answer


def test_the_document_lists_the_fields_in_the_order_of_the_code() -> None:
    assert re.findall(r"^\| \d+ \| `(\w+)`", DOCUMENT.read_text(), re.MULTILINE) == list(ACT_FIELDS)


@pytest.mark.parametrize(("value", "written"), VECTORS["netstrings"])
def test_netstrings_are_as_documented(value: str | None, written: str) -> None:
    assert netstring(value) == written.encode()


@pytest.mark.parametrize("act", VECTORS["acts"], ids=["first", "second"])
def test_acts_hash_as_documented(act: dict[str, Any]) -> None:
    fields = act | {"at": datetime.fromisoformat(act["at"]), "prev": bytes.fromhex(act["prev"])}
    assert act_hash(fields).hex() == act["hash"]


@pytest.mark.django_db
@pytest.mark.parametrize("act", VECTORS["acts"], ids=["first", "second"])
def test_the_database_hashes_acts_as_documented(act: dict[str, Any]) -> None:
    row = json.dumps(act | {"prev": rf"\x{act['prev']}", "hash": ""})
    assert _ask("SELECT audit_act_hash(jsonb_populate_record(NULL::audit_act, %s))", row).hex() == act["hash"]


@pytest.mark.django_db
def test_texts_are_committed_to_as_documented() -> None:
    given = VECTORS["commitment"]
    salt = bytes.fromhex(given["salt"])
    assert commitment(salt, given["content"]).hex() == given["commitment"]
    assert _ask("SELECT audit_commitment(%s, %s)", salt, given["content"]).hex() == given["commitment"]


@pytest.mark.django_db
def test_rows_are_digested_as_documented() -> None:
    row = VECTORS["row"]
    assert field_list_version(row["table"], row["columns"]) == row["version"]
    assert row_digest(row["values"]).hex() == row["digest"]
    typed = f"SELECT {digest_expression(row['columns'], 'r')} FROM (VALUES (%s::bigint, %s::bigint, %s::numeric, "
    typed += f"%s::timestamptz, %s::boolean)) r ({', '.join(row['columns'])})"
    assert sha256(_ask(typed, *row["values"]).encode()).hexdigest() == row["digest"]


@pytest.mark.parametrize(("size", "root"), VECTORS["merkle"]["roots"].items())
def test_the_tree_is_that_of_certificate_transparency(size: str, root: str) -> None:
    assert merkle_root(bytes.fromhex(leaf) for leaf in VECTORS["merkle"]["leaves"][: int(size)]).hex() == root


def test_roots_are_signed_as_documented() -> None:
    root = VECTORS["root"]
    leaves = [head_leaf(chain, seq, bytes.fromhex(hash)) for chain, seq, hash in root["heads"]]
    assert merkle_root(leaves).hex() == root["root"]
    values = {name: root[name] for name in ("number", "chains", "acts", "root", "previous")}
    message = root_message(**values, at=datetime.fromisoformat(root["at"]), heads=leaves)
    assert message.decode() == root["message"]
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(root["private_key"]))
    assert key.sign(message).hex() == root["signature"]
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(root["key"])).verify(bytes.fromhex(root["signature"]), message)


def _read(raw: bytes) -> list[str | None]:
    """Netstrings back into values; only possible when they are unambiguous."""
    values: list[str | None] = []
    while raw:
        if raw.startswith(b"-"):
            values, raw = [*values, None], raw[1:]
            continue
        length, _, rest = raw.partition(b":")
        size = int(length)
        assert rest[size : size + 1] == b","
        values, raw = [*values, rest[:size].decode()], rest[size + 1 :]
    return values


@pytest.mark.long
@given(st.lists(texts | st.none()))
def test_netstrings_can_be_read_in_one_way_only(values: list[str | None]) -> None:
    assert _read(netstrings(values)) == values


def _recursively(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, word for word."""
    if len(leaves) <= 1:
        return sha256(b"\0" + leaves[0]).digest() if leaves else sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + _recursively(leaves[:split]) + _recursively(leaves[split:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_tree_equals_the_definition_of_the_rfc(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == _recursively(leaves)


@pytest.mark.long
@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_a_tree_in_which_leaves_became_others_is_that_of_the_others(leaves: list[bytes], data: st.DataObject) -> None:
    tree, places = MerkleTree(leaves), st.integers(0, len(leaves) - 1)
    for _ in range(2):
        changed = data.draw(st.dictionaries(places, st.binary(max_size=8), max_size=len(leaves)))
        tree.change(changed)
        leaves = [changed.get(place, leaf) for place, leaf in enumerate(leaves)]
        assert tree.root == _recursively(leaves)


@given(st.dictionaries(texts, texts | st.integers() | st.booleans() | st.none() | st.lists(texts)))
def test_canonical_details_come_back_as_they_were(details: dict[str, Any]) -> None:
    assert from_canonical(canonical(details)) == details
    assert canonical(dict(reversed(details.items()))) == canonical(details)


@pytest.mark.long
@pytest.mark.django_db
def test_the_database_writes_netstrings_as_python_does() -> None:
    @given(st.lists(texts, min_size=1, max_size=30))
    def same(values: list[str]) -> None:
        joined = _ask(
            "SELECT string_agg(audit_netstring(v), '' ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY u(v, n)",
            values,
        )
        assert joined.encode() == netstrings(values)

    same()
