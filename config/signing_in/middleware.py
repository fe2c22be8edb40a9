"""What every page asks of a session, before the page itself is asked anything."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from config.signing_in import second_factor
from config.signing_in.adapters import STANDING
from config.signing_in.standing import standing

SAFE = {"GET", "HEAD", "OPTIONS"}

# Where somebody who still has to enrol a second factor may go.
ENROLMENT = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout"}

ROLES_CHANGED = "Uw benoemingen zijn gewijzigd. Log opnieuw in, dan ziet u wat u nu mag."
FACTOR_SHOWN_ELSEWHERE = "U hebt een tweede stap ingesteld. Log opnieuw in en gebruik die."
FACTOR_NEEDED = "U beslist mee. Stel daarom eerst een tweede stap in; daarna kunt u verder."


class LoginRequired(LoginRequiredMiddleware):
    """Every page but the sign-in pages. A part of a page that htmx asked for must not become a sign-in form."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if getattr(request, "htmx", False):
            return _to_login(request)
        return super().handle_no_permission(request, view_func)


class SessionHolds:
    """Ends a session whose bearer's seats have changed; lets nobody decide who has shown no second factor.

    What a key in the address opens (`opens_by_key`) asks for no session, and must not put that address into another.
    A page that is `shown_to` some only is not there for others, who are not to learn of it here either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if getattr(view, "opens_by_key", False) or not isinstance(request.user, User):
            return None
        if (shown_to := getattr(view, "shown_to", None)) and not shown_to(request.user):
            return None
        now = standing(request.user)
        if now.decides and not second_factor.is_shown(request):
            return _before_second_factor(request, request.user)
        # A form that is being sent in goes on: authorize() judges it by the seats of now, and what was typed is kept.
        if request.method in SAFE and request.session.get(STANDING) != now.fingerprint:
            return _sign_out(request, ROLES_CHANGED)
        return None


def _before_second_factor(request: HttpRequest, user: User) -> HttpResponse | None:
    if second_factor.has_one(user):  # enrolled elsewhere, after this session began
        return _sign_out(request, FACTOR_SHOWN_ELSEWHERE)
    if request.resolver_match and request.resolver_match.url_name in ENROLMENT:
        request.held_up = True  # type: ignore[attr-defined]  # the frame of the page tells nothing either
        return None
    messages.warning(request, FACTOR_NEEDED)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url("mfa_index"))
    return redirect("mfa_index")


def _sign_out(request: HttpRequest, reason: str) -> HttpResponse:
    get_adapter().logout(request)
    messages.warning(request, reason)
    return _to_login(request)


def _to_login(request: HttpRequest) -> HttpResponse:
    htmx: Any = getattr(request, "htmx", None)
    if htmx:
        return HttpResponseClientRedirect(redirect_to_login(htmx.current_url_abs_path or "/").url)
    return redirect_to_login(request.get_full_path())
