"""A granted opdracht changes: each kind of change, by the cast, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from audit import clock
from audit.models import Act
from audit.selectors import trail
from cases import selectors as cases
from cases.models import Amendment, Case, CaseAccess, Share
from cases.rules.amendment import Proposal
from cases.services.amendment import Wish
from config.demo import players
from config.demo.players import who
from escalation.selectors import frozen_terms
from roles.authorize import NotAllowed
from roles.models import Organisation
from tests.races import at_once
from tests.workflows import play
from tests.workflows.play import confirm, hat, in_days
from workflows import services
from workflows.amendments import propose_amendment
from workflows.engine import Gone
from workflows.fitness import Unfit
from workflows.models import CaseTask

SEVEN = ("els", "marleen", "henk", "inge", "paul", "soraya", "tom")
SIX = SEVEN[:-1]


def a_wish(change: str, **values: Any) -> Wish:
    given: dict[str, Any] = {"effective_on": in_days(60), "texts": {}} | values
    return Wish(proposal=Proposal(change=change, **given), reason="De vraag is veranderd.")


def granted(names: tuple[str, ...] = SEVEN) -> Case:
    amounts = {hat(name).organisation_id: Decimal(100_000 * number) for number, name in enumerate(names, start=1)}
    case = play.submitted(shares=amounts)
    assert play.end(case) == Case.State.GRANTED
    return case


def proposed(case: Case, change: str, by: str = "marleen", **values: Any) -> Case:
    return propose_amendment(**who(hat(by)), case_id=case.pk, wish=a_wish(change, **values))


def answer(case: Case, *, disagreeing: tuple[str, ...] = ()) -> list[str]:
    """Every municipality that is asked answers; returns who was."""
    asked = []
    for name in SEVEN:
        me = hat(name)
        task = CaseTask.objects.filter(case=case, finished=None, organisation=me.organisation_id).first()
        if task is not None:
            asked.append(name)
            stance = "disagree" if name in disagreeing else "agree"
            services.complete(
                **who(me), case_id=case.pk, task_id=task.pk, outcome="answered", stance=stance, note="Zie brief."
            )
    return asked


def assess(case: Case, **changes: Any) -> None:
    values: dict[str, Any] = {
        "extra_cost": Decimal(1_000), "extra_hours": 20, "planning": "Ingevoerd per kwartaal.", "within_budget": True,
        "within_capacity": True,
    }  # fmt: skip
    play.do("gijs", case, "assessment", "positive", **(values | changes))


def applied(case: Case, **assessment: Any) -> None:
    answer(case)
    assess(case, **assessment)
    play.record(case, "pho_decision", "grant")
    confirm(case, "pho_decision")
    if "db_decision" in play.open_steps(case):
        play.record(case, "db_decision", "agree")
        confirm(case, "db_decision")
    play.do("helene", case, "amend_acceptance", "accept")
    case.refresh_from_db()
    assert case.state == Case.State.APPLIED


def shares(case: Case) -> dict[int, Decimal]:
    return dict(case.commission.shares.filter(takes_part=True).values_list("organisation", "annual_amount"))


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


@pytest.mark.long
def test_another_amount_is_borne_in_proportion(db: None) -> None:
    case = granted()
    applied(proposed(case, "amount", amount=Decimal(3_000_000)))
    case = Case.objects.get(pk=case.pk)
    assert sum(shares(case).values()) == case.commission.annual_amount == 3_000_000
    assert min(shares(case).values()) == 107_143
    assert case.commission.cost == 29_000
    assert case.commission.hours == 340


@pytest.mark.long
def test_the_commission_changes_in_an_act_of_its_own_chain(db: None) -> None:
    case = granted()
    change = proposed(case, "term", years=5)
    assert change.process.terms == frozen_terms(case.scheme_id, "amendment", clock.today()) != {}
    applied(change)
    accepted, done = trail(change.chain).last(), trail(case.chain).last()
    assert accepted is not None
    assert done is not None
    assert (accepted.verb, accepted.outcome, done.verb) == ("complete", "accept", "amend")
    assert accepted.correlation == done.correlation
    assert done.data["amendment"] == change.number
    assert "cases_commission" in done.changes
    assert "cases_commission" not in accepted.changes
    assert Case.objects.get(pk=case.pk).commission.years == 5


@pytest.mark.long
def test_new_words_take_the_place_of_the_old_ones(db: None) -> None:
    case = granted()
    before = str(case.commission.target_group)
    applied(proposed(case, "scope", texts={"aim": "Ook in het weekend bereikbaar."}))
    commission = cases.written_out(Case.objects.get(pk=case.pk).commission)
    assert str(commission.aim) == "Ook in het weekend bereikbaar."
    assert str(commission.target_group) == before
    assert commission.aim.chain == case.chain


@pytest.mark.long
def test_a_municipality_joins_and_sees_the_case_from_then_on(db: None) -> None:
    case = granted(SIX)
    venray = organisation("venray")
    scope = f"organisation/{venray.pk}"
    change = proposed(case, "join", organisation=venray.pk, amount=Decimal(50_000))
    assert CaseAccess.objects.filter(case=change, scope=scope).exists()
    assert not CaseAccess.objects.filter(case=case, scope=scope).exists()
    before = shares(case)
    assert answer(change) == ["tom"]
    assess(change)
    play.record(change, "pho_decision", "grant")
    confirm(change, "pho_decision")
    play.do("helene", change, "amend_acceptance", "accept")
    assert shares(case) == before | {venray.pk: Decimal(50_000)}
    assert CaseAccess.objects.filter(case=case, scope=scope).exists()


@pytest.mark.long
def test_a_municipality_leaves_and_the_others_bear_its_part(db: None) -> None:
    case = granted()
    total, venray = sum(shares(case).values()), organisation("venray").pk
    change = proposed(case, "leave", organisation=venray, estimate_stays=True)
    applied(change)
    assert venray not in shares(case)
    assert sum(shares(case).values()) == total
    assert not Share.objects.get(commission=case.pk, organisation=venray).takes_part


@pytest.mark.long
def test_only_who_is_touched_is_asked(db: None) -> None:
    change = proposed(granted(), "leave", organisation=organisation("venray").pk, estimate_stays=False)
    assert answer(change) == ["tom"]


@pytest.mark.long
def test_nobody_is_made_to_join(db: None) -> None:
    change = proposed(granted(SIX), "join", organisation=organisation("venray").pk, amount=Decimal(50_000))
    answer(change, disagreeing=("tom",))
    with pytest.raises(NotAllowed, match="zelf wil"):
        play.as_submitter(change, "amendment_question", "persist", motivation="Toch.")
    play.as_submitter(change, "amendment_question", "withdraw", motivation="Dan niet.")
    change.refresh_from_db()
    assert change.state == Case.State.WITHDRAWN


@pytest.mark.long
def test_objections_may_be_carried_along(db: None) -> None:
    change = proposed(granted(), "amount", amount=Decimal(3_000_000))
    answer(change, disagreeing=("els",))
    play.as_submitter(change, "amendment_question", "persist", motivation="Het is nodig.")
    assert play.open_steps(change) == ["assessment"]


@pytest.mark.long
def test_beyond_the_budget_the_owner_decides(db: None) -> None:
    case = granted()
    change = proposed(case, "term", years=6)
    applied(change, within_budget=False)
    assert Amendment.objects.get(pk=change.pk).agreed_by_owner
    accepted = trail(change.chain).last()
    assert accepted is not None
    assert accepted.mandate == "Besluit van de eigenaar in deze zaak"


@pytest.mark.long
def test_a_mandate_is_not_stretched_by_adding_little_by_little(db: None) -> None:
    """28.000 was accepted on a mandate up to 250.000; with 230.000 more the whole is beyond it."""
    change = proposed(granted(), "term", years=6)
    answer(change)
    assess(change, extra_cost=Decimal(230_000))
    play.record(change, "pho_decision", "grant")
    confirm(change, "pho_decision")
    assert play.open_steps(change) == ["db_decision"]


@pytest.mark.long
@pytest.mark.parametrize(("step", "body_says"), [("pho_decision", "reject"), ("db_decision", "refuse")])
def test_who_decides_may_refuse(db: None, step: str, body_says: str) -> None:
    case = granted()
    change = proposed(case, "amount", amount=Decimal(5_000_000))
    before = shares(case)
    answer(change)
    assess(change, within_capacity=False)
    if step == "db_decision":
        play.record(change, "pho_decision", "grant")
        confirm(change, "pho_decision")
    play.record(change, step, body_says)
    confirm(change, step)
    change.refresh_from_db()
    assert (change.state, shares(case)) == (Case.State.REJECTED, before)


@pytest.mark.long
def test_two_changes_of_the_same_part_do_not_run_at_once(db: None) -> None:
    case = granted()
    first = proposed(case, "amount", amount=Decimal(3_000_000))
    with pytest.raises(NotAllowed, match=first.number):
        proposed(case, "leave", organisation=organisation("venray").pk)
    proposed(case, "term", years=5)
    services.withdraw(**who(first.submitted_by), case_id=first.pk, reason="Niet meer nodig.")
    proposed(case, "leave", organisation=organisation("venray").pk)


@pytest.mark.long
def test_changes_of_different_parts_add_up(db: None) -> None:
    case = granted()
    amount, term = proposed(case, "amount", amount=Decimal(3_000_000)), proposed(case, "term", years=5)
    applied(term)
    applied(amount)
    commission = Case.objects.get(pk=case.pk).commission
    assert (commission.years, commission.annual_amount, commission.cost) == (5, 3_000_000, 30_000)


def test_only_what_was_granted_changes(db: None) -> None:
    case = play.brought_to("intake")
    with pytest.raises(NotAllowed, match="verstrekt"):
        proposed(case, "term", years=5)


@pytest.mark.long
def test_there_is_no_change_of_a_change(db: None) -> None:
    change = proposed(granted(), "term", years=5)
    with pytest.raises(Gone):
        proposed(change, "term", years=6)


@pytest.mark.parametrize(
    ("change", "values", "field"),
    [
        ("amount", {"amount": Decimal(2_800_000)}, "amount"),
        ("amount", {"amount": Decimal(0)}, "amount"),
        ("amount", {"amount": Decimal(2_000_000_000)}, "amount"),
        ("term", {"years": 4}, "years"),
        ("term", {"years": 11}, "years"),
        ("scope", {"texts": {"aim": ""}}, "aim"),
        ("term", {"years": 5, "effective_on": "yesterday"}, "effective_on"),
        ("join", {"organisation": "venray", "amount": Decimal(1)}, "joining"),
        ("leave", {"organisation": 0}, "leaving"),
    ],
)
def test_a_change_that_cannot_be_is_refused_at_its_field(
    db: None, change: str, values: dict[str, Any], field: str
) -> None:
    case = granted()
    if isinstance(values.get("organisation"), str):
        values |= {"organisation": organisation(values["organisation"]).pk}
    if values.get("effective_on") == "yesterday":
        values |= {"effective_on": in_days(-1)}
    with pytest.raises(Unfit) as refused:
        proposed(case, change, **values)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_the_last_but_one_municipality_stays(db: None) -> None:
    case = granted(SEVEN[:2])
    with pytest.raises(Unfit, match="te weinig"):
        proposed(case, "leave", organisation=hat("els").organisation_id)


@pytest.mark.parametrize("name", ["victor", "ilse", "femke", "tom"])
def test_only_the_roles_of_the_commission_propose_changes(db: None, name: str) -> None:
    """Also not the account manager of a municipality that takes no part."""
    case = granted(SIX)
    with pytest.raises(NotAllowed):
        proposed(case, "term", by=name, years=5)


@pytest.mark.long
def test_the_mgr_may_propose_too_and_somebody_else_assesses(db: None) -> None:
    case = granted()
    change = proposed(case, "term", by="carla", years=5)
    assert change.organisation.kind == Organisation.Kind.MGR
    answer(change)
    assert play.open_steps(change) == ["assessment"]


@pytest.mark.long
@pytest.mark.parametrize("scale", play.SCALES)
@pytest.mark.parametrize("scheme", ["limburg-noord", "centraal-gelderland"])
def test_who_decided_on_the_commission_decides_on_its_change(db: None, scheme: str, scale: str) -> None:
    case = play.submitted(scheme=scheme, scale=scale)
    assert play.end(case) == Case.State.GRANTED
    change = propose_amendment(**who(case.submitted_by), case_id=case.pk, wish=a_wish("term", years=5))
    for task in CaseTask.objects.filter(case=change, finished=None):
        me = players.holder(change, "amendment_alignment", task.organisation_id)
        services.complete(**who(me), case_id=change.pk, task_id=task.pk, outcome="answered", stance="agree")
    assert players.holder(change, "assessment") == players.holder(case, "intake")
    players.do(
        players.holder(change, "assessment"), change, "assessment", "positive", extra_cost=Decimal(0), extra_hours=0,
        planning="", within_budget=True, within_capacity=True,
    )  # fmt: skip
    if scale == "local":
        assert players.holder(change, "amend_local_decision") == players.holder(case, "local_decision")
        players.do(players.holder(change, "amend_local_decision"), change, "amend_local_decision", "agree")
    else:
        assert players.body_of(change, "pho_decision") == players.body_of(case, "pho_decision")
        process = change.process
        assert process.label_of(process.flow_class.pho_decision) == case.process.labels["pho_decision"]
        play.record(change, "pho_decision", "grant")
        confirm(change, "pho_decision")
    players.do(players.holder(change, "amend_acceptance"), change, "amend_acceptance", "accept")
    change.refresh_from_db()
    assert change.state == Case.State.APPLIED
    assert Case.objects.get(pk=case.pk).commission.years == 5


@pytest.mark.long
def test_who_proposed_a_change_does_not_assess_it(db: None) -> None:
    change = proposed(granted(), "term", by="carla", years=5)
    answer(change)
    with pytest.raises(NotAllowed, match="opstellen"):
        play.do(
            "carla", change, "assessment", "positive", extra_cost=Decimal(0), extra_hours=0, planning="",
            within_budget=True, within_capacity=True,
        )  # fmt: skip


@pytest.mark.long
def test_a_change_can_be_suspended_and_taken_up_again(db: None) -> None:
    change = proposed(granted(), "term", years=5)
    services.suspend(**who(change.submitted_by), case_id=change.pk, reason="Wacht op het Rijk.")
    with pytest.raises(NotAllowed, match="opgeschort"):
        answer(change)
    services.resume(**who(change.submitted_by), case_id=change.pk)
    applied(change)


@pytest.mark.long
def test_the_evidence_of_a_changed_commission_holds(committed: None) -> None:
    case = granted()
    applied(proposed(case, "amount", amount=Decimal(3_000_000)))
    applied(proposed(case, "leave", organisation=organisation("venray").pk, estimate_stays=True))
    call_command("verify_audit")
    assert Act.objects.filter(chain=case.chain, verb="amend").count() == 2


@pytest.mark.long
def test_of_two_proposals_at_once_one_is_made(committed: None, races: int) -> None:
    case = granted()
    for _ in range(races):
        made = at_once(
            lambda: proposed(case, "amount", "marleen", amount=Decimal(3_000_000)),
            lambda: proposed(case, "amount", "els", amount=Decimal(4_000_000)),
        )
        [one] = [each for each in made if isinstance(each, Case)]
        [other] = [each for each in made if isinstance(each, Exception)]
        assert isinstance(other, NotAllowed)
        services.withdraw(**who(one.submitted_by), case_id=one.pk, reason="Opnieuw.")


@pytest.mark.long
def test_a_step_of_a_change_waits_for_the_lock_of_its_commission(committed: None) -> None:
    """Two changes are accepted at once; both are applied, one after the other, and nothing is lost."""
    case = granted()
    both = [proposed(case, "amount", amount=Decimal(3_000_000)), proposed(case, "term", years=5)]
    for change in both:
        answer(change)
        assess(change)
        play.record(change, "pho_decision", "grant")
        confirm(change, "pho_decision")
    director = hat("helene")

    def accepting(change: Case) -> Any:
        task = players.open_task(change, "amend_acceptance")
        return lambda: services.complete(**who(director), case_id=change.pk, task_id=task.pk, outcome="accept")

    assert at_once(*map(accepting, both)) == [None, None]
    commission = Case.objects.get(pk=case.pk).commission
    assert (commission.years, commission.annual_amount, commission.cost) == (5, 3_000_000, 30_000)
