"""What the flow of a procurement asks of its case."""

from datetime import date, datetime, timedelta

from cases.models import Application, Instrument, Procurement, Scale
from cases.selectors import tenders
from roles import selectors as roles
from workflows.models import CaseProcess

NO_MARKET = (Instrument.SUBSIDY, Instrument.INSOURCING)


def strategy_is_local(process: CaseProcess) -> bool:
    """For one municipality: it adopts the strategy itself."""
    return bool(process.case.top.commission.scale == Scale.LOCAL)


def tendered(process: CaseProcess) -> bool:
    """Does it go to the market? A subsidy is granted and one's own service is charged, without a tender."""
    return _procurement(process).instrument not in NO_MARKET


def is_open_house(process: CaseProcess) -> bool:
    """Whoever meets the conditions is admitted: nobody is chosen, so there is nothing to compare."""
    return bool(_procurement(process).instrument == Instrument.OPEN_HOUSE)


def closing_at(process: CaseProcess) -> datetime:
    """The moment at which the market may answer no longer."""
    moment = _procurement(process).closing_at
    if moment is None:
        raise ValueError("A procurement on the market has no closing moment")
    return moment


def any_admitted(process: CaseProcess) -> bool:
    """Was anybody admitted to the open house?"""
    return _procurement(process).applications.filter(state=Application.State.ADMITTED).exists()


def tenders_came(process: CaseProcess) -> bool:
    """Was there any tender in time?"""
    procurement = _procurement(process)
    return procurement.tenders.filter(round=procurement.round).exists()


def valid_tenders(process: CaseProcess) -> bool:
    """Is there a tender left that is neither excluded nor invalid, and offers something?"""
    return bool(tenders.offers(_procurement(process)))


def award_in_mandate(process: CaseProcess) -> bool:
    """Whoever is bound to the award, and to the signature under it, may do so for all that is awarded.

    Where either mandate falls short the board decides, and its decision is what is signed on: nothing gets stuck later.
    """
    commission = process.case.top.commission
    return all(
        roles.mandate_covers(
            position_id=process.bindings[step], power=power, amount=_procurement(process).cost,
            domain=commission.domain, scale=commission.scale,
        )
        for step, power in (("award_decision", "award"), ("contract_signing", "sign_contract"))
    )  # fmt: skip


def standstill_holds(process: CaseProcess) -> bool:
    """Does anybody have to wait? Not where it was waived, or where nobody lost: that was settled with the letters."""
    return _procurement(process).standstill_until is not None


def standstill_ends(process: CaseProcess) -> date:
    """The first day on which a contract may be signed."""
    last = _procurement(process).standstill_until
    if last is None:
        raise ValueError("A standstill has no last day")
    return last + timedelta(days=1)


def _procurement(process: CaseProcess) -> Procurement:
    content = process.case.procurement
    assert isinstance(content, Procurement)
    return content
