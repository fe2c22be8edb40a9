"""Weergaven: a list as one person likes it; and keys of an address that a list does not know (any more)."""

import pytest
from django.db import connection

from cases.models import Case
from tests.workflows.play import submitted
from tests.workflows.visits import page, queries, signed_in
from workflows import keeping
from workflows.models import SavedView

pytestmark = pytest.mark.django_db

HERE = "/weergaven/opdrachten/"


def keep(username: str, of: str = "opdrachten", query: str = "", **changes: str) -> str:
    """What the form is sent with when one keeps the usual columns; where it leads to."""
    form = {"name": "Jeugd", "keep": "1", "query": query, "column-fase": "on", "column-raming": "on", **changes}
    response = signed_in(username).post(f"/weergaven/{of}/", form)
    assert response.status_code == 302
    return str(response.headers["Location"])


def header(shown: str) -> list[str]:
    """The columns, as they stand above the list."""
    row = shown.partition("<thead")[2].partition("</thead")[0]
    return [label for label in ("Fase", "Aan zet", "Raming per jaar", "Domein") if label in row]


def test_columns_are_chosen_and_ordered_and_the_address_can_be_shared() -> None:
    submitted("marleen")
    assert header(page("victor", "/opdrachten/")) == ["Fase", "Aan zet", "Raming per jaar"]
    address = keep("victor", query="domein=youth", **{"column-domein": "on", "place-domein": "1", "place-raming": "2"})
    assert address == "/opdrachten/?domein=youth&kolommen=domein%2Craming%2Cfase"
    shown = page("gijs", address)
    row = shown.partition("<thead")[2].partition("</thead")[0]
    assert row.index("Domein") < row.index("Raming per jaar") < row.index("Fase")
    assert "Aan zet" not in row
    assert "Jeugd</a>" not in shown, "the view is victor's, the address everybody's"
    assert 'aria-current="true">Jeugd</a>' in " ".join(page("victor", address).split())


def test_without_a_name_it_is_applied_and_not_kept() -> None:
    response = signed_in("victor").post(HERE, {"query": "", "column-domein": "on"})
    assert response.headers["Location"] == "/opdrachten/?kolommen=domein"
    assert not SavedView.objects.exists()
    assert signed_in("victor").post(HERE, {"query": "", "keep": "1"}).status_code == 422


def test_a_list_begins_with_the_view_that_one_chose() -> None:
    submitted("marleen")
    address = keep("victor", query="domein=youth", start="on")
    response = signed_in("victor").get("/opdrachten/")
    assert (response.status_code, response.headers["Location"]) == (302, address)
    page("victor", "/opdrachten/", {"stand": "alle"})
    page("gijs", "/opdrachten/")
    keep("victor", name="Alles", start="on")
    assert [view.name for view in SavedView.objects.filter(start=True)] == ["Alles"]


def test_a_view_is_renamed_and_thrown_away_by_whose_it_is() -> None:
    keep("victor")
    view = SavedView.objects.get()
    path = f"{HERE}{view.pk}/"
    assert "Jeugd" in page("victor", HERE)
    for username, status in {"victor": 302, "gijs": 404}.items():
        assert signed_in(username).post(path, {"name": "Jeugd en Wmo", "column-fase": "on"}).status_code == status
    page("gijs", path, status=404)
    view.refresh_from_db()
    assert (view.name, view.query) == ("Jeugd en Wmo", "kolommen=fase")
    signed_in("gijs").post(path, {"discard": "1"})
    assert SavedView.objects.exists()
    signed_in("victor").post(path, {"discard": "1"})
    assert not SavedView.objects.exists()


def test_names_are_ones_own_and_there_are_twenty_at_most() -> None:
    for number in range(keeping.MOST):
        keep("victor", name=f"Nummer {number}")
    full = signed_in("victor").post(HERE, {"name": "Nog een", "keep": "1", "query": ""})
    assert full.status_code == 422
    assert "Gooi er eerst een weg" in full.content.decode()
    keep("victor", of="taken", name="Nummer 1")
    keep("gijs", name="Nummer 1")
    twice = signed_in("gijs").post(HERE, {"name": "nummer 1", "keep": "1", "query": ""})
    assert "al een weergave met deze naam" in twice.content.decode()


def test_what_a_list_no_longer_knows_is_named_and_ignored() -> None:
    case = submitted("marleen")
    shown = page("victor", "/opdrachten/?kleur=rood&kolommen=fase,geur&domein=zorg")
    for unknown in ("onbekend filter kleur", "kolom geur", "Domein"):
        assert unknown in shown, unknown
    assert case.number in shown
    assert header(shown) == ["Fase"]


@pytest.mark.parametrize("value", ["'", "\x00", "<script>", "x" * 5000, "fase,fase,fase", ",,,", "💥"])
def test_no_columns_and_no_view_that_one_makes_up_is_an_error(value: str) -> None:
    submitted("marleen")
    for path in ("/", "/opdrachten/", "/wie-is-aan-zet/", "/weergaven/taken/", "/weergaven/aan-zet/"):
        page("victor", path, {"kolommen": value, "hoed": value})
    form = {"name": value, "keep": "1", "query": value, "place-fase": value, "column-fase": value}
    assert signed_in("victor").post(HERE, form).status_code in (302, 422)
    page("victor", "/opdrachten/")


def test_there_is_no_view_of_a_list_that_is_not_there() -> None:
    page("victor", "/weergaven/dossiers/", status=404)
    page("victor", f"{HERE}987654321/", status=404)


@pytest.mark.long
def test_views_cost_a_list_no_query() -> None:
    submitted("marleen")
    paths = ["/?toon=open", "/opdrachten/?stand=", "/wie-is-aan-zet/?gremium="]
    before = {path: queries("victor", path) for path in paths}
    for number in range(5):
        keep("victor", name=f"Nummer {number}")
        keep("victor", of="taken", name=f"Nummer {number}", start="on")
    assert {path: queries("victor", path) for path in paths} == before
    assert Case.objects.count() == 1
    assert connection.alias == "default"
