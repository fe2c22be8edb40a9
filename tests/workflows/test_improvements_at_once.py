"""Actions at the same moment: committed, so that threads see them."""

import pytest

from cases.models import ImprovementNote
from config.demo import players
from config.demo.players import who
from escalation.models import Deadline
from tests.races import at_once
from tests.workflows import evaluate, play
from workflows import clockwork, evaluating, improving
from workflows.engine import Stale


@pytest.mark.long
def test_two_who_change_an_action_at_once_are_not_both_heard_without_knowing(committed: None) -> None:
    improvement = evaluate.improvement(scale="local")
    assert improvement.named is not None
    me = who(improvement.named) | {"improvement_id": improvement.pk}
    results = at_once(
        lambda: improving.progress(**me, status="busy", expected="open"),
        lambda: improving.progress(**me, status="done", expected="open"),
    )
    assert sorted(isinstance(each, Stale) for each in results) == [False, True]
    assert ImprovementNote.objects.count() == 1
    deadline = Deadline.objects.get(improvement=improvement)
    if deadline.state == "armed":
        play.make_due(deadline)
        results = at_once(lambda: improving.progress(**me, status="done"), lambda: clockwork.fire(deadline.pk))
        deadline.refresh_from_db()
        assert (results[0], deadline.ended_at is not None) == (None, True)


def test_of_two_who_begin_an_evaluation_at_once_one_does(committed: None) -> None:
    commission = evaluate.granted(scale="local")
    starters = evaluating.starters(commission.scheme)
    me = next(each for each in players.on_staff(commission.scheme_id) if each.position_id in starters)
    begin = lambda: evaluating.start_evaluation(**who(me), case_id=commission.pk)  # noqa: E731
    results = at_once(begin, begin)
    assert sum(isinstance(each, Exception) for each in results) == 1
