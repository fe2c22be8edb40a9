"""A browser of somebody who signed in with a second factor. What comes before that is for tests/signing_in."""

from functools import cache
from typing import Any

from django import test
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test.client import ClientHandler

from config.signing_in import second_factor
from config.signing_in.adapters import STANDING
from config.signing_in.standing import standing


@cache
def _server(csrf_checks: bool) -> ClientHandler:
    """One for all browsers, as in a real process: its middleware is made once, and looks through all of static/."""
    return ClientHandler(csrf_checks)


class Client(test.Client):
    def __init__(self, *, enforce_csrf_checks: bool = False, **options: Any) -> None:
        super().__init__(enforce_csrf_checks, **options)
        self.handler = _server(enforce_csrf_checks)

    def force_login(self, user: Any, backend: str | None = None) -> None:
        assert isinstance(user, User)
        super().force_login(user, backend)
        request = HttpRequest()
        request.session = self.session
        second_factor.show(request, user, by="test")
        request.session[STANDING] = standing(user).fingerprint
        request.session.save()
