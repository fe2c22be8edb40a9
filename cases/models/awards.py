"""Who wins, who was told what, and who objected (gunning): from the advice to what was agreed on."""

from datetime import date
from decimal import Decimal

from django.db import models

from audit.history import tracked
from cases.models.commission import appointed
from cases.models.contracts import Contract
from cases.models.documents import Document
from cases.models.fields import euros
from cases.models.procurement import Procurement
from cases.models.providers import Lot, Provider
from cases.rules.period import last_day
from roles.models.fields import text


class Award(models.Model):
    """One provider for one lot: proposed in the advice, decided on, and in the end a contract (gunning)."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="awards", verbose_name="inkoopproces")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name="perceel")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="awards", verbose_name="aanbieder")
    place = models.PositiveSmallIntegerField("plaats in de rangorde", null=True, blank=True)  # none: nothing compared
    annual_amount = euros("bedrag per jaar")
    ceiling = euros("waarde over de hele looptijd")  # options included: what a mandate is asked about
    starts_on = models.DateField("gaat in op")
    years = models.PositiveSmallIntegerField("looptijd in jaren")
    option_years = models.PositiveSmallIntegerField("jaren per verlenging", default=0)
    option_times = models.PositiveSmallIntegerField("aantal verlengingen", default=0)
    reason = text("kenmerken en voordelen")
    deviation = text("waarom anders dan de rangorde", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "gunning"
        verbose_name_plural = "gunningen"
        constraints = [models.UniqueConstraint(fields=["procurement", "lot", "provider"], name="award_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.procurement_id}: {self.provider_id}"

    @property
    def ends_on(self) -> date:
        return last_day(self.starts_on, self.years)


class AwardNotice(models.Model):
    """What every tenderer was told on one day, and how long nobody signs (mededeling gunningsbeslissing)."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="notices", verbose_name="inkoopproces")
    sent_on = models.DateField("verzonden op")
    statutory = models.BooleanField("wettelijke termijn")
    target = models.DateField("streefdatum van de termijn", null=True, blank=True)
    last = models.DateField("laatste dag van de termijn", null=True, blank=True)
    waived = text("waarom geen opschortende termijn", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "mededeling gunningsbeslissing"
        verbose_name_plural = "mededelingen gunningsbeslissing"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.procurement_id}: {self.sent_on}"

    @property
    def stands_until(self) -> date | None:
        """The later of both dates; none: nobody has to wait."""
        return None if self.last is None or self.target is None else max(self.last, self.target)


class AwardLetter(models.Model):
    """The letter to one tenderer, with the reasons that concern it (gunningsbrief)."""

    notice = models.ForeignKey(AwardNotice, models.PROTECT, related_name="letters", verbose_name="mededeling")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name="aanbieder")
    wins = models.BooleanField("wint een perceel")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="brief")

    history = tracked()

    class Meta:
        verbose_name = "gunningsbrief"
        verbose_name_plural = "gunningsbrieven"
        constraints = [models.UniqueConstraint(fields=["notice", "provider"], name="award_letter_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.provider_id}"


class Challenge(models.Model):
    """An objection or summary proceedings against what was decided: it holds the contract (bezwaar, kort geding)."""

    class Kind(models.TextChoices):
        OBJECTION = "objection", "Bezwaar"
        PROCEEDINGS = "proceedings", "Kort geding"

    class Result(models.TextChoices):
        PROCEED = "proceed", "Doorgaan met de gunning"
        REASSESS = "reassess", "Opnieuw beoordelen"
        NEXT_IN_RANK = "next_in_rank", "De volgende in rang"
        STOP = "stop", "Stoppen"

    notice = models.ForeignKey(AwardNotice, models.PROTECT, related_name="challenges", verbose_name="mededeling")
    kind = models.CharField("soort", max_length=20, choices=Kind)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name="aanbieder")
    received_on = models.DateField("ontvangen op")
    subject = text("waar het over gaat")
    reference = models.CharField("zaaknummer of kenmerk", max_length=60, blank=True)
    result = models.CharField("wat ervan kwam", max_length=20, choices=Result, blank=True)
    ruling = text("beslissing, en waarom", null=True, blank=True)
    ended_on = models.DateField("afgedaan op", null=True, blank=True)

    plain_words = ("reference",)
    history = tracked()

    class Meta:
        verbose_name = "bezwaar tegen de gunning"
        verbose_name_plural = "bezwaren tegen de gunning"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.kind}"


class Application(models.Model):
    """A provider that wants to be admitted to an open house, for one lot (aanmelding)."""

    class State(models.TextChoices):
        RECEIVED = "received", "Ontvangen"
        ADMITTED = "admitted", "Toegelaten"
        REFUSED = "refused", "Niet toegelaten"

    procurement = models.ForeignKey(
        Procurement, models.PROTECT, related_name="applications", verbose_name="inkoopproces"
    )
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name="perceel")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name="aanbieder")
    received_on = models.DateField("ontvangen op")
    note = text("wat is aangeleverd", null=True, blank=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.RECEIVED)
    declared = models.BooleanField("eigen verklaring klopt", null=True, blank=True)
    suitable = models.BooleanField("voldoet aan de eisen", null=True, blank=True)
    accepts = models.BooleanField("aanvaardt tarieven en voorwaarden", null=True, blank=True)
    reason = text("waarom", null=True, blank=True)
    decided_by = appointed("beslist door")
    decided_on = models.DateField("beslist op", null=True, blank=True)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="contract"
    )

    history = tracked()

    class Meta:
        verbose_name = "aanmelding"
        verbose_name_plural = "aanmeldingen"
        constraints = [
            # Who was refused may try again; who waits or is admitted need not.
            models.UniqueConstraint(
                fields=["procurement", "lot", "provider"], condition=~models.Q(state="refused"), name="application_once"
            )
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.procurement_id}: {self.provider_id}"


def worth(annual_amount: Decimal, *, years: int, option_years: int, option_times: int) -> Decimal:
    """What a contract comes to at most, options included (Aw 2.15 lid 2)."""
    return annual_amount * (years + option_years * option_times)
