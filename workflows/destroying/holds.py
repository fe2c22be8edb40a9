"""Bevriezen: a case that is not destroyed while something hangs over it, and lifting that."""

from contextlib import AbstractContextManager

from django.db import transaction

from audit import clock
from audit.services import OpenAct, acting
from cases.models import Case, RetentionHold
from cases.rules.retention import ARTICLE
from cases.services import retention
from roles.authorize import Authority, NotAllowed
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows.register import Keeper

STEP = "propose_destruction"


@transaction.atomic
def hold(*, keeper: Keeper, case: Case, kind: str, ground: str) -> RetentionHold:
    """With the ground, in the trail of the case. Raises NotAllowed."""
    by = keeper.may(case.scheme, STEP)
    _there(case)
    if RetentionHold.objects.filter(case=case, kind=kind, lifted_at=None).exists():
        raise NotAllowed(Refused("De zaak is om deze reden al bevroren.", ARTICLE))
    with _acting(case, "hold_retention", by) as act:
        act.details = {"kind": kind}
        return retention.hold(case=case, kind=kind, ground=ground, by=by, at=clock.now())


@transaction.atomic
def lift(*, keeper: Keeper, placed: RetentionHold, reason: str) -> None:
    """It may go again, when its term is over. Raises NotAllowed."""
    by = keeper.may(placed.case.scheme, STEP)
    _there(placed.case)
    placed = RetentionHold.objects.select_for_update(no_key=True).get(pk=placed.pk)
    if placed.lifted_at is not None:
        raise NotAllowed(Refused("Deze bevriezing was al opgeheven.", ARTICLE))
    with _acting(placed.case, "lift_retention", by) as act:
        act.details = {"kind": placed.kind}
        act.motivation = reason
        retention.lift(placed=placed, at=clock.now())


def _there(case: Case) -> None:
    """Under a lock: it is not destroyed meanwhile."""
    if Case.objects.select_for_update(no_key=True).get(pk=case.pk).destroyed_at is not None:
        raise NotAllowed(Refused("Deze zaak is vernietigd.", ARTICLE))


def _acting(case: Case, verb: str, by: Authority) -> AbstractContextManager[OpenAct]:
    return acting(chain=case.chain, verb=verb, actor=by.actor, user_id=by.user_id, hat=hat_of(by))
