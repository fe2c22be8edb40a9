"""Escalating: cases played to each of their ends in both regelingen, and what the clock and the rules make of them."""

from collections.abc import Callable

import pytest

from audit.selectors import trail
from audit.services import acting
from cases.models import Case
from config.demo import players
from config.demo.players import hat, open_task, who
from escalation.models import Deadline
from escalation.rules.terms import Term
from roles import selectors as roles
from roles.authorize import NotAllowed
from roles.services import bind_step
from tests.races import at_once
from tests.workflows import play, rise
from workflows import barriers, clockwork, escalations, services
from workflows.engine import Stale
from workflows.models import CaseProcess, CaseTask
from workflows.selectors import inbox, lists, search
from workflows.selectors.sight import visible

BOTH = pytest.mark.parametrize("scheme", ["limburg-noord", "centraal-gelderland"])


@BOTH
@pytest.mark.parametrize("step", ["operational", "tactical", "strategic", "board"])
def test_each_level_can_solve_it(db: None, scheme: str, step: str) -> None:
    case = rise.at_level(step, scheme=scheme)
    rise.solve(case, step)
    assert rise.state(case) == "resolved"
    assert case.escalation.measures.count() == 1


@BOTH
@pytest.mark.parametrize(("outcome", "state"), [("refer", "referred"), ("close", "unresolved")])
def test_what_nobody_solves_is_referred_or_closed_with_reasons(db: None, scheme: str, outcome: str, state: str) -> None:
    case = rise.at_level("referral", scheme=scheme)
    rise.close(case, outcome)
    assert rise.state(case) == state
    assert case.escalation.level == 5


def test_without_an_outcome_in_time_it_rises_to_the_top_by_itself(db: None) -> None:
    case = rise.escalated()
    seen = []
    for _ in range(4):
        seen += play.open_steps(case)
        rise.pass_time(case)
    assert seen == ["operational", "tactical", "strategic", "board"]
    assert play.open_steps(case) == ["referral"]


def test_de_escalating_goes_a_level_down_and_no_further_than_there_is_one(db: None) -> None:
    case = rise.at_level("tactical")
    play.as_bound(case, "tactical", "lower", motivation="Dit kunnen zij zelf.")
    assert play.open_steps(case) == ["operational"]
    assert Case.objects.get(pk=case.pk).escalation.level == 1
    with pytest.raises(NotAllowed, match="uitkomst van deze stap"):
        play.as_bound(case, "operational", "lower")


def test_a_provider_gets_a_line_beside_the_first_level(db: None) -> None:
    case = rise.escalated(category="provider")
    assert play.open_steps(case) == ["spokesperson_line", "operational"]
    rise.rise(case)
    assert play.open_steps(case) == ["spokesperson_line"]
    play.do("helene", case, "spokesperson_line", "given", line="Wij doen geen uitspraken over lopende gesprekken.")
    assert play.open_steps(case) == ["tactical"]


def test_operations_go_to_the_owners_board(db: None) -> None:
    case = rise.at_level("strategic", category="operations")
    assert players.body_of(case, "strategic").code == "db"
    assert case.process.labels["strategic"] == "Niveau 3: DB"


def test_the_theme_of_the_case_finds_the_body(db: None) -> None:
    case = rise.escalated(scheme="centraal-gelderland")
    assert players.body_of(case, "strategic").code == "pfo-zorg"


def test_a_measure_has_a_day_in_the_coming_year(db: None) -> None:
    case = rise.escalated()
    with pytest.raises(NotAllowed, match="vanaf vandaag"):
        play.do("gijs", case, "operational", "resolve", promise=rise.a_promise(due_on=play.in_days(-1)))
    with pytest.raises(NotAllowed, match="wat er gebeurt"):
        play.do("gijs", case, "operational", "resolve")


def test_who_reports_does_not_handle(db: None) -> None:
    case = rise.escalated(by="gijs")
    with pytest.raises(NotAllowed, match="melden"):
        play.do("gijs", case, "operational", "rise", motivation="Hoger.")
    play.do("carla", case, "operational", "rise", motivation="Hoger.")


