"""The database finds the mandate to rely on; the rule in Python says which it must be."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit import clock
from roles import services
from roles.authorize import Kind, Wanted, read
from roles.models import Mandate, Scheme
from roles.rules.mandate import Matter, narrowest
from roles.services.mandates import terms
from tests.roles.conftest import position, seat, user

DOMAINS, SCALES = ["", "youth", "support"], ["", "local", "regional"]
AMOUNTS = [None, *(Decimal(amount) for amount in (0, 10_000, 50_000, 50_001, 250_000))]


@pytest.mark.long
def test_sql_and_python_rely_on_the_same_mandate(scheme: Scheme) -> None:
    choose, today = random.Random(21), clock.today()
    giving, receiving = position("db/db_member"), position("mgr/controller")
    for number in range(60):
        start = today + timedelta(days=choose.choice([-400, -30, 0, 1]))
        services.grant_mandate(
            scheme=scheme, number=f"P-{number:02}", power=choose.choice(["award", "purchase"]), label="Proef",
            granting=giving, receiving=receiving, legal_basis="art. 1", valid_from=start,
            valid_until=choose.choice([None, start, start + timedelta(days=30), start + timedelta(days=4000)]),
            max_amount=choose.choice(AMOUNTS), domain=choose.choice(DOMAINS), scale=choose.choice(SCALES),
        )  # fmt: skip
    for mandate in Mandate.objects.filter(receiving=receiving)[::7]:
        services.revoke_mandate(mandate=mandate, reason="Proef")
    register = list(Mandate.objects.filter(receiving=receiving))
    for _ in range(150):
        matter = Matter(
            power=choose.choice(["award", "purchase", "unknown"]), amount=choose.choice(AMOUNTS),
            domain=choose.choice(DOMAINS[1:]), scale=choose.choice(SCALES[1:]), on=today,
        )  # fmt: skip
        expected = narrowest([terms(mandate) for mandate in register], matter)
        assert _found(scheme, matter) == (expected and expected.number), matter


def test_a_version_that_starts_later_takes_over_on_its_day(scheme: Scheme) -> None:
    first = Mandate.objects.get(number="M-12")
    services.change_mandate(mandate=first, valid_from=clock.today() + timedelta(days=10), max_amount=Decimal(1))
    want = Wanted(
        verb="withdraw", duty="", kind=Kind.INDIVIDUAL, scheme_id=scheme.pk, flow="procurement",
        power="withdraw_procurement",
    )  # fmt: skip
    director = seat("helene", "mgr/director")
    facts = read(user_id=user("helene").pk, appointment_id=director.pk, wanted=want)
    assert (facts.mandate_id, facts.mandate_version) == (first.pk, 1)


def test_the_register_of_limburg_noord_has_what_a_register_has(scheme: Scheme) -> None:
    register = Mandate.objects.filter(scheme=scheme)
    assert register.values("number").distinct().count() >= 12
    assert register.filter(parent__isnull=False).exists()
    assert register.filter(valid_until__lt=clock.today()).exists()
    assert register.filter(version=2, valid_from=date(2024, 1, 1)).exists()
    assert not register.exclude(legal_basis__startswith="Mandaatregeling MGR").exists()


def _found(scheme: Scheme, matter: Matter) -> str | None:
    want = Wanted(
        verb="x", duty="", kind=Kind.OFFICE, scheme_id=scheme.pk, flow="x", power=matter.power, amount=matter.amount,
        domain=matter.domain, scale=matter.scale,
    )  # fmt: skip
    controller = seat("stefan", "mgr/controller")
    facts = read(user_id=user("stefan").pk, appointment_id=controller.pk, wanted=want)
    return facts.mandate_label.split()[0] if facts.mandate_id else None
