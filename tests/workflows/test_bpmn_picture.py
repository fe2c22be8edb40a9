"""The process picture as people and machines meet it on a page."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from tests.workflows.test_bpmn_layout import inside, judge
from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.layout import lay_out
from workflows.bpmn.picture import ON_PAGE, picture, steps_as_text
from workflows.bpmn.xml import IN_A_FILE
from workflows.flows.commissioning import CommissioningFlow

SVG = "{http://www.w3.org/2000/svg}"
ALONG = {
    "submit": "", "each_participant": "", "municipal_alignment": "answered", "all_answered": "",
    "alignment_agreed": "yes", "intake": "complete", "approach": "proposed",
}  # fmt: skip
AT_RMT = (CommissioningFlow, ALONG, {"rmt_validation"}, {"rmt_validation": "5 van 7"})


def node(svg: ET.Element, name: str) -> ET.Element:
    return next(group for group in svg.iter(f"{SVG}g") if group.get("data-step") == name)


@pytest.mark.parametrize(
    ("name", "css", "title"),
    [
        ("intake", "node is-done", "Intake (MGR): afgerond"),
        ("rmt_validation", "node is-current", "RMT-validatie (RMT): huidige stap, 5 van 7"),
        ("pho_decision", "node is-next", "PHO-besluit (PHO): mogelijke volgende stap"),
        ("db_decision", "node", "DB-besluit (DB): nog niet aan de orde"),
    ],
)
def test_each_step_shows_and_says_its_state(name: str, css: str, title: str) -> None:
    step = node(ET.fromstring(picture(*AT_RMT)), name)
    assert (step.get("class"), step.findtext(f"{SVG}title")) == (css, title)


def test_the_whole_has_one_name_for_who_cannot_see_it() -> None:
    svg = ET.fromstring(picture(*AT_RMT))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Procesplaat Opdrachtverstrekking, huidige stap: RMT-validatie (RMT)"


def test_a_strict_content_security_policy_has_nothing_to_refuse() -> None:
    svg = picture(*AT_RMT)
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|href=", svg)


def test_words_from_a_case_are_escaped() -> None:
    svg = picture(CommissioningFlow, ALONG, {"rmt_validation"}, {"rmt_validation": "<b>5 & 7"})
    assert "&lt;b&gt;5 &amp; 7" in svg
    assert "<b>" not in svg


def taken(done: dict[str, str], current: set[str]) -> int:
    svg = ET.fromstring(picture(CommissioningFlow, done, current, {}))
    return sum("is-done" in group.get("class", "") for group in svg.iter(f"{SVG}g") if "edge" in group.get("class", ""))


def test_only_the_way_that_the_outcome_chose_is_shown_as_taken() -> None:
    directly = {**ALONG, "rmt_validation": "positive", "pho_decision": "grant", "within_plan": "yes"}
    through_db = {**directly, "within_plan": "no", "db_decision": "agree"}
    assert taken(through_db, {"acceptance"}) == taken(directly, {"acceptance"}) + 2  # to the DB, its outcome, and on


def test_the_list_tells_the_same_in_the_order_of_the_process() -> None:
    steps = steps_as_text(*AT_RMT)
    assert [step.label for step in steps][:3] == [
        "Opdracht indienen",
        "Gemeentelijke afstemming",
        "Reageren op afstemming",
    ]
    [rmt] = [step for step in steps if step.name == "rmt_validation"]
    assert (rmt.lane, rmt.state, rmt.state_label, rmt.note) == ("RMT", "current", "huidige stap", "5 van 7")


def test_a_case_that_ended_has_no_current_step() -> None:
    done = {**ALONG, "rmt_validation": "positive", "pho_decision": "reject", "rejected": ""}
    states = {step.name: step.state for step in steps_as_text(CommissioningFlow, done, (), {})}
    assert (states["rejected"], states["granted"]) == ("done", "open")
    assert "current" not in states.values()


@pytest.mark.parametrize("style", [ON_PAGE, IN_A_FILE], ids=["page", "file"])
def test_commissioning_reads_well(style: object) -> None:
    """What chance may spoil in any flow holds in this one: words are crossed by no line and cover no other words."""
    layout = lay_out(diagram_of(CommissioningFlow), style)
    judge(layout)
    own = {node.name for node in layout.diagram.nodes if node.name == node.step}
    labels = [shape.label for shape in layout.shapes if shape.label and shape.node.name in own]
    labels += [line.label for line in layout.lines if line.label]
    for label, other in combinations(labels, 2):
        assert label.box.overlap(other.box) == 0, (label, other)
    for line in layout.lines:
        for label in labels:
            assert not any(inside(label.box, *pair) for pair in pairwise(line.points)), (line.edge, label)


def test_commissioning_fits_a_desk() -> None:
    layout = lay_out(diagram_of(CommissioningFlow), ON_PAGE)
    assert layout.width < 1650
    assert layout.height < 900
