"""Term rules as data: a row for every step, frozen when a case starts, changed from a date and never beyond the law."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from audit import clock
from audit.models import Act
from config.demo.players import hat, who
from escalation.models import Deadline, TermRule
from escalation.rules.keeping import may_hold
from escalation.rules.terms import Basis, Term, Unit
from escalation.selectors import in_force
from escalation.services import adopt_terms, change_term
from escalation.setup import general, load_terms, set_up_fixture
from roles.authorize import NotAllowed
from roles.models import Scheme
from roles.rules.verdict import Granted, Refused
from tests.workflows import play
from workflows import register
from workflows.flows import ALL
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import CONFIRMING, Collective, Dated, Step, Wait
from workflows.register import Keeper

ELSEWHERE = "Werkafspraak"


def timed() -> Iterator[tuple[str, int, str, Term]]:
    """Every term of every version of every flow."""
    for flow in ALL:
        for node in flow.instance.nodes():
            if isinstance(node, Step) and not isinstance(node, Wait | Dated):
                yield flow.code, flow.version, node.name, node.term
                if isinstance(node, Collective):
                    yield flow.code, flow.version, f"{node.name}.confirm", CONFIRMING


@pytest.mark.parametrize(("flow", "version", "step", "default"), [*timed()])
def test_every_timed_step_has_a_row_that_says_what_the_flow_says(
    flow: str, version: int, step: str, default: Term
) -> None:
    rows = [row for row in general() if (row["flow"], row["step"]) == (flow, step)]
    assert len(rows) == 1
    term = Term.from_json(
        {key: value for key, value in rows[0].items() if key not in ("flow", "step", "from", "until")}
    )
    assert (term.amount, term.unit, term.basis) == (default.amount, default.unit, default.basis)
    assert term.trigger
    assert term.article


def test_no_row_is_about_a_step_that_is_not_there() -> None:
    known = {(flow, step) for flow, _, step, _ in timed()}
    assert {(row["flow"], row["step"]) for row in general()} <= known


LAW = Term(4, Unit.WEEKS, basis=Basis.LEGAL, article="Awb art. 4:13")
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("term", "law", "why"),
    [
        (Term(20, article=ELSEWHERE), None, ""),
        (Term(20), None, "Zeg waar de termijn op rust"),
        (Term(0, article=ELSEWHERE), None, "ten minste 1"),
        (Term(11, Unit.YEARS, article=ELSEWHERE), None, "ten hoogste 10 jaar"),
        (Term(20, basis=Basis.LEGAL, article=ELSEWHERE), None, "geen wet"),
        (LAW, LAW, ""),
        (Term(3, Unit.WEEKS, article=ELSEWHERE), LAW, ""),
        (Term(48, Unit.HOURS, article=ELSEWHERE), LAW, ""),
        (Term(28, Unit.CALENDAR_DAYS, article=ELSEWHERE), LAW, ""),
        (Term(29, Unit.CALENDAR_DAYS, article=ELSEWHERE), LAW, "langer"),
        (Term(1, Unit.MONTHS, article=ELSEWHERE), LAW, "langer"),
        (Term(14, article=ELSEWHERE), LAW, ""),
        (Term(18, article=ELSEWHERE), LAW, "langer"),  # with holidays it would be more than four weeks
    ],
)  # fmt: skip
def test_a_regeling_may_be_stricter_than_the_law_and_no_less_so(term: Term, law: Term | None, why: str) -> None:
    verdict = may_hold(term, law, valid_from=TODAY, today=TODAY)
    if why:
        assert isinstance(verdict, Refused)
        assert why in verdict.reason
        assert verdict.article
    else:
        assert isinstance(verdict, Granted)


def test_what_has_to_be_waited_out_may_not_become_shorter() -> None:
    law = Term(20, Unit.CALENDAR_DAYS, basis=Basis.LEGAL, waits=True, article="Aw 2012 art. 2.127")
    longer, shorter = (Term(days, Unit.CALENDAR_DAYS, waits=True, article=ELSEWHERE) for days in (25, 19))
    assert isinstance(may_hold(longer, law, valid_from=TODAY, today=TODAY), Granted)
    assert isinstance(verdict := may_hold(shorter, law, valid_from=TODAY, today=TODAY), Refused)
    assert "korter" in verdict.reason
    assert verdict.article == "Aw 2012 art. 2.127"


def test_nothing_changes_backwards_in_time() -> None:
    assert isinstance(may_hold(Term(5, article=ELSEWHERE), None, valid_from=TODAY - timedelta(1), today=TODAY), Refused)


def scheme() -> Scheme:
    return Scheme.objects.get(code="limburg-noord")


def bram() -> Keeper:
    return Keeper(user_id=who(hat("bram", "db"))["user_id"], appointment_id=hat("bram", "db").pk)


def change(step: str = "intake", *, flow: str = "commissioning", days_ahead: int = 0, **term: Any) -> TermRule:
    wanted = Term.from_json({"amount": 15, "article": ELSEWHERE, "trigger": "de afstemming"} | term)
    return register.change_term(
        keeper=bram(), scheme=scheme(), flow=flow, step=step, term=wanted, reason="Het DB besloot dit.",
        valid_from=clock.today() + timedelta(days=days_ahead),
    )  # fmt: skip


def holds(step: str = "intake", days_ahead: int = 0) -> Term:
    return in_force(scheme().pk, "commissioning", clock.today() + timedelta(days=days_ahead))[step].term


@pytest.mark.django_db
def test_setting_up_again_adds_nothing_and_a_new_row_of_the_file_comes_in() -> None:
    before = TermRule.objects.count()
    assert before >= len(general())
    set_up_fixture("limburg-noord")
    assert load_terms() == []
    assert TermRule.objects.count() == before
    new = general()[0] | {"from": date(2030, 1, 1), "amount": 7}
    [made] = adopt_terms(scheme=None, rows=[new])
    assert Act.objects.latest("id").chain == "system"
    ended = TermRule.objects.get(scheme=None, flow=new["flow"], step=new["step"], valid_from=general()[0]["from"])
    assert ended.valid_until == made.valid_from - timedelta(days=1)


@pytest.mark.django_db
def test_a_row_with_a_word_that_means_nothing_is_refused() -> None:
    with pytest.raises(TypeError):
        adopt_terms(scheme=None, rows=[general()[0] | {"from": date(2030, 1, 1), "dagen": 3}])


@pytest.mark.django_db
def test_a_change_holds_in_its_regeling_from_its_day() -> None:
    other = Scheme.objects.get(code="centraal-gelderland")
    rule = change(days_ahead=10)
    act = Act.objects.latest("id")
    assert (act.verb, act.chain) == ("change_term", scheme().chain)
    assert act.motivation_text is not None
    assert act.motivation_text.content == "Het DB besloot dit."
    assert (holds().amount, holds(days_ahead=9).amount, holds(days_ahead=10).amount) == (10, 10, 15)
    assert in_force(other.pk, "commissioning", rule.valid_from)["intake"].amount == 10
    change(days_ahead=20, amount=12)
    rule.refresh_from_db()
    assert rule.valid_until == rule.valid_from + timedelta(days=9)
    assert (holds(days_ahead=19).amount, holds(days_ahead=20).amount) == (15, 12)
    change(days_ahead=5, amount=8)  # what was planned from a later day gives way
    assert [holds(days_ahead=day).amount for day in (4, 5, 10, 20)] == [10, 8, 8, 8]


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["bea", "gijs", "marleen"])
def test_nobody_else_changes_a_term(username: str) -> None:
    keeper = Keeper(user_id=who(hat(username))["user_id"], appointment_id=hat(username).pk)
    with pytest.raises(NotAllowed):
        register.change_term(
            keeper=keeper, scheme=scheme(), flow="commissioning", step="intake", term=Term(1, article="x"),
            valid_from=clock.today(), reason="Zomaar",
        )  # fmt: skip
    assert holds().amount == 10


@pytest.mark.django_db
def test_a_regeling_does_not_outlast_the_law() -> None:
    law = {"flow": "commissioning", "step": "intake", "amount": 2, "unit": "weeks", "basis": "legal",
           "article": "Awb art. 4:13", "trigger": "de aanvraag", "from": clock.today()}  # fmt: skip
    adopt_terms(scheme=None, rows=[law])
    with pytest.raises(NotAllowed, match="De wet stelt 2 weken") as refused:
        change(amount=15)
    assert refused.value.article == "Awb art. 4:13"
    assert change(amount=5).amount == 5


@pytest.mark.django_db
def test_a_law_that_is_new_goes_before_what_was_agreed_earlier() -> None:
    change(amount=40)
    law = {"flow": "commissioning", "step": "intake", "amount": 2, "unit": "weeks", "basis": "legal",
           "article": "Awb art. 4:13", "trigger": "de aanvraag", "from": clock.today() + timedelta(days=5)}  # fmt: skip
    adopt_terms(scheme=None, rows=[law])
    assert (holds(days_ahead=4).words, holds(days_ahead=5).words) == ("40 werkdagen", "2 weken")
    change(amount=3, days_ahead=7)
    assert (holds(days_ahead=6).words, holds(days_ahead=7).words) == ("2 weken", "3 werkdagen")


@pytest.mark.django_db
def test_a_case_keeps_the_terms_with_which_it_began() -> None:
    case = play.submitted()
    process = CaseProcess.objects.get(case=case)
    assert Term.from_json(process.terms["intake"]) == holds()
    assert Term.from_json(process.terms["pho_decision.confirm"]).amount == 5
    change(amount=1)
    change("municipal_alignment", amount=30, unit=Unit.CALENDAR_DAYS)
    play.align(case)
    intake = CaseTask.objects.get(case=case, flow_task__endswith=".intake")
    assert intake.target == Term(10).dates(clock.today()).last
    later = play.submitted()
    asked = CaseTask.objects.filter(case=later, flow_task__endswith=".municipal_alignment")[0]
    wanted = Term(30, Unit.CALENDAR_DAYS, article=ELSEWHERE, trigger="de afstemming").dates(clock.today())
    deadline = Deadline.objects.get(task=asked.pk)
    assert (asked.target, asked.due_at, deadline.reason) == (wanted.target, wanted.due, wanted.reason)
    assert (deadline.target, deadline.due_at) == (wanted.target, wanted.due)


@pytest.mark.django_db
def test_a_case_of_before_term_rules_goes_by_what_its_flow_says() -> None:
    process = CaseProcess(flow_class=ALL[0], terms={})
    assert ALL[0].intake.term_in(process) == Term(10)
    assert ALL[0].pho_decision.confirming_in(process) == CONFIRMING


@pytest.mark.django_db
def test_a_service_asks_for_who_may() -> None:
    """The rule itself is asked too, whoever calls it."""
    by = bram().may(scheme(), "keep_terms")
    with pytest.raises(NotAllowed, match="terugwerkende"):
        change_term(
            scheme=scheme(), flow="commissioning", step="intake", term=Term(3, article="x"), reason="Te laat",
            valid_from=clock.today() - timedelta(days=1), by=by,
        )  # fmt: skip
