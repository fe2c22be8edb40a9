"""Who keeps the register of a regeling: positions that it binds to the steps of "register", as to those of any flow."""

from collections import defaultdict
from collections.abc import Collection

from django.db import transaction

from roles import authorize, selectors
from roles.authorize import Authority, Kind, Wanted
from roles.models import Appointment, Scheme, StepBinding
from roles.selectors import Hat, Offer

FLOW = "register"

# Everything that is kept; a regeling binds each to one or more positions.
STEPS = {
    "import_appointments": "Benoemingen importeren",
    "appoint": "Benoemen en benoemingen beëindigen",
    "substitute": "Waarneming regelen",
    "exempt": "Ontheffing dubbele stoel vastleggen",
    "set_segregation_date": "Besluit over de rolscheiding vastleggen",
    "see_double_seats": "Dubbele stoelen inzien",
    "approve_dispensation": "Uitzondering op een functiescheiding goedkeuren",
    "keep_mandates": "Mandaatregister bijhouden",
    "migrate_flow": "Zaken naar een andere procesversie zetten",
}


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


def kept_by(hats: Collection[Hat]) -> dict[int, set[str]]:
    """What these hats keep of the register, by the id of the regeling. One query."""
    held = {(hat.position.body_id, hat.position.role_id) for hat in hats}
    schemes = {hat.position.body.scheme_id for hat in hats}
    found: dict[int, set[str]] = defaultdict(set)
    for bound in StepBinding.objects.filter(flow=FLOW, scheme__in=schemes):
        if (bound.body_id, bound.role_id) in held:
            found[bound.scheme_id].add(bound.step)
    return dict(found)
