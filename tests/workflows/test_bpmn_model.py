"""From a flow of ours to one that BPMN's good manners approve of."""

import pytest

from workflows.bpmn.model import Ambiguous, Diagram, Edge, Element, Node, explicit


def node(name: str, element: Element = Element.TASK, lane: str = "MGR") -> Node:
    return Node(name, name.capitalize(), lane, element, step=name)


START, END = node("start", Element.START), node("end", Element.END)


def diagram(*nodes: Node, ways: list[str]) -> Diagram:
    """Ways as "intake -compleet> approach"."""
    edges = []
    for way in ways:
        source, rest = way.split(" -")
        label, target = rest.split("> ")
        edges.append(Edge(source, target, label, (label,) if label else (), deciding=source))
    return Diagram("sample", 1, "Voorbeeld", (START, *nodes, END), tuple(edges))


def ways(found: Diagram) -> set[str]:
    return {f"{edge.source} -{edge.label}> {edge.target}" for edge in found.edges}


def test_a_step_with_one_way_out_needs_no_words_and_no_gateway() -> None:
    found = explicit(diagram(node("intake"), ways=["start -> intake", "intake -klaar> end"]))
    assert ways(found) == {"start -> intake", "intake -> end"}


def test_a_choice_and_a_meeting_become_gateways() -> None:
    found = explicit(
        diagram(node("intake"), node("supplement"), ways=[
            "start -> intake", "intake -compleet> end", "intake -vragen> supplement", "supplement -> intake",
        ])
    )  # fmt: skip
    assert ways(found) == {
        "start -> intake_merge", "intake_merge -> intake", "intake -> intake_outcome",
        "intake_outcome -compleet> end", "intake_outcome -vragen> supplement", "supplement -> intake_merge",
    }  # fmt: skip
    assert found.by_name["intake_outcome"].label == "Uitkomst?"


def test_a_question_of_the_flow_is_its_own_gateway() -> None:
    question = node("agreed", Element.GATEWAY, lane="")
    found = explicit(
        diagram(node("intake"), question, ways=[
            "start -> intake", "intake -> agreed", "agreed -ja> end", "agreed -nee> intake"
        ])
    )  # fmt: skip
    assert {"intake -> agreed", "agreed -ja> end", "agreed -nee> intake_merge"} <= ways(found)


def test_two_outcomes_that_lead_to_one_step_are_one_way_with_both_words() -> None:
    found = explicit(
        diagram(node("rmt"), node("pho"), ways=[
            "start -> rmt", "rmt -Positief> pho", "rmt -Negatief> pho", "rmt -DB> end", "pho -> end"
        ])
    )  # fmt: skip
    [edge] = [edge for edge in found.edges if edge.target == "pho"]
    assert (edge.label, edge.outcomes) == ("Positief of negatief", ("Positief", "Negatief"))


def test_a_question_with_one_answer_is_left_out() -> None:
    question = node("scale", Element.GATEWAY)
    found = explicit(diagram(question, ways=["start -> scale", "scale -regionaal> end"]))
    assert ways(found) == {"start -> end"}


def test_a_gateway_stands_in_the_lane_of_who_came_before() -> None:
    question = node("agreed", Element.GATEWAY, lane="")
    found = explicit(
        diagram(node("align", lane="Gemeente"), question, node("intake"), ways=[
            "start -> align", "align -> agreed", "agreed -ja> intake", "agreed -nee> end", "intake -> end"
        ])
    )  # fmt: skip
    assert found.by_name["agreed"].lane == "Gemeente"
    assert found.lanes == ("MGR", "Gemeente")


def test_ways_out_that_nobody_can_tell_apart_are_refused() -> None:
    with pytest.raises(Ambiguous, match="sample-v1: intake leads to several nodes without saying when"):
        explicit(
            diagram(node("intake"), node("x"), ways=["start -> intake", "intake -> end", "intake -> x", "x -> end"])
        )
