"""A dossier is judged far from here: `rolzuiver-verify` with nothing of ours, against a root that was published."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from audit import offline, roots, texts
from audit.format import ACT_FIELDS, MerkleTree, netstrings
from audit.models import AccessRecord, Text
from audit.offline import Refused, canonical, includes, verify_dossier, verify_roots
from audit.roots import Root, sign_root
from audit.services import acting
from tests.audit.conftest import change
from tests.audit.sample.models import Permit

Dossier = dict[str, Any]

MUTATIONS = 256


@pytest.fixture
def destroyed(permit: Permit) -> Permit:
    with acting(chain="case/1", verb="destroy"):
        texts.erase([Text.objects.get(act__chain="case/1", act__seq=1, content__startswith="De aanvraag")])
    return permit


@pytest.fixture
def file(destroyed: Permit, tmp_path: Path) -> Path:
    out = tmp_path / "evidence.json"
    call_command("export_evidence", case=[1, 2], out=out, stdout=StringIO())
    return out


@pytest.fixture
def judge(file: Path) -> Callable[[bytes], dict[str, Any]]:
    root = json.loads(file.read_bytes())["root"]
    return lambda raw: verify_dossier(raw, root=root["root"], key=root["key"])


def test_a_true_dossier_is_accepted_with_all_that_it_shows(
    file: Path, judge: Callable[[bytes], dict[str, Any]]
) -> None:
    found = judge(file.read_bytes())
    assert (found["chains"], found["acts"], found["rows"], found["closed"]) == (2, 6, 5, 0)
    assert (found["texts"], found["withheld"], found["erased"]) == (3, 1, 1)
    assert found["documents"] == {"ab" * 32}
    assert "Vergunning voor café" in file.read_text()
    assert "De aanvraag is compleet." not in json.loads(file.read_bytes())["chains"][0]["acts"][0]["opened"]


def test_taking_it_out_leaves_a_trace(file: Path) -> None:
    assert file.exists()
    assert set(AccessRecord.objects.values_list("chain", "subject")) == {
        ("case/1", "evidence"), ("case/2", "evidence"),
    }  # fmt: skip


def test_words_that_are_not_released_stay_behind_and_everything_else_verifies(
    destroyed: Permit, tmp_path: Path
) -> None:
    out = tmp_path / "evidence.json"
    call_command("export_evidence", case=[1], out=out, without_texts=True, stdout=StringIO())
    root = json.loads(out.read_bytes())["root"]
    found = verify_dossier(out.read_bytes(), root=root["root"], key=root["key"])
    assert (found["texts"], found["withheld"]) == (0, 2)
    assert "café" not in out.read_text()


def test_it_can_be_taken_out_as_an_earlier_root_knew_it(permit: Permit, tmp_path: Path) -> None:
    first = sign_root()
    assert first is not None
    change(permit, "vierde")
    sign_root()
    out = tmp_path / "evidence.json"
    call_command("export_evidence", case=[1], root=1, out=out, stdout=StringIO())
    assert verify_dossier(out.read_bytes(), root=first.root, key=first.key)["acts"] == 3
    with pytest.raises(CommandError, match="case/99"):
        call_command("export_evidence", case=[99], out=out)


def _bent(raw: bytes, turn: int) -> bytes:
    """One byte changed, taken away, doubled or put in; the places spread over all of the file."""
    die = random.Random(turn)
    at = min(len(raw) - 1, len(raw) * turn // MUTATIONS + die.randrange(len(raw) // MUTATIONS))
    other = bytes([die.choice([byte for byte in range(256) if byte != raw[at]])])
    return [raw[:at] + other + raw[at + 1 :], raw[:at] + raw[at + 1 :], raw[: at + 1] + raw[at:]][turn % 3]


def test_no_byte_of_it_can_be_another(file: Path, judge: Callable[[bytes], dict[str, Any]]) -> None:
    raw = file.read_bytes()
    accepted = [turn for turn in range(MUTATIONS) if not _refused(judge, _bent(raw, turn))]
    accepted += [-1 - cut for cut in range(1, 20) if not _refused(judge, raw[: -cut * len(raw) // 20])]
    assert accepted == []


def _refused(judge: Callable[[bytes], dict[str, Any]], raw: bytes) -> bool:
    try:
        judge(raw)
    except Refused:
        return True
    return False


def _sealed_again(dossier: Dossier) -> bytes:
    """By whoever holds the key of the roots, and writes it as it is written."""
    body = {name: value for name, value in dossier.items() if name != "seal"}
    return canonical(
        {**body, "seal": roots.sign(netstrings(["rolzuiver evidence", sha256(canonical(body)).hexdigest()]))}
    )


def _values(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in it that is no list or object."""
    if isinstance(thing, dict | list):
        for key, each in thing.items() if isinstance(thing, dict) else enumerate(thing):
            yield from _values(each, (*path, key))
    else:
        yield path


