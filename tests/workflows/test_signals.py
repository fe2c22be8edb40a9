"""A change of policy that is signalled: cases played to each of their ends in both regelingen."""

import pytest

from audit.selectors import trail
from cases.models import Case, PlanningItem
from config.demo.players import hat, who
from roles.authorize import NotAllowed
from roles.selectors import scopes
from tests.workflows import plan, play, rise
from workflows import origins, services
from workflows.fitness import Unfit
from workflows.models import CaseTask
from workflows.selectors import lists, search

BOTH = pytest.mark.parametrize("scheme", ["limburg-noord", "centraal-gelderland"])


def state(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


@BOTH
def test_it_is_taken_up_by_the_commission_that_comes_from_it(db: None, scheme: str) -> None:
    signal = plan.advised(scheme=scheme)
    commission = plan.submitted_from(scheme=scheme, origin_id=signal.pk)
    assert state(signal) == "taken_up"
    assert commission.commission.origin_id == signal.pk
    last, first = trail(signal.chain).last(), trail(commission.chain).first()
    assert last is not None
    assert first is not None
    assert (last.verb, last.outcome, last.data["commission"]) == ("take_up", "commission", commission.number)
    assert (first.data["origin"], first.correlation) == (signal.number, last.correlation)


@BOTH
def test_it_is_planned(db: None, scheme: str) -> None:
    signal = plan.advised(scheme=scheme)
    play.as_bound(signal, "signal_follow_up", "plan", plan=plan.a_plan(title=str(signal.title), domain="youth"))
    item = PlanningItem.objects.get(origin=signal)
    assert (state(signal), item.state, str(item.title)) == ("taken_up", "planned", "Nieuwe eisen aan verblijf")


def test_what_was_planned_is_taken_up_later(db: None) -> None:
    signal = plan.advised()
    play.as_bound(signal, "signal_follow_up", "plan", plan=plan.a_plan())
    item = PlanningItem.objects.get(origin=signal)
    commission = plan.submitted_from(item_id=item.pk)
    item.refresh_from_db()
    assert (item.state, item.commission_id) == ("taken_up", commission.pk)
    assert commission.commission.origin_id == signal.pk
    with pytest.raises(NotAllowed, match="al opgepakt"):
        plan.submitted_from(item_id=item.pk)


@BOTH
def test_it_is_closed_with_a_reason(db: None, scheme: str) -> None:
    signal = plan.advised(scheme=scheme)
    with pytest.raises(NotAllowed, match="geen vervolg"):
        play.as_bound(signal, "signal_follow_up", "leave")
    play.as_bound(signal, "signal_follow_up", "leave", motivation="De wet gaat niet door.")
    assert state(signal) == "completed"


def test_the_mgr_advises_unasked_or_not_at_all_but_never_passes_over_a_question(db: None) -> None:
    unasked = plan.signalled()
    play.as_bound(unasked, "signal_advice", "no_advice")
    asked = plan.signalled(advice_asked=True)
    with pytest.raises(NotAllowed, match="om advies gevraagd"):
        play.as_bound(asked, "signal_advice", "no_advice")
    play.as_bound(asked, "signal_advice", "advised", advice="Doen.")
    play.as_bound(asked, "signal_follow_up", "ask", motivation="Wat kost het?")
    play.as_bound(asked, "signal_advice", "no_advice")
    assert play.open_steps(asked) == ["signal_follow_up"]


def test_the_mgr_signals_itself_and_others_do_not(db: None) -> None:
    assert plan.signalled(by="gijs").organisation.kind == "mgr"
    with pytest.raises(NotAllowed):
        plan.signalled(by="stefan")


def test_a_commission_is_never_chosen_without_one(db: None) -> None:
    signal = plan.advised()
    with pytest.raises(NotAllowed, match="vanuit dit signaal"):
        play.as_bound(signal, "signal_follow_up", "commission")


def test_what_cannot_be_seen_or_waits_for_advice_leads_nowhere(db: None) -> None:
    with pytest.raises(NotAllowed, match="geen opdracht"):
        plan.submitted_from(origin_id=plan.signalled().pk)
    elsewhere = plan.advised(scheme="centraal-gelderland")
    with pytest.raises(NotAllowed, match="geen opdracht"):
        plan.submitted_from(origin_id=elsewhere.pk)
    with pytest.raises(NotAllowed, match="geen opdracht"):
        plan.submitted_from(origin_id=play.submitted().pk)


def test_moments_that_do_not_fit_are_refused(db: None) -> None:
    signal = plan.advised()
    wrong = plan.a_plan(moments=plan.moments(award_on=play.in_days(10)))
    with pytest.raises(Unfit, match="gunning"):
        play.as_bound(signal, "signal_follow_up", "plan", plan=wrong)
    assert not PlanningItem.objects.exists()


def test_what_the_signal_says_is_filled_in(db: None) -> None:
    signal = plan.advised(scale="local")
    known = origins.initial_request(Case.objects.get(pk=signal.pk))
    assert (known.form["title"], known.form["domain"], known.form["scale"]) == (str(signal.title), "youth", "local")
    assert "Begin op tijd" in known.form["occasion"]


def test_a_signal_can_be_escalated_withdrawn_and_suspended_like_any_case(db: None) -> None:
    signal = plan.signalled()
    escalation = rise.escalated(signal, step="signal_advice", holds=True)
    assert (escalation.subject, escalation.domain) == (signal, "youth")
    rise.solve(escalation, "operational")
    services.suspend(**who(hat("marleen")), case_id=signal.pk, reason="Zomer.")
    services.resume(**who(hat("marleen")), case_id=signal.pk)
    services.withdraw(**who(hat("marleen")), case_id=signal.pk, reason="Dubbel gemeld.")
    assert (state(signal), state(escalation)) == ("withdrawn", "resolved")
    assert not CaseTask.objects.filter(case=signal, finished=None).exists()


def test_it_is_found_by_its_words_and_listed_by_its_domain(db: None) -> None:
    signal = plan.advised()
    seen = scopes(hat("marleen").person.user_id or 0)
    for words in ("groepsgrootte", "kleinere", "markt is klein"):
        hits, _ = search.search(seen, [], search.Wish(words), collective=[])
        assert [hit.case.pk for hit in hits] == [signal.pk]
    assert lists.cases(seen, lists.Wish(domain="youth"))[0] == [signal]
    assert lists.cases(seen, lists.Wish(domain="support"))[0] == []


def test_its_kind_has_no_commission_and_says_so(db: None) -> None:
    signal = Case.objects.get(pk=plan.signalled().pk)
    assert signal.commissioned is None
    assert (signal.domain, signal.scale) == ("youth", "regional")
