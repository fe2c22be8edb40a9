"""The sign-in pages, where allauth's own do not quite do."""

from typing import Any

from allauth.account.views import LoginView, PasswordChangeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from config.signing_in import second_factor
from config.signing_in.adapters import MFAAdapter


class LogIn(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"organisations": settings.OIDC_PROVIDERS}


class ChangePassword(PasswordChangeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404  # signs in at their own organisation
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class ActivateApp(ActivateTOTPView):
    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.show(self.request, self.request.user, by=Authenticator.Type.TOTP)
        return response


class AddPasskey(AddWebAuthnView):
    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.show(self.request, self.request.user, by=Authenticator.Type.WEBAUTHN)
        return response


class RemovePasskey(RemoveWebAuthnView):
    def form_valid(self, form: Form) -> HttpResponse:
        if not MFAAdapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, MFAAdapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        response: HttpResponse = super().form_valid(form)
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The reason would only help whoever tries; what to do helps everybody."""
    return render(request, "signing_in/csrf_failure.html", status=403)
