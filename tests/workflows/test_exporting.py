"""Files with cases: each format, the same bytes after being killed, and nothing in them that a reader may not have."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from audit import clock
from audit.models import AccessRecord
from audit.services import acting
from cases.models import Case, Document, DocumentVersion
from tests.database import after
from tests.pages.world import World, worlds
from tests.workflows.test_exporting_record import reader
from workflows.exporting import archive, workbook
from workflows.exporting.formats import FORMATS
from workflows.exporting.parts import Plan, Work, rooted_now
from workflows.exporting.record import SYSTEM, Reader

pytestmark = [pytest.mark.django_db, after(worlds)]

FORMULA = '=HYPERLINK("https://elders.example";"Klik")'
QUICK = ("csv", "xlsx")  # of every case there is


class Killed(BaseException):
    """As by SIGKILL: nothing tidies up."""


@pytest.fixture
def world(played: Any) -> World:
    found: World = played["limburg-noord"]
    return found


def planned(format: str, cases: list[int], in_part: int = 2) -> Plan:
    return rooted_now(Plan(
        format=format, question="vraag", case_ids=tuple(cases), asked_at=clock.now(), asked_by="Victor", scheme="MGR",
        what="alle zaken", in_part=in_part,
    ))  # fmt: skip


def made(plan: Plan, folder: Path, who: Reader = SYSTEM, *, killed_at: int | None = None) -> bytes:
    """`killed_at`: when it says for the so-manieth time how far it is."""
    work, target, turns = Work(folder / "delen"), folder / "bestand", iter(range(1000))

    def told(done: int, total: int) -> None:
        if next(turns) == killed_at:
            raise Killed

    work.carry_on(work.begin(plan), target, reader=who, told=told)
    return target.read_bytes()


def some(count: int = 5) -> list[int]:
    return list(Case.objects.order_by("pk").values_list("pk", flat=True)[:count])


def entries(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archived:
        return {name: archived.read(name) for name in archived.namelist()}


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("format", FORMATS)
def test_killed_in_the_middle_and_begun_again_it_is_the_same_to_the_byte(
    world: World, tmp_path: Path, format: str
) -> None:
    plan = planned(format, some(6 if format in QUICK else 3), in_part=2 if format in QUICK else 1)
    whole = made(plan, tmp_path / "a")
    work = Work(tmp_path / "b" / "delen")
    for part in range(1, plan.parts + 1):
        with pytest.raises(Killed):
            made(plan, tmp_path / "b", killed_at=1)
        assert work.done(plan) == part * plan.in_part
    assert not (tmp_path / "b" / "bestand").exists()
    assert made(plan, tmp_path / "b") == whole


def test_a_part_that_was_being_written_is_written_again(world: World, tmp_path: Path) -> None:
    plan = planned("csv", some(4))
    whole = made(plan, tmp_path / "a")
    work = Work(tmp_path / "b" / "delen")
    work.begin(plan)
    (work.folder / ".deel-00001.tmp").write_bytes(b"half")
    assert made(plan, tmp_path / "b") == whole


@pytest.mark.parametrize("format", QUICK)
def test_every_kind_of_case_fits(world: World, tmp_path: Path, format: str) -> None:
    assert made(planned(format, some(1000), in_part=50), tmp_path)


def test_csv_is_one_row_an_act(world: World, tmp_path: Path) -> None:
    rows = table(made(planned("csv", some(2)), tmp_path))
    assert rows[0][:5] == ["Zaak", "Titel", "Nr.", "Tijdstip", "Handeling"]
    assert all(len(row) == len(rows[0]) for row in rows)
    assert {row[0] for row in rows[1:]} == set(Case.objects.filter(pk__in=some(2)).values_list("number", flat=True))


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Read as XML: a cell of text, and no formula anywhere."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    found = entries(content)
    names = [sheet.get("name") for sheet in ElementTree.fromstring(found["xl/workbook.xml"]).iter(f"{space}sheet")]
    read = {}
    for number, name in enumerate(names, start=1):
        tree = ElementTree.fromstring(found[f"xl/worksheets/sheet{number}.xml"])
        assert list(tree.iter(f"{space}f")) == []
        assert {cell.get("t") for cell in tree.iter(f"{space}c")} <= {"inlineStr"}
        read[str(name)] = [["".join(cell.itertext()) for cell in row] for row in tree.iter(f"{space}row")]
    return read


def test_xlsx_has_a_sheet_for_each_kind_of_row(world: World, tmp_path: Path) -> None:
    found = sheets(made(planned("xlsx", some(4)), tmp_path))
    assert list(found) == ["Zaken", "Handelingen", "Stappen", "Stukken", "Besluiten"]
    assert len(found["Zaken"]) == 1 + 4
    assert all(len(rows) > 1 for rows in found.values())


def test_a_formula_and_a_text_that_is_too_long_are_text_in_both(tmp_path: Path) -> None:
    plan, part = planned("xlsx", [1]), tmp_path / "deel"
    part.write_bytes(json.dumps([0, [FORMULA, "x" * 40_000, "\0\x07", "+31 6"]]).encode() + b"\n")
    with (tmp_path / "uit").open("w+b") as out:
        workbook.join([part], out, plan.about())
    [_, row] = sheets((tmp_path / "uit").read_bytes())["Zaken"]
    assert row[0] == f"'{FORMULA}"
    assert (len(row[1]), row[1].endswith(workbook.CUT)) == (workbook.LONGEST, True)
    assert row[3] == "'+31 6"


def test_a_full_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    plan, part = planned("xlsx", [1]), tmp_path / "deel"
    part.write_bytes(b"".join(json.dumps([1, [str(number)]]).encode() + b"\n" for number in range(5)))
    with (tmp_path / "uit").open("w+b") as out:
        workbook.join([part], out, plan.about())
    found = sheets((tmp_path / "uit").read_bytes())
    named = {name: [row[0] for row in rows[1:]] for name, rows in found.items() if name.startswith("Handelingen")}
    assert named == {"Handelingen": ["0", "1"], "Handelingen (2)": ["2", "3"], "Handelingen (3)": ["4"]}


def test_a_numbered_archive_holds_documents_that_fit_their_hashes(world: World, tmp_path: Path) -> None:
    found = entries(made(planned("zip", [world.closed.pk, world.voting.pk]), tmp_path))
    assert next(iter(found)) == "00-inhoud.html"
    folder = f"002-{world.voting.number}"
    assert folder in found["00-inhoud.html"].decode()
    assert found[f"{folder}/dossier.pdf"].startswith(b"%PDF")
    listed = [line.split("  ", 1) for line in found[f"{folder}/sha256sums.txt"].decode().splitlines()]
    assert len(listed) == 4
    for digest, name in listed:
        assert hashlib.sha256(found[f"{folder}/{name}"]).hexdigest() == digest
    assert {row[-1] for row in table(found[f"{folder}/stukken.csv"])[1:]} == {"klopt"}


def test_of_a_document_that_is_gone_or_was_changed_the_list_says_so(world: World, tmp_path: Path) -> None:
    gone, changed = DocumentVersion.objects.filter(document__case=world.voting).order_by("pk")[:2]
    Path(gone.file.path).unlink()
    Path(changed.file.path).write_bytes(b"iets anders")
    found = entries(made(planned("zip", [world.voting.pk]), tmp_path))
    rows = table(found[f"001-{world.voting.number}/stukken.csv"])[1:]
    assert [row[-1] for row in rows[:2]] == ["ontbreekt in het archief", "wijkt af van de vastgelegde hash"]


def test_of_a_document_that_was_destroyed_the_list_says_so(world: World, tmp_path: Path) -> None:
    gone = DocumentVersion.objects.filter(document__case=world.closed).order_by("pk")[0]
    with acting(chain=world.closed.chain, verb="destroy"):
        gone.file = ""
        gone.save(update_fields=["file"])
    found = entries(made(planned("zip", [world.closed.pk]), tmp_path))
    [row, *_] = table(found[f"001-{world.closed.number}/stukken.csv"])[1:]
    assert row[-1] == "vernietigd"
    assert f"001-{world.closed.number}/{row[0]}" not in found


@pytest.mark.parametrize("format", FORMATS)
def test_of_a_document_that_somebody_may_not_read_nothing_goes_along(world: World, tmp_path: Path, format: str) -> None:
    hidden = Document.objects.filter(case=world.voting, classification__in=("confidential", "secret"))
    content = made(planned(format, [world.voting.pk]), tmp_path, reader("linda"))
    everything = [content, *(entries(content).values() if content.startswith(b"PK") else [])]
    if format == "pdf":
        everything = ["".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()]
    for version in DocumentVersion.objects.filter(document__in=hidden).select_related("document__title"):
        for secret in (
            version.sha256.encode(),
            str(version.document.title).encode(),
            Path(version.file.path).read_bytes(),
        ):
            assert not any(secret in each for each in everything), (format, secret)
    assert not AccessRecord.objects.filter(actor=reader("linda").actor).exists()


def test_what_is_confidential_leaves_a_trace(world: World, tmp_path: Path) -> None:
    made(planned("zip", [world.voting.pk]), tmp_path / "zip", reader("gijs"))
    made(planned("csv", [world.voting.pk]), tmp_path / "csv", reader("gijs"))
    hidden = Document.objects.filter(case=world.voting, classification__in=("confidential", "secret"))
    found = AccessRecord.objects.filter(actor=reader("gijs").actor, chain=world.voting.chain)
    looked = list(found.order_by("pk").values_list("subject", flat=True))
    assert looked == [*(f"document/{each.pk}/1" for each in hidden.order_by("pk")), "export/csv"]


def test_every_case_that_an_auditor_takes_along_leaves_a_trace(world: World, tmp_path: Path) -> None:
    made(planned("csv", [world.voting.pk, world.small.pk]), tmp_path, reader("victor"))
    found = AccessRecord.objects.filter(actor=reader("victor").actor, subject="export/csv").order_by("pk")
    assert list(found.values_list("chain", flat=True)) == [world.voting.chain, world.small.chain]


@pytest.mark.long
def test_a_dossier_is_fit_to_keep_and_to_be_read_out(world: World, tmp_path: Path) -> None:
    content = made(planned("pdf", [world.closed.pk]), tmp_path)
    found = PdfReader(io.BytesIO(content))
    root: Any = found.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("nl-NL", True)
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure"} <= tags(root["/StructTreeRoot"])
    assert found.metadata is not None
    assert found.metadata.title == f"Dossier {world.closed.number}: {world.closed.title}"
    words = "".join(page.extract_text() for page in found.pages).replace("\n", "")
    assert "Procesplaat" in words
    for version in DocumentVersion.objects.filter(document__case=world.closed):
        assert version.sha256 in words


def tags(tree: Any) -> set[str]:
    """Every structure element in a tagged PDF."""
    kids = tree.get("/K", [])
    below = [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    own = {str(tree["/S"])} if "/S" in tree else set()
    return own.union(*(tags(kid) for kid in below if hasattr(kid, "get")))


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        ("../../etc/passwd", "etc-passwd"), ("a\\b:c*?.pdf", "a-b-c.pdf"), ("CON.txt", "_CON.txt"), ("", "naamloos"),
        ("...", "naamloos"), ("x" * 300 + ".pdf", "x" * 76 + ".pdf"), ("nota \u202egpj.exe", "nota-gpj.exe"),
        ("Één stuk.docx", "Één stuk.docx"), ("\0", "naamloos"),
    ],
)  # fmt: skip
def test_a_name_in_an_archive_leads_nowhere(given: str, becomes: str) -> None:
    assert archive.safe(given) == becomes
