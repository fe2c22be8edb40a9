"""Whom a repeated step asks."""

from roles.models import Organisation
from workflows.models import CaseProcess


def participants(process: CaseProcess) -> list[Organisation]:
    """The municipalities that take part, in the order of the regeling."""
    shares = process.case.commission.shares.filter(takes_part=True).select_related("organisation")
    return [share.organisation for share in shares.order_by("organisation__name")]
