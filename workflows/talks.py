"""The cycle of talks: the clock places contracts in their tiers and opens the talks that are due (domain §5.4).

Nothing tells that it becomes so: a provider grows, a regeling changes its tiers, a date comes. So it looks, each hour.
"""

import logging
from datetime import date
from uuid import uuid4

from django.db import transaction

from audit import clock
from audit.services import acting
from cases.models import Case, Contract, Review
from cases.rules.tiers import Tier, Worth, next_talk, tiers_of
from cases.selectors.contracts import RUNNING, running_contracts, tiers
from cases.services import contract_care as care
from cases.services import contract_course as course
from roles.models import Scheme
from workflows.contract_care import REVIEW, begin_under
from workflows.escalations import locked

logger = logging.getLogger(__name__)


def open_due() -> int:
    """Look at every running contract; how many talks began. One that fails is seen in the log."""
    today = clock.today()
    return sum(_of_scheme(scheme, today) for scheme in Scheme.objects.order_by("pk"))


def _of_scheme(scheme: Scheme, today: date) -> int:
    """Two queries, and a transaction for each contract that changes tier or has a talk due."""
    levels = tiers(scheme.pk, today)
    found = running_contracts(scheme.pk).filter(starts_on__lte=today)
    rows = list(found.values_list("pk", "provider", "annual_amount", "tier", "next_review_on"))
    placed = tiers_of([Worth(pk, provider, amount) for pk, provider, amount, *_ in rows], levels)
    opened = 0
    for pk, _, _, tier, due in rows:
        level = placed.get(pk, Tier(code="", talks_a_year=0))
        if level.code != tier or (due is not None and due <= today):
            opened += _looked_at(pk, level, today)
    return opened


def _looked_at(contract_id: int, tier: Tier, today: date) -> bool:
    try:
        with transaction.atomic():
            return _open(contract_id, tier, today)
    except Exception:
        logger.exception("Nobody looked whether a talk about contract %s is due", contract_id)
        return False


def _open(contract_id: int, tier: Tier, today: date) -> bool:
    """Under the lock of the case; somebody else may have looked in between."""
    case = locked(contract_id)
    contract = Contract.objects.select_related("provider", "lot").get(pk=contract_id)
    contract.case = case
    if not case.is_running:
        return False
    if contract.tier != tier.code:
        _place(contract, tier, today)
    due = contract.next_review_on
    busy = Case.objects.filter(parent=case, kind=REVIEW.kind, state__in=RUNNING).exists()
    if due is None or due > today or busy:
        return False
    _begin(contract, tier, due, today)
    return True


def _place(contract: Contract, tier: Tier, today: date) -> None:
    """In another tier than before: the next talk is so long after the last one, and not in the past."""
    reviews = Review.objects.filter(contract=contract).order_by("-planned_for")
    last = reviews.values_list("planned_for", flat=True).first() or contract.starts_on
    following = next_talk(last=last, talks_a_year=tier.talks_a_year)
    with acting(chain=contract.case.chain, verb="place_in_tier") as act:
        act.details |= {"tier": tier.code, "was": contract.tier}
        course.place_in_tier(
            contract=contract, tier=tier.code, next_review_on=max(following, today) if following else None
        )


def _begin(contract: Contract, tier: Tier, due: date, today: date) -> None:
    """The talk, and when the one after it is due: an act in either chain, with the same correlation."""
    together = uuid4()

    def write(case: Case) -> None:
        care.open_review(case=case, contract=contract, opening=Review.Opening.CYCLE, planned_for=due, reason="")

    title = f"Contractgesprek {contract.provider}"
    review = begin_under(contract, REVIEW, contract.case.submitted_by_id, None, title, write, together)
    with acting(chain=contract.case.chain, verb="plan_review") as act:
        act.correlation = together
        act.details |= {"review": review.number, "case": review.chain}
        course.place_in_tier(
            contract=contract, tier=tier.code, next_review_on=next_talk(last=today, talks_a_year=tier.talks_a_year)
        )
