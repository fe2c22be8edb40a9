"""Local accounts: who comes in with a password, and what a wrong one tells."""

from django.test import Client

from tests.signing_in.conftest import Account


def test_an_anonymous_visitor_is_sent_to_the_sign_in_page_and_back_again(client: Client, account: Account) -> None:
    account("femke")
    answer = client.get("/?filter=open")
    assert answer.headers["Location"] == "/inloggen/?next=/%3Ffilter%3Dopen"
    page = client.get(answer.headers["Location"]).content.decode()
    assert 'name="next" value="/?filter=open"' in page
    answer = client.post(answer.headers["Location"], {"login": "femke", "password": "paard-batterij-nietje"})
    assert answer.headers["Location"] == "/?filter=open"
