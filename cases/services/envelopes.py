"""The files of a tender under seal: written chunk by chunk as they come in, so that nothing plain touches a disk.

While a tender comes in its key lives in one `Envelope` in memory; when that is sealed to the openers, it is gone.
"""

import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import File

from cases.models import SealedTender
from cases.rules import files, sealing
from cases.rules.sealing import Broken, Sealer

MANIFEST = "manifest"
READ = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A document in a tender: in which part it is, and by what it is known once it is open."""

    part: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """Who tenders, and what for: the price of each lot by its number."""

    firm: str
    registration: str
    contact: str
    email: str
    prices: dict[int, Decimal]
    documents: list[Enclosed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Content:
    """What an opened tender holds, with what it takes to read its documents."""

    bid: Bid
    sealed: SealedTender
    key: bytes

    def paper(self, enclosed: Enclosed) -> "Unsealed":
        return Unsealed(self, enclosed)


class Unsealed(File):  # type: ignore[type-arg]
    """A document of an opened tender, decrypted anew each time that it is read. Raises Broken."""

    def __init__(self, content: Content, enclosed: Enclosed) -> None:
        super().__init__(io.BytesIO(), name=enclosed.name)
        self._content, self._enclosed = content, enclosed
        self.size = enclosed.size

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield from _read(self._content.sealed, self._content.key, self._enclosed.part)

    def multiple_chunks(self, chunk_size: int | None = None) -> bool:
        return True


class Part:
    """One document while it comes in."""

    def __init__(self, name: str, sealer: Sealer, file: IO[bytes]) -> None:
        self.name, self.size, self.beginning = name, 0, b""
        self._sealer, self._file = sealer, file
        self._plain = hashlib.sha256()

    def add(self, content: bytes) -> None:
        self.size += len(content)
        self.beginning += content[: files.SNIFFED - len(self.beginning)]
        self._plain.update(content)
        self._file.write(self._sealer.add(content))

    def end(self) -> None:
        self._file.write(self._sealer.end())
        self._file.close()

    def enclosed(self, name: str) -> Enclosed:
        return Enclosed(part=self.name, name=name, size=self.size, sha256=self._plain.hexdigest())

    def discard(self) -> None:
        self._file.close()
        Path(self._file.name).unlink(missing_ok=True)


class Envelope:
    """A tender while it comes in. Once it was taken in, it is `kept`; else `discard` leaves nothing of it."""

    def __init__(self, address: str) -> None:
        self.folder = uuid4()
        self.label = f"{address}/{self.folder}"
        self.key = sealing.new_tender_key()
        self.kept = False
        self._parts: list[Part] = []

    def part(self) -> Part:
        name = f"document-{len(self._parts) + 1}"
        part = Part(name, Sealer(self.key, tender=self.label, part=name), self._create(name))
        self._parts.append(part)
        return part

    def close(self, bid: Bid) -> tuple[int, str]:
        """Writes who and what; the size and the hash of all that is sealed."""
        sealer = Sealer(self.key, tender=self.label, part=MANIFEST)
        words = json.dumps(asdict(bid), default=str).encode()
        words += b" " * (-len(words) % 1024)  # its length says little about what is in it
        with self._create(MANIFEST) as file:
            file.write(sealer.add(words) + sealer.end())
        return sum(each.stat().st_size for each in folder_of(self.folder).iterdir()), digest_of(self.folder)

    def keep(self) -> None:
        """It lies at its desk now; the key is forgotten here."""
        self.kept, self.key = True, b""

    def discard(self) -> None:
        """Unless it was taken in."""
        if not self.kept:
            for part in self._parts:
                part.discard()
            destroy(self.folder)

    def _create(self, name: str) -> IO[bytes]:
        folder = folder_of(self.folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / name
        file.touch(mode=0o600, exist_ok=False)
        return file.open("wb")


def folder_of(folder: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / "tenders" / str(folder)


def digest_of(folder: UUID) -> str:
    """Of the files as they lie there, with their names."""
    path = folder_of(folder)
    lines = [f"{each.name} {_sha256(each)}\n" for each in sorted(path.iterdir())] if path.is_dir() else []
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def destroy(folder: UUID) -> None:
    shutil.rmtree(folder_of(folder), ignore_errors=True)


def read(sealed: SealedTender, key: bytes) -> Content:
    """Who and what, once its key is known; every document is read through first. Raises Broken."""
    try:
        bid = _bid(json.loads(b"".join(_read(sealed, key, MANIFEST))))
    except (ArithmeticError, KeyError, TypeError, ValueError):
        raise Broken("The manifest is no manifest") from None
    for each in bid.documents:
        plain = hashlib.sha256()
        for chunk in _read(sealed, key, each.part):
            plain.update(chunk)
        if plain.hexdigest() != each.sha256:
            raise Broken(f"{each.part} is another document")
    return Content(bid, sealed, key)


def _bid(found: dict[str, Any]) -> Bid:
    prices = {int(lot): Decimal(price) for lot, price in found["prices"].items()}
    return Bid(**{**found, "prices": prices, "documents": [Enclosed(**each) for each in found["documents"]]})


def _read(sealed: SealedTender, key: bytes, part: str) -> Iterator[bytes]:
    try:
        with (folder_of(sealed.folder) / part).open("rb") as file:
            pieces = iter(lambda: file.read(READ), b"")
            yield from sealing.unseal(pieces, key=key, tender=sealed.label, part=part)
    except FileNotFoundError:
        raise Broken(f"{part} is gone") from None


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
