"""Signed roots over all chains, in a file outside the database: whoever rewrites the database cannot rewrite these.

Each line of the file names the chains that grew since the line before it, so that the whole state can be replayed.
"""

import fcntl
import json
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from audit import clock
from audit.format import VERSION, MerkleTree, hex_leaf, root_message
from audit.models import ChainHead

Head = tuple[str, int, str]  # chain, number, hash in hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One line of the file."""

    format: int = VERSION
    number: int
    at: str
    chains: int
    acts: int
    root: str
    previous: str
    heads: tuple[Head, ...]
    key: str = ""
    signature: str = ""

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """ValueError, TypeError or KeyError where the line is not one of ours."""
        values = json.loads(line)
        heads = tuple((str(chain), int(seq), bytes.fromhex(hash).hex()) for chain, seq, hash in values.pop("heads"))
        return cls(heads=heads, **values)

    def line(self) -> bytes:
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False).encode() + b"\n"

    def message(self) -> bytes:
        return root_message(
            number=self.number,
            at=datetime.fromisoformat(self.at),
            chains=self.chains,
            acts=self.acts,
            root=self.root,
            previous=self.previous,
            heads=[hex_leaf(*head) for head in self.heads],
        )

    def digest(self) -> str:
        """What the next root calls `previous`."""
        return sha256(self.message()).hexdigest()


@dataclass
class Replay:
    """The heads as the roots so far say that they are."""

    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    last: Root | None = None
    position: int = 0  # in the file
    _tree: MerkleTree | None = None
    _places: dict[str, int] = field(default_factory=dict)  # of the chains in that tree
    _grown: set[str] = field(default_factory=set)  # since it was made

    def take(self, root: Root) -> None:
        self.heads.update((chain, (seq, hash)) for chain, seq, hash in root.heads)
        self._grown.update(chain for chain, _, _ in root.heads)
        self.last = root

    def merkle_root(self) -> str:
        """Of the tree of before, where no chain came in between."""
        if self._tree is None or len(self._places) != len(self.heads):
            self._places = {chain: place for place, chain in enumerate(sorted(self.heads))}
            self._tree = MerkleTree(hex_leaf(chain, *self.heads[chain]) for chain in self._places)
        else:
            self._tree.change({self._places[chain]: hex_leaf(chain, *self.heads[chain]) for chain in self._grown})
        self._grown.clear()
        return self._tree.root.hex()

    def follow(self, file: BinaryIO) -> None:
        """Read on from where it stopped; not the start of a line that a power cut left unfinished."""
        file.seek(self.position)
        for line in file:
            if line.endswith(b"\n"):
                self.take(Root.from_line(line))
                self.position += len(line)


_one_at_a_time = Lock()


def sign_root() -> Root | None:
    """Sign the heads as they are now; the last root where nothing happened since, none where nothing ever did.

    Never within a transaction, which might still be rolled back: `transaction.on_commit(sign_root)`.
    """
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("A root signs what is committed.")
    path = Path(settings.AUDIT_ROOTS)
    with _one_at_a_time, _locked(path) as file:
        replay = _followed(path, file)
        grown = tuple(_grown(replay.heads))
        if grown:
            file.truncate(replay.position)
            file.write(_sign(replay, grown).line())
            file.flush()
            os.fsync(file.fileno())
            replay.follow(file)
        return replay.last


def last_root() -> Root | None:
    """The last line of the file, as it stands there; whether it holds is for `verify_audit` to say."""
    path = Path(settings.AUDIT_ROOTS)
    if not path.exists():
        return None
    with path.open("rb") as file:
        lines = deque((line for line in file if line.endswith(b"\n")), maxlen=1)
    return Root.from_line(lines[0]) if lines else None


def covering(chain: str, act: int) -> Root | None:
    """The last root, if it knows this chain up to this act; what it says of the act nobody can take back."""
    path = Path(settings.AUDIT_ROOTS)
    if not path.exists():
        return None
    with _one_at_a_time, path.open("rb") as file:
        replay = _followed(path, file)
        seq, _ = replay.heads.get(chain, (0, ""))
        return replay.last if seq >= act else None


def root_of(number: int) -> Root | None:
    """The line of this number, as it stands in the file."""
    path = Path(settings.AUDIT_ROOTS)
    if not path.exists():
        return None
    sought = f'"number":{number},'.encode()
    with path.open("rb") as file:
        found = (Root.from_line(line) for line in file if sought in line[:200] and line.endswith(b"\n"))
        return next((root for root in found if root.number == number), None)


def as_of(number: int | None = None) -> Replay:
    """All heads at the line of this number, or at the last; without `last` where there is no such line."""
    replay, path = Replay(), Path(settings.AUDIT_ROOTS)
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n") and (replay.last is None or replay.last.number != number):
                    replay.take(Root.from_line(line))
    return replay if number is None or (replay.last and replay.last.number == number) else Replay()


def sign(message: bytes) -> str:
    """With the key of the roots, whatever else begins with words of its own."""
    return _private_key().sign(message).hex()


def public_key() -> Ed25519PublicKey:
    """The verifier needs no more than this."""
    key = serialization.load_pem_public_key(_public_path().read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    return key


def key_name(key: Ed25519PublicKey) -> str:
    return key.public_bytes_raw().hex()


def _grown(known: dict[str, tuple[int, str]]) -> Iterator[Head]:
    """Chains that are not where the roots last saw them, in the order of their names."""
    heads = ChainHead.objects.values_list("chain", "seq", "hash")
    for chain, seq, hash in sorted((chain, seq, bytes(hash).hex()) for chain, seq, hash in heads):
        if known.get(chain) != (seq, hash):
            yield chain, seq, hash


def _sign(replay: Replay, grown: tuple[Head, ...]) -> Root:
    before, key = replay.last, _private_key()
    after = Replay(heads=dict(replay.heads))
    after.heads.update((chain, (seq, hash)) for chain, seq, hash in grown)
    root = Root(
        number=before.number + 1 if before else 1,
        at=clock.now().isoformat(),
        chains=len(after.heads),
        acts=sum(seq for seq, _ in after.heads.values()),
        root=after.merkle_root(),
        previous=before.digest() if before else "",
        heads=grown,
        key=key_name(key.public_key()),
    )
    return replace(root, signature=key.sign(root.message()).hex())


def _followed(path: Path, file: BinaryIO) -> Replay:
    """The file as far as it goes now."""
    replay = _replay(path)
    if os.fstat(file.fileno()).st_size < replay.position:  # another file in its place
        _replay.cache_clear()
        replay = _replay(path)
    replay.follow(file)
    return replay


@cache
def _replay(path: Path) -> Replay:
    return Replay()


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _private_key() -> Ed25519PrivateKey:
    """Made at the first root, readable by this account alone. Who keeps roots elsewhere keeps the public half there."""
    path = Path(settings.AUDIT_ROOT_KEY)
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        private = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(private)
        _public_path().write_bytes(
            made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _public_path() -> Path:
    return Path(settings.AUDIT_ROOT_KEY).with_suffix(".pub.pem")
