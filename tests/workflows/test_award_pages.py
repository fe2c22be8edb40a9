"""The pages of an award: what is asked and shown at each step, and the register that comes of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cases.models import Case, Contract, Procurement
from cases.selectors import awards as wins
from config.demo import awarding
from config.demo.players import holder, open_task
from roles.setup import FIXTURES
from tests.client import Client
from tests.workflows import buy, play
from tests.workflows.test_awarding import picks
from workflows import history

pytestmark = pytest.mark.django_db
STEPS = ("contract_drafting", "contract_signing", "contract_validation", "award_publication", "registration")


@pytest.fixture(scope="module")
def advised(ground: None) -> int:
    """Three tenders were compared, and somebody advises."""
    return buy.brought_to("award_advice").pk


@pytest.fixture
def case(advised: int) -> Case:
    return Case.objects.get(pk=advised)


def as_holder(case: Case, step: str) -> tuple[Client, str]:
    client = Client()
    user = holder(case, step).person.user
    assert user is not None
    client.force_login(user)
    return client, reverse("task", args=[case.pk, open_task(case, step).pk])


def shown(case: Case, step: str) -> str:
    client, url = as_holder(case, step)
    response = client.get(url)
    assert response.status_code == 200, response.content[:2000]
    return response.content.decode()


def sent(case: Case, step: str, **values: Any) -> Any:
    client, url = as_holder(case, step)
    given = {"hat": str(holder(case, step).pk), "papers-TOTAL_FORMS": "0", "papers-INITIAL_FORMS": "0"}
    return client.post(url, given | values)


def advice(case: Case, amount: str = "20.000") -> dict[str, Any]:
    values: dict[str, Any] = {
        "outcome": "advised", "starts_on": "2027-01-01", "years": "2", "option_times": "1", "option_years": "1",
    }  # fmt: skip
    for row in wins.standings(Procurement.objects.get(pk=case.pk)):
        if row.place == 1:
            values |= {
                f"winners_{row.lot_id}": [str(row.offer_id)], f"amount_{row.lot_id}_{row.offer_id}": amount,
                f"reason_{row.lot_id}": "Het beste plan.",
            }  # fmt: skip
    return values


def test_the_advice_comes_from_the_ranking_and_is_valued_with_its_options(case: Case) -> None:
    page = shown(case, "award_advice")
    for row in wins.standings(Procurement.objects.get(pk=case.pk)):
        assert f"Plaats {row.place}" in page
    assert sent(case, "award_advice", **advice(case)).status_code == 302
    assert Procurement.objects.get(pk=case.pk).awarded == Decimal(2 * 20_000 * 3)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": ""}, "Vul in wanneer het contract ingaat"),
        ({"years": "11"}, "10"),
        ({"option_years": "0"}, "of geen van beide"),
        ({"outcome": "reassess", "motivation": ""}, "waarom opnieuw wordt beoordeeld"),
        ({"outcome": "elsewhere"}, "outcome"),
    ],
)
def test_what_does_not_fit_in_an_advice_is_told_and_kept(case: Case, changes: dict[str, str], words: str) -> None:
    response = sent(case, "award_advice", **(advice(case) | changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "Het beste plan." in response.content.decode()


@pytest.mark.parametrize("amount", ["0", "-1", "veel", "9" * 20, ""])
def test_an_amount_that_is_none_is_refused(case: Case, amount: str) -> None:
    assert sent(case, "award_advice", **advice(case, amount)).status_code == 422
    assert play.open_steps(case) == ["award_advice"]


@pytest.mark.long
def test_every_step_shows_what_was_awarded_and_until_when_nobody_signs(case: Case) -> None:
    awarding.advise_award(case, picks(case, 20_000))
    assert "Het mandaat" not in shown(case, "award_decision")
    assert "M-04" in shown(case, "award_decision")
    awarding.decide_award(case)
    notice = shown(case, "award_notice")
    assert "Tekenen kan vanaf" in notice
    awarding.tell_tenderers(case)
    assert "Kort geding" in shown(case, "standstill")
    response = sent(
        case, "standstill", outcome="challenged", kind="proceedings", provider="0", received_on="2099-01-01"
    )
    assert response.status_code == 422
    awarding.object_to(case)
    assert "houdt de gunning tegen" in shown(case, "challenge")
    assert sent(case, "challenge", outcome="proceed", ruling="").status_code == 422
    awarding.settle(case)
    buy.let_pass(case)
    moves = dict(zip(STEPS, (awarding.draft_contract, awarding.sign_contract, awarding.validate_contract,
                             awarding.publish_award, awarding.register_contracts), strict=True))  # fmt: skip
    for step, move in moves.items():
        assert "Gunning" in shown(case, step)
        move(case)
    page = _page("case", case.pk)
    for contract in Contract.objects.filter(case__parent=case):
        assert contract.case.number in page
        assert "Het contract" in _page("case", contract.pk)


def _page(name: str, *args: Any, username: str = "linda", **query: str) -> str:
    response = _get(name, *args, username=username, **query)
    assert response.status_code == 200
    content: str = response.content.decode()
    return content


def _get(name: str, *args: Any, username: str = "linda", **query: str) -> Any:
    client = Client()
    client.force_login(play.hat(username).person.user)
    return client.get(reverse(name, args=args), query)


def taken_over(scheme: str = play.SCHEME) -> None:
    content = (FIXTURES / "contracten-voorbeeld.csv").read_bytes()
    found = Case.objects.filter(scheme__code=scheme)[0].scheme
    history.import_history(scheme=found, content=content)


def test_the_register_filters_and_is_a_table_too(case: Case) -> None:
    taken_over()
    page = _page("contracts")
    assert "WAUW" in page
    assert "Rubicon" not in page.split("<table")[1], "that one is over"
    assert "Rubicon" in _page("contracts", stand="geeindigd").split("<table")[1]
    assert "overgenomen" in page
    assert "Geen contracten met deze filters" in _page("contracts", domein="participation")
    assert "Niet gebruikt: Perceel" in _page("contracts", perceel="onzin")
    table = b"".join(_get("contracts-csv", stand="alle").streaming_content).decode()
    assert len(table.strip().splitlines()) == 5
    assert "H-2019-004-C1" in table


def test_the_register_takes_as_many_queries_for_many_as_for_few(
    case: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    taken_over()
    client = Client()
    client.force_login(play.hat("linda").person.user)
    client.get(reverse("contracts"))
    with django_assert_max_num_queries(100) as few:
        client.get(reverse("contracts"), {"stand": "alle"})
    content = (FIXTURES / "contracten-voorbeeld.csv").read_text().replace("2019-004", "2018-001").encode()
    history.import_history(scheme=case.scheme, content=content)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("contracts"), {"stand": "alle"})


def test_who_sees_no_cases_sees_no_contracts(case: Case) -> None:
    taken_over()
    assert "WAUW" not in _page("contracts", username="bea")
    contract = Contract.objects.get(provider__name="WAUW")
    assert _get("case", contract.pk, username="bea").status_code == 404


def test_older_contracts_are_tried_and_then_taken_over(case: Case, tmp_path: Any) -> None:
    client = Client()
    client.force_login(play.hat("linda").person.user)
    with (FIXTURES / "contracten-voorbeeld.csv").open("rb") as file:
        response = client.post(reverse("history-import"), {"file": file})
    assert response.status_code == 302
    page = client.get(response["Location"])
    assert "4 contracten, 2 nieuwe opdrachten" in page.content.decode()
    assert not Case.objects.filter(imported=True).exists()
    given = {"hat": str(play.hat("linda").pk), "token": page.context["token"]}
    assert client.post(response["Location"], given | {"token": "x"}).status_code == 409
    assert client.post(response["Location"], given)["Location"] == reverse("contracts")
    assert Case.objects.filter(imported=True).count() == 8


def test_a_file_that_is_none_is_refused(case: Case, tmp_path: Any) -> None:
    client = Client()
    client.force_login(play.hat("linda").person.user)
    for content in (b"", b"PK\x03\x04", b"a;b\n1;2", b"\xff\xfe"):
        bad = tmp_path / "slecht.csv"
        bad.write_bytes(content)
        with bad.open("rb") as file:
            assert client.post(reverse("history-import"), {"file": file}).status_code == 422
    assert _get("history-import", username="els").status_code == 404


@pytest.mark.long
def test_before_tenderers_are_told_the_page_of_the_case_keeps_it(case: Case) -> None:
    awarding.advise_award(case, picks(case, 20_000))
    assert "Kenmerken" not in _page("case", case.pk)
    assert awarding.REASON not in _page("case", case.pk)
    assert awarding.REASON in shown(case, "award_decision")
    awarding.decide_award(case)
    awarding.tell_tenderers(case)
    assert awarding.REASON in _page("case", case.pk)
