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
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from audit import clock
from audit.format import VERSION, MerkleTree, hex_leaf, merkle_root, read_leaf, root_message
from audit.models import ChainHead

Head = tuple[str, int, str]  # chain, number, hash in hex
HEX = 64  # digits of a hash


@dataclass(frozen=True, kw_only=True)
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
        heads = values.pop("heads")
        columns = tuple(zip(*heads, strict=True)) or ((), (), ())  # there are very many
        chains, numbers, hashes = columns
        known = {*map(type, chains)} <= {str} and {*map(type, numbers)} <= {int} and {*map(len, hashes)} <= {HEX}
        in_hex = "".join(hashes)
        if not known or bytes.fromhex(in_hex).hex() != in_hex:
            raise ValueError("heads")
        return cls(heads=tuple(map(tuple, heads)), **values)

    @cached_property
    def leaves(self) -> list[bytes]:
        """The heads as they are hashed: there are very many, and they are asked for again."""
        return [hex_leaf(*head) for head in self.heads]

    @cached_property
    def grown(self) -> str:
        """All leaves as one hash, which is what is signed of them."""
        return sha256(b"".join(self.leaves)).hexdigest()

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
            heads=self.leaves,
        )

    def digest(self) -> str:
        """What the next root calls `previous`."""
        return sha256(self.message()).hexdigest()


@dataclass
class Replay:
    """The heads as the roots so far say that they are."""

    leaves: dict[str, bytes] = field(default_factory=dict)  # chain: its head, as it is hashed
    last: Root | None = None
    position: int = 0  # in the file
    _tree: MerkleTree | None = None
    _places: dict[str, int] = field(default_factory=dict)  # of the chains in that tree
    _grown: set[str] = field(default_factory=set)  # since it was made

    def take(self, root: Root) -> None:
        grown = [chain for chain, _, _ in root.heads]
        self.leaves.update(zip(grown, root.leaves, strict=True))
        if self._tree:
            self._grown.update(grown)
        self.last = root

    def seq(self, chain: str) -> int:
        """How many acts of it are signed."""
        return read_leaf(self.leaves[chain])[1] if chain in self.leaves else 0

    def tree(self) -> MerkleTree:
        """That of before, where no chain came in between."""
        if self._tree is None or len(self._places) != len(self.leaves):
            self._places = {chain: place for place, chain in enumerate(sorted(self.leaves))}
            self._tree = MerkleTree(map(self.leaves.__getitem__, self._places))
        else:
            self._tree.change({self._places[chain]: self.leaves[chain] for chain in self._grown})
        self._grown.clear()
        return self._tree

    def place(self, chain: str) -> int:
        """Of its head among the leaves of the tree. KeyError where it is not signed."""
        self.tree()
        return self._places[chain]

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
        grown = tuple(_grown(replay))
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
        return replay.last if replay.seq(chain) >= act else None


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


def _grown(replay: Replay) -> Iterator[Head]:
    """Chains that are not where the roots last saw them, in the order of their names."""
    heads = ChainHead.objects.values_list("chain", "seq", "hash")
    for head in sorted((chain, seq, bytes(hash).hex()) for chain, seq, hash in heads):
        if replay.leaves.get(head[0]) != hex_leaf(*head):
            yield head


def _sign(replay: Replay, grown: tuple[Head, ...]) -> Root:
    before, key = replay.last, _private_key()
    leaves = {**replay.leaves, **{head[0]: hex_leaf(*head) for head in grown}}
    root = Root(
        number=before.number + 1 if before else 1,
        at=clock.now().isoformat(),
        chains=len(leaves),
        acts=(before.acts if before else 0) + sum(seq - replay.seq(chain) for chain, seq, _ in grown),
        root=merkle_root(leaves[chain] for chain in sorted(leaves)).hex(),
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
