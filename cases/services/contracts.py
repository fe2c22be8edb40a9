"""An entry of the contract register comes into being: a case of its own under the procurement that it came from."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cases.models import Case, Contract, Lot, Provider
from cases.services.words import write
from roles.models import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What was agreed on with one provider about one lot."""

    provider: Provider
    lot: Lot
    starts_on: date
    ends_on: date
    annual_amount: Decimal
    ceiling: Decimal
    option_years: int = 0
    option_times: int = 0
    signed_on: date | None = None


def open_contract(
    *, case_id: int, number: str, parent: Case, organisation: Organisation, submitted_by: int, at: datetime,
    agreed: Agreed, imported: bool = False,
) -> Contract:  # fmt: skip
    """The case under its procurement. The act in its chain is already open."""
    case = Case(
        pk=case_id, scheme=parent.scheme, kind=Case.Kind.CONTRACT, number=number, organisation=organisation,
        submitted_by_id=submitted_by, phase="registered", opened_at=at, parent=parent, subject=parent.subject,
        imported=imported,
    )  # fmt: skip
    case.title = write(case, f"{agreed.provider}: {agreed.lot}")
    case.save(force_insert=True)
    contract = Contract(
        case=case, provider=agreed.provider, lot=agreed.lot, signed_on=agreed.signed_on, starts_on=agreed.starts_on,
        ends_on=agreed.ends_on, option_years=agreed.option_years, option_times=agreed.option_times,
        annual_amount=agreed.annual_amount, ceiling=agreed.ceiling,
    )  # fmt: skip
    contract.save(force_insert=True)
    return contract
