"""Which files may become documents, and under what name. Plain Python: bytes and names in, a verdict out.

What a sender calls a file proves nothing: the bytes decide. An office file is a zip, and must hold what its kind holds.
"""

import unicodedata
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

MEGABYTES = 25
LONGEST_NAME = 120
SNIFFED = 4096
TEXT_CONTROLS = frozenset(b"\t\n\r\f")
MACROS = "vbaproject.bin"
UNNAMED = "document"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its extension, how its bytes begin, and for a zip a member that it must have."""

    extension: str
    media_type: str
    beginnings: tuple[bytes, ...] = (b"",)
    member: str = ""


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_ZIP = (b"PK\x03\x04",)

KINDS = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "application/pdf", (b"%PDF-",)),
        Kind("docx", f"{_OOXML}.wordprocessingml.document", _ZIP, "word/document.xml"),
        Kind("xlsx", f"{_OOXML}.spreadsheetml.sheet", _ZIP, "xl/workbook.xml"),
        Kind("odt", f"{_ODF}.text", _ZIP, "content.xml"),
        Kind("ods", f"{_ODF}.spreadsheet", _ZIP, "content.xml"),
        Kind("png", "image/png", (b"\x89PNG\r\n\x1a\n",)),
        Kind("jpg", "image/jpeg", (b"\xff\xd8\xff",)),
        Kind("txt", "text/plain"),
        Kind("csv", "text/csv"),
        Kind("msg", "application/vnd.ms-outlook", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    )
}


def extension_of(name: str) -> str:
    """In lower case, without its dot; jpeg is jpg."""
    _, dot, extension = name.rpartition(".")
    return extension.lower().replace("jpeg", "jpg") if dot else ""


def safe_name(name: str) -> str:
    """A name to store and to send back: no path, nothing invisible, nothing that turns the reading direction."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable() and letter not in '<>:"|?*')
    stem, dot, extension = " ".join(name.split()).rpartition(".")
    if not dot:
        stem, extension = extension, ""
    stem = stem.strip(". ")[: LONGEST_NAME - len(extension) - 1] or UNNAMED
    return f"{stem}.{extension}" if extension else stem


def problem_with(content: BinaryIO, kind: Kind) -> str:
    """Why these bytes are not of this kind, in the words that the user reads; empty when they are."""
    content.seek(0)
    beginning = content.read(SNIFFED)
    content.seek(0)
    problem = problem_with_beginning(beginning, kind)
    return _problem_with_archive(content, kind) if kind.member and not problem else problem


def problem_with_beginning(beginning: bytes, kind: Kind) -> str:
    """The same by the first bytes alone, of what goes under seal and is read by nobody."""
    if not beginning.startswith(kind.beginnings):
        return f"Dit bestand heet wel {kind.extension}, maar is het niet."
    if kind.media_type.startswith("text/") and any(byte < 32 and byte not in TEXT_CONTROLS for byte in beginning):
        return f"Dit bestand heet wel {kind.extension}, maar is geen leesbare tekst."
    return ""


def _problem_with_archive(content: BinaryIO, kind: Kind) -> str:
    """Only the list of contents is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(content) as archive:
            names = {name.lower() for name in archive.namelist()}
            declared = (
                archive.read("mimetype") if "mimetype" in names and archive.getinfo("mimetype").file_size < 200 else b""
            )
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError, RuntimeError):
        return f"Dit bestand heet wel {kind.extension}, maar is beschadigd of iets anders."
    finally:
        content.seek(0)
    if any(name.endswith(MACROS) for name in names):
        return "Dit bestand bevat macro’s. Bewaar het zonder macro’s en voeg het opnieuw toe."
    if kind.member not in names or (kind.media_type.startswith(_ODF) and declared.strip() != kind.media_type.encode()):
        return f"Dit bestand heet wel {kind.extension}, maar is het niet."
    return ""
