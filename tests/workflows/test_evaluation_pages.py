"""Evaluating by the pages: each step, the register of actions, and what the form of a new commission asks."""

import pytest
from django.urls import reverse

from cases.models import Case, Draft, Improvement, ImprovementAnswer, SurveyAnswer
from config.demo import evaluating, players
from tests.workflows import evaluate, play
from tests.workflows.browser import at, of_municipality, said, send, url
from tests.workflows.test_case_page_doing import wat_vraag
from tests.workflows.visits import page, queries
from workflows import services

pytestmark = pytest.mark.django_db

ANSWERS = {"result": "good", "quality": "good", "cooperation": "fair"}


@pytest.fixture(scope="module")
def told_once(ground: None) -> tuple[int, int]:
    """A commission whose evaluation was adopted with an action, and that is being evaluated again."""
    first = evaluate.adopted(scale="local")
    again = evaluate.begun(first.subject)
    return first.pk, again.pk


@pytest.fixture
def case(told_once: tuple[int, int]) -> Case:
    """What is being evaluated now."""
    return Case.objects.select_related("scheme", "subject").get(pk=told_once[1])


@pytest.fixture
def improvement(told_once: tuple[int, int]) -> Improvement:
    return evaluate.action_of(Case.objects.get(pk=told_once[0]))


def who_does(case: Case, step: str) -> str:
    return play.username(players.holder(case, step))


# The steps.


@pytest.mark.long
def test_from_the_questionnaire_to_what_the_body_gets_to_read(case: Case) -> None:
    where = of_municipality(case, "bergen")
    asked = send(at("marleen"), where, {**ANSWERS, "quality": "poor"})
    assert asked.status_code == 422
    assert "Schrijf op wat er beter kan" in said(asked)
    assert send(at("marleen"), where, {**ANSWERS, "quality": "poor", "change": "Meer keuze."}).status_code == 302
    figures(case)
    concept(case)
    hearing = url(case, "hearing")
    assert "Minder dure zorg." in page(who_does(case, "hearing"), hearing)
    assert send(at(who_does(case, "hearing")), hearing, {"outcome": "heard", "heard": "Herkenbaar."}).status_code == 302
    words = page("wim", url(case, "adoption"))
    for told in ("Meer keuze.", "5 weken", "Minder dure zorg.", "Herkenbaar.", "Iedere maand bellen", "Voorgesteld"):
        assert told in words
    assert "Concept gereed" in page("wim", reverse("case-history", args=[case.pk]))


def figures(case: Case) -> None:
    """One more row for a provider, and then all of it."""
    me, where = at(who_does(case, "figures")), url(case, "figures")
    [criterion] = case.top.commission.criteria.all()
    readings = {f"criterion-{criterion.pk}-value": "5 weken", f"criterion-{criterion.pk}-met": "yes"}
    assert send(me, where, {}).status_code == 422
    longer = send(me, where, {**readings, "providers-add": "1"})
    assert longer.status_code == 200
    assert "5 weken" in longer.content.decode()
    provider = case.scheme.providers.all()[0]
    rows = {f"providers-0-{name}": value for name, value in {**ANSWERS, "provider": provider.pk}.items()}
    answer = send(me, where, {**readings, **rows, "providers-TOTAL_FORMS": "1"})
    assert answer.status_code == 302, said(answer)[:1500]
    assert SurveyAnswer.objects.get(provider=provider).cooperation == "fair"


def concept(case: Case) -> None:
    me, where = at(who_does(case, "concept")), url(case, "concept")
    [criterion] = case.top.commission.criteria.all()
    words = {"outcome": "concluded", "summary": "Het liep goed.", "conclusions": "Vraag eerder aan."}
    row = {
        "actions-TOTAL_FORMS": "1", "actions-0-what": "Iedere maand bellen", "actions-0-due_on": "2027-03-01",
        "actions-0-owner": str(players.hat("roy").position_id),
    }  # fmt: skip
    wrong = send(me, where, {**words, **row, "actions-0-quarter": "2027-03-31"})
    assert wrong.status_code == 422
    assert "welke meerwaarde er was" in said(wrong)
    assert "een van de twee" in said(wrong)
    assert "Iedere maand bellen" in wrong.content.decode()
    back = send(me, where, {"outcome": "back_to_figures"})
    assert "welke cijfers anders moeten" in said(back)
    added = {f"added-{criterion.pk}-financial": "Minder dure zorg.", f"added-{criterion.pk}-saved": "-12.000"}
    answer = send(me, where, {**words, **row, **added})
    assert answer.status_code == 302, said(answer)[:1500]
    assert case.evaluation.findings.get().saved == -12_000


@pytest.mark.long
def test_it_is_begun_by_hand_from_the_page_of_what_was_granted(case: Case) -> None:
    commission = case.subject
    assert commission is not None
    where = reverse("start-evaluation", args=[commission.pk])
    assert where not in page("roy", reverse("case", args=[commission.pk]))
    assert case.number in page("roy", where)  # that one runs
    services.withdraw(**players.who(case.submitted_by), case_id=case.pk, reason="Te vroeg.")
    assert where in page("roy", reverse("case", args=[commission.pk]))
    assert send(at("roy"), where, {}).status_code == 302
    assert Case.objects.filter(kind=Case.Kind.EVALUATION, parent=commission).count() == 3


