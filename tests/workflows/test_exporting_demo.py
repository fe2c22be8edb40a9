"""Every format of all that the example has: both regelingen, every kind of case, the destroyed one too."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from pytest_django import Settings

from audit import clock, offline
from benchmarks.scratch import scratch_database
from cases.models import Case
from config import demo
from tests.conformance.test_logs import SCHEMA as OCEL
from tests.workflows.test_ocds import VALID as OCDS
from workflows.exporting import proof
from workflows.exporting.formats import FORMATS
from workflows.exporting.parts import Plan, Work, rooted_now
from workflows.exporting.record import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


@pytest.fixture
def example(settings: Settings, tmp_path: Path) -> Iterator[list[int]]:
    """Its cases. On a database of its own: what a test begins with has a regeling already."""
    settings.MEDIA_ROOT = tmp_path / "documenten"
    with scratch_database():
        demo.play()
        yield list(Case.objects.order_by("pk").values_list("pk", flat=True))


def taken_out(format: str, ids: list[int], folder: Path) -> Path:
    plan = rooted_now(Plan(
        format=format, question="vraag", case_ids=tuple(ids), asked_at=clock.now(), asked_by="Victor", scheme="",
        what="alle zaken", in_part=FORMATS[format].in_part,
    ))  # fmt: skip
    work, target = Work(folder / f"{format}-delen"), folder / format
    work.carry_on(work.begin(plan), target, reader=SYSTEM, told=lambda done, total: None)
    return target


def test_all_of_the_example_leaves_the_house_in_every_format(example: list[int], tmp_path: Path) -> None:
    found = {format: taken_out(format, example, tmp_path) for format in FORMATS}
    procurements = Case.objects.filter(kind=Case.Kind.PROCUREMENT)
    assert procurements.values("scheme").distinct().count() == len(demo.STORIES)
    package = json.loads(found["ocds"].read_bytes())
    assert [error.message for error in OCDS.iter_errors(package)] == []
    assert len(package["releases"]) == procurements.filter(confidential=False).count()
    assert {"planning", "tender", "award", "contract"} <= {tag for each in package["releases"] for tag in each["tag"]}
    jsonschema.validate(json.loads(found["ocel"].read_bytes()), OCEL)
    traces = list(ElementTree.parse(found["xes"]).getroot().iterfind("{http://www.xes-standard.org/}trace"))
    assert len(traces) == len(example)
    with zipfile.ZipFile(found["pdf"]) as dossiers:
        assert len(dossiers.namelist()) == len(example)
    _hold(found["zip"])


def _hold(packed: Path) -> None:
    """Whatever evidence there is; where there is none, the table of contents says why."""
    with zipfile.ZipFile(packed) as found:
        given = [name for name in found.namelist() if name.endswith("/evidence.json")]
        contents = found.read("00-inhoud.html").decode()
        assert contents.count(f"<td>{proof.GIVEN}</td>") == len(given) > 0
        assert "de inkoop loopt nog" in contents
        for name in given:
            signed = json.loads(found.read(name))["root"]
            offline.verify_dossier(found.read(name), root=signed["root"], key=signed["key"])
