"""A change of a granted commission (wijziging): a case of its own under the commission's."""

from decimal import Decimal

from django.db import models

from audit.history import tracked
from cases.models.case import Case
from cases.models.commission import Commission, Stance, appointed
from cases.models.fields import euros
from roles.models import Organisation
from roles.models.fields import text


class Amendment(models.Model):
    """What is to change, and what the MGR says that it takes. The commission itself changes at the end."""

    class Change(models.TextChoices):
        SCOPE = "scope", "Inhoud"
        AMOUNT = "amount", "Bedrag"
        TERM = "term", "Looptijd"
        JOIN = "join", "Gemeente treedt toe"
        LEAVE = "leave", "Gemeente treedt uit"

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, verbose_name="zaak")
    change = models.CharField("wat verandert", max_length=10, choices=Change)
    reason = text("reden")
    effective_on = models.DateField("gaat in op")

    # New words; none: they stay as they are.
    aim = text("nieuw doel", null=True, blank=True)
    target_group = text("nieuwe doelgroep", null=True, blank=True)
    intended_result = text("nieuw beoogd resultaat", null=True, blank=True)
    risks = text("nieuwe risico's", null=True, blank=True)

    amount_before = euros("raming per jaar, nu")
    amount_after = euros("raming per jaar, straks")
    years_before = models.PositiveSmallIntegerField("looptijd in jaren, nu")
    years_after = models.PositiveSmallIntegerField("looptijd in jaren, straks")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="gemeente"
    )
    estimate_stays = models.BooleanField("raming blijft gelijk", default=False)

    # What the MGR says that it takes more, or less (beoordeling).
    extra_cost = euros("meerkosten van de MGR", null=True, blank=True)
    extra_hours = models.IntegerField("meer capaciteit in uren", null=True, blank=True)
    planning = text("planning", null=True, blank=True)
    within_budget = models.BooleanField("past binnen de begroting", null=True, blank=True)
    within_capacity = models.BooleanField("past binnen de capaciteit", null=True, blank=True)
    advised_against = models.BooleanField("negatief advies", default=False)

    # What was decided on the way.
    deferred_until = models.DateField("aangehouden tot", null=True, blank=True)
    consent_round = models.PositiveSmallIntegerField("ronde van instemming", default=0, db_default=0)
    agreed_by_owner = models.BooleanField("akkoord van het DB", default=False)
    conditions = text("voorwaarden bij aanvaarding", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "wijziging"
        verbose_name_plural = "wijzigingen"

    def __str__(self) -> str:
        return str(self.case)

    @property
    def commission(self) -> Commission:
        """What it changes."""
        return self.case.top.commission

    @property
    def cost(self) -> Decimal | None:
        """Of the whole commission once it is applied: a mandate is not stretched by adding little by little (▲)."""
        return None if self.extra_cost is None else (self.commission.cost or Decimal(0)) + self.extra_cost


class ProposedShare(models.Model):
    """The share of one municipality before and after; none: it does not take part (voorgesteld aandeel)."""

    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="shares", verbose_name="wijziging")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="gemeente")
    before = euros("aandeel nu", null=True, blank=True)
    after = euros("aandeel straks", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "voorgesteld aandeel"
        verbose_name_plural = "voorgestelde aandelen"
        constraints = [models.UniqueConstraint(fields=["amendment", "organisation"], name="proposed_share_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.amendment_id}: {self.organisation_id}"


class AmendmentAnswer(models.Model):
    """What a municipality that it touches thinks of it; without a stance: no answer in time."""

    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="answers", verbose_name="wijziging")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="gemeente")
    stance = models.CharField("oordeel", max_length=10, choices=Stance, blank=True)
    note = text("toelichting", null=True, blank=True)
    answered_by = appointed("ingevuld door")

    history = tracked()

    class Meta:
        verbose_name = "antwoord op een wijziging"
        verbose_name_plural = "antwoorden op wijzigingen"
        constraints = [models.UniqueConstraint(fields=["amendment", "organisation"], name="amendment_answer_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.amendment_id}: {self.organisation_id}"
