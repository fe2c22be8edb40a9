"""The seven aldermen, who sit in the PHO and the AB, and three of them in the DB: nothing is hidden, nothing locks."""

from datetime import date
from decimal import Decimal

import pytest

from cases.models import Vote
from roles import selectors, services
from roles.authorize import Kind, NotAllowed, Wanted, authorize
from roles.models import Scheme
from tests.roles.conftest import person, position, seat, user
from tests.workflows import play


@pytest.mark.long
@pytest.mark.parametrize("segregated_from", [None, date(2026, 1, 1)])
def test_owners_who_voted_as_clients_vote_flagged_and_the_case_goes_on(
    scheme: Scheme, segregated_from: date | None
) -> None:
    if segregated_from:
        services.set_segregation_date(scheme=scheme, segregated_from=segregated_from, decision="Besluit AB")
    case = play.submitted()
    play.align(case)
    play.take_in(case)
    play.propose(case, within_budget=False, cost=Decimal(400_000))
    play.meet(case, "rmt_validation", "positive")
    play.meet(case, "pho_decision", "grant")
    aldermen = {person(name).pk for name in ("noor", "daan", "fatima", "joris", "lotte", "karim", "ilse")}
    assert aldermen <= selectors.acted_as(["client"], case.chains)
    play.meet(case, "db_decision", "agree")
    votes = Vote.objects.filter(ballot__case=case, ballot__body__code="db")
    assert [vote.flagged for vote in votes] == [True, True, True]
    assert play.open_steps(case) == ["acceptance"]

    alone = Wanted(
        verb="x", duty="approve", kind=Kind.INDIVIDUAL, scheme_id=scheme.pk, flow="commissioning", chains=case.chains,
        position_id=position("db/db_member").pk, ground="Er is niemand anders.",
    )  # fmt: skip
    karim = {"user_id": user("karim").pk, "appointment_id": seat("karim", "db/db_member").pk}
    if segregated_from:
        with pytest.raises(NotAllowed, match="al gehandeld als opdrachtgever"):
            authorize(**karim, wanted=alone)
    else:
        assert authorize(**karim, wanted=alone).flags == ("double-hat",)
