"""OCDS: valid at every step of a procurement, and nothing in it that is not public yet."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from cases.models import Case, Procurement, Tender
from config.demo.players import holder, who
from tests.database import ROOT
from tests.workflows import buy
from workflows import services
from workflows.exporting import ocds
from workflows.exporting.format import About
from workflows.exporting.record import SYSTEM, read

pytestmark = pytest.mark.django_db
SCHEMAS = {
    name: json.loads((ROOT / f"tests/schemas/ocds/ocds-{name}-schema.json").read_text())
    for name in ("release", "release-package")
}
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["id"], DRAFT4.create_resource(schema)) for schema in SCHEMAS.values()
)
VALID = Draft4Validator(SCHEMAS["release-package"], registry=REGISTRY, format_checker=FormatChecker())
ABOUT = About(
    asked_at=datetime(2026, 11, 22, 12, tzinfo=UTC), asked_by="Victor", scheme="MGR", what="alle inkopen", places={}
)


def package(ids: list[int], folder: Path) -> dict[str, Any]:
    """As it leaves the house, in two parts; valid."""
    parts = []
    for place, some in enumerate((ids[:1], ids[1:])):
        parts.append(folder / str(place))
        with parts[-1].open("wb") as out:
            ocds.write(read(some, reader=SYSTEM), out, ABOUT)
    whole = io.BytesIO()
    ocds.join(parts, whole, ABOUT)
    made: dict[str, Any] = json.loads(whole.getvalue())
    assert [error.message for error in VALID.iter_errors(made)] == []
    return made


def release(case: Case, folder: Path) -> dict[str, Any]:
    [found] = package([case.pk], folder)["releases"]
    return dict(found)


STOPS = {
    "team": (["planning"], "planning"), "papers": (["planning"], "planning"), "clarification": (["tender"], "active"),
    "opening": (["tender"], "active"), "assessment": (["tender"], "active"), "consensus": (["tender"], "active"),
    "standstill": (["tender"], "active"), "registration": (["tender", "award"], "complete"),
}  # fmt: skip


@pytest.mark.long
def test_a_release_is_valid_and_holds_what_is_public_at_every_step(ground: None, tmp_path: Path) -> None:
    case = buy.started()
    for step, (tags, status) in STOPS.items():
        found = release(buy.on_to(step, case), tmp_path)
        assert (found["tag"], found["tender"]["status"]) == (tags, status), step
        words, firms = json.dumps(found, ensure_ascii=False), [str(each.firm) for each in Tender.objects.all()]
        if status != "complete":
            assert not any(firm in words for firm in firms), step
            assert not {"planning", "awards", "contracts"} & {*found}, step
            assert "numberOfTenderers" not in found["tender"], step
        if tags == ["planning"]:
            assert str(case.title) not in words, step
    buy.straight_on(case)
    found = release(case, tmp_path)
    procurement = Procurement.objects.get(pk=case.pk)
    winners = {str(each.provider) for each in procurement.awards.select_related("provider")}
    assert found["tag"] == ["tender", "award", "contract"]
    assert {each["name"] for each in found["parties"] if "supplier" in each["roles"]} == winners
    assert not any(firm in json.dumps(found) for firm in {*firms} - winners)
    assert found["tender"]["numberOfTenderers"] == len(firms)
    assert {each["awardID"] for each in found["contracts"]} == {each["id"] for each in found["awards"]}
    assert found["tender"]["awardCriteriaDetails"].startswith("Plan van aanpak: 60%; Prijs: 40%")


@pytest.mark.long
def test_what_was_given_up_before_its_notice_says_only_that(ground: None, tmp_path: Path) -> None:
    case = buy.started()
    services.withdraw(**who(holder(case, "team")), case_id=case.pk, reason="Later.")
    found = release(case, tmp_path)
    assert found["tender"] == {
        "id": case.number, "status": "withdrawn", "mainProcurementCategory": "services",
        "procuringEntity": found["buyer"],
    }  # fmt: skip
    commission = case.parent
    assert commission is not None
    assert package([case.pk, commission.pk], tmp_path)["releases"] == [found]


@pytest.mark.long
def test_an_open_house_tells_no_names_while_it_is_open(ground: None, tmp_path: Path) -> None:
    case = buy.brought_to("admission", instrument="open_house", procedure="")
    found = release(case, tmp_path)
    assert (found["tag"], found["tender"]["procurementMethod"]) == (["tender"], "open")
    assert [each["roles"] for each in found["parties"]] == [["buyer", "procuringEntity"]]


@pytest.mark.long
def test_an_invitation_to_a_few_is_no_notice(ground: None, tmp_path: Path) -> None:
    case = buy.brought_to("opening", procedure="multiple", estimate=Decimal(200_000))
    assert release(case, tmp_path)["tag"] == ["planning"]
