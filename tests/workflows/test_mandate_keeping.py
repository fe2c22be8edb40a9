"""The mandate register as it is kept on screen: seen before it is made, by whom the regeling says, never edited."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from audit import clock
from audit.models import Act
from config.demo.players import hat
from roles.models import Mandate
from tests.workflows.visits import page, signed_in

pytestmark = pytest.mark.django_db


def in_force(number: str) -> Mandate:
    return Mandate.objects.get(scheme__code="limburg-noord", number=number, revoked_at=None)


def given(mandate: Mandate, **changes: str) -> dict[str, str]:
    values = {
        "hat": str(hat("bram", "db").pk), "label": mandate.label, "legal_basis": "Mandaatbesluit 2027, art. 3",
        "max_amount": "60.000", "domain": mandate.domain, "scale": mandate.scale,
        "valid_from": clock.today().isoformat(),
    }  # fmt: skip
    return values | changes


def test_what_the_next_version_covers_is_seen_before_it_is_made() -> None:
    mandate = in_force("M-06")
    path = reverse("change-mandate", args=[mandate.pk])
    tried = signed_in("bram").post(path, given(mandate, preview="1"))
    html = tried.content.decode()
    assert tried.status_code == 200
    assert "Wat de nieuwe versie dekt" in html
    assert "tot en met € 60.000,00" in html
    assert in_force("M-06") == mandate
    made = signed_in("bram").post(path, given(mandate))
    assert made.status_code == 302
    following = in_force("M-06")
    assert (following.version, following.max_amount) == (mandate.version + 1, Decimal(60_000))
    assert Act.objects.latest("id").verb == "change_mandate"
    assert signed_in("bram").post(path, given(mandate)).status_code == 404


@pytest.mark.parametrize(
    "changes", [{"label": ""}, {"max_amount": "veel"}, {"valid_until": "2020-01-01"}, {"domain": "x"}, {"hat": ""}]
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, str]) -> None:
    mandate = in_force("M-06")
    response = signed_in("bram").post(reverse("change-mandate", args=[mandate.pk]), given(mandate, **changes))
    assert response.status_code == 422
    assert in_force("M-06") == mandate


def test_what_rests_on_it_is_named_and_may_forbid_it() -> None:
    parent = in_force("M-07")
    path = reverse("change-mandate", args=[parent.pk])
    assert "M-08" in page("bram", path)
    response = signed_in("bram").post(path, given(parent, max_amount="50.000", sub_mandate_allowed="on"))
    assert (response.status_code, "niet ruimer" in response.content.decode()) == (422, True)
    assert in_force("M-07") == parent


def test_revoking_ends_it_at_once_with_a_reason() -> None:
    mandate = in_force("M-07")
    path = reverse("revoke-mandate", args=[mandate.pk])
    hatted = {"hat": str(hat("bram", "db").pk)}
    assert signed_in("bram").post(path, hatted).status_code == 422
    assert signed_in("bram").post(path, {**hatted, "reason": "Reorganisatie"}).status_code == 302
    assert not Mandate.objects.filter(number__in=["M-07", "M-08"], revoked_at=None).exists()
    assert str(Act.objects.latest("id").motivation_text) == "Reorganisatie"
    page("bram", path, status=404)


def test_a_version_may_begin_later() -> None:
    mandate = in_force("M-06")
    later = clock.today() + timedelta(days=30)
    path = reverse("change-mandate", args=[mandate.pk])
    assert signed_in("bram").post(path, given(mandate, valid_from=later.isoformat())).status_code == 302
    assert in_force("M-06").valid_from == later


@pytest.mark.parametrize("name", ["helene", "bea", "noor", "victor"])
def test_nobody_else_keeps_it(name: str) -> None:
    mandate = in_force("M-06")
    assert "Intrekken" not in page(name, reverse("mandate", args=[mandate.pk]))
    for address in ("change-mandate", "revoke-mandate"):
        page(name, reverse(address, args=[mandate.pk]), status=404)
