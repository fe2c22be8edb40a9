from django.db import models

from audit.history import tracked


class Permit(models.Model):
    """A tracked row with one column of each kind that PostgreSQL could write in more than one way."""

    title = models.ForeignKey("audit.Text", models.PROTECT, related_name="+", null=True)
    order = models.CharField(max_length=50)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    ratio = models.FloatField(null=True)
    decided_on = models.DateField(null=True)
    closes_at = models.DateTimeField(null=True)
    term = models.DurationField(null=True)
    facts = models.JSONField(default=dict)
    holds = models.BooleanField(default=True)

    history = tracked()

    def __str__(self) -> str:
        return self.order
