"""A table as a spreadsheet saves it (CSV), read with care. Plain Python: bytes in, numbered lines out.

What Excel makes of a table is read as it was meant: a byte order mark, `sep=;`, either separator, quoted line breaks,
empty rows and columns at the end. What cannot be meant is refused, with what to do about it.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

MEGABYTES = 2
MOST_BYTES = MEGABYTES * 1024 * 1024
MOST_ROWS = 10_000
LONGEST_CELL = 200

SAVE_AS = "Sla het in Excel op als ‘CSV UTF-8 (door komma’s gescheiden)’."
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
GARBLED = re.compile("[ÂÃ][\u0080-\u00bf]")  # UTF-8 that was once read as Latin-1


class Unreadable(ValueError):
    """The file as a whole cannot be read. The message says why, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line, in which column (empty: in the line as a whole), and what to do about it."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its heading on screen, with other words that people use for it."""

    heading: str
    required: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row, by the number of its first line in the file; cells by the code of their column."""

    number: int
    cells: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def read(content: bytes, columns: Mapping[str, Column]) -> list[Line]:
    """Every row that is not empty. Raises Unreadable."""
    text = _decoded(content)
    skipped, separator, text = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = _rows(reader, skipped)
    _, headings = next(rows, (0, []))
    codes = _codes(headings, columns)
    lines = []
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            lines.append(_line(number, cells, codes, columns))
            if len(lines) > MOST_ROWS:
                raise Unreadable(f"Het bestand heeft meer dan {MOST_ROWS} regels. Deel het op.")
    if not lines:
        raise Unreadable("Onder de kop staat geen enkele regel. Vul het bestand en kies het opnieuw.")
    return lines


def plain(words: str) -> str:
    """Words as they are compared: without case, accents and double spaces."""
    letters = unicodedata.normalize("NFKD", words)
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().split())


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        size = f"{len(content) / 1024 / 1024:.1f}".replace(".", ",")
        raise Unreadable(f"Het bestand is {size} MB; ten hoogste {MEGABYTES} MB kan. Deel het op.")
    if not content.strip():
        raise Unreadable("Het bestand is leeg. Kies een ander bestand.")
    if content.startswith(b"PK\x03\x04"):
        raise Unreadable(f"Dit is geen CSV maar een werkmap (xlsx of ods). {SAVE_AS}")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise Unreadable(f"Dit bestand bevat nulbytes en is geen tekst in UTF-8. {SAVE_AS}")
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        where = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"Regel {where} bevat een teken dat geen UTF-8 is. {SAVE_AS}") from None
    if "\ufffd" in text:
        where = text.count("\n", 0, text.index("\ufffd")) + 1
        raise Unreadable(f"Regel {where} bevat een teken (�) dat bij het opslaan verloren ging. {SAVE_AS}")
    return text


def _separator(text: str) -> tuple[int, str, str]:
    """How many lines to skip, what separates the cells, and the rest."""
    first, _, rest = text.partition("\n")
    if re.fullmatch(r"sep=[;,]\r?", first.strip('"')):
        return 1, first.strip('"')[4], rest
    return 0, ";" if first.count(";") >= first.count(",") else ",", text


def _rows(reader: Iterator[list[str]], skipped: int) -> Iterator[tuple[int, list[str]]]:
    while True:
        first = getattr(reader, "line_num", 0) + skipped + 1
        try:
            yield first, next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unreadable(
                f"Vanaf regel {first} kloppen de aanhalingstekens niet. Zet een tekst met een aanhalingsteken of "
                "scheidingsteken erin tussen aanhalingstekens, en verdubbel die in de tekst."
            ) from None


def _codes(headings: Sequence[str], columns: Mapping[str, Column]) -> list[str]:
    """The column that each cell is in; empty where the heading is."""
    names = {_squeezed(name): code for code, column in columns.items() for name in (column.heading, *column.also)}
    codes = [names.get(_squeezed(heading), "") for heading in headings]
    unknown = [heading.strip() for heading, code in zip(headings, codes, strict=True) if heading.strip() and not code]
    wanted = ", ".join(column.heading for column in columns.values())
    missing = [column.heading for code, column in columns.items() if column.required and code not in codes]
    if missing:
        raise Unreadable(f"In de eerste regel ontbreekt de kolom ‘{missing[0]}’. De kolommen zijn: {wanted}.")
    if unknown:
        raise Unreadable(f"De kolom ‘{unknown[0][:60]}’ is onbekend. Haal haar weg of noem haar een van: {wanted}.")
    if twice := next((code for code in codes if code and codes.count(code) > 1), None):
        raise Unreadable(f"De kolom ‘{columns[twice].heading}’ staat er tweemaal. Haal er een weg.")
    return codes


def _squeezed(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", plain(heading))


def _line(number: int, cells: Sequence[str], codes: Sequence[str], columns: Mapping[str, Column]) -> Line:
    found = dict.fromkeys(columns, "")
    problems: list[Problem] = []
    for place, cell in enumerate(cells):
        code = codes[place] if place < len(codes) else ""
        if code:
            found[code] = _tidy(cell)
            if words := _wrong(found[code]):
                problems.append(Problem(number, columns[code].heading, words))
        elif cell.strip():
            problems.append(Problem(
                number, "", f"‘{_tidy(cell)[:40]}’ staat in een kolom zonder kop. "
                "Zet een tekst met een scheidingsteken erin tussen aanhalingstekens.",
            ))  # fmt: skip
    return Line(number, found, tuple(problems))


def _tidy(cell: str) -> str:
    """Without space around it, line breaks within it, and what nobody sees. A formula is text like any other."""
    return " ".join(unicodedata.normalize("NFC", cell.translate(UNSEEN)).split())


def _wrong(cell: str) -> str:
    if len(cell) > LONGEST_CELL:
        return f"Deze tekst is {len(cell)} tekens lang; ten hoogste {LONGEST_CELL} kan. Kort haar in."
    if any(unicodedata.category(letter) == "Cc" for letter in cell):
        return "Deze tekst bevat een stuurteken dat niemand ziet. Typ de cel opnieuw."
    if GARBLED.search(cell):
        return f"‘{cell[:40]}’ is verhaspeld. {SAVE_AS}"
    return ""


def written(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table for a spreadsheet, in which nothing is a formula whatever somebody is called."""
    return b"".join(streamed(headings, rows))


def streamed(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The same, a line at a time. The mark in front tells Excel that it is UTF-8; Dutch Excel separates by `;`."""
    yield headed(headings)
    for row in rows:
        yield line(row)


def headed(headings: Sequence[str]) -> bytes:
    """The first line, with that mark."""
    return codecs.BOM_UTF8 + line(headings)


def line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode()


def harmless(cell: str) -> str:
    """An apostrophe before what a spreadsheet would calculate: it shows the text, and does not run it."""
    return f"'{cell}" if cell.lstrip()[:1] in ("=", "+", "-", "@") or cell[:1] in ("\t", "\r", "\n") else cell
