"""A contract: one provider, one lot, and until when; a case of its own under the procurement that it came from."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from audit.history import tracked
from cases.models.case import Case
from cases.models.fields import euros
from cases.models.providers import Lot, Provider
from cases.rules.expiry import Term
from cases.rules.period import years_later


class Contract(models.Model):
    """An entry of the contract register (contract). What is done with it is done in its case."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, verbose_name="zaak")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="contracts", verbose_name="aanbieder")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="contracts", verbose_name="perceel")
    signed_on = models.DateField("getekend op", null=True, blank=True)
    starts_on = models.DateField("gaat in op")
    ends_on = models.DateField("loopt tot en met")  # moves when an option is used
    option_years = models.PositiveSmallIntegerField("jaren per verlenging", default=0)
    option_times = models.PositiveSmallIntegerField("aantal verlengingen", default=0)
    options_used = models.PositiveSmallIntegerField("gebruikte verlengingen", default=0)
    annual_amount = euros("bedrag per jaar")
    ceiling = euros("plafond over de hele looptijd")  # options included
    tier = models.SlugField("gespreksniveau", max_length=20, blank=True, db_index=False)  # in the words of the regeling
    signalled_on = models.DateField("laatste expiratiesignaal", null=True, blank=True)
    closing = models.BooleanField("loopt af", default=False, db_default=False)  # decided: it ends on its last day
    next_review_on = models.DateField("volgend gesprek", null=True, blank=True)

    history = tracked()

    # What the engine asks of every kind of case; the owner's own decision is a step of its own.
    agreed_by_owner = False

    class Meta:
        verbose_name = "contract"
        verbose_name_plural = "contracten"
        indexes = [
            models.Index(fields=["ends_on"], name="contract_ends_on"),
            # What the clock looks for: a talk that is due.
            models.Index(fields=["next_review_on"], condition=Q(next_review_on__isnull=False), name="contract_review"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="contract_ends_after_start"),
            models.CheckConstraint(condition=Q(options_used__lte=F("option_times")), name="contract_options_there"),
        ]

    def __str__(self) -> str:
        return str(self.case)

    @property
    def options_left(self) -> int:
        return self.option_times - self.options_used

    @property
    def ends_at_most(self) -> date:
        """The last day when every option is used."""
        return years_later(self.ends_on, self.option_years * self.options_left)

    @property
    def cost(self) -> Decimal:
        """What one extension adds: what a mandate to extend is asked about. Nothing to extend costs nothing."""
        return self.annual_amount * self.option_years if self.options_left else Decimal(0)

    @property
    def term(self) -> Term:
        """As the rules of its end count with it."""
        return Term(
            ends_on=self.ends_on, option_years=self.option_years, options_left=self.options_left, closing=self.closing
        )
