"""A procurement (inkoopproces): what is bought for a commission, how, by whom, and until when the market may answer."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models.case import Case
from cases.models.fields import euros
from cases.models.providers import Lot
from roles.models import Appointment
from roles.models.fields import text
from roles.rules.money import euros as euros_of


class Instrument(models.TextChoices):
    """By what a need of municipalities is met."""

    CONTRACT = "contract", "Overheidsopdracht"
    OPEN_HOUSE = "open_house", "Open house"
    SUBSIDY = "subsidy", "Subsidie"
    INSOURCING = "insourcing", "Inbesteden"
    CONCESSION = "concession", "Concessie"


class Procedure(models.TextChoices):
    """How the market is asked."""

    SOCIAL = "social", "Sociale en andere specifieke diensten (SAS)"
    OPEN = "open", "Openbaar"
    RESTRICTED = "restricted", "Niet-openbaar"
    MULTIPLE = "multiple", "Meervoudig onderhands"
    SINGLE = "single", "Enkelvoudig onderhands"


class Funding(models.TextChoices):
    """What is paid for (bekostiging)."""

    EFFORT = "effort", "Inspanningsgericht"
    OUTPUT = "output", "Outputgericht"
    TASK = "task", "Taakgericht of lumpsum"


class Procurement(models.Model):
    """The content of one procurement. First what the project team found, then the strategy, then the market."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, verbose_name="zaak")

    # What the team explored before it chose.
    knowledge = text("opgehaalde kennis", null=True, blank=True)
    market = text("marktverkenning", null=True, blank=True)
    consulted = text("vooraf geraadpleegde aanbieders, en de maatregelen", null=True, blank=True)
    legal_advice = text("juridisch advies", null=True, blank=True)

    # The strategy (inkoopstrategie).
    strategy = text("inkoopstrategie", null=True, blank=True)
    instrument = models.CharField("instrument", max_length=20, choices=Instrument, blank=True)
    procedure = models.CharField("procedure", max_length=20, choices=Procedure, blank=True)
    funding = models.CharField("bekostiging", max_length=20, choices=Funding, blank=True)
    estimate = euros("raming over de hele looptijd", null=True, blank=True)
    cpv = models.CharField("CPV-code", max_length=10, blank=True)
    undivided = text("waarom niet in percelen", null=True, blank=True)
    fit_ground = text("waarom deze procedure bij de raming past", null=True, blank=True)

    # On the market; each round begins anew.
    round = models.PositiveSmallIntegerField("ronde", default=1)
    notice_reference = models.CharField("kenmerk van de aankondiging", max_length=60, blank=True)
    published_at = models.DateTimeField("aangekondigd op", null=True, blank=True)
    closing_at = models.DateTimeField("sluiting", null=True, blank=True)
    standstill_until = models.DateField("opschortende termijn tot en met", null=True, blank=True)

    # Where the board itself awarded, that takes the place of a mandate for what follows.
    agreed_by_owner = models.BooleanField("gegund door het bestuur", default=False)

    # What came of it; who won is in `Award`.
    awarded = euros("waarde van wat wordt gegund", null=True, blank=True)
    signed_on = models.DateField("ondertekend op", null=True, blank=True)
    award_reference = models.CharField("kenmerk van de aankondiging van de gunning", max_length=60, blank=True)
    award_published_on = models.DateField("gunning aangekondigd op", null=True, blank=True)
    award_bundled = models.BooleanField("gunning gebundeld aangekondigd", default=False)

    plain_words = ("notice_reference", "award_reference")
    history = tracked()

    class Meta:
        verbose_name = "inkoopproces"
        verbose_name_plural = "inkoopprocessen"
        indexes = [models.Index(fields=["procedure"], name="procurement_procedure")]

    def __str__(self) -> str:
        return str(self.case)

    @property
    def cost(self) -> Decimal | None:
        """What a mandate has to cover: all of what is awarded, and before that of what is estimated."""
        found: Decimal | None = self.estimate if self.awarded is None else self.awarded
        return found


