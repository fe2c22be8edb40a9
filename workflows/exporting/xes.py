"""XES (IEEE 1849-2023): a trace for each case, an event for each act and for each step that came up.

The extensions concept, lifecycle, time and org as the standard has them; what those do not know has keys of our own,
under `rolzuiver:`. `rolzuiver:move` is what the act did in the Petri net of the flow (`export_bpmn --pnml`).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO
from xml.sax.saxutils import quoteattr

from workflows.exporting.format import About, Format, enclosed
from workflows.exporting.mining import Happened, body_of, events, said
from workflows.exporting.shapes import Record

EXTENSIONS = {"Concept": "concept", "Lifecycle": "lifecycle", "Time": "time", "Organizational": "org"}
CLASSIFIERS = {"Activiteit": "concept:name lifecycle:transition", "Zet in het net": "rolzuiver:move"}
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(records: Iterable[Record], out: BinaryIO, about: About) -> None:
    for record in records:
        out.write("".join(_trace(record)).encode())


def head(about: About) -> bytes:
    extensions = "".join(
        f'  <extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
        for name, prefix in EXTENSIONS.items()
    )
    classifiers = "".join(f'  <classifier name="{name}" keys="{keys}"/>\n' for name, keys in CLASSIFIERS.items())
    log = {
        "concept:name": about.what, "lifecycle:model": "standard", "rolzuiver:scheme": about.scheme,
        "rolzuiver:asked_at": about.asked_at, "rolzuiver:root": about.root.root if about.root else "",
    }  # fmt: skip
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<log xes.version="1849.2023" xes.features="" xmlns="http://www.xes-standard.org/">\n'
        f"{extensions}{classifiers}{_attributes(log, 2)}"
    ).encode()


def _trace(record: Record) -> Iterator[str]:
    yield "  <trace>\n"
    yield _attributes({
        "concept:name": f"{record.scheme_code}/{record.number}", "rolzuiver:chain": record.chain,
        "rolzuiver:scheme": record.scheme, "rolzuiver:kind": record.kind, "rolzuiver:state": record.state,
        "rolzuiver:flow": record.flow, "rolzuiver:flow_version": record.version, "rolzuiver:domain": record.domain,
        "rolzuiver:organisation": record.organisation, "rolzuiver:opened_at": record.opened_at,
        "rolzuiver:closed_at": record.closed_at,
    }, 4)  # fmt: skip
    for happened in events(record):
        yield f"    <event>\n{_attributes(_event(record, happened), 6)}    </event>\n"
    yield "  </trace>\n"


def _event(record: Record, happened: Happened) -> dict[str, Any]:
    done = happened.act
    organised = (
        {"org:resource": done.by.actor, "org:role": done.by.role, "org:group": body_of(record, happened)}
        if done
        else {}
    )
    return {
        "concept:name": happened.activity, "lifecycle:transition": happened.lifecycle,
        "time:timestamp": happened.at, **organised, "rolzuiver:scheme": record.scheme_code,
        **{f"rolzuiver:{name}": value for name, value in said(happened).items()},
    }  # fmt: skip


def _attributes(values: dict[str, Any], indent: int) -> str:
    return "".join(
        f"{' ' * indent}<{_kind(value)} key={quoteattr(key)} value={quoteattr(_text(value))}/>\n"
        for key, value in values.items()
        if value is not None and value != ""
    )


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "int"
        case datetime():
            return "date"
    return "string"


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(timespec="milliseconds")
    return NOT_XML.sub("", str(value))


FORMAT = Format(
    code="xes", label="XES", hint="Een logboek voor process mining: iedere handeling een gebeurtenis in haar zaak.",
    extension="xes", content_type="application/xml", write=write, join=enclosed(head, b"</log>\n"),
)  # fmt: skip