def _other(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value[-1:].isalnum():
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return "anders"


# What is told about it and is no evidence: only the seal holds these.
TOLD = {("about",), ("exported_at",)}


@pytest.mark.long
def test_who_holds_the_key_cannot_change_what_was_published(
    file: Path, judge: Callable[[bytes], dict[str, Any]]
) -> None:
    dossier = json.loads(file.read_bytes())
    accepted, tried = [], 0
    for path in _values(dossier):
        forged = json.loads(file.read_bytes())
        place = forged
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = _other(place[path[-1]])
        tried += 1
        if path != ("seal",) and not _refused(judge, _sealed_again(forged)):
            accepted.append(path)
    assert tried > 200
    assert set(accepted) <= TOLD


def _without(dossier: Dossier, seq: int) -> None:
    del dossier["chains"][0]["acts"][seq - 1]


def _swapped(dossier: Dossier) -> None:
    acts = dossier["chains"][0]["acts"]
    acts[1], acts[2] = acts[2], acts[1]


def _in_another_chain(dossier: Dossier) -> None:
    dossier["chains"][0]["chain"], dossier["chains"][1]["chain"] = "case/2", "case/1"


def _with_a_row_of_another(dossier: Dossier) -> None:
    first, second = dossier["chains"][0]["acts"][1:3]
    first["opened"], second["opened"] = second["opened"], first["opened"]


def _with_a_word_for_what_was_destroyed(dossier: Dossier) -> None:
    [destruction] = [act for act in dossier["chains"][0]["acts"] if act["verb"] == "destroy"]
    destruction["opened"] = [{"salt": "00" * 32, "content": "Anders"}]


def _with_something_beside(dossier: Dossier) -> None:
    dossier["remark"] = "Alles klopt."


FORGED: dict[str, Callable[[Dossier], None]] = {
    "an act was left out": lambda dossier: _without(dossier, 2),
    "the last act was left out": lambda dossier: _without(dossier, 4),
    "acts changed places": _swapped,
    "acts stand in another chain": _in_another_chain,
    "rows changed places": _with_a_row_of_another,
    "destroyed words came back": _with_a_word_for_what_was_destroyed,
    "something was added": _with_something_beside,
    "a chain stands in it twice": lambda dossier: dossier["chains"].append(dossier["chains"][0]),
    "no chain is in it": lambda dossier: dossier["chains"].clear(),
    "the path is longer": lambda dossier: dossier["chains"][0]["path"].append("00" * 32),
    "a field list is of no row": lambda dossier: dossier["field_lists"].update(
        {"0" * 16: {"table": "cases_case", "columns": ["id"]}}
    ),
    "a number is a truth": lambda dossier: dossier.update(format=True),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_it_is_refused_even_sealed_again_when(
    forge: Callable[[Dossier], None], file: Path, judge: Callable[[bytes], dict[str, Any]]
) -> None:
    dossier = json.loads(file.read_bytes())
    forge(dossier)
    with pytest.raises(Refused):
        judge(_sealed_again(dossier))


def test_another_root_and_another_key_are_refused(file: Path) -> None:
    root = json.loads(file.read_bytes())["root"]
    for wrong in ({"root": "00" * 32}, {"key": "00" * 32}):
        with pytest.raises(Refused, match="gepubliceerde"):
            verify_dossier(file.read_bytes(), **{"root": root["root"], "key": root["key"]} | wrong)


@given(st.lists(st.binary(max_size=6), min_size=1, max_size=40), st.data())
def test_each_leaf_is_in_the_tree_at_its_own_place_only(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    tree = MerkleTree(leaves)
    root, path = tree.root.hex(), [each.hex() for each in tree.path(at)]
    assert includes(leaves[at], at, len(leaves), path, root)
    assert not includes(leaves[at] + b"x", at, len(leaves), path, root)
    assert not includes(leaves[at], len(leaves), len(leaves), path, root)
    assert not includes(leaves[at], at, len(leaves), [*path, root], root)


def _alone(*arguments: Any, folder: Path) -> subprocess.CompletedProcess[str]:
    """The one file, elsewhere, with everything of ours and of Django out of reach."""
    shutil.copy(offline.__file__, folder / "rolzuiver_verify.py")
    blocked = "import sys; sys.modules.update(dict.fromkeys(['django', 'audit', 'psycopg', 'config']))"
    run = "import rolzuiver_verify; sys.exit(rolzuiver_verify.main())"
    command = [sys.executable, "-I", "-c", f"{blocked}; sys.path.insert(0, '.'); {run}", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PATH": ""}, check=False)


@pytest.mark.long
def test_it_runs_on_a_machine_without_us(file: Path, settings: Settings, tmp_path: Path) -> None:
    key = Path(settings.AUDIT_ROOT_KEY).with_suffix(".pub.pem")
    known = ["--root", settings.AUDIT_ROOTS, "--key", key]
    good = _alone("dossier", file, *known, folder=tmp_path)
    assert (good.returncode, good.stdout[:12]) == (0, "Alles klopt:")
    file.write_bytes(file.read_bytes().replace(b"person/2", b"person/3", 1))
    bad = _alone("dossier", file, *known, "--json", folder=tmp_path)
    assert (bad.returncode, json.loads(bad.stdout)["ok"]) == (1, False)
    signed = _alone("roots", settings.AUDIT_ROOTS, "--key", key, folder=tmp_path)
    assert (signed.returncode, signed.stdout[:12]) == (0, "Alles klopt:")


def test_documents_that_came_along_are_held_to_their_hashes(permit: Permit, tmp_path: Path) -> None:
    paper = tmp_path / "documents" / "besluit.pdf"
    paper.parent.mkdir()
    paper.write_bytes(b"%PDF besluit")
    with acting(chain="case/1", verb="add") as act:
        act.documents = [sha256(paper.read_bytes()).hexdigest()]
    out = tmp_path / "evidence.json"
    call_command("export_evidence", case=[1], out=out, stdout=StringIO())
    root = json.loads(out.read_bytes())["root"]
    told = ["dossier", str(out), "--root", root["root"], "--key", root["key"], "--documents", str(paper.parent)]
    assert offline.main(told) == 0
    paper.write_bytes(b"%PDF iets anders")
    assert offline.main(told) == 1


def test_it_reads_the_format_of_the_house() -> None:
    assert offline.FIELDS == ACT_FIELDS


def test_roots_verify_by_themselves_and_each_byte_of_their_words_counts(permit: Permit, settings: Settings) -> None:
    sign_root()
    change(permit, "vierde")
    last = sign_root()
    assert last is not None
    lines = Path(settings.AUDIT_ROOTS).read_bytes().splitlines(keepends=True)
    assert verify_roots(iter(lines), key=last.key)["root"] == last.root
    first = json.loads(lines[0])
    for name, value in first.items():
        forged = [json.dumps(first | {name: _other(value)}).encode() + b"\n", lines[1]]
        with pytest.raises(Refused):
            verify_roots(iter(forged), key=last.key)
    for wrong in (lines[::-1], lines[1:], [], [lines[0], b"{}\n"]):
        with pytest.raises(Refused):
            verify_roots(iter(wrong), key=last.key)
    assert Root.from_line(lines[1]) == last
