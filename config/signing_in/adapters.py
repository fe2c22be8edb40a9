"""What we want otherwise than allauth does by itself. Its settings are in config/settings.py."""

import logging
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from config.secret import derived_key
from config.signing_in import second_factor
from config.signing_in.organisations import Organisation
from config.signing_in.standing import must_have_second_factor, standing

logger = logging.getLogger(__name__)

STANDING = "standing"  # in the session: the seats that it began with
CODE_WRONG = "Deze code klopt niet of is verlopen. Neem de nieuwste code over."
TOO_OFTEN = "Te veel pogingen. Wacht vijf minuten en probeer het opnieuw."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "De gebruikersnaam of het wachtwoord klopt niet.",
        "enter_current_password": "Dit is niet uw huidige wachtwoord.",
        "incorrect_password": "Dit wachtwoord klopt niet.",
        "incorrect_code": CODE_WRONG,
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
        "invalid_password_reset": "Deze link is al gebruikt of verlopen. Vraag een nieuwe aan.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the administrator, never by whoever comes along."""
        return False

    def get_login_stages(self) -> list[str]:
        return ["config.signing_in.adapters.SecondFactorStage"]

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        request.session[STANDING] = standing(user).fingerprint
        logger.info("Signed in: user %s", user.pk)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        if _vouched_for(kwargs.get("signal_kwargs")):
            second_factor.show(request, user, by="provider")
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Without the name that was typed: now and then it is somebody's password."""
        logger.warning("Sign-in failed from %s", self.get_client_ip(request))

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Who signed in or confirmed it just now, by whatever means, is not asked again."""
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] > account_settings.REAUTHENTICATION_TIMEOUT

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Who signs in at their own organisation gets no second way in by mail."""
        if user.has_usable_password():
            super().send_password_reset_mail(user, email, context)


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor of whoever has one, unless their own organisation just did."""

    login: Login

    def _should_handle(self, request: HttpRequest) -> bool:
        return not _vouched_for(self.login.signal_kwargs) and super()._should_handle(request)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person who is meant. Nobody is made, and no right follows from what the provider says."""
        organisation = _organisation(sociallogin)
        if not sociallogin.is_existing and organisation.domains:
            sociallogin.user = _by_address(organisation, sociallogin.account.uid)
        if not sociallogin.is_existing:
            logger.warning("Sign-in through %s refused: nobody here has this %s", organisation.id, organisation.claim)
            context = {"organisation": organisation}
            raise ImmediateHttpResponse(render(request, "signing_in/unknown_person.html", context, status=403))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: str | None = None, exception: Any = None, **extra: Any
    ) -> None:
        if error == AuthError.CANCELLED:
            messages.info(request, f"U hebt het inloggen bij {provider.name} afgebroken.")
            raise ImmediateHttpResponse(redirect("account_login"))
        logger.warning("Sign-in through %s failed: %s", provider.app.provider_id, type(exception).__name__)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": CODE_WRONG,
        "cannot_delete_authenticator": (
            "U beslist mee en hebt daarom altijd een tweede stap nodig. Stel eerst een andere in."
        ),
        "cannot_generate_recovery_codes": "Stel eerst een app of een passkey in.",
    }

    def _get_site_name(self) -> str:
        return "Rolzuiver"

    def build_totp_svg(self, url: str) -> str:
        """To stand in the page itself; the content security policy allows no data: addresses."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (second_factor.is_the_last(authenticator) and must_have_second_factor(authenticator.user))


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(derived_key(key, "second factor")) for key in keys])


def _vouched_for(signal_kwargs: dict[str, Any] | None) -> bool:
    sociallogin = (signal_kwargs or {}).get("sociallogin")
    return sociallogin is not None and _organisation(sociallogin).vouches(sociallogin.claims)


def _organisation(sociallogin: SocialLogin) -> Organisation:
    return next(known for known in settings.OIDC_PROVIDERS if known.id == sociallogin.account.provider)


def _by_address(organisation: Organisation, address: str) -> User | None:
    """Exactly one person, and an address that this organisation may speak for."""
    if not organisation.speaks_for(address):
        return None
    found = User.objects.filter(email__iexact=address)[:2]
    return found[0] if len(found) == 1 else None
