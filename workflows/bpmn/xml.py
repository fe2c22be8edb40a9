"""A layout as BPMN 2.0 with diagram interchange, for modellers, engines and whoever wants to check a flow.

Ids are the names of our nodes, so that an exported flow can be laid beside the records of a case.
"""

from xml.etree import ElementTree as ET

from workflows.bpmn.geometry import Box, Label
from workflows.bpmn.layout import Layout, Line, Shape, Style, lay_out
from workflows.bpmn.model import Diagram, Doer, Edge, Element, Node

IN_A_FILE = Style(header=60.0, merge=26.0, task=(116.0, 76.0))  # the pool's name and a lane's name, each 30
POOL_NAME = 30.0
OTHER_LETTERS = 14.0  # wider than ours, if a tool has only those

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACES = {"bpmn": BPMN, "bpmndi": DI, "dc": DC, "di": DD, "xsi": XSI}
OURS = "urn:rolzuiver:bpmn"


def bpmn(diagram: Diagram) -> bytes:
    """The same bytes for the same flow."""
    for prefix, uri in NAMESPACES.items():
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{BPMN}}}definitions", id=f"{diagram.name}-definitions", targetNamespace=OURS)
    collaboration = _add(root, "collaboration", id="collaboration")
    _add(collaboration, "participant", id="pool", name=diagram.title, processRef=diagram.name)
    _process(root, diagram)
    _diagram(root, lay_out(diagram, IN_A_FILE))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _process(root: ET.Element, diagram: Diagram) -> None:
    """Said to be executable, for an engine's parser reads no other; it names what it lacks, such as the members."""
    title = f"{diagram.title}, versie {diagram.version}"
    process = _add(root, "process", id=diagram.name, name=title, isExecutable="true")
    lanes = _add(process, "laneSet", id="lanes")
    for place, name in enumerate(diagram.lanes):
        lane = _add(lanes, "lane", id=_lane_id(place), name=name)
        for node in diagram.nodes:
            if node.lane == name:
                _add(lane, "flowNodeRef").text = node.name
    for node in diagram.nodes:
        _node(process, diagram, node)
    for edge in diagram.edges:
        _flow(process, edge)


def _node(process: ET.Element, diagram: Diagram, node: Node) -> None:
    element = _add(process, node.element, id=node.name)
    if node.label:
        element.set("name", node.label)
    if node.element is Element.CALL:
        element.set("calledElement", node.called)
    for edge in diagram.incoming[node.name]:
        _add(element, "incoming").text = edge.name
    for edge in diagram.outgoing[node.name]:
        _add(element, "outgoing").text = edge.name
    if node.doer is not Doer.ONE:
        each = _add(element, "multiInstanceLoopCharacteristics", id=f"{node.name}_each", isSequential="false")
        _expression(each, "loopCardinality", f"{node.name}_members")
    if node.element is Element.TIMER:
        timer = _add(element, "timerEventDefinition", id=f"{node.name}_timer")
        _expression(timer, "timeDate", f"{node.name}_until")


def _flow(process: ET.Element, edge: Edge) -> None:
    flow = _add(process, "sequenceFlow", id=edge.name, sourceRef=edge.source, targetRef=edge.target)
    if edge.outcomes:
        flow.set("name", edge.label)
        chosen = " or ".join(f"{edge.deciding} == '{outcome}'" for outcome in edge.outcomes)
        _expression(flow, "conditionExpression", chosen)


def _expression(parent: ET.Element, tag: str, text: str) -> None:
    expression = _add(parent, tag)
    expression.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
    expression.text = text


def _diagram(root: ET.Element, layout: Layout) -> None:
    diagram = ET.SubElement(root, f"{{{DI}}}BPMNDiagram", id="diagram")
    plane = ET.SubElement(diagram, f"{{{DI}}}BPMNPlane", id="plane", bpmnElement="collaboration")
    top, bottom = layout.bands[0].box.y, layout.bands[-1].box.bottom
    _shape(plane, "pool", Box(0, top, layout.width, bottom - top), isHorizontal="true")
    for place, band in enumerate(layout.bands):
        box = Box(POOL_NAME, band.box.y, band.box.width - POOL_NAME, band.box.height)
        _shape(plane, _lane_id(place), box, isHorizontal="true")
    for shape in layout.shapes:
        _node_shape(plane, shape)
    for line in layout.lines:
        _edge(plane, line)


def _node_shape(plane: ET.Element, shape: Shape) -> None:
    extra = {"isMarkerVisible": "true"} if shape.node.element is Element.GATEWAY else {}
    _label(_shape(plane, shape.node.name, shape.box, **extra), shape.label)


def _edge(plane: ET.Element, line: Line) -> None:
    name = line.edge.name
    edge = ET.SubElement(plane, f"{{{DI}}}BPMNEdge", id=f"{name}_di", bpmnElement=name)
    for x, y in line.points:
        ET.SubElement(edge, f"{{{DD}}}waypoint", x=_n(x), y=_n(y))
    _label(edge, line.label)


def _shape(plane: ET.Element, name: str, box: Box, **extra: str) -> ET.Element:
    shape = ET.SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"{name}_di", "bpmnElement": name, **extra})
    _bounds(shape, box)
    return shape


def _label(parent: ET.Element, label: Label | None) -> None:
    if label:
        box = label.box
        roomy = Box(box.x - OTHER_LETTERS / 2, box.y, box.width + OTHER_LETTERS, box.height)
        _bounds(ET.SubElement(parent, f"{{{DI}}}BPMNLabel"), roomy)


def _bounds(parent: ET.Element, box: Box) -> None:
    bounds = {"x": _n(box.x), "y": _n(box.y), "width": _n(box.width), "height": _n(box.height)}
    ET.SubElement(parent, f"{{{DC}}}Bounds", bounds)


def _add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{BPMN}}}{tag}", attributes)


def _lane_id(place: int) -> str:
    return f"lane_{place + 1}"


def _n(number: float) -> str:
    """Always a point, never a separator of thousands."""
    return f"{number:.1f}"
