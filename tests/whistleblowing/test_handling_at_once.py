"""Two handlers in one report at the same moment: one acts, the other hears so, and nothing is lost or doubled."""

from functools import partial

import pytest

from escalation.whistleblowing.services import dossiers, handling
from escalation.whistleblowing.services.dossiers import Unknown
from escalation.whistleblowing.services.handling import Stale
from tests.races import at_once
from tests.whistleblowing.desk import Desk, brought_to, seen

pytestmark = pytest.mark.usefixtures("committed")


def test_of_the_same_step_by_two_one_is_recorded() -> None:
    desk = Desk()
    report = brought_to(desk, "acknowledge")
    take = partial(handling.take, report=report, seen=2, verb="acknowledge", words="Dank u.")
    outcomes = at_once(partial(take, opened=desk.silke), partial(take, opened=desk.tariq))
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "Stale"]
    found = dossiers.dossier(desk.silke, report)
    assert [fact.verb for fact in found.acts.facts].count("acknowledge") == 1
    assert len([each for each in found.of("talk") if each.kind == "step"]) == 1


def test_who_leaves_and_who_acts_at_once_are_both_whole() -> None:
    """Either Tariq's note was there before he left, or it was not recorded at all."""
    desk = Desk()
    report = brought_to(desk, "admit")
    number = seen(desk.tariq, report)
    leave = partial(handling.declare, opened=desk.tariq, report=report, seen=number, outcome="involved")
    write = partial(handling.take, opened=desk.tariq, report=report, seen=number, verb="note", words="Nog even.")
    outcomes = at_once(leave, write)
    assert [type(each) for each in outcomes] in ([type(None), Stale], [type(None), Unknown], [Stale, type(None)])
    found = dossiers.dossier(desk.silke, report)
    assert found.acts.by_handlers == number + 1
    left = found.acts.facts[-1].verb == "check_conflict"
    assert (dossiers.called(desk.tariq.holder) in found.handled_by) is not left
    assert (dossiers.called(desk.hanna.holder) in found.handled_by) is left
