"""What a regeling keeps how long, and what holds up an end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit import texts
from cases.models import Case, RetentionHold, RetentionRule
from cases.services.contract_course import adopt
from roles.authorize import Authority
from roles.models import Scheme


def adopt_retention(*, scheme: Scheme, data: Mapping[str, Any]) -> None:
    """The terms of a regeling's own file; what is there already stays as it is."""
    adopt(RetentionRule, scheme, "adopt_retention", ("of", "kind", "states"), _rows(data))


def _rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"states": ""} | row for row in data.get("retention_rules", [])]


def hold(*, case: Case, kind: str, ground: str, by: Authority, at: datetime) -> RetentionHold:
    """From now on it is not destroyed, until somebody lifts this."""
    return RetentionHold.objects.create(
        case=case, kind=kind, ground=texts.write(case.chain, ground), placed_by_id=by.appointment_id,
        stood_in_by_id=by.stood_in_by_id, placed_at=at,
    )  # fmt: skip


def lift(*, placed: RetentionHold, at: datetime) -> None:
    placed.lifted_at = at
    placed.save(update_fields=["lifted_at"])
