"""What several of these models share: a period with its end included, and a text that can be destroyed."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q


def text(label: str, **options: Any) -> Any:
    """A name or a reason. It lies in the audit's erasable texts, so that no row or history keeps a copy."""
    return models.ForeignKey("audit.Text", models.PROTECT, verbose_name=label, related_name="+", **options)


class Period(models.Model):
    """Holds from the first day up to and including the last; without a last day it goes on."""

    valid_from = models.DateField("geldig van")
    valid_until = models.DateField("geldig tot en met", null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def holding_on(day: date, prefix: str = "") -> Q:
    """The periods that hold on a day, as a filter; `prefix` is the path to them, with its underscores."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gte": day})
    )


def ends_after_its_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")), name=f"{name}_ends_after_start"
    )
