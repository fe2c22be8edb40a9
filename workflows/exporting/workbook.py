"""XLSX: a sheet for cases, acts, steps, documents and decisions.

A part is rows as JSON, one a line; joining them writes each sheet from top to bottom, a row at a time
(`constant_memory`). Every cell is text, and none of them a formula.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from roles.rules.sheet import harmless
from workflows.exporting.format import About, Format
from workflows.exporting.rows import TABLES, Table
from workflows.exporting.shapes import Record

MOST_ROWS = 1_048_576  # of a sheet, by Excel; its heading included
LONGEST = 32_767  # signs in a cell, by Excel
CUT = "… [afgekort: een cel bevat niet meer]"
WIDTHS = {"Titel": 40, "Motivering": 50, "Stap": 28, "Wie": 24, "Rol": 30, "Handeling": 26, "Tijdstip": 20}


def write(records: Iterable[Record], out: BinaryIO, about: About) -> None:
    for record in records:
        for number, table in enumerate(TABLES):
            for row in table.rows(record):
                out.write(json.dumps([number, row], ensure_ascii=False).encode() + b"\n")


def join(parts: Sequence[Path], out: BinaryIO, about: About) -> None:
    import xlsxwriter  # large, and needed here alone

    with TemporaryDirectory(dir=Path(out.name).parent if isinstance(out.name, str) else None) as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(out, options)
        asked = about.asked_at.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": about.what, "author": about.asked_by, "created": asked})
        sheets = [_Sheets(book, table) for table in TABLES]
        for part in parts:
            with part.open("rb") as file:
                for line in file:
                    number, row = json.loads(line)
                    sheets[number].add(row)
        book.close()


class _Sheets:
    """One table; where a sheet is full it goes on in the next."""

    def __init__(self, book: Any, table: Table) -> None:
        self.book, self.table, self.count = book, table, 0
        self.bold = book.add_format({"bold": True})
        self._begin()

    def add(self, row: Sequence[str]) -> None:
        if self.next == MOST_ROWS:
            self._begin()
        for column, cell in enumerate(row):
            if cell:
                self.sheet.write_string(self.next, column, _fit(harmless(cell)))
        self.next += 1

    def _begin(self) -> None:
        self.count += 1
        name = self.table.name if self.count == 1 else f"{self.table.name} ({self.count})"
        self.sheet = self.book.add_worksheet(name)
        self.sheet.freeze_panes(1, 0)
        for column, heading in enumerate(self.table.headings):
            self.sheet.set_column(column, column, WIDTHS.get(heading, 16))
            self.sheet.write_string(0, column, heading, self.bold)
        self.next = 1


def _fit(cell: str) -> str:
    return cell if len(cell) <= LONGEST else cell[: LONGEST - len(CUT)] + CUT


FORMAT = Format(
    code="xlsx", label="XLSX", hint="Zaken, handelingen, stappen, stukken en besluiten, ieder een werkblad.",
    extension="xlsx", content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write=write, join=join,
)  # fmt: skip
