"""Everybody at once, on the real database: one outcome each time, and nobody waits for ever.

Each race is run `--races` times.
"""

from functools import partial

import pytest

from audit import clock
from audit.models import Act
from cases.models import Ballot, Case, Vote
from cases.services.ballots import Ballotpaper
from config.demo import players
from config.demo.players import who
from escalation.models import Deadline
from roles.authorize import NotAllowed
from tests.races import at_once
from tests.workflows import play
from tests.workflows.test_by_law import bind_by_law
from workflows import ballots, clockwork, services
from workflows.engine import Gone, Stale
from workflows.models import CaseTask

pytestmark = pytest.mark.usefixtures("committed")

CG = "centraal-gelderland"


def acts(case: Case) -> int:
    return Act.objects.filter(chain=case.chain).count()


@pytest.mark.long
def test_seven_voters_at_once_give_seven_votes_and_one_outcome(races: int) -> None:
    for _ in range(races):
        case = play.brought_to("pho_decision")
        play.open_round(case, "pho_decision", "grant")
        before = acts(case)
        answers = at_once(*(play.voting(name, case, "pho_decision") for name in play.ALDERMEN))
        assert answers == [None] * 7
        assert Vote.objects.filter(ballot__case=case, ballot__step="pho_decision").count() == 7
        assert acts(case) == before + 7
        answers = at_once(*[play.closing(case, "pho_decision")] * 3)
        assert sum(answer is None for answer in answers) == 1
        assert Ballot.objects.get(case=case, step="pho_decision").state == Ballot.State.RECORDED
        assert CaseTask.objects.filter(case=case, part="confirm", finished=None).count() == 1


@pytest.mark.long
def test_every_voter_of_another_regeling_at_once_gives_as_many_votes_and_one_outcome(races: int) -> None:
    """Eleven of them, weighed; and the join before it, of as many municipalities."""
    for _ in range(few(races)):
        case = play.submitted(scheme=CG)
        names = play.account_managers(case)
        play.align(case, silent=names[-2:])
        assert at_once(*(play.aligning(name, case) for name in names[-2:])) == [None, None]
        assert play.open_steps(case) == ["intake"]
        while play.open_steps(case) != ["pho_decision"]:
            play.straight_on(case)
        play.open_round(case, "pho_decision", "grant")
        before = acts(case)
        voters = [play.username(member) for member in players.members_of(case, "pho_decision")]
        answers = at_once(*(play.voting(name, case, "pho_decision") for name in voters[:7]))
        assert answers == [None] * 7
        for name in voters[7:]:
            play.voting(name, case, "pho_decision")()
        assert acts(case) == before + len(voters)
        answers = at_once(*[play.closing(case, "pho_decision")] * 3)
        assert sum(answer is None for answer in answers) == 1
        assert Ballot.objects.get(case=case, step="pho_decision").state == Ballot.State.RECORDED


