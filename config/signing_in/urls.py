"""The sign-in pages that we show. allauth has more; what stands not here does not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.urls import URLPattern, path, re_path

from config.signing_in import demo, oidc, views

SIGN_IN = [
    path("inloggen/", views.LogIn.as_view(), name="account_login"),
    path("inloggen/tweede-stap/", mfa.authenticate, name="mfa_authenticate"),
    path("inloggen/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("inloggen/geblokkeerd/", account.account_inactive, name="account_inactive"),
    path("inloggen/bij/<slug:provider_id>/", oidc.login, name="openid_connect_login"),
    path("inloggen/bij/<slug:provider_id>/terug/", oidc.callback, name="openid_connect_callback"),
    path("uitloggen/", account.logout, name="account_logout"),
    path("wachtwoord/vergeten/", account.password_reset, name="account_reset_password"),
    path("wachtwoord/vergeten/verzonden/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^wachtwoord/nieuw/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("wachtwoord/nieuw/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("account/", mfa.index, name="mfa_index"),
    path("account/wachtwoord/", views.ChangePassword.as_view(), name="account_change_password"),
    path("account/bevestigen/", account.reauthenticate, name="account_reauthenticate"),
    path("account/bevestigen/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/bevestigen/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/app/", views.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("account/app/verwijderen/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/toevoegen/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/verwijderen/", views.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/herstelcodes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/herstelcodes/nieuw/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]

DEMO = [
    path("demo/", demo.people, name="demo_people"),
    path("demo/als/", demo.become, name="demo_become"),
]


def routes(*, with_demo: bool) -> list[URLPattern]:
    return SIGN_IN + DEMO if with_demo else SIGN_IN


urlpatterns = routes(with_demo=settings.DEMO_LOGIN)
