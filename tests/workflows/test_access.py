"""In whose lists a case stands: kept by the database, out of reach of the application."""

import pytest
from django.db import ProgrammingError

from cases.models import CaseAccess
from tests.workflows import play

pytestmark = pytest.mark.django_db


def test_a_case_stands_in_the_lists_of_its_regeling_and_of_who_takes_part() -> None:
    case = play.submitted()
    scopes = set(CaseAccess.objects.filter(case=case).values_list("scope", flat=True))
    municipalities = {f"organisation/{share.organisation_id}" for share in case.commission.shares.all()}
    assert scopes == {f"scheme/{case.scheme_id}"} | municipalities


@pytest.mark.long
def test_its_state_there_follows_the_case() -> None:
    case = play.brought_to("acceptance")
    play.do("helene", case, "acceptance", "accept")
    assert set(CaseAccess.objects.filter(case=case).values_list("state", flat=True)) == {"granted"}


def test_the_application_cannot_write_it() -> None:
    case = play.submitted()
    with pytest.raises(ProgrammingError, match="permission denied"):
        CaseAccess.objects.create(scope="organisation/999", state="open", case=case)
