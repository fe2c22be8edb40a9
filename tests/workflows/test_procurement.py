"""A procurement up to the closing of the market: by the people of a regeling, in both of them (domain §5.2)."""


import pytest

from cases.models import Procurement, TeamMember
from config.demo import buying
from tests.workflows import buy, play

pytestmark = pytest.mark.django_db
SCHEMES = ("limburg-noord", "centraal-gelderland")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_accepted_commission_is_bought_up_to_the_closing_of_the_market(scheme: str) -> None:
    case = buy.brought_to("closing", scheme=scheme)
    procurement = Procurement.objects.get(pk=case.pk)
    assert case.number.startswith("INK-")
    assert (case.phase, case.state) == ("market", "open")
    assert procurement.closing_at is not None
    assert [each.kind for each in procurement.publications.all()] == ["notice", "clarification"]
    assert procurement.team.filter(role=TeamMember.Role.ASSESSOR).count() == 3
    buy.let_pass(case)
    assert play.open_steps(case) == ["opening"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_local_one_is_decided_by_its_municipality(scheme: str) -> None:
    case = buy.brought_to("strategy_local", scheme=scheme, scale="local")
    buying.decide_strategy_locally(case)
    assert play.open_steps(case) == ["papers"]
