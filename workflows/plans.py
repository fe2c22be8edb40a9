"""Keeping the planning of a regeling: what is to be bought, and when (domain §5.9). Each change is an act there."""

from django.db import transaction

from audit import clock
from cases.models import PlanningItem
from cases.rules.planning import problems
from cases.services import planning
from cases.services.planning import Plan
from roles.models import Scheme
from roles.services.acting import act
from roles.services.keeping import lock
from workflows.fitness import Unfit
from workflows.register import Keeper

STEP = "keep_planning"


@transaction.atomic
def plan_procurement(*, keeper: Keeper, scheme: Scheme, wanted: Plan) -> PlanningItem:
    """Raises Unfit with all that does not fit."""
    by = keeper.may(lock(scheme), STEP)
    _check_plan(wanted)
    with act(chain=scheme.chain, verb="plan_procurement", by=by) as running:
        item = planning.plan(scheme=scheme, wanted=wanted)
        running.details |= {"item": f"planningitem/{item.pk}"}
    return item


@transaction.atomic
def change_plan(*, keeper: Keeper, item: PlanningItem, wanted: Plan, reason: str = "") -> None:
    """Other moments, or other words."""
    by = keeper.may(lock(item.scheme), STEP)
    _check_plan(wanted)
    with act(chain=item.scheme.chain, verb="change_plan", by=by) as running:
        running.motivation = reason
        running.details |= {"item": f"planningitem/{item.pk}"}
        planning.change(item=planning.locked(item), wanted=wanted)


@transaction.atomic
def drop_plan(*, keeper: Keeper, item: PlanningItem, reason: str) -> None:
    """It will not be bought after all."""
    by = keeper.may(lock(item.scheme), STEP)
    with act(chain=item.scheme.chain, verb="drop_plan", by=by) as running:
        running.motivation = reason
        running.details |= {"item": f"planningitem/{item.pk}"}
        planning.drop(item=planning.locked(item))


def _check_plan(wanted: Plan) -> None:
    if found := problems(wanted.moments, today=clock.today()):
        raise Unfit(found)
