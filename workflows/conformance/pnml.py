"""A net as a PNML file (ISO/IEC 15909-2, place/transition nets).

Transitions that nobody sees carry ProM's mark for that, and a final marking stands beside the net: both are what tools
for process mining read. Names of transitions are those under `rolzuiver:move` in our XES.
"""

from xml.etree import ElementTree as ET

from workflows.conformance.net import END, START, Net

GRAMMAR = "http://www.pnml.org/version-2009/grammar/pnml"
PTNET = "http://www.pnml.org/version-2009/grammar/ptnet"


def pnml(net: Net) -> bytes:
    root = ET.Element("pnml", xmlns=GRAMMAR)
    drawn = ET.SubElement(root, "net", id=f"{net.code}-v{net.version}", type=PTNET)
    _named(drawn, f"{net.title}, versie {net.version}")
    page = ET.SubElement(drawn, "page", id="page")
    for name in net.places:
        place = ET.SubElement(page, "place", id=f"p.{name}")
        _named(place, name)
        if name == START:
            _text(ET.SubElement(place, "initialMarking"), "1")
    for number, each in enumerate(net.transitions, 1):
        transition = ET.SubElement(page, "transition", id=f"t{number}")
        _named(transition, each.label or each.name)
        if not each.label:
            ET.SubElement(transition, "toolspecific", tool="ProM", version="6.4", activity="$invisible$")
    for number, each in enumerate(net.transitions, 1):
        for name in sorted(each.takes):
            _arc(page, f"p.{name}", f"t{number}")
        for name in sorted(each.puts):
            _arc(page, f"t{number}", f"p.{name}")
    _final(drawn)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _named(element: ET.Element, words: str) -> None:
    _text(ET.SubElement(element, "name"), words)


def _text(element: ET.Element, words: str) -> None:
    ET.SubElement(element, "text").text = words


def _arc(page: ET.Element, source: str, target: str) -> None:
    arc = ET.SubElement(page, "arc", id=f"{source}--{target}", source=source, target=target)
    _text(ET.SubElement(arc, "inscription"), "1")


def _final(drawn: ET.Element) -> None:
    marking = ET.SubElement(ET.SubElement(drawn, "finalmarkings"), "marking")
    _text(ET.SubElement(marking, "place", idref=f"p.{END}"), "1")
