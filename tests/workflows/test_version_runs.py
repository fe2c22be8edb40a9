"""Five hundred running cases to another version: all land or are named, also when it is killed half-way."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from audit.models import Act
from audit.verify import verify
from cases.models import Case
from roles.authorize import NotAllowed
from roles.models import Scheme
from tests.database import ROOT
from tests.races import at_once
from tests.workflows import play
from tests.workflows import versions as samples
from tests.workflows.test_versions import order_of
from workflows import version_runs
from workflows.engine import Stale
from workflows.flows.commissioning import CommissioningFlow
from workflows.flows.commissioning_2 import CommissioningFlow2
from workflows.models import CaseProcess, CaseTask, VersionChange, VersionRun
from workflows.versions import migrate, undo

pytestmark = pytest.mark.usefixtures("committed")

REFUSED = "‘DB-besluit’ loopt in versie 2 gelijk op met ‘Besluit college’; dat is in deze zaak niet gevraagd."


@pytest.fixture(autouse=True)
def _on_first_version(monkeypatch: pytest.MonkeyPatch) -> None:
    samples.on_first_version(monkeypatch)


@pytest.fixture
def many(thorough: bool) -> int:
    """So many cases in every kind of place, and some that cannot go: five hundred, or one of each and a copy."""
    for _, prepare in samples.STATES.values():
        prepare()
    samples.asking_colleges()
    wanted = 500 if thorough else 2 * (len(samples.STATES) + 1)
    samples.copy(wanted // (len(samples.STATES) + 1))
    count: int = CaseProcess.objects.filter(finished=None).count()
    assert count >= wanted
    return count


def command(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """What `manage.py migrate_flow` answers: its status, and what it found for each regeling."""
    out, status = StringIO(), 0
    try:
        call_command("migrate_flow", "commissioning", "--to", "2", "--json", *arguments, stdout=out)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, json.loads(out.getvalue())


def halves() -> list[int]:
    """Cases that stand in two versions at once: their process in one, what is open in another, or no record of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.case_id FROM workflows_caseprocess p JOIN workflows_casetask t ON t.process_id = p.id"
            " LEFT JOIN workflows_casetask h ON h.id = t.host_id"
            " WHERE (t.finished IS NULL OR t.host_id IS NOT NULL AND h.finished IS NULL)"
            " AND NOT starts_with(t.flow_task, p.flow_class || '.')"
            " UNION SELECT p.case_id FROM workflows_caseprocess p"
            " WHERE (p.flow_class LIKE '%%CommissioningFlow2') <> EXISTS (SELECT FROM workflows_versionchange c"
            "  WHERE c.case_id = p.case_id AND c.state = 'landed')"
        )
        return [case for (case,) in cursor.fetchall()]


def on(flow_class: Any) -> int:
    found: int = CaseProcess.objects.filter(finished=None, flow_class=flow_class).count()
    return found


def state_of_all() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t::text FROM workflows_casetask t UNION ALL SELECT p::text FROM workflows_caseprocess p"
            " UNION ALL SELECT c::text FROM cases_case c UNION ALL SELECT d::text FROM escalation_deadline d ORDER BY 1"
        )
        return list(cursor.fetchall())


@pytest.mark.long
def test_all_land_or_are_named_and_go_back(many: int) -> None:
    count = many
    staying = count // (len(samples.STATES) + 1)
    before = state_of_all()

    status, [dry] = command("--dry-run", "--scheme", "limburg-noord")
    assert (status, dry["landed"], len(dry["refused"])) == (1, count - staying, staying)
    assert state_of_all() == before

    status, [done] = command("--scheme", "limburg-noord")
    assert (status, done["landed"]) == (1, count - staying)
    assert done["refused"] == dry["refused"]
    assert {tuple(reasons) for reasons in done["refused"].values()} == {(REFUSED,)}
    assert (on(CommissioningFlow), on(CommissioningFlow2), halves()) == (staying, count - staying, [])
    run = VersionRun.objects.get()
    assert run.finished_at is not None
    assert run.changes.filter(state=VersionChange.State.REFUSED).count() == staying
    assert Act.objects.filter(verb="migrate_version").count() == count - staying

    copied = Case.objects.filter(pk__gt=samples.APART, state="open").order_by("pk")
    assert [play.end(case) for case in copied[:3]] == ["granted"] * 3
    assert verify().ok

    status, [undone] = command("--undo", "--scheme", "limburg-noord")
    assert (undone["landed"], len(undone["refused"])) == (count - staying - 3, 3)
    assert {words for reasons in undone["refused"].values() for words in reasons} == {
        "Deze zaak is afgesloten. Er kan niets meer in worden gewijzigd."
    }
    ended = [str(pk) for pk in Case.objects.filter(state="granted").values_list("pk", flat=True)]
    changed = {row[0] for row in before} - {row[0] for row in state_of_all()}
    assert all(any(number in row for number in ended) for row in changed)
    assert verify().ok


