"""How the register of appointments is kept: what the AB decided about it, and files that wait for a yes."""

from django.contrib.auth.models import User
from django.db import models

from audit.history import tracked
from roles.models.fields import text
from roles.models.schemes import Scheme


class SegregationDecision(models.Model):
    """The AB decides from when nobody is client and owner at once. Never edited: another date is another decision."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="segregation_decisions", verbose_name="regeling")
    decided_on = models.DateField("besloten op")
    reference = text("kenmerk van het besluit")
    segregated_from = models.DateField("rolscheiding vanaf", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "besluit over de rolscheiding"
        verbose_name_plural = "besluiten over de rolscheiding"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.segregated_from}"


class AppointmentFile(models.Model):
    """A file with appointments as somebody chose it, until they say yes or it is a day old. No evidence: it holds
    names, and nothing of it has happened yet. What an import did, acts say; they name the file by its hash."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+", verbose_name="regeling")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="van")
    name = models.CharField("bestandsnaam", max_length=200)
    content = models.BinaryField("inhoud")
    created_at = models.DateTimeField("klaargezet op")

    class Meta:
        verbose_name = "klaargezet benoemingenbestand"
        verbose_name_plural = "klaargezette benoemingenbestanden"

    def __str__(self) -> str:
        return self.name
