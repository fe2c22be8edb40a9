"""Whoever's turn it is in a confidential case may know of it from then on."""

from collections.abc import Sequence

from cases.models import Case
from cases.services.access import admit as admit_positions
from roles.models import Position
from workflows.models import CaseTask


def admit(case: Case, tasks: Sequence[CaseTask]) -> None:
    """The roles whose queue a new task stands in; where a body decides, everybody in it. Within the act of the step."""
    positions = {task.position_id for task in tasks if task.position_id is not None}
    deciding = [task.position_id for task in tasks if task.flow_task.by_body]
    if deciding:
        bodies = Position.objects.filter(pk__in=deciding).values("body")
        positions |= set(Position.objects.filter(body__in=bodies).values_list("pk", flat=True))
    admit_positions(case=case, positions=positions)
