"""What somebody can open who has all that is kept: the database with its history, the environment and every file.

Everything that could be a key is tried on everything that is sealed, and what comes out of that is tried again. With
the keys of two openers this reaches the plain text, so that it is known to work.
"""

import os
import re
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db import connection

from cases.models import KeyLock, SealedTender
from cases.rules import sealing
from cases.rules.sealing import Broken, Cost, Locked, WrongPassphrase
from cases.services.envelopes import folder_of

BASE64 = re.compile(rb"[A-Za-z0-9+/]{43,}={0,2}")
HEX = re.compile(rb"[0-9a-f]{64,}")


@dataclass
class Loot:
    """All bytes that are kept somewhere, and what is sealed among them."""

    kept: list[bytes] = field(default_factory=list)
    keys: set[bytes] = field(default_factory=set)

    def holds(self, words: str) -> bool:
        """As it is, as hex or as base64 (in any of its three alignments)."""
        plain = words.encode()
        forms = {plain, plain.lower(), plain.upper(), plain.hex().encode(), words.encode("utf-16-le")}
        return any(form in each for each in self.kept for form in forms) or any(
            plain in decoded for each in self.kept for decoded in _decoded(each)
        )


def loot() -> Loot:
    """Whoever made this copy has everything at rest."""
    found = Loot()
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found.kept += [str(row[0]).encode() for row in cursor.fetchall()]
    beside = [str(value).encode() for value in [*os.environ.values(), settings.SECRET_KEY]]
    for place in (Path(settings.MEDIA_ROOT), Path(settings.AUDIT_ROOT_KEY).parent):
        beside += [file.read_bytes() for file in place.rglob("*") if file.is_file()]
    found.kept += beside
    for content in {*beside, *(decoded for each in found.kept for decoded in _decoded(each))}:
        found.keys |= _windows(content)
    return found


def opened(found: Loot, *, with_keys: tuple[X25519PrivateKey, ...] = (), words: tuple[str, ...] = ()) -> list[bytes]:
    """The manifests that open: with these keys of openers as well, and these words tried as a passphrase."""
    keys = set(found.keys) | {key.private_bytes_raw() for key in with_keys} | _unlocked(found, words)
    sealed = list(SealedTender.objects.select_related("desk"))
    envelopes = [
        (f"{each.desk.address}/{each.folder}", first, second, layer)
        for each in [*sealed, *SealedTender.history.select_related("desk")]
        for first, row in _all(each).items()
        for second, layer in row.items()
    ]
    opening = {sealing.fingerprint(_public(key)): key for key in keys}
    for tender, first, second, layer in set(envelopes):
        for opener, other in ((first, second), (second, first)):
            if opener in opening:
                private = X25519PrivateKey.from_private_bytes(opening[opener])
                keys |= _tried(tender, first, second, layer, private, opening.get(other))
    return [content for each in sealed if (content := _manifest(each, keys))]


def _tried(
    tender: str, first: str, second: str, layer: str, private: X25519PrivateKey, other: bytes | None
) -> set[bytes]:
    """One envelope with one key, as either layer; what comes out, with the other key too where there is one."""
    out = set()
    for name in ("first", "second"):
        try:
            inner = sealing._decrypt(layer, private, sealing.info(name, tender, first, second))
        except Broken:
            continue
        out.add(inner)
        if other is not None and len(inner) > sealing.KEY_BYTES:
            again = sealing.SUITE.decrypt(
                inner, X25519PrivateKey.from_private_bytes(other), sealing.info("second", tender, first, second)
            )
            out.add(again)
    return {each for each in out if len(each) == sealing.KEY_BYTES}


def _all(each: SealedTender) -> dict[str, dict[str, str]]:
    """Outer envelopes, and the inner ones that a first opener left."""
    rows = {first: dict(row) for first, row in (each.envelopes or {}).items()}
    if each.peeled and each.desk.first:
        rows[f"{each.desk.first.fingerprint}"] = dict(each.peeled)
    return rows


def _manifest(sealed: SealedTender, keys: set[bytes]) -> bytes:
    file = folder_of(sealed.folder) / "manifest"
    content = file.read_bytes() if file.exists() else b""
    for key in keys:
        try:
            return b"".join(sealing.unseal([content], key=key, tender=sealed.label, part="manifest"))
        except Broken:
            continue
    return b""


def _unlocked(found: Loot, words: tuple[str, ...]) -> set[bytes]:
    """Locks that open with a word that is kept somewhere."""
    texts = [each.decode(errors="ignore") for each in found.kept if len(each) < 200]
    unlocked = set()
    for lock in KeyLock.objects.select_related("key"):
        locked = Locked(bytes(lock.salt), bytes(lock.wrapped), Cost(lock.iterations, lock.memory, lock.lanes))
        for word in [*words, *texts[-200:]]:
            try:
                unlocked.add(sealing.unlock(locked, bytes(lock.key.public), word).private_bytes_raw())
            except WrongPassphrase:
                continue
    return unlocked


def _public(key: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def _decoded(content: bytes) -> list[bytes]:
    """What stands in it as hex or base64."""
    if len(content) > 1_000_000:
        return []
    decoded = [bytes.fromhex(each[: len(each) // 2 * 2].decode()) for each in HEX.findall(content)]
    for each in BASE64.findall(content):
        try:
            decoded.append(b64decode(each + b"=" * (-len(each) % 4)))
        except ValueError:
            continue
    return decoded


def _windows(content: bytes) -> set[bytes]:
    """Every 32 bytes of something small; of the rest only what begins at its head."""
    if len(content) <= 160:
        return {content[at : at + 32] for at in range(max(0, len(content) - 31))}
    return {content[at : at + 32] for at in (0, len(content) - 32)}
