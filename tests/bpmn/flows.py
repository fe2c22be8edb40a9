"""Flow graphs of every shape, for the layout to be tried on."""

from hypothesis import strategies as st

from workflows.bpmn.model import Diagram, Doer, Edge, Element, Node

LANES = ("Gemeente", "MGR", "Regionaal managementteam", "PHO", "DB")
WORDS = ("Aanvullen", "Intake", "Hoe-voorstel opstellen", "Binnen begroting en capaciteit van de regeling?")
INSIDE = (Element.TASK, Element.TASK, Element.GATEWAY, Element.TIMER, Element.CALL, Element.END)


@st.composite
def diagrams(draw: st.DrawFn, most: int = 16) -> Diagram:
    """A start, and nodes that each hang on an earlier one; then any further edges, forth, back and to itself."""
    count = draw(st.integers(1, most))
    elements = [Element.START, *draw(st.lists(st.sampled_from(INSIDE), min_size=count, max_size=count))]
    ways: dict[tuple[int, int], None] = {}
    reached = {0}
    for place in range(1, len(elements)):
        parents = [p for p in sorted(reached) if elements[p] is not Element.END and (p or place == 1)]
        if parents:
            ways[draw(st.sampled_from(parents)), place] = None
            reached.add(place)
    passing = {source for source, _ in ways}
    further = st.tuples(st.sampled_from(sorted(reached)), st.sampled_from(sorted(reached)))
    for source, target in draw(st.lists(further, max_size=2 * count)):
        if source in passing - {0} and target:
            ways[source, target] = None
    nodes = tuple(
        Node(
            name=f"n{place}",
            label=draw(st.sampled_from(WORDS)),
            lane=draw(st.sampled_from(LANES)),
            element=element if place in passing else Element.END,
            step=f"n{place}",
            doer=draw(st.sampled_from(Doer)) if element is Element.TASK and place in passing else Doer.ONE,
            called="other-v1" if element is Element.CALL else "",
        )
        for place, element in enumerate(elements)
        if place in reached
    )
    edges = tuple(
        Edge(f"n{source}", f"n{target}", draw(st.sampled_from(WORDS)), (f"to_{target}",), deciding=f"n{source}")
        for source, target in ways
    )
    return Diagram("sample", 1, "Voorbeeldproces", nodes, edges)
