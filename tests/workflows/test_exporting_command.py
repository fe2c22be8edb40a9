"""`manage.py export_cases`: killed and begun again it ends with the same file; and it says what is wrong."""

import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import Act
from tests.database import ROOT
from tests.workflows.play import submitted

COMMAND = [sys.executable, str(ROOT / "manage.py"), "export_cases"]


def run(out: Path, **options: Any) -> None:
    call_command("export_cases", format="csv", out=out, **options)


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_it_goes_on_with_the_same_command(
    environment: dict[str, str], tmp_path: Path, how: signal.Signals
) -> None:
    case = submitted()
    out, asked = tmp_path / "uit", ["--format", "pdf", "--case", str(case.pk)]
    going = subprocess.Popen(
        [*COMMAND, *asked, "--out", out], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    plan = out / ".uitvoer-pdf" / "plan.json"
    until = time.monotonic() + 120
    while not plan.exists() and time.monotonic() < until:
        time.sleep(0.005)
    going.send_signal(how)
    _, said = going.communicate(timeout=120)
    if going.returncode != 0:  # else it was faster than we were
        assert going.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
        assert "Traceback" not in said
        assert plan.exists()
    before = Act.objects.filter(verb="export_cases").count()
    call_command("export_cases", format="pdf", out=out, case=case.pk)
    assert Act.objects.filter(verb="export_cases").count() == (before if going.returncode else before + 1)
    assert [each.name for each in out.iterdir()] == [f"{case.number}.pdf"]
    assert (out / f"{case.number}.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.django_db(transaction=True)
def test_it_says_what_it_did_and_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="Er is niets uit te voeren"):
        run(tmp_path)
    case = submitted()
    with pytest.raises(CommandError, match=r"geen regeling ‘nergens’\. Kies uit"):
        run(tmp_path, scheme="nergens")
    run(tmp_path, scheme="limburg-noord", since=date(2000, 1, 1))
    assert "1 zaak, 1 deel" in capsys.readouterr().out
    [acted] = Act.objects.filter(verb="export_cases")
    assert (acted.chain, acted.actor, acted.data["of"]) == (case.scheme.chain, "system", [case.pk])
    with pytest.raises(CommandError, match="geen dag"):
        call_command("export_cases", "--format=csv", f"--out={tmp_path}", "--since=morgen")
    with pytest.raises(CommandError, match="Kan niet schrijven"):
        run(Path("/proc/nergens"))


@pytest.mark.django_db(transaction=True)
def test_another_question_does_not_go_on_with_what_lies_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted()
    submitted()
    out = tmp_path / "uit"

    def stop(*args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("workflows.management.commands.export_cases.Command._told", stop)
        with pytest.raises(SystemExit):
            run(out)
    with pytest.raises(CommandError, match="onafgemaakte uitvoer van alle zaken"):
        run(out, scheme="limburg-noord")
    run(out)
    assert [each.name for each in out.iterdir()] == ["zaken.csv"]
