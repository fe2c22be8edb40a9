"""A regeling, who takes part in it, and in what."""

from django.db import models

from audit.history import tracked
from roles.models.fields import Period, ends_after_its_start

SEEING = (
    ("view_cases", "Mag de zaken zien"),
    ("view_confidential", "Mag ook het vertrouwelijke in de zaken zien"),
)


class Scheme(models.Model):
    """An MGR as it was agreed on (regeling). Everything else hangs under one."""

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("naam", max_length=120)
    segregated_from = models.DateField("rolscheiding vanaf", null=True, blank=True)
    theme = models.SlugField("thema", max_length=40, blank=True, db_index=False)  # a file of ui/themes/, without .css

    history = tracked()

    class Meta:
        verbose_name = "regeling"
        verbose_name_plural = "regelingen"
        permissions = SEEING

    def __str__(self) -> str:
        return self.name

    @property
    def chain(self) -> str:
        """Where the acts that belong to no case are kept."""
        return f"scheme/{self.pk}"


class Organisation(models.Model):
    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", "Gemeente"
        MGR = "mgr", "MGR"
        PARTNER = "partner", "Partnerregio"
        OTHER = "other", "Overig"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="organisations", verbose_name="regeling")
    code = models.SlugField("code", max_length=40, db_index=False)
    name = models.CharField("naam", max_length=120)
    kind = models.CharField("soort", max_length=20, choices=Kind)

    history = tracked()

    class Meta:
        verbose_name = "organisatie"
        verbose_name_plural = "organisaties"
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="organisation_code_once")]
        permissions = SEEING

    def __str__(self) -> str:
        return self.name


class Module(models.Model):
    """A part of the regeling that a municipality takes part in, or not."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="modules", verbose_name="regeling")
    code = models.SlugField("code", max_length=40, db_index=False)
    name = models.CharField("naam", max_length=120)

    history = tracked()

    class Meta:
        verbose_name = "module"
        verbose_name_plural = "modules"
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="module_code_once")]

    def __str__(self) -> str:
        return self.name


class Participation(Period):
    """Who takes part changes with mergers and later joining, so it is asked for as of a day."""

    module = models.ForeignKey(Module, models.PROTECT, related_name="participations", verbose_name="module")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="participations", verbose_name="deelnemer"
    )

    history = tracked()

    class Meta:
        verbose_name = "deelname"
        verbose_name_plural = "deelnames"
        constraints = [ends_after_its_start("participation")]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.module}"