def test_a_frozen_criterion_is_annotated_beside_it(case: Case) -> None:
    commission = case.subject
    assert commission is not None
    where = reverse("annotate", args=[commission.pk])
    [criterion] = commission.commission.criteria.all()
    assert send(at("marleen"), where, {"criterion_id": "9", "words": "Klopt niet meer."}).status_code == 422
    assert send(at("marleen"), where, {"criterion_id": criterion.pk, "words": "Nu 5 weken."}).status_code == 302
    words = page("marleen", reverse("case-content", args=[commission.pk]))
    assert "Nu 5 weken." in words
    assert "De kaders liggen vast" in words
    assert "Toelichting bij een evaluatiekader" in page("marleen", reverse("case-history", args=[commission.pk]))


# The register.


@pytest.mark.long
def test_the_owner_says_where_it_stands(improvement: Improvement) -> None:
    where = reverse("improvement", args=[improvement.pk])
    assert "Dat doet de actiehouder" in page("marleen", where)
    dropped = send(at("roy"), where, {"status": "dropped", "words": ""})
    assert dropped.status_code == 422
    assert "waarom dit vervalt" in said(dropped)
    assert send(at("roy"), where, {"status": "busy", "words": "Eerste keer gebeld."}).status_code == 302
    overtaken = at("roy").post(where, {
        "hat": str(players.hat("roy").pk), "status": "done", "words": "Klaar.", "expected": "open",
    })  # fmt: skip
    assert overtaken.status_code == 409
    assert "In uitvoering" in said(overtaken)
    assert "Klaar." in overtaken.content.decode()
    words = page("marleen", where)
    assert "Eerste keer gebeld." in words
    assert page("els", where, status=404)


def test_it_is_given_to_somebody_else(improvement: Improvement) -> None:
    where = reverse("hand-over-improvement", args=[improvement.pk])
    linda = players.hat("linda")
    assert send(at("roy"), where, {"owner": "x"}).status_code == 422
    assert send(at("roy"), where, {"owner": f"{linda.position_id}/{linda.pk}"}).status_code == 302
    improvement.refresh_from_db()
    assert improvement.named == linda


@pytest.mark.long
def test_the_register_is_narrowed_and_taken_along(improvement: Improvement) -> None:
    where, file = reverse("improvements"), reverse("improvements-csv")
    what = str(improvement.what)
    for query, found in (
        ("", True), ("?stand=staand", True), ("?stand=te-laat", False), ("?stand=done", False), ("?domein=youth", True),
        ("?domein=support", False), ("?uit=evaluation", True), ("?uit=review", False), ("?van=mij", True),
        ("?stand=weg&pagina=x", True),
    ):  # fmt: skip
        assert (what in page("roy", where + query)) == found, query
        lines = b"".join(at("roy").get(file + query).streaming_content).decode()  # type: ignore[attr-defined]
        assert (what in lines) == found, query
    assert what not in page("roy", where + "?van=mij&stand=busy")
    assert what not in page("els", where)
    assert what not in page("mehmet", where)


def test_the_register_costs_the_same_however_much_is_in_it(improvement: Improvement, case: Case) -> None:
    before = queries("roy", reverse("improvements"))
    evaluate.heard(evaluate.concluded(evaluate.measured(case)))
    evaluating.adopt(case)
    assert Improvement.objects.filter(status="open").count() == 2
    assert queries("roy", reverse("improvements")) == before


# The form of a new commission.


@pytest.mark.long
def test_a_new_commission_answers_what_is_open_in_its_domain(improvement: Improvement) -> None:
    where, reply = reverse("submit"), f"reply-{improvement.pk}"
    words = page("marleen", where)
    assert str(improvement.what) in words
    assert evaluate.LESSON in words
    refused = send(at("marleen"), where, wat_vraag(domain="youth"))
    assert refused.status_code == 422
    assert "wat deze opdracht met dit verbeterpunt doet" in said(refused)
    assert "Contract loopt af." in said(refused)
    refused = send(at("marleen"), where, {**wat_vraag(domain="youth"), reply: "not_applicable"})
    assert "waarom dit verbeterpunt hier niet van toepassing is" in said(refused)
    sent = {**wat_vraag(domain="youth"), reply: "not_applicable", f"{reply}-note": "Andere doelgroep."}
    assert send(at("marleen"), where, sent).status_code == 302
    answer = ImprovementAnswer.objects.get()
    content = page("marleen", reverse("case-content", args=[answer.commission_id]))
    assert "Andere doelgroep." in content
    assert "Andere doelgroep." in page("marleen", reverse("improvement", args=[improvement.pk]))


@pytest.mark.long
def test_a_draft_keeps_what_was_answered(improvement: Improvement) -> None:
    reply = f"reply-{improvement.pk}"
    kept = {**wat_vraag(domain="youth"), reply: "taken_over", f"{reply}-note": "Staat in de eisen.", "draft": "1"}
    assert send(at("marleen"), reverse("submit"), kept).status_code == 302
    where = reverse("draft", args=[Draft.objects.get().pk])
    assert "Staat in de eisen." in page("marleen", where)
    assert send(at("marleen"), where, {}).status_code == 302
    assert str(ImprovementAnswer.objects.get().note) == "Staat in de eisen."


def test_another_domain_asks_nothing_of_it(improvement: Improvement) -> None:
    sent = {**wat_vraag(domain="support", care_form=""), f"reply-{improvement.pk}": "taken_over"}
    assert send(at("marleen"), reverse("submit"), sent).status_code == 302
    assert not ImprovementAnswer.objects.exists()


@pytest.mark.long
def test_one_more_action_in_a_concept_is_no_answer_yet(db: None) -> None:
    case = evaluate.measured(evaluate.begun(domain="support", care_form=""))
    response = send(at("femke"), url(case, "concept"), {"actions-add": ""})
    assert response.status_code == 200
    assert play.open_steps(case) == ["concept"]
