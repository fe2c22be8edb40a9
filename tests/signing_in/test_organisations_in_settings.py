"""How organisations are described in the environment."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.signing_in.organisations import Organisation, from_environment

GOOD = '[{"id": "venlo", "name": "Venlo", "server_url": "https://id.venlo.example", "client_id": "r"}]'


def test_providers_come_from_the_environment() -> None:
    [venlo] = from_environment({"OIDC_PROVIDERS": GOOD, "OIDC_VENLO_SECRET": "s"})
    assert venlo == Organisation("venlo", "Venlo", "https://id.venlo.example", "r", "s")
    assert from_environment({}) == []


@pytest.mark.parametrize(
    ("providers", "secret", "complaint"),
    [
        ("{", "s", "niet te lezen"),
        ("[1]", "s", "niet te lezen"),
        (GOOD, "", "OIDC_VENLO_SECRET ontbreekt"),
        (GOOD.replace("https:", "http:"), "s", "geen https"),
        (GOOD.replace('"client_id"', '"cliend_id"'), "s", "onbekend: cliend_id"),
        (GOOD.replace('"client_id"', '"secret"'), "s", "onbekend: secret"),
        (GOOD.replace(', "client_id": "r"', ""), "s", "client_id"),
        (GOOD[:-1] + ", " + GOOD[1:], "s", "twee keer"),
    ],
)
def test_a_provider_that_is_described_wrongly_stops_the_start(providers: str, secret: str, complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=complaint):
        from_environment({"OIDC_PROVIDERS": providers, "OIDC_VENLO_SECRET": secret})
