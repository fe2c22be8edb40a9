"""What each municipality keeps of a commission in its own house: numbers, agenda dates, whether its raad was told."""

from django.db import models

from audit.history import tracked
from cases.models.commission import Commission
from cases.models.documents import Document
from roles.models import Organisation


class MunicipalReference(models.Model):
    """One municipality's own administration of one commission, during the case and after it."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="references", verbose_name="opdracht")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="gemeente")
    own_reference = models.CharField("zaaknummer gemeente", max_length=40, blank=True)
    college_on = models.DateField("agendadatum college", null=True, blank=True)
    council_on = models.DateField("agendadatum raad", null=True, blank=True)

    # Ter kennisname aan de raad.
    informed_on = models.DateField("ter kennisname aan de raad op", null=True, blank=True)
    informed_by = models.CharField("besluit of raadsinformatiebrief", max_length=100, blank=True)
    informed_with = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="stuk voor de raad"
    )

    plain_words = ("own_reference", "informed_by")
    history = tracked()

    class Meta:
        verbose_name = "gemeentelijke gegevens"
        verbose_name_plural = "gemeentelijke gegevens"
        constraints = [models.UniqueConstraint(fields=["commission", "organisation"], name="municipal_reference_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.commission_id}: {self.organisation_id}"
