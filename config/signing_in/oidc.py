"""Signing in at one's own organisation: the authorization code flow with PKCE, every identity token verified in full.

allauth trusts a token because of the connection it came by; here signature, issuer, audience, expiry and nonce are
checked all the same, so that a proxy that opens TLS, or a mixed-up provider, cannot sign anybody in.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
CLOCK_SKEW = 30  # seconds
WELL_KNOWN = "/.well-known/openid-configuration"


def nonce_for(code_verifier: str) -> str:
    """Follows from what only the session knows, as OpenID Connect Core 15.5.2 proposes: nothing more to remember."""
    digest = hashlib.sha256(f"nonce {code_verifier}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def verified_claims(token: str, *, keys: Any, issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    import jwt  # with half of cryptography, for who has an organisation to sign in at

    try:
        key_id = jwt.get_unverified_header(token).get("kid")
        key = next(key for key in jwt.PyJWKSet.from_dict(keys).keys if key_id in (None, key.key_id))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=client_id,
            issuer=issuer,
            leeway=CLOCK_SKEW,
            options={"require": ["aud", "exp", "iat", "iss", "nonce", "sub"]},
        )
    except StopIteration as error:
        raise OAuth2Error("The identity token was signed with an unknown key") from error
    except (jwt.PyJWTError, AttributeError, TypeError, ValueError) as error:
        raise OAuth2Error(f"The identity token is not valid ({type(error).__name__})") from error
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise OAuth2Error("The identity token answers another question (nonce)")
    if claims.get("azp", client_id) != client_id:
        raise OAuth2Error("The identity token was issued to another party (azp)")
    return claims


class OrganisationAdapter(OpenIDConnectOAuth2Adapter):
    """What we ask the provider, and what we believe of its answers."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        found: dict[str, Any] = super().openid_config
        server_url = self.get_provider().app.settings["server_url"]
        if found.get("issuer") != server_url.removesuffix(WELL_KNOWN):
            raise OAuth2Error("The provider calls itself by another name (issuer)")
        missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
        if missing:
            raise OAuth2Error(f"The provider does not say its {', '.join(sorted(missing))}")
        return found

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: OAuth2Client, pkce_code_verifier: str | None = None
    ) -> Any:
        self.nonce = nonce_for(pkce_code_verifier or "")
        return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = verified_claims(
            kwargs["response"].get("id_token", ""),
            keys=self._fetch(self.openid_config["jwks_uri"]),
            issuer=self.openid_config["issuer"],
            client_id=app.client_id,
            nonce=self.nonce,
        )
        claim = app.settings["uid_field"]
        if not claims.get(claim):
            claims = self._asked_further(token, claims["sub"]) | claims
        if not claims.get(claim):
            raise OAuth2Error(f"The provider does not say the {claim}")
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.claims = claims
        return login

    def _asked_further(self, token: SocialToken, subject: str) -> dict[str, Any]:
        """The userinfo, which must be about the same person (OpenID Connect Core 5.3.2)."""
        if "userinfo_endpoint" not in self.openid_config:
            return {}
        found = self._fetch(self.profile_url, Authorization=f"Bearer {token.token}")
        if found.get("sub") != subject:
            raise OAuth2Error("The userinfo is about somebody else (sub)")
        return found

    def _fetch(self, url: str, **headers: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            response = session.get(url, headers=headers)
            response.raise_for_status()
            found: dict[str, Any] = response.json()
        return found


class OrganisationProvider(OpenIDConnectProvider):
    oauth2_adapter_class = OrganisationAdapter

    def get_pkce_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_pkce_params()
        return params | {"nonce": nonce_for(params["code_verifier"])}

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Only where to go afterwards comes from the request: nobody links an account or widens the question."""
        return {"process": AuthProcess.LOGIN, "next_url": get_next_redirect_url(request)}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of what the provider tells is kept."""
        return {}


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _run(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _run(OAuth2CallbackView, request, provider_id)


def _run(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = OrganisationAdapter(request, provider_id)
    try:
        step: Callable[[HttpRequest], HttpResponse] = view.adapter_view(adapter)
        return step(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except (OAuth2Error, RequestException) as error:  # before the browser was even sent away
        refusal: HttpResponse = render_authentication_error(request, adapter.get_provider(), exception=error)
        return refusal
