"""Takes out of pictures and PDFs what nobody sees in them: who made them, with what, where. Bytes in, bytes out.

It reads what a stranger sends, so it is run as a process of its own, this file with nothing of ours around it: without
environment, with little memory and little time (`within_bounds`). What a bomb brings down is that process, and the
file is kept as it came. Content goes in and out by pipes, never by a disk. Pillow and pypdf do the reading.
"""

import resource
import signal
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any

MEGABYTE = 1024 * 1024
MOST_CONTENT = 16 * MEGABYTE  # larger ones go under seal as they came: they would have to be held in memory whole
MOST_OUT = 3 * MOST_CONTENT
MOST_PIXELS = 50_000_000
MEMORY = 1024 * MEGABYTE
SECONDS = 20
SNIFFED = 16
NOT_CLEANED = 3  # the exit of the process; any other but 0 means that it was brought down

PICTURES = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}  # read as -> written as
REMARKS = frozenset({  # kinds of annotation that somebody made; those of forms have a /T that is no name
    "/Text", "/FreeText", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Stamp", "/Ink", "/Caret",
    "/FileAttachment", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Popup",
})  # fmt: skip


class CannotClean(Exception):
    """It stays as it came, and whoever sent it is told."""


def cleaner_of(beginning: bytes) -> "Callable[[bytes], bytes] | None":
    """By the first bytes: what a file is called proves nothing."""
    if beginning.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return clean_picture
    if beginning.startswith(b"RIFF") and beginning[8:12] == b"WEBP":
        return clean_picture
    return clean_pdf if beginning.startswith(b"%PDF-") else None


def clean_picture(content: bytes) -> bytes:
    """Only what is seen is written again, upright: no EXIF, no place, no comment, no small earlier version."""
    from PIL import Image, ImageOps  # here, so that who only asks `cleaner_of` does not load it

    with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
        if picture.format not in PICTURES or picture.width * picture.height > MOST_PIXELS:
            raise CannotClean
        if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
            raise CannotClean  # moving ones
        kind = PICTURES[picture.format]
        upright = ImageOps.exif_transpose(picture)
    upright.info = {name: upright.info[name] for name in ("transparency",) if name in upright.info}
    written = BytesIO()
    upright.save(written, kind, **({"quality": 95} if kind != "PNG" else {}))
    return written.getvalue()


def clean_pdf(content: bytes) -> bytes:
    """Without its properties, its XMP, what programs left in it, earlier versions of it, and who wrote each remark.

    What is on the pages stays as it is, and so do pictures and files in it, with all that is in those.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DictionaryObject

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise CannotClean
    writer = PdfWriter()
    writer.clone_document_from_reader(reader)
    writer.metadata = None
    writer._ID = None
    for each in writer._objects:
        if isinstance(each, DictionaryObject):
            for name in _hidden_in(each):
                each.pop(name, None)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _hidden_in(each: Any) -> tuple[str, ...]:
    remark = ("/T", "/M", "/CreationDate", "/NM") if each.get("/Subtype") in REMARKS else ()
    return "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", *remark


def clean(content: bytes) -> bytes:
    """Raises CannotClean, and whatever a broken file makes a library raise."""
    cleaner = cleaner_of(content[:SNIFFED])
    if cleaner is None:
        raise CannotClean
    cleaned = cleaner(content)
    if not 0 < len(cleaned) <= MOST_OUT:
        raise CannotClean
    return cleaned


def within_bounds() -> None:
    """Of this process alone: its memory, its time; and no picture of its memory on a disk when it falls."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file at all
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def main() -> int:
    within_bounds()
    content = sys.stdin.buffer.read(MOST_CONTENT + 1)
    try:
        if len(content) > MOST_CONTENT:
            raise CannotClean
        cleaned = clean(content)
    except (Exception, RecursionError):  # what these files do to libraries has no end; why is nobody's business
        return NOT_CLEANED
    sys.stdout.buffer.write(cleaned)
    return 0


if __name__ == "__main__":
    sys.exit(main())
