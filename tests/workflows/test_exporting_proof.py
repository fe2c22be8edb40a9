"""The evidence in a ZIP: `rolzuiver-verify` takes it with its documents, and it shows no more than the dossier does."""

import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from audit import offline
from audit.roots import Root, sign_root
from cases.models import Case
from tests.database import after
from tests.pages.world import World, worlds
from tests.workflows import play
from tests.workflows.test_exporting import entries, made, planned
from tests.workflows.test_exporting_record import reader
from workflows.exporting import pack, proof
from workflows.exporting.record import SYSTEM, Reader, read

pytestmark = [pytest.mark.django_db(transaction=True), after(worlds)]


@pytest.fixture
def world(played: Any) -> World:
    found: World = played["limburg-noord"]
    return found


@pytest.fixture
def root(world: World) -> Root:
    signed = sign_root()
    assert signed is not None
    return signed


def unpacked(folder: Path, *cases: Case, who: Reader = SYSTEM) -> Path:
    """The ZIP of these cases as somebody lays it out."""
    content = folder / "uit.zip"
    content.write_bytes(made(planned("zip", [case.pk for case in cases]), folder / "gemaakt", who))
    with zipfile.ZipFile(content) as archived:
        archived.extractall(folder)
    return folder / f"001-{cases[0].number}"


def judged(folder: Path, root: Root) -> int:
    known = ["--root", root.root, "--key", root.key]
    return offline.main(["dossier", str(folder / "evidence.json"), *known, "--documents", str(folder / "stukken")])


def test_it_is_accepted_with_its_documents_and_refused_when_anything_was_changed(
    world: World, root: Root, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = unpacked(tmp_path, world.closed)
    file, [paper, *_] = folder / "evidence.json", sorted((folder / "stukken").iterdir())
    assert judged(folder, root) == 0
    assert "0 niet meegeleverd" in capsys.readouterr().out
    for changed in (file, paper):
        content = changed.read_bytes()
        changed.write_bytes(content.replace(b"e", b"a", 1))
        assert judged(folder, root) == 1
        changed.write_bytes(content)
    assert judged(folder, root) == 0
    file.write_bytes(file.read_bytes().replace(b"person/", b"persoon/", 1))
    assert judged(folder, root) == 1


def test_that_of_every_case_there_is_holds(world: World, root: Root, tmp_path: Path) -> None:
    ids = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    about = planned("zip", ids).about()
    with (tmp_path / "deel").open("w+b") as out:
        partial(pack.write, dossier_of=None)(read(ids, reader=SYSTEM), out, about)
    found = entries((tmp_path / "deel").read_bytes())
    proofs = [content for name, content in found.items() if name.endswith("evidence.json")]
    told = [row[-1] for row in json.loads(found[pack.OF_PART])]
    assert len(proofs) == told.count(proof.GIVEN) > len(ids) // 2
    assert set(told) <= {proof.GIVEN, "nee: de inkoop loopt nog"}
    for content in proofs:
        checked = offline.verify_dossier(content, root=root.root, key=root.key)
        assert (checked["chains"], checked["rows"]) == (1, 0)


def test_it_shows_the_words_of_the_dossier_and_no_others(world: World, root: Root, tmp_path: Path) -> None:
    folder = unpacked(tmp_path, world.closed)
    checked = offline.verify_dossier((folder / "evidence.json").read_bytes(), root=root.root, key=root.key)
    content, commission = (folder / "evidence.json").read_text(), world.closed.commission
    assert str(world.closed.title) in content
    assert str(commission.aim) not in content
    assert checked["texts"] > 0
    assert checked["withheld"] > 0
    assert checked["closed"] > 0


def test_where_it_may_not_go_along_the_table_of_contents_says_why(world: World, root: Root, tmp_path: Path) -> None:
    folder = unpacked(tmp_path, world.voting, who=reader("linda"))
    assert not (folder / "evidence.json").exists()
    assert "er zijn stukken die u niet mag lezen" in (tmp_path / "00-inhoud.html").read_text()


@pytest.mark.long
def test_acts_that_no_root_has_signed_wait_for_the_next(world: World, root: Root, tmp_path: Path) -> None:
    case = play.submitted()
    folder = unpacked(tmp_path / "a", case)
    assert not (folder / "evidence.json").exists()
    assert "nog niet onder een ondertekende wortel" in (tmp_path / "a" / "00-inhoud.html").read_text()
    signed = sign_root()
    assert signed is not None
    assert (unpacked(tmp_path / "b", case) / "evidence.json").exists()
