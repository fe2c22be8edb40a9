"""Keeping a tender shut until two openers open it together. Plain Python: keys and bytes in, bytes out (ADR 34).

A tender is encrypted with a key of its own, which exists only while it comes in. What is kept of that key is sealed to
every ordered pair of openers: to the second of them, and that once more to the first. One opener takes off their own
layer; what is left of it is sealed to the others only, and is all that is kept. Any second one ends it.

Everything is bound to the tender that it is of and to the pair that it is for: what was changed or moved does not open.
HPKE is RFC 9180 with X25519, HKDF-SHA256 and ChaCha20-Poly1305; content goes in chunks as in STREAM (Hoang and others).
"""

import fcntl
import hashlib
import json
import os
import secrets
import threading
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
LABEL = b"rolzuiver/tender/1"
KEY_BYTES = 32
CHUNK = 64 * 1024
TAG = 16
FEWEST_OPENERS = 4
SHORTEST_PASSPHRASE = 16
FEWEST_SIGNS = 6
TURNS = threading.Lock()
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is misread on paper

Envelopes = Mapping[str, Mapping[str, str]]  # who opens first -> who opens second -> the key, sealed to both


class Broken(Exception):
    """Not what was sealed here: changed, moved, cut off, or sealed to somebody else."""


class WrongPassphrase(Exception):
    """The key of this opener does not open with it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of a passphrase takes: rounds, and KiB of memory (RFC 9106)."""

    iterations: int = 3
    memory: int = 128 * 1024
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Locked:
    """A private key under a passphrase: of no use to who has only this."""

    salt: bytes
    wrapped: bytes
    cost: Cost


