"""What happens to a contract while it runs: talks, figures, addenda, requalifications, questions, products."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from audit.history import tracked
from cases.models.case import Case
from cases.models.contract_rules import Kpi
from cases.models.contracts import Contract
from cases.models.fields import euros
from cases.rules import addendum as rule
from roles.models import Appointment, StoodIn
from roles.models.fields import Period, ends_after_its_start, text


class UnderContract(models.Model):
    """The content of a case under the case of a contract."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, verbose_name="zaak")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="%(class)s_cases", verbose_name="contract")

    # What the engine asks of every kind of case; an addendum has a value of its own.
    agreed_by_owner = False
    cost: Decimal | None = None

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.case)


class Review(UnderContract):
    """A talk with a provider about its contract (contractgesprek), from preparation to confirmed minutes."""

    class Opening(models.TextChoices):
        CYCLE = "cycle", "Volgens de cyclus"
        HAND = "hand", "Op verzoek"

    opening = models.CharField("aanleiding", max_length=10, choices=Opening)
    planned_for = models.DateField("gepland rond")
    reason = text("waarover", null=True, blank=True)
    preparation = text("voorbereiding", null=True, blank=True)
    held_on = models.DateField("gevoerd op", null=True, blank=True)
    present = text("aanwezig", null=True, blank=True)
    minutes = text("verslag", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "contractgesprek"
        verbose_name_plural = "contractgesprekken"
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "planned_for"], condition=Q(opening="cycle"), name="review_cycle_once"
            )
        ]


class Measurement(StoodIn):
    """What a figure was in a month, with the norm that held for it then (meting)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="measurements", verbose_name="contract")
    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="measurements", verbose_name="KPI")
    code = models.SlugField("code van de KPI", max_length=40, db_index=False)
    period = models.DateField("maand")
    value = models.DecimalField("waarde", max_digits=14, decimal_places=2)
    norm = models.DecimalField("norm", max_digits=12, decimal_places=2)
    breached = models.BooleanField("niet gehaald")
    source = text("bron")
    measured_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="vastgelegd door")
    measured_at = models.DateTimeField("vastgelegd op")

    history = tracked()

    class Meta:
        verbose_name = "meting van een KPI"
        verbose_name_plural = "metingen van KPI's"
        constraints = [
            models.UniqueConstraint(fields=["contract", "code", "period"], name="measurement_once"),
            models.CheckConstraint(condition=Q(period__day=1), name="measurement_of_a_month"),
        ]
        indexes = [models.Index(fields=["contract", "period"], condition=Q(breached=True), name="measurement_breach")]
        ordering = ["period", "id"]

    def __str__(self) -> str:
        return f"{self.code} {self.period:%Y-%m}"


class ContractProduct(Period):
    """What may be delivered under a contract, and its tariff (product); rows make the service catalogue (PDC)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="products", verbose_name="contract")
    code = models.CharField("productcode", max_length=20)
    name = models.CharField("product", max_length=120)
    unit = models.CharField("eenheid", max_length=40)
    tariff = euros("tarief")

    plain_words = ("name", "unit")
    history = tracked()

    class Meta:
        verbose_name = "product in een contract"
        verbose_name_plural = "producten in contracten"
        constraints = [
            models.UniqueConstraint(fields=["contract", "code", "valid_from"], name="contract_product_once_a_day"),
            models.CheckConstraint(condition=Q(tariff__gt=0), name="contract_product_costs"),
            ends_after_its_start("contract_product"),
        ]
        ordering = ["code", "valid_from"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Addendum(UnderContract):
    """A change of a running contract, with what it was and becomes; applied when both sides signed."""

    class Change(models.TextChoices):
        AMOUNT = rule.Change.AMOUNT, "Bedrag"
        TERM = rule.Change.TERM, "Looptijd"
        TARIFFS = rule.Change.TARIFFS, "Tarieven"
        PRODUCT = rule.Change.PRODUCT, "Nieuw product"
        CONTENT = rule.Change.CONTENT, "Inhoud"

    class Ground(models.TextChoices):
        SLIGHT = rule.Ground.SLIGHT, "Kleine wijziging (art. 2.163b)"
        CLAUSE = rule.Ground.CLAUSE, "Herzieningsclausule (art. 2.163c)"
        ADDITIONAL = rule.Ground.ADDITIONAL, "Aanvullende diensten (art. 2.163d)"
        UNFORESEEN = rule.Ground.UNFORESEEN, "Onvoorziene omstandigheden (art. 2.163e)"
        SUCCESSOR = rule.Ground.SUCCESSOR, "Andere aanbieder (art. 2.163f)"
        NOT_SUBSTANTIAL = rule.Ground.NOT_SUBSTANTIAL, "Niet-wezenlijke wijziging (art. 2.163g)"

    change = models.CharField("wat verandert", max_length=10, choices=Change)
    ground = models.CharField("grond in de wet", max_length=20, choices=Ground)
    words = text("de wijziging")
    reason = text("reden")
    effective_on = models.DateField("gaat in op")
    amount_before = euros("bedrag per jaar, nu")
    amount_after = euros("bedrag per jaar, straks")
    ends_before = models.DateField("einddatum, nu")
    ends_after = models.DateField("einddatum, straks")
    index = models.DecimalField("tarieven, procent", max_digits=5, decimal_places=2, null=True, blank=True)
    product = models.CharField("productcode", max_length=20, blank=True)
    product_name = models.CharField("product", max_length=120, blank=True)
    unit = models.CharField("eenheid", max_length=40, blank=True)
    tariff = euros("tarief", null=True, blank=True)
    value = euros("waarde van de wijziging")
    warning = models.CharField("waarschuwing", max_length=400, blank=True)
    signed_on = models.DateField("getekend op", null=True, blank=True)

    plain_words = ("product_name", "unit")
    history = tracked()

    class Meta:
        verbose_name = "addendum"
        verbose_name_plural = "addenda"
        constraints = [
            models.CheckConstraint(condition=Q(ends_after__gte=F("effective_on")), name="addendum_before_the_end")
        ]

    @property
    def cost(self) -> Decimal:  # type: ignore[override]
        """What a mandate is asked about: more or less, a change of that size."""
        value: Decimal = self.value
        return abs(value)


class Requalification(UnderContract):
    """Whether a provider still meets what its contract asks (herbeoordeling)."""

    reason = text("aanleiding")
    findings = text("bevindingen", null=True, blank=True)
    measures = text("maatregelen", null=True, blank=True)
    measures_due = models.DateField("maatregelen uiterlijk op", null=True, blank=True)
    terminates_on = models.DateField("contract eindigt op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "herbeoordeling"
        verbose_name_plural = "herbeoordelingen"


class Enquiry(UnderContract):
    """A question of a provider or a municipality about a contract (contractvraag)."""

    class Asker(models.TextChoices):
        PROVIDER = "provider", "Aanbieder"
        MUNICIPALITY = "municipality", "Gemeente"

    asker = models.CharField("vraag van", max_length=15, choices=Asker)
    contact = text("wie vraagt het", null=True, blank=True)
    question = text("vraag")
    answer = text("antwoord", null=True, blank=True)
    reopened = models.BooleanField("heropend", default=False)

    history = tracked()

    class Meta:
        verbose_name = "contractvraag"
        verbose_name_plural = "contractvragen"
