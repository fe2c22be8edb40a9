"""ZIP archives that are the same bytes each time, with names that no program takes amiss."""

import re
import shutil
import unicodedata
import zipfile
from datetime import datetime
from pathlib import Path

from django.utils.timezone import localtime

LONGEST = 80
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # by Windows


def safe(name: str) -> str:
    """A file name out of whatever somebody called a thing: it leads nowhere, and keeps its extension."""
    known = unicodedata.normalize("NFC", name).replace("/", "-").replace("\\", "-")
    letters = "".join(letter if letter.isalnum() or letter in " ._-()" else "-" for letter in known)
    tidy = re.sub(r"[\s-]*-[\s-]*", "-", " ".join(letters.split())).strip(" .-")
    stem, dot, extension = tidy.rpartition(".")
    if dot and len(extension) <= 10:
        tidy = f"{stem[: LONGEST - 1 - len(extension)].rstrip(' .-')}.{extension}"
    else:
        tidy = tidy[:LONGEST].rstrip(" .-")
    return f"_{tidy}" if RESERVED.match(tidy) else tidy or "naamloos"


def entry(name: str, at: datetime, *, packed: bool) -> zipfile.ZipInfo:
    """`packed`: for what is not packed already, as documents mostly are."""
    made = localtime(at)
    info = zipfile.ZipInfo(name, (made.year, made.month, made.day, made.hour, made.minute, made.second))
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    return info


def copy(part: Path, whole: zipfile.ZipFile, *, but: str = "") -> None:
    """Every entry of a part, as a stream."""
    with zipfile.ZipFile(part) as source:
        for info in source.infolist():
            if info.filename != but:
                again = zipfile.ZipInfo(info.filename, info.date_time)
                again.compress_type, again.external_attr = info.compress_type, info.external_attr
                again.file_size = info.file_size
                with source.open(info) as taken, whole.open(again, "w") as put:
                    shutil.copyfileobj(taken, put)
