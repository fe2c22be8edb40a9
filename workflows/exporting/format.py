"""What a format is: it writes one part, complete by itself, and joins parts into the file that somebody gets.

A part may be whatever suits the joining (rows as JSON, a fragment of XML). Both get bytes out of their hands as they
go, and neither holds more than one case at a time. The same records give the same bytes, whenever they are written.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from audit.roots import Replay
from workflows.exporting.shapes import Record

ZIP = "application/zip"

Write = Callable[[Iterable[Record], BinaryIO, "About"], None]
Join = Callable[[Sequence[Path], BinaryIO, "About"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooted:
    """The last signed root when the export was asked for, and all that it signed (docs/audit-format.md)."""

    number: int
    at: datetime
    root: str
    key: str
    replay: Replay

    def covers(self, chain: str) -> int:
        """Up to which act of it."""
        return self.replay.seq(chain)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself. It is settled when an export begins, so that resuming it changes nothing."""

    asked_at: datetime
    asked_by: str
    scheme: str
    what: str  # which cases, in words
    places: Mapping[int, int]  # case id -> its number in the export, from 1
    root: Rooted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`in_part`: how many cases a part has; what takes long for one case has few, so that little is done again.

    `bundled`: each case makes a file by itself, so that several come in a ZIP.
    """

    code: str
    label: str
    hint: str
    extension: str
    content_type: str
    write: Write
    join: Join
    in_part: int = 100
    bundled: bool = False
    cites_root: bool = False
    carries_documents: bool = False

    def called(self, name: str, cases: int) -> str:
        """A name for the file of so many cases."""
        return f"{name}.{'zip' if self.bundled and cases > 1 else self.extension}"

    def type_of(self, cases: int) -> str:
        return ZIP if self.bundled and cases > 1 else self.content_type


def enclosed(head: Callable[["About"], bytes], tail: bytes = b"") -> Join:
    """Parts one after another, between what comes first and last."""

    def join(parts: Sequence[Path], out: BinaryIO, about: About) -> None:
        out.write(head(about))
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, out)
        out.write(tail)

    return join
