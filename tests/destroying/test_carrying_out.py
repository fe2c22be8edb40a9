"""What two people decided on is carried out: once, wholly, and the verifier agrees."""

import pytest

from audit.verify import verify
from cases.models import Case, Destruction
from tests.destroying.play import destroyed, withdraw, years_later
from tests.workflows.play import submitted


@pytest.mark.django_db
def test_a_withdrawn_case_goes_when_its_year_is_over() -> None:
    case = submitted()
    withdraw(case)
    with years_later():
        destruction = destroyed(case)
    assert destruction.state == Destruction.State.DONE
    assert Case.objects.get(pk=case.pk).destroyed_at is not None
    assert verify().findings == []