def test_only_who_has_a_part_in_the_case_escalates_it(db: None) -> None:
    local = play.brought_to("intake", scale="local")
    rise.escalated(local)
    with pytest.raises(NotAllowed, match="een rol heeft"):
        rise.escalated(local, by="tom")
    with pytest.raises(NotAllowed):
        rise.escalated(local, by="mehmet")


def test_a_closed_case_can_be_escalated_and_an_escalation_cannot(db: None) -> None:
    case = play.submitted()
    services.withdraw(**who(case.submitted_by), case_id=case.pk, reason="Niet meer nodig.")
    escalation = rise.escalated(case)
    assert play.open_steps(escalation) == ["operational"]
    with pytest.raises(NotAllowed, match="volgend niveau"):
        rise.escalated(escalation)


def test_of_one_step_and_category_one_runs_at_a_time(db: None) -> None:
    case = play.brought_to("intake")
    first = rise.escalated(case, step="intake")
    with pytest.raises(NotAllowed, match=first.number):
        rise.escalated(case, by="els", step="intake")
    rise.escalated(case, by="els", step="intake", category="term")


# What it stops.


def test_a_step_that_is_stopped_waits_until_the_escalation_ends(db: None) -> None:
    case = play.brought_to("intake")
    escalation = rise.escalated(case, step="intake", holds=True)
    deadline = Deadline.objects.get(task=open_task(case, "intake").pk)
    assert deadline.state == Deadline.State.SUSPENDED
    with pytest.raises(Stale, match="zet deze stap stil"):
        play.take_in(case)
    services.suspend(**who(case.submitted_by), case_id=case.pk, reason="Zomer.")
    services.resume(**who(case.submitted_by), case_id=case.pk)
    deadline.refresh_from_db()
    assert deadline.state == Deadline.State.SUSPENDED
    rise.solve(escalation, "operational")
    deadline.refresh_from_db()
    assert deadline.state == Deadline.State.ARMED
    released = trail(case.chain).last()
    ended = trail(escalation.chain).last()
    assert released is not None
    assert ended is not None
    assert (released.verb, released.actor) == ("release_step", ended.actor)
    play.take_in(case)


@pytest.mark.parametrize("how", ["withdraw", "let_go"])
def test_it_is_let_go_by_who_handed_it_in(db: None, how: str) -> None:
    case = play.brought_to("intake")
    escalation = rise.escalated(case, step="intake", holds=True)
    with pytest.raises(NotAllowed):
        escalations.release(**who(hat("stefan")), case_id=escalation.pk)
    if how == "withdraw":
        services.withdraw(**who(hat("marleen")), case_id=escalation.pk, reason="Opgelost aan de telefoon.")
    else:
        escalations.release(**who(hat("marleen")), case_id=escalation.pk, reason="Het kan door.")
    play.take_in(case)
    assert rise.state(escalation) == ("withdrawn" if how == "withdraw" else "open")


def test_votes_wait_too_and_the_round_runs_as_long_as_it_had_left(db: None) -> None:
    case = play.brought_to("pho_decision")
    play.open_round(case, "pho_decision", "grant")
    vote = play.voting("noor", case, "pho_decision")
    escalation = rise.escalated(case, step="pho_decision", holds=True)
    with pytest.raises(Stale, match="zet deze stap stil"):
        vote()
    services.withdraw(**who(hat("marleen")), case_id=escalation.pk, reason="Toch niet.")
    vote()
    assert Deadline.objects.filter(case=case, effect="round", state="armed").exists()


def test_a_case_that_ended_in_the_meantime_is_left_alone(db: None) -> None:
    case = play.brought_to("intake")
    escalation = rise.escalated(case, step="intake", holds=True)
    services.withdraw(**who(case.submitted_by), case_id=case.pk, reason="Niet meer nodig.")
    rise.solve(escalation, "operational")
    assert rise.state(escalation) == "resolved"
    assert not trail(case.chain).filter(verb="release_step").exists()


