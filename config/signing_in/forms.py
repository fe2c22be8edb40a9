"""allauth's forms in our words. allauth finds them through ACCOUNT_FORMS and MFA_FORMS."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError

LABELS = {
    "login": "Gebruikersnaam",
    "password": "Wachtwoord",
    "oldpassword": "Huidig wachtwoord",
    "password1": "Nieuw wachtwoord",
    "password2": "Nieuw wachtwoord, nog een keer",
    "email": "E-mailadres",
    "code": "Code",
    "name": "Naam van deze passkey",
    "passwordless": "Ook inloggen zonder wachtwoord",
}
HELP = {
    "password": "",
    "code": "De zes cijfers uit uw app, of een herstelcode.",
    "name": "Waaraan u het apparaat later herkent, bijvoorbeeld “Werklaptop”.",
    "passwordless": "Dan volstaat deze passkey, met de pincode of vingerafdruk van het apparaat.",
}


class InOurWords(forms.Form):
    """Labels stand above their fields; a placeholder that says the same would only disappear when one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HELP.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(InOurWords, account.LoginForm): ...


class ConfirmPasswordForm(InOurWords, account.ReauthenticateForm): ...


class AskNewPasswordForm(InOurWords, account.ResetPasswordForm): ...


class NewPasswordForm(InOurWords, account.ResetPasswordKeyForm): ...


class ChangePasswordForm(InOurWords, account.ChangePasswordForm): ...


class CodeForm(InOurWords, mfa.AuthenticateForm): ...


class ConfirmCodeForm(InOurWords, mfa.ReauthenticateForm): ...


class ActivateAppForm(InOurWords, totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "De zes cijfers die uw app nu toont."


class AddPasskeyForm(InOurWords, webauthn.AddWebAuthnForm):
    def clean(self) -> dict[str, Any] | None:
        with _nonsense_refused():
            cleaned: dict[str, Any] | None = super().clean()
        return cleaned


class _ShowsPasskey(forms.Form):
    def clean_credential(self) -> Authenticator:
        with _nonsense_refused():
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        return found


class PasskeyForm(_ShowsPasskey, webauthn.AuthenticateWebAuthnForm): ...


class ConfirmPasskeyForm(_ShowsPasskey, webauthn.ReauthenticateWebAuthnForm): ...


class PasskeyLoginForm(_ShowsPasskey, webauthn.LoginWebAuthnForm): ...


@contextmanager
def _nonsense_refused() -> Iterator[None]:
    """Anything can be sent as a passkey, and what is no passkey makes fido2 stumble in as many ways."""
    try:
        yield
    except ValidationError:
        raise
    except Exception as error:
        raise ValidationError("Deze passkey is niet te lezen. Probeer het nog eens.") from error
