"""Who keeps the register of a regeling: positions that it binds to the steps of "register", as to those of any flow."""

from django.db import transaction

from roles import authorize, selectors
from roles.authorize import Authority, Kind, Wanted
from roles.models import Appointment, Scheme
from roles.selectors import Offer

FLOW = "register"

# Everything that is kept; a regeling binds each to one or more positions.
STEPS = {
    "import_appointments": "Benoemingen importeren",
    "import_history": "Oude contracten overnemen",
    "appoint": "Benoemen en benoemingen beëindigen",
    "substitute": "Waarneming regelen",
    "exempt": "Ontheffing dubbele stoel vastleggen",
    "set_segregation_date": "Besluit over de rolscheiding vastleggen",
    "see_double_seats": "Dubbele stoelen inzien",
    "approve_dispensation": "Uitzondering op een functiescheiding goedkeuren",
    "keep_mandates": "Mandaatregister bijhouden",
    "hold_seal_key": "Een sleutel hebben om inschrijvingen te openen",
    "keep_escrow_key": "De noodsleutel voor inschrijvingen aanmaken",
    "keep_terms": "Termijnen van stappen bijhouden",
    "keep_planning": "Inkoopplanning bijhouden",
    "keep_improvements": "Verbeterpunten aan een ander geven",
    "extend_terms": "Termijnen verlengen",
    "migrate_flow": "Zaken naar een andere procesversie zetten",
    "propose_destruction": "Vernietigingslijsten opstellen en zaken bevriezen",
    "approve_destruction": "Vernietigingslijsten goedkeuren",
    "see_audit": "Inzien wat in zaken is gedaan",
    "see_audit_totals": "Inzien hoeveel er is vastgelegd",
    "export_cases": "Zaken uitvoeren",
    "examine": "Steekproeven trekken en bevindingen doen",
    "break_glass": "Noodtoegang nemen",
    "review_break_glass": "Noodtoegang nakijken",
    "resend_mail": "Onbestelbare e-mail opnieuw versturen",
    "hear_of_breach": "Overschreden termijnen te horen krijgen",
    "handle_reports": "Meldingen van misstanden behandelen",
    "deputise_reports": "Meldingen behandelen als een behandelaar erbij betrokken is",
    "keep_report_escrow": "De noodsleutel van het meldpunt bewaren",
}
SEEING = {step for step in STEPS if step.startswith("see_")}  # changes nothing
HARMLESS = SEEING | {"examine", "keep_planning"}  # gives nobody a power, and takes none away
ELSEWHERE = {  # done in a case, or on a page of its own
    "approve_destruction", "approve_dispensation", "break_glass", "deputise_reports", "examine", "export_cases",
    "extend_terms", "handle_reports", "hear_of_breach", "hold_seal_key", "keep_escrow_key",
    "keep_improvements", "keep_planning",
    "keep_report_escrow", "propose_destruction", "review_break_glass", "see_audit", "see_audit_totals",
}  # fmt: skip


def lock(scheme: Scheme) -> Scheme:
    """Whoever changes the register of a regeling waits here for another who does; as it stands under the lock."""
    return Scheme.objects.select_for_update(no_key=True).get(pk=scheme.pk)


def keepers(scheme: Scheme, step: str) -> set[int]:
    """The positions that may do this."""
    return {position.pk for position in selectors.bound_positions(scheme, FLOW, step)}


def wanted(scheme: Scheme, step: str, position_id: int | None = None) -> Wanted:
    return Wanted(
        verb=step, duty="", kind=Kind.OFFICE, scheme_id=scheme.pk, flow=FLOW, position_id=position_id, in_cases=False
    )  # fmt: skip


def offers(user_id: int, scheme: Scheme, step: str) -> list[Offer]:
    """The hats in which somebody may do this."""
    allowed = keepers(scheme, step)
    return [offer for offer in selectors.hats_for(user_id, wanted(scheme, step)) if offer.hat.position.pk in allowed]


def authority(
    *, user_id: int, appointment_id: int, scheme: Scheme, step: str, substitution_id: int | None = None
) -> Authority:
    """Raises NotAllowed. Asked in the transaction that makes the change."""
    assert transaction.get_connection().in_atomic_block
    position = Appointment.objects.values_list("position", flat=True).get(pk=appointment_id)
    asked = wanted(scheme, step, position if position in keepers(scheme, step) else 0)
    return authorize.authorize(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id, wanted=asked
    )
