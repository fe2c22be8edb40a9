"""XES, OCEL and PNML: valid by their standards, and read by pm4py as we read them ourselves.

pm4py is large and slow to start: `uv sync --group mining` brings it, and it is asked everything at once.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from django.core.management import call_command

from audit import clock
from cases.models import Case
from tests.conformance.walks import as_moves, traces
from tests.database import after
from tests.pages.world import World, worlds
from workflows.conformance import keeping
from workflows.conformance.build import net_of
from workflows.conformance.net import Net
from workflows.conformance.replay import Result, replay
from workflows.exporting import mining, ocel, xes
from workflows.exporting.format import About, Format
from workflows.exporting.record import SYSTEM, read
from workflows.exporting.shapes import Record
from workflows.flows import ALL

pytestmark = [pytest.mark.django_db, after(worlds)]

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "schemas" / "ocel2.json").read_text())
XES = "{http://www.xes-standard.org/}"


def everything() -> list[Record]:
    return list(read(list(Case.objects.order_by("pk").values_list("pk", flat=True)), reader=SYSTEM))


def written(kind: Format, records: list[Record], folder: Path) -> bytes:
    """In two parts."""
    about = About(
        asked_at=clock.now(), asked_by="Victor", scheme="Alle", what="Alle zaken & meer",
        places={record.case_id: number for number, record in enumerate(records, 1)},
    )  # fmt: skip
    half = len(records) // 2
    parts = [folder / f"{kind.code}-1", folder / f"{kind.code}-2"]
    for part, some in zip(parts, (records[:half], records[half:]), strict=True):
        with part.open("wb") as out:
            kind.write(some, out, about)
    whole = folder / f"log.{kind.extension}"
    with whole.open("wb") as out:
        kind.join(parts, out, about)
    return whole.read_bytes()


def ours(record: Record) -> Result:
    """A replay of what a log says of a case."""
    nets = partial(_net, record.flow)
    return replay(mining.moved(record), nets, running=record.running, carried=lambda version, name: name)


def _net(flow: str, version: int) -> Net:
    return net_of(keeping.version_of(flow, version))


def mutilated(records: Iterable[Record]) -> list[Record]:
    """Each case with one act less, or as if it were over by now; some still fit, for a comment moves nothing."""
    found = []
    for record in records:
        for place in range(1, len(record.acts)):
            acts = (*record.acts[:place], *record.acts[place + 1 :])
            found.append(replace(record, number=f"{record.number}-{place}", acts=acts))
        found.append(replace(record, number=f"{record.number}-over", running=False, state="granted"))
    return found


def test_xes_has_a_trace_for_each_case_and_an_event_for_each_act(played: dict[str, World], tmp_path: Path) -> None:
    records = everything()
    log = ET.fromstring(written(xes.FORMAT, records, tmp_path))
    found = log.findall(f"{XES}trace")
    assert len(found) == len(records)
    for record, trace in zip(records, found, strict=True):
        events = [{each.get("key"): each.get("value") for each in event} for event in trace.findall(f"{XES}event")]
        assert {each["rolzuiver:act"] for each in events if "rolzuiver:act" in each} == {
            str(a.seq) for a in record.acts
        }
        moments = [str(each["time:timestamp"]) for each in events]
        assert moments == sorted(moments)
    assert [each.get("prefix") for each in log.findall(f"{XES}extension")] == ["concept", "lifecycle", "time", "org"]


def test_an_event_says_who_in_which_hat_on_which_mandate_and_whether_in_time(
    played: dict[str, World], tmp_path: Path
) -> None:
    closed = played["limburg-noord"].closed
    log = ET.fromstring(written(xes.FORMAT, list(read([closed.pk], reader=SYSTEM)), tmp_path))
    events = [{each.get("key"): each.get("value") for each in event} for event in log.iter(f"{XES}event")]
    [decided] = [each for each in events if each.get("rolzuiver:move") == "pho_decision/grant"]
    assert re.fullmatch(r"person/\d+", decided["org:resource"] or "")
    assert decided["org:role"]
    assert decided["org:group"]
    assert (decided["concept:name"], decided["lifecycle:transition"]) == ("Bestuurlijk besluit", "complete")
    assert (decided["rolzuiver:capacity"], decided["rolzuiver:term_met"]) == ("client", "true")
    [accepted] = [each for each in events if each.get("rolzuiver:move") == "acceptance/accept"]
    assert accepted["rolzuiver:mandate"]


def test_logs_hold_no_names_and_no_free_text(played: dict[str, World], tmp_path: Path) -> None:
    records = everything()
    content = written(xes.FORMAT, records, tmp_path) + written(ocel.FORMAT, records, tmp_path)
    for record in records:
        for act in record.acts:
            for words in (act.by.name if act.by.person else "", act.motivation, act.ground, record.title):
                assert len(words) < 8 or words.encode() not in content, words


def test_ocel_holds_to_its_schema_and_names_only_what_is_in_it(played: dict[str, World], tmp_path: Path) -> None:
    found = json.loads(written(ocel.FORMAT, everything(), tmp_path))
    jsonschema.validate(found, SCHEMA)
    known = {each["id"] for each in found["objects"]}
    assert len(known) == len(found["objects"])
    assert len({each["id"] for each in found["events"]}) == len(found["events"])
    named = {to["objectId"] for each in [*found["events"], *found["objects"]] for to in each["relationships"]}
    assert named - known == set()
    assert {each["name"] for each in found["objectTypes"]} == {"case", "task", "document", "decision", "person", "hat"}
    assert {each["type"] for each in found["events"]} == {each["name"] for each in found["eventTypes"]}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)  # a transaction would stand open for as long as pm4py takes
@pytest.mark.skipif(not find_spec("pm4py"), reason="no pm4py here (uv sync --group mining): nobody else read the logs")
def test_pm4py_reads_our_logs_and_its_replay_agrees(played: dict[str, World], tmp_path: Path, thorough: bool) -> None:
    records = everything()
    written(ocel.FORMAT, records, tmp_path)
    records += mutilated(records)
    written(xes.FORMAT, records, tmp_path)
    call_command("export_bpmn", out=tmp_path, pnml=True, verbosity=0)
    made = {
        f"{flow.code}-v{flow.version}": list(traces(net_of(flow), 1000 if thorough else 200, Random(flow.code)))
        for flow in ALL
    }
    (tmp_path / "traces.json").write_text(json.dumps(made))
    subprocess.run([sys.executable, HERE / "judge.py", tmp_path], check=True, capture_output=True, timeout=600)
    said = json.loads((tmp_path / "said.json").read_text())
    _agree_on_traces(made, said["generated"])
    _agree_on_cases(records, said["cases"])
    assert {"complete", "schedule"} <= set(said["lifecycle"])
    assert said["resources"] == sum(len(record.acts) for record in records)
    assert said["ocel"]["types"] == ["case", "decision", "document", "hat", "person", "task"]
    assert {"case", "task", "document", "decision", "hat", "person"} == set(said["ocel"]["qualifiers"])


def _agree_on_traces(made: dict[str, list[list[str]]], said: dict[str, list[dict[str, Any]]]) -> None:
    for flow in ALL:
        name, net = f"{flow.code}-v{flow.version}", net_of(flow)
        mine = [_fits(net, trace) for trace in made[name]]
        assert mine == [each["fits"] for each in said[name]], name
        assert len(mine) * 0.3 < sum(mine) < len(mine) * 0.8


def _fits(net: Net, trace: list[str]) -> bool:
    return replay(as_moves(trace, net), lambda version: net, running=False, carried=lambda version, name: name).fits


def _agree_on_cases(records: list[Record], said: dict[str, dict[str, Any]]) -> None:
    """Of a case that runs, pm4py misses its end: there it is asked whether anything came before its turn."""
    seen = set()
    for record in records:
        theirs = said[f"{record.scheme_code}/{record.number}"]
        mine = ours(record).fits
        assert mine is (not theirs["stuck"] if record.running else theirs["fits"]), record.number
        seen.add((record.running, mine))
    assert seen == {(True, True), (True, False), (False, True), (False, False)}