def few(races: int) -> int:
    """A long way to a race: two, where others run five."""
    return max(1, races * 2 // 5)


@pytest.mark.long
def test_of_eight_submissions_of_one_step_one_counts(races: int) -> None:
    for _ in range(races):
        case = play.brought_to("intake")
        task = play.open_task(case, "intake")
        do = partial(services.complete, **who(play.hat("gijs")), case_id=case.pk, task_id=task.pk, outcome="complete")
        before = acts(case)
        answers = at_once(*[do] * 8)
        assert sum(answer is None for answer in answers) == 1
        assert sum(isinstance(answer, Stale) for answer in answers) == 7
        assert acts(case) == before + 1
        assert CaseTask.objects.filter(case=case, flow_task__endswith=".approach").count() == 1


def test_a_task_asked_for_through_another_case_is_not_there(races: int) -> None:
    """viewflow compares neither, and then runs without the right lock."""
    right, wrong = play.brought_to("intake"), play.brought_to("intake")
    task = play.open_task(right, "intake")
    ask = partial(services.complete, **who(play.hat("gijs")), task_id=task.pk, outcome="complete")
    for _ in range(races):
        answers = at_once(*[partial(ask, case_id=wrong.pk)] * 4)
        assert all(isinstance(answer, Gone) for answer in answers)
    answers = at_once(partial(ask, case_id=right.pk), *[partial(ask, case_id=wrong.pk)] * 6)
    assert answers[0] is None
    assert play.open_steps(right) == ["approach"]
    assert play.open_steps(wrong) == ["intake"]


@pytest.mark.long
def test_the_last_two_branches_into_a_join_go_on_once(races: int) -> None:
    for _ in range(races):
        case = play.submitted()
        play.align(case, silent=["soraya", "tom"])
        answers = at_once(*(play.aligning(name, case) for name in ("soraya", "tom")))
        assert answers == [None, None]
        assert CaseTask.objects.filter(case=case, flow_task__endswith=".all_answered").count() == 1
        assert CaseTask.objects.filter(case=case, flow_task__endswith=".intake").count() == 1


@pytest.mark.long
def test_withdrawing_against_accepting_ends_one_way(races: int) -> None:
    for _ in range(races):
        case = play.brought_to("acceptance")
        task = play.open_task(case, "acceptance")
        accept = partial(services.complete, **who(play.hat("helene")), task_id=task.pk, outcome="accept")
        withdraw = partial(services.withdraw, **who(play.hat("marleen")), reason="Niet meer nodig.")
        answers = at_once(partial(accept, case_id=case.pk), partial(withdraw, case_id=case.pk))
        assert sum(answer is None for answer in answers) == 1
        assert isinstance(next(answer for answer in answers if answer is not None), Stale)
        case.refresh_from_db()
        assert case.state == ("granted" if answers[0] is None else "withdrawn")
        assert play.open_steps(case) == []
        assert not Deadline.objects.filter(case=case, state="armed").exists()


@pytest.mark.long
def test_suspending_against_a_deadline_does_one_or_the_other_first(races: int) -> None:
    for _ in range(races):
        case = play.submitted()
        play.align(case, silent=["tom"])
        deadline = Deadline.objects.get(case=case, state="armed")
        play.make_due(deadline)
        suspend = partial(services.suspend, **who(play.hat("marleen")), case_id=case.pk, reason="Wacht op het Rijk.")
        fired, suspended = at_once(partial(clockwork.fire, deadline.pk), suspend)
        assert suspended is None
        case.refresh_from_db()
        assert case.state == "suspended"
        assert play.open_steps(case) == (["intake"] if fired else ["municipal_alignment"])
        deadline.refresh_from_db()
        assert deadline.state == ("fired" if fired else "suspended")


@pytest.mark.long
def test_a_deadline_fires_once_however_many_workers_try(races: int) -> None:
    for _ in range(races):
        case = play.submitted()
        play.align(case, silent=["tom"])
        deadline = Deadline.objects.get(case=case, state="armed")
        play.make_due(deadline)
        answers = at_once(*[partial(clockwork.fire, deadline.pk)] * 6)
        assert sorted(answers, key=str) == [False] * 5 + [True]
        assert play.open_steps(case) == ["intake"]


@pytest.mark.long
def test_a_vote_against_the_closing_of_its_round_counts_or_is_refused(races: int) -> None:
    for _ in range(races):
        case = play.brought_to("pho_decision")
        play.open_round(case, "pho_decision", "grant")
        for name in play.ALDERMEN[:6]:
            play.voting(name, case, "pho_decision")()
        deadline = Deadline.objects.get(case=case, state="armed", effect="round")
        play.make_due(deadline)
        vote, close = play.voting(play.ALDERMEN[6], case, "pho_decision"), partial(clockwork.fire, deadline.pk)
        voted, fired = at_once(vote, close)
        assert fired is True
        ballot = Ballot.objects.get(case=case, step="pho_decision")
        assert ballot.tally["voted"] == (7 if voted is None else 6)
        assert voted is None or isinstance(voted, NotAllowed)


@pytest.mark.long
def test_an_objection_against_the_end_of_its_term_counts_or_comes_too_late(races: int) -> None:
    """Where silence is consent (no objection within the term)."""
    for _ in range(few(races)):
        case = play.brought_to("pho_decision", scheme=CG, domain="participation", care_form="")
        play.open_round(case, "pho_decision", "grant")
        deadline = Deadline.objects.get(case=case, state="armed", effect="round")
        play.make_due(deadline)
        member = play.username(players.members_of(case, "pho_decision")[0])
        objection = play.voting(member, case, "pho_decision", "against", "Wij maken bezwaar.")
        voted, fired = at_once(objection, partial(clockwork.fire, deadline.pk))
        assert fired is True
        ballot = Ballot.objects.filter(case=case, step="pho_decision").earliest("pk")
        assert ballot.tally["voted"] == (1 if voted is None else 0)
        assert ballot.carried is (voted is not None)


@pytest.mark.long
def test_two_secretaries_who_record_one_meeting_of_a_board_by_law_make_one_ballot(races: int) -> None:
    bind_by_law("pho")
    for _ in range(races):
        case = play.brought_to("pho_decision")
        task, secretary = play.open_task(case, "pho_decision"), who(play.hat("anouk", "pho"))
        present = [play.hat(name, "pho").pk for name in play.ALDERMEN]
        split = {seat: Ballotpaper(choice="against" if n < 3 else "for") for n, seat in enumerate(present)}
        record = partial(
            ballots.record_meeting, **secretary, case_id=case.pk, task_id=task.pk, proposal="grant",
            meeting_date=clock.today(), present=present, form="roll_call", number=1,
        )  # fmt: skip
        turned = {seat: Ballotpaper(choice="against") for seat in present}
        before = acts(case)
        answers = at_once(*[partial(record, papers=split), partial(record, papers=turned)] * 2)
        assert sum(answer is None for answer in answers) == 1
        assert sum(isinstance(answer, Stale) for answer in answers) == 3
        assert acts(case) == before + 1
        ballot = Ballot.objects.get(case=case, step="pho_decision")
        assert (ballot.votes.count(), ballot.tally["voted"]) == (7, 7)
        assert CaseTask.objects.filter(case=case, part="confirm", finished=None).count() == int(bool(ballot.carried))
