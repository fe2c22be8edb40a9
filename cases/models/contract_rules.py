"""What a regeling has agreed on about following its contracts, dated: tiers, signals of expiry, figures with a norm."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models.fields import euros
from cases.models.providers import Lot
from cases.rules import kpi as rule
from cases.rules.tiers import Tier
from roles.models import Scheme
from roles.models.fields import Period, ends_after_its_start


class ReviewTier(Period):
    """How often there is a talk with which providers (gespreksniveau). The first in order that takes one, holds."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="review_tiers", verbose_name="regeling")
    code = models.SlugField("code", max_length=20, db_index=False)
    name = models.CharField("naam", max_length=80)
    place = models.PositiveSmallIntegerField("volgorde")
    talks_a_year = models.PositiveSmallIntegerField(
        "gesprekken per jaar", help_text="0: alleen als iemand erom vraagt."
    )
    largest = models.PositiveSmallIntegerField("zoveel grootste aanbieders", null=True, blank=True)
    from_amount = euros("vanaf omzet per jaar", null=True, blank=True)
    basis = models.CharField("grondslag", max_length=200)

    history = tracked()

    class Meta:
        verbose_name = "gespreksniveau"
        verbose_name_plural = "gespreksniveaus"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code", "valid_from"], name="review_tier_once_a_day"),
            models.CheckConstraint(condition=Q(talks_a_year__lte=12), name="review_tier_monthly_at_most"),
            ends_after_its_start("review_tier"),
        ]
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def rule(self) -> Tier:
        """As the rules count with it."""
        return Tier(code=self.code, talks_a_year=self.talks_a_year, largest=self.largest, from_amount=self.from_amount)


class ExpirySignal(Period):
    """So many months before the end of a contract somebody decides what comes after it (expiratiesignaal)."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="expiry_signals", verbose_name="regeling")
    months = models.PositiveSmallIntegerField("maanden voor het einde")
    basis = models.CharField("grondslag", max_length=200)

    history = tracked()

    class Meta:
        verbose_name = "expiratiesignaal"
        verbose_name_plural = "expiratiesignalen"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "months", "valid_from"], name="expiry_signal_once_a_day"),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=60), name="expiry_signal_months"),
            ends_after_its_start("expiry_signal"),
        ]
        ordering = ["-months", "id"]

    def __str__(self) -> str:
        return f"{self.months} maanden"


class Kpi(Period):
    """A figure with a norm (KPI), of all contracts of a regeling or of those of one lot, whose own goes before."""

    class Direction(models.TextChoices):
        AT_LEAST = rule.Direction.AT_LEAST, "ten minste"
        AT_MOST = rule.Direction.AT_MOST, "ten hoogste"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="kpis", verbose_name="regeling")
    lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, blank=True, related_name="kpis", verbose_name="perceel",
        help_text="Leeg: alle percelen.",
    )  # fmt: skip
    code = models.SlugField("code", max_length=40, db_index=False)
    name = models.CharField("naam", max_length=80)
    unit = models.CharField("eenheid", max_length=20)
    direction = models.CharField("richting", max_length=10, choices=Direction)
    norm = models.DecimalField("norm", max_digits=12, decimal_places=2)
    escalates = models.BooleanField("bij schending escaleren", default=False)
    basis = models.CharField("grondslag", max_length=200)

    history = tracked()

    class Meta:
        verbose_name = "KPI"
        verbose_name_plural = "KPI's"
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "lot", "code", "valid_from"], nulls_distinct=False, name="kpi_once_a_day"
            ),
            ends_after_its_start("kpi"),
        ]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
