"""The organisations whose people sign in at home (OIDC): one provider each, from the environment.

`OIDC_PROVIDERS` is a JSON list; the secret of provider `venlo` is `OIDC_VENLO_SECRET`:

    [{"id": "venlo", "name": "Gemeente Venlo", "server_url": "https://login.microsoftonline.com/<tenant>/v2.0",
      "client_id": "...", "claim": "email", "domains": ["venlo.nl"], "amr": ["mfa"]}]

A provider says who somebody is, never what they may do. With `domains` the claim is an e-mail address, and whoever has
that address here is meant: only within those domains, so that one organisation cannot speak for the people of another.
Without, only people that an administrator linked (`manage.py link_account`) are known, by that claim of that provider.
`acr` and `amr` list the values by which the provider says that it asked for a second factor; none: we ask ourselves.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LISTS = {"domains", "acr", "amr"}
LOOPBACK = {"127.0.0.1", "localhost"}


@dataclass(frozen=True, slots=True)
class Organisation:
    id: str
    name: str
    server_url: str
    client_id: str
    secret: str
    claim: str = "email"
    domains: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Where the browser is sent to; the content security policy has to let our form go there."""
        parts = urlsplit(self.server_url)
        return f"{parts.scheme}://{parts.netloc}"

    def vouches(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider says that it asked for a second factor."""
        methods = claims.get("amr")
        return claims.get("acr") in self.acr or (isinstance(methods, list) and not set(self.amr).isdisjoint(methods))

    def speaks_for(self, address: str) -> bool:
        return address.rpartition("@")[2].lower() in self.domains


def from_environment(environment: Mapping[str, str]) -> list[Organisation]:
    try:
        given = json.loads(environment.get("OIDC_PROVIDERS") or "[]")
        found = [_read(entry, environment) for entry in given]
    except (ValueError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(f"OIDC_PROVIDERS is niet te lezen: {error}") from error
    if len({organisation.id for organisation in found}) < len(found):
        raise ImproperlyConfigured("OIDC_PROVIDERS noemt een id twee keer.")
    return found


def for_allauth(organisations: Iterable[Organisation]) -> dict[str, Any]:
    """The setting SOCIALACCOUNT_PROVIDERS."""
    apps = [
        {
            "provider_id": organisation.id,
            "name": organisation.name,
            "client_id": organisation.client_id,
            "secret": organisation.secret,
            "settings": {
                "server_url": organisation.server_url,
                "uid_field": organisation.claim,
                "oauth_pkce_enabled": True,
            },
        }
        for organisation in organisations
    ]
    return {"openid_connect": {"provider_class": "config.signing_in.oidc.OrganisationProvider", "APPS": apps}}


def _read(entry: dict[str, Any], environment: Mapping[str, str]) -> Organisation:
    unknown = entry.keys() - {field.name for field in fields(Organisation)} | entry.keys() & {"secret"}
    if unknown:
        raise ValueError(f"onbekend: {', '.join(sorted(unknown))}")
    variable = f"OIDC_{str(entry.get('id')).upper().replace('-', '_')}_SECRET"
    if not environment.get(variable):
        raise ValueError(f"{variable} ontbreekt")
    described: dict[str, Any] = {name: tuple(value) if name in LISTS else value for name, value in entry.items()}
    organisation = Organisation(**described, secret=environment[variable])
    address = urlsplit(organisation.server_url)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise ValueError(f"server_url van {organisation.id} is geen https")
    return organisation
