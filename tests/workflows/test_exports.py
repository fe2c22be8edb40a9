"""A list as a spreadsheet: what the page shows, and nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.rules.sheet import streamed
from tests.workflows.play import brought_to, submitted
from tests.workflows.visits import page, signed_in
from workflows.pages import exports

pytestmark = pytest.mark.django_db

LISTS = {"taken": "my-tasks", "opdrachten": "cases", "aan-zet": "whose-turn"}


def downloaded(username: str, of: str, **query: Any) -> bytes:
    response = signed_in(username).get(reverse("list-csv", args=[of]), query)
    assert response.status_code == 200
    assert isinstance(response, StreamingHttpResponse)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{of}-' in response.headers["Content-Disposition"]
    return b"".join(response)


def table(username: str, of: str, **query: Any) -> list[list[str]]:
    content = downloaded(username, of, **query).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content), delimiter=";"))


@pytest.mark.parametrize("of", LISTS)
def test_a_list_has_the_columns_and_cases_that_its_page_shows(of: str) -> None:
    case = brought_to("intake")
    rows = table("gijs", of)
    shown = page("gijs", reverse(LISTS[of]))
    assert case.number in shown
    assert any(case.number in row for row in rows[1:])
    assert f'href="{reverse("list-csv", args=[of])}?' in shown
    assert all(heading in shown for heading in rows[0] if heading not in ("Nummer", "Stap", "Gremium", "Opdracht"))


def test_filters_and_columns_are_those_of_the_address() -> None:
    case = submitted("marleen")
    assert table("victor", "opdrachten", kolommen="raming,domein")[0] == [
        "Nummer",
        "Opdracht",
        "Raming per jaar",
        "Domein",
    ]
    assert any(case.number in row for row in table("victor", "opdrachten", domein=case.top.commission.domain))
    assert not any(case.number in row for row in table("victor", "opdrachten", stand="granted"))
    assert table("victor", "opdrachten", onzin="1")[-1] == ["Niet gebruikt: onbekend filter onzin"]


@pytest.mark.parametrize("start", ["=1+1", "+31", "-5", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_nothing_in_a_file_is_a_formula(start: str) -> None:
    content = b"".join(streamed(["Kop"], [[f"{start};x"]])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))[1] == [f"'{start};x"]


def test_a_title_that_is_a_formula_is_text_in_excel() -> None:
    submitted("marleen", title='=HYPERLINK("https://elders.example";"Klik")')
    content = downloaded("victor", "opdrachten")
    assert content.startswith(b"\xef\xbb\xbfNummer;Opdracht;")
    assert any(row[1].startswith("'=HYPERLINK(") for row in table("victor", "opdrachten"))


def test_who_sees_no_cases_gets_an_empty_list_and_another_municipality_is_not_in_it() -> None:
    case = submitted("marleen", scale="local")
    assert any(case.number in row for row in table("marleen", "opdrachten"))
    for username in ("bea", "mallory", "els"):
        for of in LISTS:
            assert not any(case.number in row for row in table(username, of)), (username, of)


def test_it_is_read_some_rows_at_a_time_and_each_row_stands_in_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        submitted("marleen")
    monkeypatch.setattr(exports, "AT_A_TIME", 2)
    for of in ("opdrachten", "taken"):
        numbers = [row[:2] for row in table("marleen", of)[1:]]
        assert len(numbers) == len({*map(tuple, numbers)}) >= 3


def test_it_ends_where_the_list_is_no_longer_counted_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        submitted("marleen")
    monkeypatch.setattr(exports, "AT_A_TIME", 1)
    monkeypatch.setattr(exports, "MANY", 2)
    rows = table("marleen", "opdrachten")
    assert len(rows) == 1 + 2 + 1
    assert rows[-1] == [exports.FULL]


@pytest.mark.long
def test_it_takes_as_many_queries_however_many_rows() -> None:
    def counted(of: str) -> int:
        client = signed_in("gijs")
        with CaptureQueriesContext(connection) as captured:
            b"".join(client.get(reverse("list-csv", args=[of])))
        return len(captured)

    submitted("marleen")
    few = {of: counted(of) for of in LISTS}
    brought_to("intake")
    brought_to("intake")
    assert {of: counted(of) for of in LISTS} == few
