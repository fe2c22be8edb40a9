"""allauth's forms in our words. allauth finds them through ACCOUNT_FORMS and MFA_FORMS."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

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


class AddPasskeyForm(InOurWords, webauthn.AddWebAuthnForm): ...
