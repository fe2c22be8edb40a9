"""For everybody without a part in the lane it is not there, whatever rights their account has."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.urls import reverse

from escalation.whistleblowing import urls
from escalation.whistleblowing.models import Keyholder
from tests.client import Client
from tests.whistleblowing.rows import a_holder, a_report

PAGES = [each.name for each in urls.urlpatterns if each.name and str(each.pattern).startswith("meldpunt/")]
TOO_MUCH = b"--x\r\n" + b"x=" * 1_000_000
WORDS = "Zeventien appelbomen in de kelder"


@pytest.mark.long
@pytest.mark.django_db
def test_a_superuser_finds_what_anybody_finds_at_an_address_that_does_not_exist() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="x"))
    for somebody in (client, Client()):
        nowhere = _seen(somebody.get("/bestaat-niet/"))
        for page in PAGES:
            for address in (reverse(page), reverse(page).removesuffix("/")):
                assert _seen(somebody.get(address)) == nowhere, address
                assert somebody.post(address).status_code == 404, address


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_nor_does_a_body_that_is_too_large_tell_anybody_of_an_address(kind: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/inloggen/")  # leaves the cookie for which a body is read at all
    client.force_login(User.objects.get(username="marleen"))
    nowhere = _seen(client.generic("POST", "/bestaat-niet/", TOO_MUCH, content_type=kind))
    assert nowhere[0] == 404
    for page in PAGES:
        assert _seen(client.generic("POST", reverse(page), TOO_MUCH, content_type=kind)) == nowhere, page


def _seen(response: Any) -> tuple[int, dict[str, str], bytes]:
    """But for what is different each time."""
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    return response.status_code, headers, re.sub(rb"[A-Za-z0-9]{64}", b"", response.content)


@pytest.mark.usefixtures("committed")
def test_the_owner_of_the_database_reads_rows_and_no_words() -> None:
    made = a_report(a_holder("silke"), a_holder("otto", Keyholder.Kind.ESCROW), words=WORDS)
    found = []
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM {schema}."{table}" t')
            found += [row for (row,) in cursor.fetchall() if _tells(row, made.receipt)]
        cursor.execute("SELECT count(*) FROM sealed.report")
        assert cursor.fetchone() == (1,)
    assert found == []


def _tells(row: str, receipt: str) -> bool:
    return any(plain in row or plain.encode().hex() in row for plain in (WORDS, "appelbomen", receipt))
