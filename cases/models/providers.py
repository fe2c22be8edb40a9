"""Who may deliver, and what: the market of a regeling as its own data names it (aanbieders, percelen)."""

from django.db import models

from audit.history import tracked
from cases.models.commission import Domain
from roles.models import Scheme


class Provider(models.Model):
    """An organisation that delivers, or has offered to (aanbieder). Its name is that of the trade register."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="providers", verbose_name="regeling")
    code = models.SlugField("code", max_length=60, db_index=False)
    name = models.CharField("naam", max_length=120)
    kind = models.CharField("soort", max_length=60, blank=True)  # in the words of the regeling

    history = tracked()

    class Meta:
        verbose_name = "aanbieder"
        verbose_name_plural = "aanbieders"
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="provider_code_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Lot(models.Model):
    """What is bought as one whole (perceel): procurements and contracts of all years name the same."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="lots", verbose_name="regeling")
    code = models.SlugField("code", max_length=60, db_index=False)
    name = models.CharField("naam", max_length=120)
    domain = models.CharField("domein", max_length=20, choices=Domain)

    history = tracked()

    class Meta:
        verbose_name = "perceel"
        verbose_name_plural = "percelen"
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="lot_code_once")]
        ordering = ["domain", "name"]

    def __str__(self) -> str:
        return self.name
