"""Exported flows against what others made to judge them: schema, bpmn-moddle, bpmnlint, bpmn-js in a browser."""

from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, Phase, given, settings

from tests.bpmn.flows import diagrams
from tests.bpmn.tools import CHROMIUM, findings, opened_in_browser, schema_errors
from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.model import Diagram, Edge, Element, Node, explicit
from workflows.bpmn.reports import whistleblowing
from workflows.bpmn.xml import BPMN, bpmn
from workflows.flows import ALL
from workflows.flows.commissioning import CommissioningFlow

DIAGRAMS = [*(diagram_of(flow_class) for flow_class in ALL), whistleblowing()]


@pytest.fixture
def exported(tmp_path: Path) -> dict[str, Path]:
    call_command("export_bpmn", out=tmp_path, stdout=StringIO())
    return {path.name: path for path in tmp_path.glob("*.bpmn")}


def test_each_version_of_each_flow_becomes_one_file(exported: dict[str, Path]) -> None:
    flows = {f"{flow_class.code}-v{flow_class.version}.bpmn" for flow_class in ALL}
    assert set(exported) == flows | {"whistleblowing-v1.bpmn"}


def test_the_command_says_in_dutch_what_it_wrote(tmp_path: Path) -> None:
    said = StringIO()
    call_command("export_bpmn", out=tmp_path / "nieuw", stdout=said)
    assert f"Opdrachtverstrekking, versie 1: {tmp_path / 'nieuw' / 'commissioning-v1.bpmn'}" in said.getvalue()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    with pytest.raises(CommandError, match="Kan niet schrijven"):
        call_command("export_bpmn", out=tmp_path / "bestand")


def test_files_are_valid_by_the_standards_schema(exported: dict[str, Path]) -> None:
    assert [error for path in exported.values() for error in schema_errors(path)] == []


def test_bpmn_moddle_and_the_recommended_rules_of_bpmnlint_find_nothing(exported: dict[str, Path]) -> None:
    assert findings(exported.values()) == []


def test_the_linter_would_have_found_something(exported: dict[str, Path], tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.bpmn"
    spoiled.write_text(exported["commissioning-v1.bpmn"].read_text().replace(' name="Aanvullen"', ""))
    assert findings([spoiled]) == ["spoiled.bpmn: label-required: supplement: Element is missing label/name"]


@pytest.mark.long
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: nobody opened the files in bpmn-js")
@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda diagram: diagram.name)
def test_bpmn_js_opens_a_file_without_warnings(diagram: Diagram, exported: dict[str, Path], tmp_path: Path) -> None:
    warnings, shapes = opened_in_browser(exported[f"{diagram.name}.bpmn"], tmp_path)
    assert warnings == []
    assert shapes >= len(diagram.nodes) + len(diagram.edges) + len(diagram.lanes)


@pytest.mark.long
def test_any_flow_becomes_a_valid_file_without_lint(tmp_path: Path) -> None:
    """In one run of the linter, for it takes long to start."""
    paths: list[Path] = []

    @given(flow=diagrams())
    @settings(max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def write(flow: Diagram) -> None:
        path = tmp_path / f"{len(paths)}.bpmn"
        path.write_bytes(bpmn(explicit(flow)))
        paths.append(path)

    write()
    assert [error for path in paths for error in schema_errors(path)] == []
    assert findings(paths) == []


def test_the_same_flow_gives_the_same_bytes() -> None:
    assert bpmn(diagram_of(CommissioningFlow)) == bpmn(diagram_of(CommissioningFlow))


@pytest.fixture
def process() -> ET.Element:
    found = ET.fromstring(bpmn(diagram_of(CommissioningFlow))).find(f"{{{BPMN}}}process")
    assert found is not None
    return found


def part(process: ET.Element, name: str) -> ET.Element:
    return next(element for element in process.iter() if element.get("id") == name)


@pytest.mark.parametrize(
    ("name", "tag", "label"),
    [
        ("submit", "userTask", "Opdracht indienen"),
        ("alignment_agreed", "exclusiveGateway", "Alle gemeenten akkoord?"),
        ("pho_deferred", "intermediateCatchEvent", "Aangehouden"),
        ("granted", "endEvent", "Verstrekt"),
    ],
)
def test_ids_are_the_names_in_the_records(process: ET.Element, name: str, tag: str, label: str) -> None:
    assert (part(process, name).tag, part(process, name).get("name")) == (f"{{{BPMN}}}{tag}", label)


@pytest.mark.parametrize(
    ("name", "several"),
    [("municipal_alignment", True), ("pho_decision", True), ("intake", False)],
)
def test_what_several_people_do_at_once_is_one_task_with_a_marker(
    process: ET.Element, name: str, several: bool
) -> None:
    assert (part(process, name).find(f"{{{BPMN}}}multiInstanceLoopCharacteristics") is not None) is several


def test_splitting_over_municipalities_and_meeting_again_are_folded_away(process: ET.Element) -> None:
    assert {"each_participant", "all_answered"}.isdisjoint(element.get("id") for element in process.iter())


def test_an_outcome_is_a_condition_on_what_the_records_hold(process: ET.Element) -> None:
    flow = part(process, "intake_outcome__supplement")
    assert flow.get("name") == "Terug met vragen"
    assert flow.findtext(f"{{{BPMN}}}conditionExpression") == "intake == 'questions'"


def test_each_node_is_in_the_lane_of_whose_step_it_is(process: ET.Element) -> None:
    lanes = {
        lane.get("name"): {node.text for node in lane.iter(f"{{{BPMN}}}flowNodeRef")}
        for lane in process.iter(f"{{{BPMN}}}lane")
    }
    assert {"submit", "municipal_alignment", "alignment_agreed"} <= lanes["Gemeente"]
    assert {"pho_decision", "within_plan", "rejected"} <= lanes["PHO"]
    assert sum(map(len, lanes.values())) == len(diagram_of(CommissioningFlow).nodes)


def test_a_step_that_is_a_case_of_its_own_calls_the_other_flow() -> None:
    nodes = (
        Node("begin", "Begin", "MGR", Element.START, step="begin"),
        Node("procure", "Inkoop", "MGR", Element.CALL, step="procure", called="procurement-v1"),
        Node("end", "Klaar", "MGR", Element.END, step="end"),
    )
    diagram = explicit(Diagram("sample", 1, "Voorbeeld", nodes, (Edge("begin", "procure"), Edge("procure", "end"))))
    call = part(ET.fromstring(bpmn(diagram)), "procure")
    assert call.attrib == {"id": "procure", "name": "Inkoop", "calledElement": "procurement-v1"}