class ProcurementLot(models.Model):
    """One lot of a procurement, with its part of the estimate (perceel van een inkoop)."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="lots", verbose_name="inkoopproces")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", verbose_name="perceel")
    amount = euros("deel van de raming")

    history = tracked()

    class Meta:
        verbose_name = "perceel van een inkoop"
        verbose_name_plural = "percelen van een inkoop"
        constraints = [models.UniqueConstraint(fields=["procurement", "lot"], name="procurement_lot_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.procurement_id}: {self.lot_id}"


class TeamMember(models.Model):
    """Who does what in a procurement; fixed before the market is asked (projectteam)."""

    class Role(models.TextChoices):
        LEAD = "lead", "Projectleider"
        BUYER = "buying", "Inkoper"
        LAWYER = "law", "Jurist"
        ADVISER = "adviser", "Inhoudelijk adviseur"
        ASSESSOR = "assessor", "Beoordelaar"
        OPENER = "opener", "Opener van de kluis"

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="team", verbose_name="inkoopproces")
    role = models.CharField("rol", max_length=20, choices=Role)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="wie")

    history = tracked()

    class Meta:
        verbose_name = "lid van het projectteam"
        verbose_name_plural = "leden van het projectteam"
        constraints = [
            models.UniqueConstraint(fields=["procurement", "role", "appointment"], name="team_member_once")
        ]  # fmt: skip
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.procurement_id}: {self.role}"


class PriceFormula(models.TextChoices):
    """How a price becomes a score (docs/ranking.md)."""

    RELATIVE = "relative", "Laagste prijs gedeeld door de prijs"
    LINEAR = "linear", "Zoveel minder als de prijs hoger is dan de laagste"
    BAND = "band", "Binnen een bandbreedte van prijzen"


class AwardCriterion(models.Model):
    """By what tenders are compared, and how heavily it weighs (gunningscriterium)."""

    class Kind(models.TextChoices):
        QUALITY = "quality", "Kwaliteit"
        PRICE = "price", "Prijs"

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="criteria", verbose_name="inkoopproces")
    name = text("criterium")
    kind = models.CharField("soort", max_length=10, choices=Kind)
    weight = models.PositiveSmallIntegerField("gewicht in procenten")
    max_score = models.PositiveSmallIntegerField("hoogste score", default=10)
    # A lower score excludes. For a price: how it becomes a score, and between which prices (cases.rules.ranking).
    minimum = models.PositiveSmallIntegerField("laagste score die nog meetelt", null=True, blank=True)
    formula = models.CharField("prijsformule", max_length=10, choices=PriceFormula, default=PriceFormula.RELATIVE)
    floor = euros("laagste prijs van de bandbreedte", null=True, blank=True)
    ceiling = euros("hoogste prijs van de bandbreedte", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "gunningscriterium"
        verbose_name_plural = "gunningscriteria"
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="award_criterion_weight"),
            models.CheckConstraint(condition=Q(max_score__gte=1), name="award_criterion_max_score"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.procurement_id}: {self.pk}"

    @property
    def bounds(self) -> str:
        """What besides its weight decides: below which score nobody counts, or how a price becomes a score."""
        if self.kind != self.Kind.PRICE:
            return f"minder dan {self.minimum} telt niet mee" if self.minimum else ""
        if self.floor is None or self.ceiling is None:
            return str(self.get_formula_display()).lower()
        return f"bandbreedte van {euros_of(self.floor)} tot en met {euros_of(self.ceiling)}"


class Publication(models.Model):
    """What was told to the market, and when: a notice, answers to questions, a change of date (publicatie)."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "Aankondiging"
        CLARIFICATION = "clarification", "Nota van inlichtingen"
        CORRECTION = "correction", "Rectificatie van de aankondiging"

    procurement = models.ForeignKey(
        Procurement, models.PROTECT, related_name="publications", verbose_name="inkoopproces"
    )
    kind = models.CharField("soort", max_length=20, choices=Kind)
    round = models.PositiveSmallIntegerField("ronde")
    reference = models.CharField("kenmerk", max_length=60, blank=True)
    published_at = models.DateTimeField("gepubliceerd op")
    closing_at = models.DateTimeField("sluiting zoals gepubliceerd")
    note = text("inhoud", null=True, blank=True)

    plain_words = ("reference",)
    history = tracked()

    class Meta:
        verbose_name = "publicatie"
        verbose_name_plural = "publicaties"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.procurement_id}: {self.kind}"
