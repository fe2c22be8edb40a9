"""The vault of a handler, open for a visit: its token is in a cookie that only these pages get."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from escalation.whistleblowing.pages.guard import for_keyholders
from escalation.whistleblowing.seats import Seat
from escalation.whistleblowing.services import keys
from escalation.whistleblowing.services.keys import Opened

COOKIE, PATH = "kluis", "/meldpunt/"

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Seat, Opened, P], HttpResponseBase]


def opened(request: HttpRequest, seat: Seat) -> Opened | None:
    """Of whoever is signed in, and of nobody who sat here before; while they have a seat that reads."""
    found = keys.opened(request.COOKIES.get(COOKIE, ""))
    reads = seat.kind in keys.READERS
    return found if found and reads and found.holder.person_id == seat.person.pk else None


def with_open_vault(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for who has the vault open; others open it first."""

    @wraps(view)
    def page(request: HttpRequest, seat: Seat, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = opened(request, seat)
        return view(request, seat, found, *args, **kwargs) if found else redirect("open-vault")

    return for_keyholders(page)


def remember(response: HttpResponseBase, token: str) -> None:
    """Until the browser is shut, or nobody looked for twenty minutes."""
    response.set_cookie(
        COOKIE, token, path=PATH, httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE
    )


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
