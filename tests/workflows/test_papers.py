"""Papers: whatever somebody wrote stays text, and the same data gives the same bytes."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from workflows.papers import HERE, render

AT = datetime(2026, 11, 22, 9, 30, 15, 283651, tzinfo=UTC)
NASTY = [
    '#eval("1 + 1")', "#panic()", "#import sys", "*vet* _schuin_ `code` $x^2$", "@verwijzing <label>", "= Kop",
    "// weg ermee", "[ haakje", "\\#let x = 1", '#read("/etc/passwd")', "é€“”‘’–…ĳ", '"); #panic() //',
]  # fmt: skip


def a_list(**changes: Any) -> dict[str, Any]:
    """A decision list of no items."""
    return {
        "title": "Besluitenlijst PHO", "scheme": "MGR", "date": "22 november 2026", "place": "Venray",
        "status": "concept", "openness": "", "rule": "", "second_call": "", "present": [], "excused": [], "absent": [],
        "items": [], "documents": [], "remark": "",
    } | changes  # fmt: skip


def text_of(paper: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)


@pytest.mark.parametrize("words", NASTY)
def test_words_of_users_are_never_code(words: str) -> None:
    paper = render("decision_list", a_list(place=words, remark=words), made_at=AT)
    assert text_of(paper).replace("\n", " ").count(words) == 2


def test_the_same_data_gives_the_same_bytes() -> None:
    first, second = (render("decision_list", a_list(), made_at=AT) for _ in range(2))
    assert first == second


def test_a_paper_is_fit_to_keep_and_to_be_read_out() -> None:
    reader = PdfReader(io.BytesIO(render("decision_list", a_list(), made_at=AT)))
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/Lang"] == "nl-NL"
    assert reader.metadata is not None
    assert reader.metadata.title == "Besluitenlijst PHO"


def test_no_template_fetches_anything() -> None:
    """A package of typst's universe would come from the network."""
    assert [file.name for file in HERE.glob("*.typ") if "@preview" in file.read_text()] == []
