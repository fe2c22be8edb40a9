"""The vault: keys, seals and boxes of what is reported. Plain Python: keys and bytes in, bytes out (ADR 47).

A report has two pairs of keys. Its talk is read by who reported and by the handlers, its desk by the handlers alone;
who reported writes to the desk without reading it. The private halves of both are kept sealed to every handler and to
the escrow key, and under a shred key that lies outside the database: whoever destroys that, destroys the report.

Everything is bound to what it is about, such as ("message", report, lane). What was changed, or put in another's place,
does not open. A seal says nothing of who made it; what is said within a report carries a proof that its author had the
private half. Sealing is HPKE (RFC 9180); what is sealed or boxed tells its length in steps only.
"""

import hashlib
import os
import secrets
import unicodedata
from dataclasses import dataclass
from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cases.rules.sealing import KEY_BYTES, SUITE, Broken, Cost, info, stretch

LABEL = b"rolzuiver/report/1"
NONCE = 12
STEP = 1024
LAST_STEP = 16 * STEP
END = b"\x80"
TAG_BYTES = 16
DIGITS = 16  # of a receipt
GROUP = 4
LONGEST_TYPED = 200

About = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """By which a report is found, and what its talk is opened with; the one says nothing of the other."""

    lookup: bytes
    wrap: bytes


@dataclass(frozen=True, slots=True)
class ReportKeys:
    """The private halves of a report, for as long as somebody looks at it."""

    talk: bytes
    desk: bytes


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The same, sealed to one holder: what a row `Envelope` keeps."""

    talk: bytes
    desk: bytes


def new_receipt() -> str:
    """Sixteen digits that only the reporter has. Guessing one takes an Argon2id each: 10^16 of them are too many."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def read_receipt(typed: str) -> str | None:
    """The sixteen digits, however they were written down; nothing when they are not sixteen digits."""
    if len(typed) > LONGEST_TYPED:
        return None
    receipt = "".join(sign for sign in unicodedata.normalize("NFKC", typed) if not _between(sign))
    return receipt if len(receipt) == DIGITS and receipt.isascii() and receipt.isdigit() else None


def shown(receipt: str) -> str:
    """In groups, as on a bank card."""
    return " ".join(receipt[at : at + GROUP] for at in range(0, len(receipt), GROUP))


def receipt_keys(receipt: str, salt: bytes, cost: Cost) -> ReceiptKeys:
    """The salt is that of the installation: a report is found by its receipt alone."""
    stretched = stretch(receipt, salt, cost)
    return ReceiptKeys(lookup=_derived(stretched, "lookup"), wrap=_derived(stretched, "wrap"))


