"""The look of a regeling: of the visitor's own, or of the case; neutral for who has several, and before signing in."""

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from config.demo.players import hat
from roles import services
from roles.models import Position, Scheme
from roles.setup import read
from tests.client import Client
from tests.pages.world import CG, LN
from tests.workflows import play
from tests.workflows.browser import at

pytestmark = pytest.mark.django_db

WATER, HEATH = "ui/themes/water.css", "ui/themes/heath.css"


def looks(client: Client, path: str) -> list[str]:
    page = client.get(path).content.decode()
    return [theme for theme in (WATER, HEATH, "ui/themes/") if theme in page]


def test_who_belongs_to_one_regeling_sees_its_look() -> None:
    assert looks(at("noor"), "/")[0] == WATER
    assert looks(at("gerben"), "/")[0] == HEATH


@pytest.mark.long
def test_who_belongs_to_several_sees_the_products_own_and_on_a_case_that_of_the_case() -> None:
    ours, theirs = play.submitted(), play.submitted(scheme=CG)
    position = Position.objects.get(body__scheme__code=CG, body__code="ab", role__code="ab_member")
    services.appoint(person=hat("noor").person, position=position, kind="member", valid_from=play.in_days(0))
    services.sync_memberships()
    noor = at("noor")
    assert looks(noor, "/") == []
    assert looks(noor, reverse("case", args=[ours.pk]))[0] == WATER
    assert looks(noor, reverse("case", args=[theirs.pk]))[0] == HEATH


def test_who_belongs_to_none_or_did_not_sign_in_sees_the_products_own() -> None:
    assert looks(at("mallory"), "/") == []
    assert looks(Client(), reverse("account_login")) == []


@pytest.mark.parametrize("name", [LN, CG])
def test_the_look_of_each_regeling_is_there_and_is_a_file_of_ten_lines_or_so(name: str) -> None:
    theme = read(name)["scheme"]["theme"]
    assert Scheme.objects.get(code=name).theme == theme
    assert finders.find(f"ui/themes/{theme}.css")
    source = settings.BASE_DIR / "ui" / "themes" / f"{theme}.css"
    assert len(source.read_text().splitlines()) <= 14