def test_two_do_not_stop_one_step_and_nothing_stops_what_is_done(db: None) -> None:
    case = play.brought_to("intake")
    rise.escalated(case, step="intake", holds=True)
    with pytest.raises(NotAllowed, match="al stil"):
        rise.escalated(case, step="intake", holds=True, category="term")
    done = CaseTask.objects.filter(case=case, part="", flow_task__endswith=".municipal_alignment")[0]
    with pytest.raises(NotAllowed, match="nog wacht"):
        escalations.open_escalation(
            **who(hat("els")), case_id=case.pk, category="content", reason="Te laat.", task_id=done.pk, holds=True
        )


# About a person.


def test_who_it_is_about_neither_handles_it_nor_knows_of_it(db: None) -> None:
    case = play.brought_to("intake")
    roy = hat("roy")
    escalation = rise.escalated(case, about=hat("gijs").person_id)
    assert escalation.confidential
    assert "Intake" not in str(escalation.title)
    with pytest.raises(NotAllowed, match="over uzelf"):
        play.do("gijs", escalation, "operational", "rise", motivation="Hoger.")
    gijs, carla, marleen, els = (hat(name).person.user_id for name in ("gijs", "carla", "marleen", "els"))
    assert [finds(user, escalation) for user in (gijs, carla, marleen, els, roy.person.user_id)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    play.do("carla", escalation, "operational", "rise", motivation="Hoger.")
    assert finds(roy.person.user_id, escalation)
    assert not trail(case.chain).filter(verb="escalate").exists()
    with pytest.raises(NotAllowed, match="over uzelf"):
        barriers.withdraw_recusal(**who(hat("gijs")), case_id=escalation.pk, reason="Onzin.")


def finds(user_id: int | None, case: Case) -> bool:
    """By address, in the list, in the queue, and by searching: all say the same."""
    assert user_id is not None
    scopes, hats = roles.scopes(user_id), roles.hats(user_id)
    listed = case in lists.cases(scopes, lists.Wish())[0]
    searched = case in [hit.case for hit in search.search(scopes, hats, search.Wish(case.number), collective=[])[0]]
    queued = case.pk in {row.case_id for row in inbox.tasks(user_id, hats, scopes, inbox.Wish())[0]}
    seen = visible(scopes).filter(pk=case.pk).exists()
    assert seen == listed == searched
    assert seen or not queued
    return seen


def test_a_level_that_is_that_person_alone_is_passed_by(db: None) -> None:
    case = play.brought_to("intake")
    escalation = rise.escalated(case, about=hat("roy").person_id)
    rise.rise(escalation)
    assert play.open_steps(escalation) == ["strategic"]
    assert play.skipped_steps(escalation) == ["tactical"]
    assert players.holder(escalation, "measure") == hat("helene")


def test_another_leads_a_body_whose_secretary_it_is_about(db: None) -> None:
    case = play.brought_to("intake")
    escalation = rise.escalated(case, category="operations", about=hat("bram").person_id)
    led_by = [players.holder(escalation, step).position.role.code for step in ("strategic", "board", "referral")]
    assert led_by == ["db_member", "ab_member", "director"]


def test_stopping_a_step_would_tell(db: None) -> None:
    case = play.brought_to("intake")
    with pytest.raises(NotAllowed, match="vertrouwelijk"):
        rise.escalated(case, step="intake", holds=True, about=hat("gijs").person_id)
    with pytest.raises(NotAllowed, match="een rol heeft in deze zaak"):
        rise.escalated(case, about=hat("linda").person_id)


# By itself.


def test_a_breached_term_escalates_where_its_rule_says_so_and_only_once(db: None) -> None:
    case = play.brought_to("intake")
    process = CaseProcess.objects.get(case=case)
    with acting(chain=case.chain, verb="test_terms"):
        process.terms["intake"] = Term(10, on_breach="escalate").as_json()
        process.save(update_fields=["terms"])
    deadline = Deadline.objects.get(task=open_task(case, "intake").pk)
    play.make_due(deadline)
    clockwork.fire(deadline.pk)
    clockwork.fire(deadline.pk)
    [found] = Case.objects.filter(parent=case, kind="escalation")
    assert (found.escalation.opening, found.escalation.category, found.escalation.step) == (
        "deadline",
        "term",
        "intake",
    )
    assert found.submitted_by_id == case.submitted_by_id
    again = escalations.open_by_system(
        case_id=case.pk, task_id=open_task(case, "intake").pk, opening="deadline", origin=f"deadline/{deadline.pk}"
    )
    assert again is None


def test_an_acceptance_that_waits_too_long_escalates_as_the_terms_come_with_the_product(db: None) -> None:
    case = play.brought_to("acceptance")
    rise.pass_time(case)
    [found] = Case.objects.filter(parent=case, kind="escalation")
    assert (found.escalation.opening, found.escalation.step) == ("deadline", "acceptance")
    assert play.open_steps(case) == ["acceptance"], "the step itself still waits"


def test_what_the_clock_sends_back_once_too_often_escalates_instead(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    case = play.brought_to("intake")
    for _ in range(3):
        play.take_in(case, "questions", questions="Voor wie is het?")
        play.as_submitter(case, "supplement", "supplemented", answer="Voor jeugdigen.")
    monkeypatch.setattr(case.process.flow_class.instance.intake, "at_deadline", "questions")
    assert not Case.objects.filter(parent=case, kind="escalation").exists()
    rise.pass_time(case)
    [found] = Case.objects.filter(parent=case, kind="escalation")
    assert (found.escalation.opening, found.escalation.step) == ("loop", "intake")
    assert play.open_steps(case) == ["intake"]


def test_a_loop_at_its_bound_offers_to_escalate(db: None) -> None:
    case = rise.at_level("tactical")
    for _ in range(3):
        play.as_bound(case, "tactical", "lower", motivation="Dit kunnen zij zelf.")
        rise.rise(case)
    with pytest.raises(NotAllowed, match="of escaleer"):
        play.as_bound(case, "tactical", "lower", motivation="Nog eens.")


def test_the_clock_takes_a_vote_from_a_body_that_is_too_late(db: None) -> None:
    case = rise.at_level("strategic")
    play.open_round(case, "strategic", "resolve")
    rise.pass_time(case)
    assert play.open_steps(case) == ["board"]
    assert not CaseTask.objects.filter(case=case, finished=None).exclude(part="").exists()
    assert case.ballots.get().state == "lapsed"


# At the same moment.


def test_of_two_that_escalate_the_same_at_once_one_does(committed: None) -> None:
    case = play.brought_to("intake")
    task = open_task(case, "intake").pk

    def by(name: str) -> Callable[[], Case]:
        me = who(hat(name))
        return lambda: escalations.open_escalation(
            **me, case_id=case.pk, category="term", reason="Te laat.", task_id=task, holds=True
        )

    results = at_once(by("marleen"), by("els"))
    assert sorted(isinstance(each, NotAllowed) for each in results) == [False, True]
    assert Case.objects.filter(parent=case, kind="escalation").count() == 1


def test_solving_it_and_its_term_passing_at_once_come_to_one_outcome(committed: None) -> None:
    case = rise.at_level("tactical")
    deadline = Deadline.objects.get(case=case, state="armed")
    play.make_due(deadline)
    task, me = open_task(case, "tactical").pk, who(players.holder(case, "tactical"))
    results = at_once(
        lambda: services.complete(
            **me, case_id=case.pk, task_id=task, outcome="resolve", promise=rise.a_promise(), motivation="Zo."
        ),
        lambda: clockwork.fire(deadline.pk),
    )
    solved, fired = results
    assert isinstance(solved, Stale) == (fired is True)
    assert play.open_steps(case) == (["strategic"] if fired is True else ["tactical_consent"])
    assert case.escalation.measures.count() == (0 if fired is True else 1)


def test_one_role_handles_the_third_level_where_the_regeling_says_so(db: None) -> None:
    director = hat("helene").position
    bind_step(
        scheme=director.body.scheme, flow="escalation", step="strategic_alone", role=director.role, body=director.body
    )
    case = rise.at_level("strategic_alone")
    play.as_bound(case, "strategic_alone", "lower", motivation="Dit kan de manager.")
    assert play.open_steps(case) == ["tactical"]
    rise.rise(case)
    rise.solve(case, "strategic_alone")
    assert rise.state(case) == "resolved"
    assert case.escalation.measures.get().level == 3
