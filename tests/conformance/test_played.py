"""Cases that the cast played, replayed by their acts."""

import pytest

from cases.models import Case
from tests.database import after
from tests.pages.world import World, worlds
from workflows.conformance import keeping

pytestmark = pytest.mark.django_db


@after(worlds)
def test_every_case_of_the_world_fits(played: list[World]) -> None:
    found = list(keeping.replayed(list(Case.objects.values_list("pk", flat=True))))
    assert [(each.number, each.result) for each in found if not each.result.fits] == []
