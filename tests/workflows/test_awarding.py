"""From the advice on an award to registered contracts, in both regelingen (domain §5.2, steps 11 to 15)."""

import pytest

from audit.models import Act
from cases.models import Case, Contract, Procurement
from cases.models.procurement import Instrument
from config.demo import awarding
from tests.workflows import buy, play

pytestmark = pytest.mark.django_db
SCHEMES = ("limburg-noord", "centraal-gelderland")


def at_advice(scheme: str) -> Case:
    """Without a market: what is awarded is chosen, not compared."""
    return buy.brought_to(
        "award_advice", scheme=scheme, instrument=Instrument.INSOURCING, procedure="", fit_ground="Toezicht als op een eigen dienst."
    )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_from_advice_to_contracts_and_an_evaluation(scheme: str) -> None:
    case = at_advice(scheme)
    awarding.advise_award(case)
    procurement = Procurement.objects.get(pk=case.pk)
    assert procurement.awarded == sum(award.ceiling for award in procurement.awards.all())
    if play.open_steps(case) == ["award_by_board"]:
        play.meet(case, "award_by_board", "award")
    else:
        awarding.decide_award(case)
    awarding.tell_tenderers(case)
    assert play.open_steps(case) == ["contract_drafting"], "nobody lost, so nobody waits"
    awarding.draft_contract(case)
    awarding.sign_contract(case)
    awarding.validate_contract(case)
    awarding.publish_award(case)
    awarding.register_contracts(case)
    case.refresh_from_db()
    assert case.state == Case.State.CONTRACTED
    contracts = Contract.objects.filter(case__parent=case)
    assert contracts.count() == procurement.awards.count() > 0
