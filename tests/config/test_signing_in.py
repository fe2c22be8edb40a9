"""Local accounts: a password, and a second factor for whoever decides."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.signing_in_urls")]


def test_an_anonymous_visitor_is_sent_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/?a=b", follow=True)
    assert answer.redirect_chain == [("/inloggen/?next=/%3Fa%3Db", 302)]
    assert "Gebruikersnaam" in answer.content.decode()