def new_key(passphrase: str, cost: Cost | None = None, *, label: bytes = LABEL) -> tuple[bytes, Locked]:
    """The public half as bytes, and the private half locked; the label says what such keys are for."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return public, _lock(private, public, passphrase, cost or Cost(), label)


def unlock(locked: Locked, public: bytes, passphrase: str, *, label: bytes = LABEL) -> X25519PrivateKey:
    """Raises WrongPassphrase, also when the lock belongs to another public key or is for something else."""
    key = stretch(passphrase, locked.salt, locked.cost)
    try:
        raw = ChaCha20Poly1305(key).decrypt(bytes(12), locked.wrapped, label + public)
    except InvalidTag:
        raise WrongPassphrase from None
    return X25519PrivateKey.from_private_bytes(raw)


def relock(
    locked: Locked, public: bytes, old: str, new: str, cost: Cost | None = None, *, label: bytes = LABEL
) -> Locked:
    """The same key under another passphrase. Raises WrongPassphrase."""
    return _lock(unlock(locked, public, old, label=label), public, new, cost or Cost(), label)


def fingerprint(public: bytes) -> str:
    """By which an opener is named in everything that is sealed."""
    return hashlib.sha256(LABEL + b"/key" + public).hexdigest()


def too_weak(passphrase: str) -> bool:
    """Too short, or the same few signs over and over."""
    words = " ".join(passphrase.split())
    return len(words) < SHORTEST_PASSPHRASE or len(set(words)) < FEWEST_SIGNS


def new_passphrase() -> str:
    """For who writes it down and puts it away: 30 letters and digits in groups, some 148 bits."""
    letters = [secrets.choice(ALPHABET) for _ in range(30)]
    return "-".join("".join(letters[at : at + 5]) for at in range(0, 30, 5))


def new_tender_key() -> bytes:
    return os.urandom(KEY_BYTES)


def seal_key(key: bytes, *, tender: str, openers: Iterable[bytes]) -> dict[str, dict[str, str]]:
    """The key of a tender, for every ordered pair of these public keys."""
    publics = {fingerprint(public): X25519PublicKey.from_public_bytes(public) for public in openers}
    sealed: dict[str, dict[str, str]] = {}
    for first, second in permutations(publics, 2):
        inner = SUITE.encrypt(key, publics[second], info("second", tender, first, second))
        outer = SUITE.encrypt(inner, publics[first], info("first", tender, first, second))
        sealed.setdefault(first, {})[second] = b64encode(outer).decode()
    return sealed


def peel(envelopes: Envelopes, *, tender: str, private: X25519PrivateKey) -> dict[str, str]:
    """One opener takes off their own layer: what is left for each of the others. Raises Broken."""
    first = fingerprint(private.public_key().public_bytes_raw())
    own = envelopes.get(first)
    if not own:
        raise Broken("Not sealed to this opener")
    return {
        second: b64encode(_decrypt(sealed, private, info("first", tender, first, second))).decode()
        for second, sealed in own.items()
    }


def finish(peeled: Mapping[str, str], *, tender: str, first: str, private: X25519PrivateKey) -> bytes:
    """The second opener takes off the other layer: the key of the tender. Raises Broken."""
    second = fingerprint(private.public_key().public_bytes_raw())
    if second not in peeled:
        raise Broken("Nothing was left for this opener")
    key = _decrypt(peeled[second], private, info("second", tender, first, second))
    if len(key) != KEY_BYTES:
        raise Broken("Not a key")
    return key


class Sealer:
    """Encrypts what comes in, chunk by chunk; keeps at most one chunk of it in memory."""

    def __init__(self, key: bytes, *, tender: str, part: str) -> None:
        self._cipher = ChaCha20Poly1305(_part_key(key, tender, part))
        self._held = bytearray()
        self._number = 0

    def add(self, content: bytes) -> bytes:
        """What may be written by now. The last chunk waits: it must say that it is the last."""
        self._held += content
        written = bytearray()
        while len(self._held) > CHUNK:
            written += self._seal(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return bytes(written)

    def end(self) -> bytes:
        return self._seal(bytes(self._held), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> bytes:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), chunk, LABEL)
        self._number += 1
        return sealed


def unseal(sealed: Iterable[bytes], *, key: bytes, tender: str, part: str) -> Iterator[bytes]:
    """The content of a part again, chunk by chunk. Raises Broken, also for one that was cut off."""
    cipher = ChaCha20Poly1305(_part_key(key, tender, part))
    held, number = bytearray(), 0
    try:
        for piece in sealed:
            held += piece
            while len(held) > CHUNK + TAG:
                yield cipher.decrypt(_nonce(number, last=False), bytes(held[: CHUNK + TAG]), LABEL)
                del held[: CHUNK + TAG]
                number += 1
        yield cipher.decrypt(_nonce(number, last=True), bytes(held), LABEL)
    except InvalidTag:
        raise Broken(f"{part} does not open") from None


def _nonce(number: int, *, last: bool) -> bytes:
    """Each key seals one part once, so a counter never repeats."""
    return number.to_bytes(11, "big") + bytes([last])


def _part_key(key: bytes, tender: str, part: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, None, info("part", tender, part)).derive(key)


def info(*words: str, label: bytes = LABEL) -> bytes:
    """What something is bound to, so that no two of these read alike."""
    return label + json.dumps(words).encode()


def _decrypt(sealed: str, private: X25519PrivateKey, info: bytes) -> bytes:
    try:
        return SUITE.decrypt(b64decode(sealed, validate=True), private, info)
    except (InvalidTag, ValueError):
        raise Broken("An envelope does not open") from None


def _lock(private: X25519PrivateKey, public: bytes, passphrase: str, cost: Cost, label: bytes) -> Locked:
    """The salt is new each time, and with it the key that this nonce is used with."""
    salt = os.urandom(16)
    key = stretch(passphrase, salt, cost)
    wrapped = ChaCha20Poly1305(key).encrypt(bytes(12), private.private_bytes_raw(), label + public)
    return Locked(salt=salt, wrapped=wrapped, cost=cost)


def stretch(secret: str, salt: bytes, cost: Cost) -> bytes:
    """Argon2id, one at a time on this machine: a hundred at once wait, and take the memory of one."""
    words = " ".join(unicodedata.normalize("NFC", secret).split())  # a space too many is no other passphrase
    # Threads wait on the lock, processes on this very file: it is always there and the same for all of them.
    with TURNS, Path(__file__).open("rb") as turns:
        fcntl.flock(turns, fcntl.LOCK_EX)
        return Argon2id(
            salt=salt, length=KEY_BYTES, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory
        ).derive(words.encode())