def new_pair() -> tuple[bytes, bytes]:
    """The private half and the public half."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def new_key() -> bytes:
    """Of a box: a shred key, an identity key, the key of a file."""
    return os.urandom(KEY_BYTES)


def seal_to(public: bytes, content: bytes, *, about: About) -> bytes:
    """For whoever has the private half; not for who seals it. Anybody can: a seal does not say who made it."""
    return SUITE.encrypt(pad(content), X25519PublicKey.from_public_bytes(public), _bound("seal", about))


def open_with(private: bytes, sealed: bytes, *, about: About) -> bytes:
    """Raises Broken."""
    try:
        return unpad(SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), _bound("seal", about)))
    except (InvalidTag, ValueError):
        raise Broken("A seal does not open") from None


def seal_among(private: bytes, content: bytes, *, about: About) -> bytes:
    """For whoever has this private half, by somebody who has it too: who has only its public half cannot add to it."""
    return seal_to(public_of(private), _proof(private, content, about) + content, about=about)


def open_among(private: bytes, sealed: bytes, *, about: About) -> bytes:
    """Raises Broken, also for what was sealed by who has the public half alone."""
    opened = open_with(private, sealed, about=about)
    proof, content = opened[:KEY_BYTES], opened[KEY_BYTES:]
    if not compare_digest(proof, _proof(private, content, about)):
        raise Broken("Nobody of the report sealed this")
    return content


def box(key: bytes, content: bytes, *, about: About) -> bytes:
    """For whoever has the same key, of 32 bytes. No key of ours shuts so many that a nonce would come back."""
    nonce = os.urandom(NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, content, _bound("box", about))


def unbox(key: bytes, boxed: bytes, *, about: About) -> bytes:
    """Raises Broken."""
    try:
        return ChaCha20Poly1305(key).decrypt(boxed[:NONCE], boxed[NONCE:], _bound("box", about))
    except (InvalidTag, ValueError):
        raise Broken("A box does not open") from None


def wrap_key(private: bytes, *, to: bytes, shred: bytes, about: About) -> bytes:
    """A private half for one holder: of no use without the shred key, nor with that alone."""
    inner = box(shred, private, about=("wrapped", *about))
    return SUITE.encrypt(inner, X25519PublicKey.from_public_bytes(to), _bound("key", about))


def unwrap_key(wrapped: bytes, *, by: bytes, shred: bytes, about: About) -> bytes:
    """Raises Broken."""
    try:
        inner = SUITE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(by), _bound("key", about))
    except (InvalidTag, ValueError):
        raise Broken("A key does not open") from None
    return unbox(shred, inner, about=("wrapped", *about))


def enclose(keys: ReportKeys, *, report: str, holder: str, to: bytes, shred: bytes) -> Enclosed:
    """Both keys of a report, for one holder."""
    return Enclosed(
        talk=wrap_key(keys.talk, to=to, shred=shred, about=("envelope", report, holder, "talk")),
        desk=wrap_key(keys.desk, to=to, shred=shred, about=("envelope", report, holder, "desk")),
    )


def disclose(enclosed: Enclosed, *, report: str, holder: str, by: bytes, shred: bytes) -> ReportKeys:
    """Raises Broken."""
    return ReportKeys(
        talk=unwrap_key(enclosed.talk, by=by, shred=shred, about=("envelope", report, holder, "talk")),
        desk=unwrap_key(enclosed.desk, by=by, shred=shred, about=("envelope", report, holder, "desk")),
    )


def tag(desk_private: bytes, number: int) -> bytes:
    """Where the n-th sealed act of a report stands: found by who has the key, a random number for anybody else."""
    mac = HMAC(_derived(desk_private, "tag"), hashes.SHA256())
    mac.update(number.to_bytes(8, "big"))
    return mac.finalize()[:TAG_BYTES]


def pad(content: bytes) -> bytes:
    """To a whole number of KiB up to 16, to a power of two beyond: there are few lengths, whatever is written."""
    room = len(content) + len(END)
    length = -(-room // STEP) * STEP if room <= LAST_STEP else 1 << (room - 1).bit_length()
    return (content + END).ljust(length, b"\x00")


def unpad(padded: bytes) -> bytes:
    """Raises Broken."""
    content = padded.rstrip(b"\x00")
    if not content.endswith(END):
        raise Broken("Not padded")
    return content[: -len(END)]


def digest(content: bytes) -> bytes:
    """By which a secret that somebody carries (the token of a visit) is found again without being kept."""
    return hashlib.sha256(LABEL + b"/digest" + content).digest()


def _between(sign: str) -> bool:
    """A space, a dash, a dot, or what a phone puts in by itself and nobody sees."""
    return sign in "._\N{MINUS SIGN}" or unicodedata.category(sign) in {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}


def _derived(key: bytes, *words: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, None, _bound("derived", words)).derive(key)


def _proof(private: bytes, content: bytes, about: About) -> bytes:
    mac = HMAC(_derived(private, "proof", *about), hashes.SHA256())
    mac.update(content)
    return mac.finalize()


def _bound(what: str, about: About) -> bytes:
    return info(what, *about, label=LABEL)
