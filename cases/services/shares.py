"""Shares of municipalities that leave, and the estimate that goes down with them."""

from decimal import Decimal

from cases.models import Commission, Share


def leave(share: Share) -> None:
    share.takes_part = False
    share.annual_amount = Decimal(0)
    share.save()


def sum_up(commission: Commission) -> None:
    """The estimate is the sum of the shares."""
    commission.annual_amount = sum((share.annual_amount for share in commission.shares.all()), Decimal(0))
    commission.save(update_fields=["annual_amount"])
