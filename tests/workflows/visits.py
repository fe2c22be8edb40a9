"""Looking at pages as one of the cast."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.client import Client


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def page(username: str, path: str, query: Mapping[str, Any] | None = None, *, status: int = 200) -> str:
    """The HTML that somebody gets to see."""
    response = signed_in(username).get(path, query)
    assert response.status_code == status
    return response.content.decode()


def queries(username: str, path: str) -> int:
    """How many queries a whole page takes, those of the session included."""
    client = signed_in(username)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