@pytest.mark.long
@pytest.mark.parametrize("share", [pytest.param(0.02, marks=pytest.mark.thorough), 0.5])
def test_a_command_that_is_killed_leaves_each_case_whole_and_is_run_again(
    environment: dict[str, str], many: int, share: float
) -> None:
    count, landed_first = many, int(many * share)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "migrate_flow", "commissioning", "--to", "2"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 300
    while VersionChange.objects.count() < landed_first and time.monotonic() < until:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    landed = on(CommissioningFlow2)
    assert landed_first <= landed < count
    assert halves() == []
    assert VersionRun.objects.get(scheme__code="limburg-noord").finished_at is None

    _, results = command()
    [done] = [result for result in results if result["scheme"] == "limburg-noord"]
    assert landed + done["landed"] + len(done["refused"]) == count
    assert (on(CommissioningFlow), halves()) == (len(done["refused"]), [])
    assert VersionRun.objects.get(scheme__code="limburg-noord").finished_at is not None, "the same run went on"
    assert verify().ok


@pytest.mark.long
def test_going_over_and_a_step_at_the_same_moment_are_one_after_the_other(races: int) -> None:
    for _ in range(races):
        case = play.brought_to("intake")
        run = version_runs.begin(scheme=case.scheme, target=CommissioningFlow2)
        results = at_once(
            partial(migrate, case_id=case.pk, target=CommissioningFlow2, run=run), partial(play.take_in, case)
        )
        assert not [each for each in results if isinstance(each, Exception)], results
        assert play.open_steps(case) == ["approach"]
        assert halves() == []
        assert play.open_task(case, "approach").flow_task.flow_class is CommissioningFlow2


@pytest.mark.long
def test_two_runs_at_once_take_each_case_once(races: int) -> None:
    cases = [play.submitted() for _ in range(3)]
    [scheme] = {case.scheme for case in cases}
    run = version_runs.begin(scheme=scheme, target=CommissioningFlow2)
    reports = at_once(*[lambda: version_runs.carry_out(run=run)] * 2)
    assert sum(report.landed for report in reports) == 3
    assert all(not report.refused for report in reports)
    assert halves() == []
    assert Act.objects.filter(verb="migrate_version").count() == 3


@pytest.mark.long
def test_undoing_and_a_step_at_the_same_moment_are_one_or_the_other(races: int) -> None:
    for _ in range(races):
        case = play.brought_to("intake")
        version_runs.carry_out(run=version_runs.begin(scheme=case.scheme, target=CommissioningFlow2))
        change = VersionChange.objects.get(case=case)
        back = version_runs.begin_undo(undoes=change.run)
        undone, done = at_once(partial(undo, change=change, run=back), partial(play.take_in, case))
        assert done is None
        flow = CaseProcess.objects.get(case=case).flow_class
        assert flow is (CommissioningFlow2 if isinstance(undone, Stale) else CommissioningFlow)
        assert play.open_task(case, "approach").flow_task.flow_class is flow


@pytest.mark.long
def test_a_case_that_somebody_holds_is_named_and_goes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    case = play.brought_to("intake")

    def busy(**_: Any) -> None:
        cause = type("LockNotAvailable", (Exception,), {"sqlstate": "55P03"})()
        raise OperationalError("canceling statement due to lock timeout") from cause

    with monkeypatch.context() as patch:
        patch.setattr(version_runs, "migrate", busy)
        report = version_runs.carry_out(run=version_runs.begin(scheme=case.scheme, target=CommissioningFlow2))
    assert [each["code"] for each in report.refused[case.pk]] == ["busy"]
    assert version_runs.carry_out(run=version_runs.begin(scheme=case.scheme, target=CommissioningFlow2)).landed == 1


def test_who_may_no_longer_is_named_with_each_case_and_changes_nothing() -> None:
    case = play.brought_to("intake")
    run = version_runs.begin(scheme=case.scheme, target=CommissioningFlow2, order=order_of("bea"))
    report = version_runs.carry_out(run=run, order=order_of("gijs"))
    assert [each["code"] for each in report.refused[case.pk]] == ["not_allowed"]
    assert on(CommissioningFlow) == 1
    with pytest.raises(NotAllowed):
        version_runs.begin_undo(undoes=run, order=order_of("gijs"))


@pytest.mark.long
def test_each_regeling_has_a_run_of_its_own() -> None:
    ours, theirs = play.brought_to("intake"), play.brought_to("intake", scheme="centraal-gelderland")
    command("--scheme", "centraal-gelderland")
    assert CaseProcess.objects.get(case=theirs).flow_class is CommissioningFlow2
    assert CaseProcess.objects.get(case=ours).flow_class is CommissioningFlow
    assert VersionRun.objects.get().scheme == Scheme.objects.get(code="centraal-gelderland")


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="geen versie 7"):
        call_command("migrate_flow", "commissioning", "--to", "7")
    with pytest.raises(CommandError, match="geen regeling ‘elders’"):
        call_command("migrate_flow", "commissioning", "--to", "2", "--scheme", "elders")


@pytest.mark.long
def test_the_command_says_it_in_words() -> None:
    play.brought_to("intake")
    out = StringIO()
    call_command("migrate_flow", "commissioning", "--to", "2", "--scheme", "limburg-noord", stdout=out)
    assert out.getvalue() == "limburg-noord: 1 over, 0 niet.\n"
    assert not CaseTask.objects.filter(finished=None, flow_task=CommissioningFlow.intake).exists()
