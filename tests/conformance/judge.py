"""What pm4py says of our files. A program of its own: it is large, slow to start, and no part of the product.

In the folder that it is given: nets (*.pnml), `traces.json` (net -> traces), `log.xes` and `log.json` (OCEL).
"""

import json
import sys
from pathlib import Path
from typing import Any

import pm4py
from pm4py.algo.conformance.tokenreplay import algorithm
from pm4py.objects.log.obj import Event, EventLog, Trace

MOVE, FLOW, VERSION = "rolzuiver:move", "case:rolzuiver:flow", "case:rolzuiver:flow_version"


def replayed(net: Path, traces: list[list[str]]) -> list[dict[str, Any]]:
    log = EventLog([Trace([Event({"concept:name": label}) for label in trace]) for trace in traces])
    asked = {"show_progress_bar": False, "consider_remaining_in_fitness": True}
    return [
        {"fits": each["trace_is_fit"], "stuck": len(each["transitions_with_problems"])}
        for each in algorithm.apply(log, *pm4py.read_pnml(str(net)), parameters=asked)
    ]


def main(folder: Path) -> dict[str, Any]:
    generated = {
        name: replayed(folder / f"{name}.pnml", traces)
        for name, traces in json.loads((folder / "traces.json").read_text()).items()
    }
    log = pm4py.read_xes(str(folder / "log.xes"))
    cases: dict[str, Any] = {}
    for (flow, version), rows in log.groupby([FLOW, VERSION]):
        of_case = {name: list(events[MOVE].dropna()) for name, events in rows.groupby("case:concept:name", sort=False)}
        found = replayed(folder / f"{flow}-v{int(version)}.pnml", list(of_case.values()))
        cases |= dict(zip(of_case, found, strict=True))
    ocel = pm4py.read_ocel2_json(str(folder / "log.json"))
    return {
        "generated": generated, "cases": cases, "events": len(log),
        "resources": int(log["org:resource"].notna().sum()), "roles": int(log["org:role"].notna().sum()),
        "lifecycle": sorted(log["lifecycle:transition"].unique()),
        "ocel": {
            "events": len(ocel.events), "objects": len(ocel.objects),
            "types": sorted(ocel.objects["ocel:type"].unique()),
            "qualifiers": sorted(ocel.relations["ocel:qualifier"].unique()),
        },
    }  # fmt: skip


if __name__ == "__main__":
    place = Path(sys.argv[1])
    (place / "said.json").write_text(json.dumps(main(place)))
