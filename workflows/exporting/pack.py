"""A numbered ZIP, for the papers of a board or to take home: a table of contents, and a folder for each case.

In a folder: the dossier (PDF), the trail (CSV), the evidence (`proof`), the documents that the reader may read, and
their hashes in a list that `sha256sum -c` checks. Documents go along as they lie in the store; of one that does not fit
its hash the list says so.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import default_storage
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime

from roles.rules.sheet import headed, line
from workflows.exporting import archive, dossier, proof
from workflows.exporting.format import ZIP, About, Format
from workflows.exporting.rows import ACTS, Row
from workflows.exporting.shapes import Document, Record, Version

CONTENTS = "00-inhoud.html"
OF_PART = ".inhoud"
PIECE = 1024 * 1024
PAPERS = ("Bestand", "Stuk", "Versie", "Openbaarheid", "Oorspronkelijke naam", "Bytes", "SHA-256", "Gecontroleerd")
FITS, DIFFERS = "klopt", "wijkt af van de vastgelegde hash"
MISSING, DESTROYED = "ontbreekt in het archief", "vernietigd"

Dossier = Callable[[Record, About], bytes]


def write(
    records: Iterable[Record], out: BinaryIO, about: About, *, dossier_of: Dossier | None = dossier.paper
) -> None:
    listed = []
    with zipfile.ZipFile(out, "w") as part:
        for record in records:
            folder = f"{about.places[record.case_id]:03}-{archive.safe(record.number)}"
            if dossier_of is not None:
                _put(part, f"{folder}/dossier.pdf", dossier_of(record, about), about)
            _put(part, f"{folder}/spoor.csv", b"".join([headed(ACTS.headings), *map(line, ACTS.rows(record))]), about)
            _documents(part, folder, record, about)
            without = proof.why_not(record, about)
            if not without:
                _put(part, f"{folder}/evidence.json", proof.proof(record, about), about)
            told = [record.number, record.title, record.state_label, len(record.documents), without or proof.GIVEN]
            listed.append([folder, *told])
        _put(part, OF_PART, json.dumps(listed, ensure_ascii=False).encode(), about)


def _put(part: zipfile.ZipFile, name: str, content: bytes, about: About) -> None:
    part.writestr(archive.entry(name, about.asked_at, packed=True), content)


def _documents(part: zipfile.ZipFile, folder: str, record: Record, about: About) -> None:
    rows, sums = list[Row](), list[str]()
    for number, document in enumerate(record.documents, start=1):
        for version in document.versions:
            name = f"stukken/{number:02}-v{version.number}-{archive.safe(version.filename)}"
            found = _copied(part, f"{folder}/{name}", version, about)
            rows.append(_row(name, document, version, found))
            if found not in (MISSING, DESTROYED):
                sums.append(f"{version.sha256}  {name}\n")
    if rows:
        _put(part, f"{folder}/stukken.csv", b"".join([headed(PAPERS), *map(line, rows)]), about)
        _put(part, f"{folder}/sha256sums.txt", "".join(sums).encode(), about)


def _row(name: str, document: Document, version: Version, found: str) -> Row:
    return [
        name, document.title, str(version.number), document.classification_label, version.filename, str(version.size),
        version.sha256, found,
    ]  # fmt: skip


def _copied(part: zipfile.ZipFile, name: str, version: Version, about: About) -> str:
    """A piece at a time."""
    if not version.stored:
        return DESTROYED
    try:
        source = default_storage.open(version.stored)
    except FileNotFoundError:
        return MISSING
    digest = hashlib.sha256()
    info = archive.entry(name, about.asked_at, packed=False)
    info.file_size = version.size
    with source, part.open(info, "w") as put:
        while piece := source.read(PIECE):
            digest.update(piece)
            put.write(piece)
    return FITS if digest.hexdigest() == version.sha256 else DIFFERS


def join(parts: Sequence[Path], out: BinaryIO, about: About) -> None:
    with zipfile.ZipFile(out, "w") as whole:
        with whole.open(archive.entry(CONTENTS, about.asked_at, packed=True), "w") as contents:
            for piece in _contents(parts, about):
                contents.write(piece.encode())
        for part in parts:
            archive.copy(part, whole, but=OF_PART)


def _contents(parts: Sequence[Path], about: About) -> Iterator[str]:
    made = f"{date_format(localtime(about.asked_at), 'j F Y')} om {localtime(about.asked_at):%H.%M} uur"
    yield format_html(
        '<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Inhoud</title></head><body><h1>Inhoud</h1>'
        "<p>{}. Gemaakt op {} voor {}.</p><table><thead><tr><th>Map</th><th>Nummer</th><th>Titel</th><th>Stand</th>"
        "<th>Stukken</th><th>Bewijs</th></tr></thead><tbody>\n",
        about.what, made, about.asked_by,
    )  # fmt: skip
    for path in parts:
        with zipfile.ZipFile(path) as part:
            for folder, *told in json.loads(part.read(OF_PART)):
                cells = format_html_join("", "<td>{}</td>", ([each] for each in told))
                yield format_html('<tr><td><a href="{}/">{}</a></td>{}</tr>\n', folder, folder, cells)
    yield "</tbody></table></body></html>\n"


FORMAT = Format(
    code="zip", label="Genummerde ZIP", hint="Per zaak een map: dossier, spoor, bewijs, stukken met controlegetal.",
    extension="zip", content_type=ZIP, write=write, join=join, in_part=10, cites_root=True, carries_documents=True,
)  # fmt: skip
