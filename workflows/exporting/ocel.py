"""OCEL 2.0 as JSON: acts as events, each about a case, its task, documents, a decision, and whose hat was worn.

A part is a line for each event (E) and object (O); joined, events come first and objects after them. What many cases
share, people and their hats, is written once. All types are told at the end, when it is known which there were.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from workflows.exporting.format import About, Format
from workflows.exporting.mining import Happened, events, said
from workflows.exporting.shapes import Done, Record

SHARED = {"person", "hat"}


def write(records: Iterable[Record], out: BinaryIO, about: About) -> None:
    for record in records:
        for each in _events(record):
            out.write(_line("E", each))
        for each in _objects(record, about):
            out.write(_line("O", each))


def join(parts: Sequence[Path], out: BinaryIO, about: About) -> None:
    types: dict[str, dict[str, dict[str, str]]] = {"E": {}, "O": {}}
    for kind, name in (("E", "events"), ("O", "objects")):
        out.write(f'{"{" if kind == "E" else ","}"{name}": [\n'.encode())
        between = b""
        for line in _once(parts, kind):
            each = json.loads(line)
            known = types[kind].setdefault(each["type"], {})
            known |= {value["name"]: "string" for value in each["attributes"]}
            out.write(between + line)
            between = b",\n"
        out.write(b"\n]")
    out.write(f',"eventTypes": {_types(types["E"])},"objectTypes": {_types(types["O"])}}}\n'.encode())


def _once(parts: Sequence[Path], kind: str) -> Iterator[bytes]:
    """The lines of a kind; what cases share only the first time."""
    seen: set[bytes] = set()
    for part in parts:
        with part.open("rb") as file:
            for line in file:
                shared = line.startswith(b"S")
                if (line[:1] == kind.encode() or (shared and kind == "O")) and not (shared and line in seen):
                    seen |= {line} if shared else set()
                    yield line[1:].rstrip(b"\n")


def _types(found: Mapping[str, Mapping[str, str]]) -> str:
    told = [
        {"name": name, "attributes": [{"name": each, "type": kind} for each, kind in sorted(attributes.items())]}
        for name, attributes in sorted(found.items())
    ]
    return json.dumps(told, ensure_ascii=False)


def _line(kind: str, each: Mapping[str, Any]) -> bytes:
    kind = "S" if kind == "O" and each["type"] in SHARED else kind
    return f"{kind}{json.dumps(each, ensure_ascii=False)}\n".encode()


def _events(record: Record) -> Iterator[dict[str, Any]]:
    hashes = {version.sha256: paper.id for paper in record.documents for version in paper.versions}
    for number, happened in enumerate(events(record), 1):
        values = said(happened) | {"lifecycle": happened.lifecycle}
        yield {
            "id": f"{record.chain}/event/{number}", "type": happened.activity, "time": _moment(happened.at),
            "attributes": [{"name": name, "value": _text(value)} for name, value in values.items()],
            "relationships": [*_relations(record, happened, hashes)],
        }  # fmt: skip


def _relations(record: Record, happened: Happened, hashes: Mapping[str, int]) -> Iterator[dict[str, str]]:
    yield _related(record.chain, "case")
    done, task = happened.act, happened.task
    if task is not None:
        yield _related(f"task/{task.id}", "task")
    if done is None:
        return
    for number in dict.fromkeys(hashes[each] for each in done.documents if each in hashes):
        yield _related(f"document/{number}", "document")
    host = (task.host or task.id) if task is not None else None
    for decision in record.decisions:
        if decision.task == host and decision.opened_at <= done.at and _within(decision.confirmed_at, done):
            yield _related(f"decision/{decision.id}", "decision")
    if done.by.person is not None:
        yield _related(done.by.actor, "person")
    if done.by.appointment:
        yield _related(_hat(done), "hat")


def _within(confirmed_at: datetime | None, done: Done) -> bool:
    return confirmed_at is None or done.at <= confirmed_at


def _objects(record: Record, about: About) -> Iterator[dict[str, Any]]:
    yield _case(record, about)
    of_case = {record.chain: "of case"}
    for task in record.tasks:
        within = of_case | ({f"task/{task.host}": "part of"} if task.host else {})
        ended = {task.finished: {"outcome": task.outcome, "term_met": task.in_time}} if task.finished else {}
        yield _object(f"task/{task.id}", "task", task.created, {
            "step": task.step, "kind": task.kind, "part": task.part, "role": task.role, "for": task.organisation,
            "term_ends": task.due_at,
        }, within, ended)  # fmt: skip
    for paper in record.documents:
        first = paper.versions[0].added_at if paper.versions else record.opened_at
        versions = {each.added_at: {"sha256": each.sha256, "version": each.number} for each in paper.versions}
        about_it = {"classification": paper.classification, "step": paper.step}
        yield _object(f"document/{paper.id}", "document", first, about_it, of_case, versions)
    for decision in record.decisions:
        known = {decision.confirmed_at or decision.opened_at: {"state": decision.state, "carried": decision.carried}}
        yield _object(f"decision/{decision.id}", "decision", decision.opened_at, {
            "body": decision.body, "step": decision.step, "proposal": decision.proposal, "round": decision.round,
        }, of_case | {f"task/{decision.task}": "of task"}, known)  # fmt: skip
    yield from _people(record)


def _case(record: Record, about: About) -> dict[str, Any]:
    """Under its own parent, where that is in the export too."""
    above = {f"case/{record.parent_id}": "part of"} if record.parent_id in about.places else {}
    return _object(record.chain, "case", record.opened_at, {
        "number": record.number, "scheme": record.scheme_code, "kind": record.kind, "flow": record.flow,
        "flow_version": record.version, "domain": record.domain, "organisation": record.organisation,
    }, above, {record.closed_at or record.opened_at: {"state": record.state}})  # fmt: skip


def _people(record: Record) -> Iterator[dict[str, Any]]:
    """Each hat as it was called when it was worn; another word for it is another hat."""
    for done in {_hat(done): done for done in record.acts if done.by.appointment}.values():
        by = done.by
        words = {"role": by.role, "capacity": by.capacity, "on_behalf_of": by.behalf_of}
        worn = {by.actor: "of person"} if by.person is not None else {}
        yield _object(_hat(done), "hat", EPOCH, words, worn)
    for actor in sorted({done.by.actor for done in record.acts if done.by.person is not None}):
        yield _object(actor, "person", EPOCH, {}, {})


EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")  # OCEL's own: a value from the beginning


def _hat(done: Done) -> str:
    by = done.by
    return "/".join(("hat", by.actor, by.appointment, by.capacity, by.role, by.behalf_of))


def _object(
    number: str, kind: str, since: datetime, values: Mapping[str, Any], related: Mapping[str, str],
    later: Mapping[datetime, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    told = [(since, values), *(later or {}).items()]
    return {
        "id": number, "type": kind, "relationships": [_related(to, how) for to, how in related.items()],
        "attributes": [
            {"name": name, "value": _text(value), "time": _moment(at)}
            for at, each in told for name, value in each.items() if value is not None and value != ""
        ],
    }  # fmt: skip


def _related(to: str, how: str) -> dict[str, str]:
    return {"objectId": to, "qualifier": how}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case datetime():
            return _moment(value)
    return str(value)


FORMAT = Format(
    code="ocel", label="OCEL 2.0",
    hint="Een logboek voor process mining over zaken, taken, documenten, besluiten en rollen tegelijk.",
    extension="json", content_type="application/json", write=write, join=join,
)  # fmt: skip
