"""Who may read a document of a case that they see (domain §7, architecture §5).

Public and internal go with the case. Confidential asks for a right of its own. Secret is for those with a part in this
case: who holds a role that its flow is bound to, and who sits in a body that decides in it. A supervisor has none, and
reads a secret by noodtoegang alone (`workflows.emergencies`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from cases.models import Classification
from roles.models import Appointment, Position
from roles.models.fields import holding_on
from roles.selectors import SEAT, Hat
from workflows.models import CaseProcess
from workflows.nodes import Collective

ALWAYS = frozenset({Classification.PUBLIC, Classification.INTERNAL})
TRACED = frozenset({Classification.CONFIDENTIAL, Classification.SECRET})


def readable(
    process: CaseProcess, hats: Sequence[Hat], *, confidential: bool, emergency: bool = False
) -> frozenset[str]:
    """The classifications that somebody with these hats may read; `confidential`: holds that right in this case."""
    if emergency:
        return ALWAYS | TRACED
    levels = set(ALWAYS)
    if confidential:
        levels.add(Classification.CONFIDENTIAL)
        if _has_part(process, hats):
            levels.add(Classification.SECRET)
    return frozenset(levels)


def _has_part(process: CaseProcess, hats: Sequence[Hat]) -> bool:
    if any(hat.position.pk in bound_positions(process) for hat in hats):
        return True
    bodies = deciding_bodies(process)
    return any(hat.position.body_id in bodies for hat in hats)


def deciding_bodies(process: CaseProcess) -> set[int]:
    """Every body that decides in this case, or may."""
    nodes = process.flow_class.instance.nodes()
    deciding = [process.bindings[node.name] for node in nodes if isinstance(node, Collective)]
    return set(Position.objects.filter(pk__in=deciding).values_list("body", flat=True))


def sitting(positions: Collection[int], bodies: Collection[int], on: date) -> list[Appointment]:
    """Who holds one of these positions on a day, or sits in one of these bodies. One query."""
    either = Q(position__in=positions) | Q(position__body__in=bodies)
    return list(Appointment.objects.filter(either, holding_on(on)).select_related(*SEAT).order_by("id"))


def bound_positions(process: CaseProcess) -> set[int]:
    """Every role that has a step in this case."""
    return positions_in(process.bindings)


def positions_in(bindings: Mapping[str, Any]) -> set[int]:
    """Of each step one, or one for each municipality."""
    bound: set[Any] = set()
    for value in bindings.values():
        bound |= set(value.values()) if isinstance(value, dict) else {value}
    return bound - {None}
