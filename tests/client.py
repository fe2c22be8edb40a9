"""A browser of somebody who signed in with a second factor. What comes before that is for tests/signing_in."""

from typing import Any

from django import test
from django.contrib.auth.models import User
from django.http import HttpRequest

from config.signing_in import second_factor
from config.signing_in.adapters import STANDING
from config.signing_in.standing import standing


class Client(test.Client):
    def force_login(self, user: Any, backend: str | None = None) -> None:
        assert isinstance(user, User)
        super().force_login(user, backend)
        request = HttpRequest()
        request.session = self.session
        second_factor.show(request, user, by="test")
        request.session[STANDING] = standing(user).fingerprint
        request.session.save()
