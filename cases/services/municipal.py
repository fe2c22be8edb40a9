"""What a municipality keeps of a commission in its own house: its zaaknummer, agenda dates, and that its raad knows."""

from dataclasses import dataclass
from datetime import date

from cases.models import Commission, MunicipalReference
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused

TO_COUNCIL = "Gemeentewet art. 169 (actieve informatieplicht)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """All of it, as the municipality knows it now; empty is unknown, or not yet."""

    own_reference: str = ""
    college_on: date | None = None
    council_on: date | None = None
    informed_on: date | None = None
    informed_by: str = ""
    informed_with: int | None = None


def note(*, commission: Commission, organisation_id: int, reference: Reference, today: date) -> MunicipalReference:
    """Write it down, or change it: what it was stays in the history. Raises NotAllowed."""
    _check(reference, commission, today)
    row = commission.references.filter(organisation=organisation_id).first() or MunicipalReference(
        commission=commission, organisation_id=organisation_id
    )
    row.own_reference = reference.own_reference
    row.college_on, row.council_on = reference.college_on, reference.council_on
    row.informed_on, row.informed_by = reference.informed_on, reference.informed_by
    row.informed_with_id = reference.informed_with
    row.save()
    return row


def note_number(*, commission: Commission, organisation_id: int, own_reference: str) -> None:
    """The number alone, as it comes along with an answer."""
    row = commission.references.filter(organisation=organisation_id).first() or MunicipalReference(
        commission=commission, organisation_id=organisation_id
    )
    if own_reference and row.own_reference != own_reference:
        row.own_reference = own_reference
        row.save()


def _check(reference: Reference, commission: Commission, today: date) -> None:
    told = reference.informed_by or reference.informed_with
    if reference.informed_on is None and told:
        raise NotAllowed(Refused("Vul ook in wanneer de raad het ter kennisname kreeg.", TO_COUNCIL))
    if reference.informed_on is not None and not told:
        raise NotAllowed(Refused("Noem het besluit of de raadsinformatiebrief, of kies het stuk.", TO_COUNCIL))
    if reference.informed_on is not None and reference.informed_on > today:
        raise NotAllowed(Refused("De raad kan het niet in de toekomst al hebben gekregen.", TO_COUNCIL))
    if reference.informed_with and not commission.case.documents.filter(pk=reference.informed_with).exists():
        raise NotAllowed(Refused("Kies een stuk van deze zaak.", TO_COUNCIL))
