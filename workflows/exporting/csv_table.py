"""CSV: one row an act, as a spreadsheet opens it. Everything else of a case is in XLSX."""

from collections.abc import Iterable
from typing import BinaryIO

from roles.rules.sheet import headed, line
from workflows.exporting.format import About, Format, enclosed
from workflows.exporting.rows import ACTS
from workflows.exporting.shapes import Record


def write(records: Iterable[Record], out: BinaryIO, about: About) -> None:
    for record in records:
        for row in ACTS.rows(record):
            out.write(line(row))


FORMAT = Format(
    code="csv", label="CSV", hint="Iedere handeling een regel, voor een spreadsheet.", extension="csv",
    content_type="text/csv; charset=utf-8", write=write, join=enclosed(lambda about: headed(ACTS.headings)),
)  # fmt: skip
