"""Tenders from the desk to the ranking: under seal and from an outside platform (ADR 34)."""

import pytest

from cases.models import Procurement
from cases.selectors import tenders
from tests.workflows import buy

pytestmark = pytest.mark.django_db
SCHEMES = ("limburg-noord", "centraal-gelderland")


@pytest.mark.long
@pytest.mark.parametrize("scheme", SCHEMES)
def test_tenders_of_an_outside_platform_are_taken_over_assessed_and_ranked(scheme: str) -> None:
    case = buy.brought_to("award_advice", scheme=scheme)
    ranking = tenders.ranking(Procurement.objects.get(pk=case.pk))
    assert {row.place for row in ranking} == {1, 2, 3}
