"""What every page of the lane has in common: nothing of it is kept anywhere, and who has no part in it finds nothing.

Of an error only its kind is told, on the page and in the log: its words could be those of a report.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseServerError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from escalation.whistleblowing.forms.uploads import Sealing
from escalation.whistleblowing.seats import Seat, seat_of

logger = logging.getLogger(__name__)

P = ParamSpec("P")
Reporter = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Handler = Callable[Concatenate[HttpRequest, Seat, P], HttpResponseBase]

TOLD = (Http404, PermissionDenied, SuspiciousOperation, MultiPartParserError)  # Django answers these

HEADERS = {
    "Cache-Control": "no-store", "X-Robots-Tag": "noindex",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}  # fmt: skip


def for_reporters(view: Reporter[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page without an account, a session or a cookie; so there is nothing that another site could ride on."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.user = AnonymousUser()  # also of who is signed in: nothing here depends on who asks
        return _quietly(lambda: view(request, *args, **kwargs), referrer="no-referrer")

    page.opens_by_key = True  # type: ignore[attr-defined]  # config.signing_in asks for no session
    return login_not_required(csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(page)))


def for_keyholders(view: Handler[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for who handles reports, stands in, or keeps the escrow key. To anybody else there is no such address.

    Whether a form came from our own page is asked after who sends it: that refusal too would tell of the address. Files
    that come with it are under seal before anything of the form is read.
    """
    checked = csrf_protect(view)

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        seat = seat_of(request.user) if isinstance(request.user, User) else None
        if seat is None:
            raise Http404
        sealing = Sealing(request)
        request.upload_handlers = [sealing]
        try:
            return _quietly(lambda: checked(request, seat, *args, **kwargs))
        finally:
            sealing.forget()

    page.shown_to = lambda user: seat_of(user) is not None  # type: ignore[attr-defined]
    return login_not_required(csrf_exempt(page))


@for_keyholders
def with_slash(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Django leads whoever leaves the last slash out to an address that exists; of these that would tell."""
    return redirect(f"{request.path}/")


def _quietly(answer: Callable[[], HttpResponseBase], *, referrer: str = "same-origin") -> HttpResponseBase:
    """Without any referrer a browser says nothing of where a form was, and none of a handler would be taken."""
    try:
        response = answer()
    except TOLD:
        raise
    except Exception as error:
        logger.error("A sealed page failed: %s", type(error).__name__)
        response = HttpResponseServerError(render_to_string("500.html"))
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["Referrer-Policy"] = referrer
    return response
