"""The pages of contracts: what is shown, who may begin what, the agenda, the catalogue, and bad input."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import clock
from audit.services import acting
from cases.models import Addendum, Case, Contract, ContractProduct, Measurement
from config.demo.players import hat, open_task, who
from tests.workflows import contracts, play
from tests.workflows.visits import signed_in
from workflows import contract_care, contract_figures, talks

pytestmark = pytest.mark.usefixtures("db")


def page_of(contract: Contract, name: str, client: Client, **query: str) -> str:
    return client.get(reverse(name, args=[contract.pk]), query).content.decode()


def given(name: str, **fields: Any) -> dict[str, Any]:
    return {"hat": str(hat(name).pk), **fields}


def filled(scheme: str = play.SCHEME) -> Contract:
    """With figures, a product, a talk that was held and a question."""
    contract = contracts.a_contract(scheme=scheme, amount=1_200_000, starts_on=play.in_days(-100))
    name = contracts.MANAGERS[scheme]
    for months, value in enumerate(("4", "9", "5")):
        period = (clock.today() - timedelta(days=31 * months)).replace(day=1)
        contracts.measure(contract, value, by=name, period=period)
    contract_figures.add_product(
        **who(hat(name)), case_id=contract.pk, code="45A04", name="Begeleiding", unit="uur", tariff=Decimal("72.50"),
        valid_from=contract.starts_on,
    )  # fmt: skip
    talks.open_due()
    return contracts.running(contract)


@pytest.mark.long
def test_the_page_of_a_contract_shows_how_it_is_followed() -> None:
    contract = filled()
    shown = page_of(contract, "case", signed_in("linda"))
    for words in ("Grote aanbieders", "4 gesprekken per jaar", "Wachttijd", "ten hoogste 6 weken", "45A04", "72,50"):
        assert words in shown
    assert '<svg class="spark' in shown
    assert "Addendum voorstellen" in shown
    assert "Meting vastleggen" in shown
    assert "Addendum voorstellen" not in page_of(contract, "case", signed_in("anouk"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("open-review", {"linda", "gijs"}),
        ("propose-addendum", {"linda", "femke"}),
        ("requalify", {"linda", "marleen"}),
        ("ask-enquiry", {"linda", "gijs", "marleen"}),
        ("add-product", {"linda"}),
    ],
)
def test_who_may_begin_what(page: str, names: set[str]) -> None:
    contract = contracts.a_contract()
    address = reverse(page, args=[contract.pk])
    for name in ("linda", "gijs", "femke", "marleen", "helene"):
        status = signed_in(name).get(address).status_code
        assert status == (200 if name in names else 403), name
    assert signed_in("mehmet").get(address).status_code == 404


def test_an_addendum_is_shown_with_its_value_before_it_is_sent() -> None:
    contract = contracts.a_contract()
    address = reverse("propose-addendum", args=[contract.pk]) + "?soort=amount"
    fields = given(
        "linda", annual_amount="400.000", effective_on=play.in_days(30).isoformat(), change_words="Meer uren.",
        reason="De vraag groeit.", ground_in_law="slight",
    )  # fmt: skip
    client = signed_in("linda")
    shown = client.post(address, fields).content.decode()
    assert "Mogelijk een wezenlijke wijziging" in shown
    assert not Addendum.objects.exists()
    client.post(address, fields | {"send": "1"})
    addendum = Addendum.objects.get()
    assert "hoogstens 10%" in addendum.warning
    assert "wezenlijke" in client.get(reverse("case", args=[addendum.pk])).content.decode()


@pytest.mark.parametrize(
    ("kind", "wrong", "said"),
    [
        ("amount", {"annual_amount": "300.000"}, "Dit is het bedrag al"),
        ("amount", {"annual_amount": "veel"}, "Vul een bedrag in"),
        ("term", {"ends_on": "2020-01-01"}, "na de dag waarop de wijziging ingaat"),
        ("tariffs", {"index": "3,4"}, "nog geen producten"),
        ("product", {"product": "=1+1", "product_name": "X", "unit": "uur", "tariff": "10"}, "punten en streepjes"),
        ("content", {"effective_on": "1999-01-01"}, "datum"),
        ("content", {"ground_in_law": "nothing"}, "keuze"),
    ],
)
def test_bad_input_of_an_addendum_comes_back_with_what_was_typed(kind: str, wrong: dict[str, str], said: str) -> None:
    contract = contracts.a_contract()
    fields = given(
        "linda", effective_on=play.in_days(30).isoformat(), change_words="Andere woorden.", reason="Zo is het.",
        ground_in_law="slight", send="1",
    )  # fmt: skip
    address = reverse("propose-addendum", args=[contract.pk]) + f"?soort={kind}"
    response = signed_in("linda").post(address, fields | wrong)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "Andere woorden." in response.content.decode()
    assert not Addendum.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": "x"}, "getal"),
        ({"value": "9" * 11}, "cijfers"),
        ({"code": "geluk"}, "keuze"),
        ({"period": "2019-05-04"}, "liep het contract niet"),
        ({"period": "gisteren"}, "bestaande datum"),
        ({"source": ""}, "verplicht"),
    ],
)
def test_bad_input_of_a_figure(wrong: dict[str, str], said: str) -> None:
    contract = contracts.a_contract()
    fields = given("linda", code="wachttijd", period=clock.today().isoformat(), value="4,5", source="Opgave")
    response = signed_in("linda").post(reverse("contract-kpis", args=[contract.pk]), fields | wrong)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Measurement.objects.exists()


@pytest.mark.long
def test_a_figure_is_kept_as_it_was_typed() -> None:
    contract = contracts.a_contract()
    fields = given("linda", code="wachttijd", period=clock.today().isoformat(), value="4,5", source="Opgave")
    assert signed_in("linda").post(reverse("contract-kpis", args=[contract.pk]), fields).status_code == 302
    made = Measurement.objects.get()
    assert (made.value, made.period.day, made.breached) == (Decimal("4.50"), 1, False)
    assert "4,5" in page_of(contract, "contract-kpis", signed_in("marleen"))


@pytest.mark.long
def test_the_steps_of_a_talk_can_be_done_on_their_pages() -> None:
    contract = filled()
    review = Case.objects.get(kind="review")
    linda, gijs = signed_in("linda"), signed_in("gijs")
    task = open_task(review, "review_preparation")
    shown = linda.get(reverse("task", args=[review.pk, task.pk])).content.decode()
    assert "Wachttijd" in shown
    assert "Er staat geen actie open" in shown
    post(linda, review, "review_preparation", given("linda", outcome="prepared", preparation="De wachttijd."))
    post(gijs, review, "review_talk", given(
        "gijs", outcome="held", held_on=clock.today().isoformat(), present="De directeur.")
    )  # fmt: skip
    owner = hat("linda")
    post(linda, review, "review_minutes", given("linda", outcome="written", minutes="Er komt een team.") | {
        "actions-TOTAL_FORMS": "1", "actions-INITIAL_FORMS": "0", "actions-MIN_NUM_FORMS": "0",
        "actions-MAX_NUM_FORMS": "20", "actions-0-what": "Team opzetten", "actions-0-owner": f"{owner.position_id}",
        "actions-0-due_on": play.in_days(40).isoformat(),
    })  # fmt: skip
    post(gijs, review, "review_confirmation", given("gijs", outcome="confirm"))
    review.refresh_from_db()
    assert review.state == Case.State.COMPLETED
    assert review.improvements.get().is_open
    assert contract.pk == review.parent_id


def post(client: Client, case: Case, step: str, fields: dict[str, Any]) -> None:
    task = open_task(case, step)
    papers = {"papers-TOTAL_FORMS": "0", "papers-INITIAL_FORMS": "0"}
    response = client.post(reverse("task", args=[case.pk, task.pk]), papers | fields)
    assert response.status_code == 302, response.content.decode()


def test_what_the_contract_does_not_allow_cannot_be_chosen() -> None:
    contract = contracts.signalled(options=(0, 0))
    task = open_task(contract.case, "expiry_decision")
    shown = signed_in("helene").get(reverse("task", args=[contract.pk, task.pk])).content.decode()
    assert "Het contract heeft geen verlenging meer" in shown


def test_the_agenda_has_what_runs_and_what_comes() -> None:
    filled()
    contracts.a_contract(amount=1_500_000, provider="Rubicon")
    talks.open_due()
    client = signed_in("linda")
    shown = client.get(reverse("reviews")).content.decode()
    assert "1 gesprek" in shown
    assert "Binnenkort volgens de cyclus" in shown
    mine = client.get(reverse("reviews"), {"wie": "mij"}).content.decode()
    assert "GES-" in mine
    assert "Geen gesprekken" in signed_in("gijs").get(reverse("reviews"), {"wie": "mij"}).content.decode()


@pytest.mark.long
def test_the_catalogue_is_of_ones_own_municipality() -> None:
    contract = filled()
    address = reverse("catalogue")
    shown = signed_in("marleen").get(address).content.decode()
    assert "45A04" in shown
    assert "gemeente Bergen" in shown
    assert "gemeente Venlo" not in shown
    assert "45A04" not in signed_in("mehmet").get(address).content.decode()
    month = f"{contract.starts_on - timedelta(days=40):%Y-%m}"
    assert "Geen producten" in signed_in("linda").get(address, {"maand": month}).content.decode()


@pytest.mark.long
def test_a_tariff_of_thousands_has_its_dot_on_each_page() -> None:
    contract = filled()
    contract_figures.add_product(
        **who(hat(contracts.MANAGERS[play.SCHEME])), case_id=contract.pk, code="54001", name="Dyslexiebehandeling",
        unit="traject", tariff=Decimal("2310.00"), valid_from=contract.starts_on,
    )  # fmt: skip
    for address in (reverse("catalogue"), reverse("case", args=[contract.pk])):
        shown = signed_in("linda").get(address).content.decode()
        assert "€\N{NO-BREAK SPACE}2.310,00 per traject" in shown


def test_no_cell_of_the_catalogue_is_a_formula(tmp_path: Path) -> None:
    contract = filled()
    with acting(chain=contract.case.chain, verb="test"):
        row = ContractProduct.objects.get(contract=contract)
        row.name = "=HYPERLINK(1)"
        row.save()
    response = signed_in("linda").get(reverse("catalogue-csv"))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf")
    assert ";'=HYPERLINK(1);" in content.decode("utf-8-sig")
    call_command("export_pdc", scheme=play.SCHEME, month=f"{clock.today():%Y-%m}", out=tmp_path / "pdc")
    files = sorted((tmp_path / "pdc").iterdir())
    assert len(files) == 7
    assert all("45A04" in file.read_text("utf-8-sig") for file in files)
    with pytest.raises(CommandError, match="Schrijf de maand"):
        call_command("export_pdc", scheme=play.SCHEME, month="2026-13", out=tmp_path)
    with pytest.raises(CommandError, match="geen regeling"):
        call_command("export_pdc", scheme="elders", month="2026-11", out=tmp_path)


@pytest.mark.long
def test_each_kind_of_case_has_a_page_and_a_history() -> None:
    contract = contracts.a_contract()
    made = [
        contracts.talk(contract), contracts.addendum(contract),
        contract_care.request_requalification(
            asker=contracts.asker("linda"), case_id=contract.pk, reason="De inspectie is kritisch."
        ),
        contract_care.ask(asker=contracts.asker("marleen"), case_id=contract.pk, question="Welk tarief geldt?"),
    ]  # fmt: skip
    client = signed_in("linda")
    for case in [contract.case, *made]:
        for name in ("case", "case-content", "case-decisions", "case-documents", "case-people", "case-history"):
            assert client.get(reverse(name, args=[case.pk])).status_code == 200, (case.kind, name)


@pytest.mark.long
def test_the_page_of_a_contract_takes_as_many_queries_whatever_happened() -> None:
    contract = filled()
    client = signed_in("linda")
    page_of(contract, "case", client)
    few = queries(contract, client)
    for month in range(4, 9):
        period = (clock.today() - timedelta(days=31 * month)).replace(day=1)
        if period >= contract.starts_on.replace(day=1):
            contracts.measure(contract, "3", code="berichtenverkeer", period=period)
    contract_care.ask(asker=contracts.asker("marleen"), case_id=contract.pk, question="Welk tarief geldt?")
    assert queries(contract, client) == few


def queries(contract: Contract, client: Client) -> int:
    with CaptureQueriesContext(connection) as caught:
        page_of(contract, "case", client)
    return len(caught)
