"""What somebody may decide and how a body decides: mandates, decision rules, duty pairs, who does which step."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from roles.models.bodies import Body, Position, Role
from roles.models.fields import Period, ends_after_its_start
from roles.models.schemes import Scheme
from roles.rules.standing_in import WhoStandsIn


class Mandate(Period):
    """One version of one line in the mandaatregister (Awb 10:1). Never edited: a change is the next version.

    It ends at `revoked_at`, which may lie ahead: the next version takes over then, or nothing does (Awb 10:8).
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="mandates", verbose_name="regeling")
    number = models.CharField("nummer", max_length=20)
    version = models.PositiveSmallIntegerField("versie", default=1)
    power = models.SlugField("bevoegdheid", max_length=60, db_index=False)
    label = models.CharField("omschrijving", max_length=200)
    granting = models.ForeignKey(Position, models.PROTECT, related_name="granted", verbose_name="mandaatgever")
    receiving = models.ForeignKey(Position, models.PROTECT, related_name="mandates", verbose_name="gemandateerde")
    max_amount = models.DecimalField("tot en met bedrag", max_digits=14, decimal_places=2, null=True, blank=True)
    domain = models.SlugField("domein", max_length=40, db_index=False, blank=True, help_text="Leeg: alle domeinen.")
    scale = models.SlugField("schaal", max_length=40, db_index=False, blank=True, help_text="Leeg: elke schaal.")
    legal_basis = models.CharField("grondslag", max_length=200)
    sub_mandate_allowed = models.BooleanField("ondermandaat toegestaan", default=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="sub_mandates", verbose_name="ondermandaat van"
    )
    revoked_at = models.DateTimeField("ingetrokken op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "mandaat"
        verbose_name_plural = "mandaten"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number", "version"], name="mandate_version_once"),
            ends_after_its_start("mandate"),
        ]
        indexes = [models.Index(fields=["receiving", "power"], name="mandate_covering")]

    def __str__(self) -> str:
        return f"{self.number} v{self.version}"


class DecisionRule(models.Model):
    """How a body decides (besluitregel). Never edited: a change is the next version, from its own date."""

    class Majority(models.TextChoices):
        SIMPLE = "simple", "Gewone meerderheid"
        TWO_THIRDS = "two_thirds", "Twee derde"
        UNANIMOUS = "unanimous", "Unaniem"
        NO_OBJECTION = "no_objection", "Geen bezwaar binnen de termijn"

    class Tie(models.TextChoices):
        CHAIR = "chair", "De voorzitter beslist"
        SECOND_ROUND = "second_round", "Tweede ronde"
        NEXT_MEETING = "next_meeting", "Volgende vergadering"
        REJECTED = "rejected", "Verworpen"

    class StandIn(models.TextChoices):
        DEPUTY = WhoStandsIn.DEPUTY, "Alleen een plaatsvervangend lid"
        ORGANISATION = WhoStandsIn.ORGANISATION, "Een plaatsvervangend lid of een ander van dezelfde organisatie"

    body = models.ForeignKey(Body, models.PROTECT, related_name="decision_rules", verbose_name="gremium")
    version = models.PositiveSmallIntegerField("versie", default=1)
    valid_from = models.DateField("geldig van")
    by_law = models.BooleanField("volgens de wet", default=False, help_text="Het AB: Gemeentewet 28-33 via Wgr 22.")
    quorum_numerator = models.PositiveSmallIntegerField("quorum, teller")
    quorum_denominator = models.PositiveSmallIntegerField("quorum, noemer", default=1)
    quorum_exceeds = models.BooleanField("meer dan dat deel", default=False)
    majority = models.CharField("meerderheid", max_length=20, choices=Majority)
    abstentions_count = models.BooleanField("onthouding telt als stem", default=False)
    tie = models.CharField("bij staken", max_length=20, choices=Tie)
    written_allowed = models.BooleanField("schriftelijke ronde mag", default=True)
    written_days = models.PositiveSmallIntegerField("dagen voor een schriftelijke ronde", default=0)
    urgent_days = models.PositiveSmallIntegerField("dagen om een spoedbesluit te bekrachtigen", default=42)
    seats = models.PositiveSmallIntegerField(
        "aantal zetels", default=0, help_text="0: zoveel als er leden zitting hebben."
    )
    stand_in = models.CharField(
        "wie een lid mag vervangen", max_length=12, choices=StandIn, default=StandIn.ORGANISATION,
        help_text="Volgens de wet (AB): altijd alleen een plaatsvervangend lid.",
    )  # fmt: skip
    basis = models.CharField("grondslag", max_length=200)

    history = tracked()

    class Meta:
        verbose_name = "besluitregel"
        verbose_name_plural = "besluitregels"
        constraints = [
            models.UniqueConstraint(fields=["body", "version"], name="decision_rule_version_once"),
            models.CheckConstraint(
                condition=Q(quorum_denominator__gte=1) & Q(quorum_numerator__lte=models.F("quorum_denominator")),
                name="decision_rule_quorum_is_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} v{self.version}"


class DutyPair(models.Model):
    """Two duties in one case that nobody does both of (functiescheiding)."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="duty_pairs", verbose_name="regeling")
    flow = models.SlugField("proces", max_length=40, db_index=False)
    first = models.SlugField("eerste taak", max_length=40, db_index=False)
    second = models.SlugField("tweede taak", max_length=40, db_index=False)
    article = models.CharField("grondslag", max_length=200)
    above = models.DecimalField(  # only where more than this is decided on; none: always
        "vanaf een bedrag boven", max_digits=14, decimal_places=2, null=True, blank=True
    )

    history = tracked()

    class Meta:
        verbose_name = "functiescheiding"
        verbose_name_plural = "functiescheidingen"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "flow", "first", "second"], name="duty_pair_once"),
            models.CheckConstraint(condition=~Q(first=models.F("second")), name="duty_pair_differs"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


class StepBinding(models.Model):
    """Who does a step in this regeling, and what it is called there. Without a body: the municipality concerned.

    A binding of one domain goes before the one of all domains: bodies may have a theme (CG: a PFO for each).
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="step_bindings", verbose_name="regeling")
    flow = models.SlugField("proces", max_length=40, db_index=False)
    step = models.SlugField("stap", max_length=60, db_index=False)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="gremium")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="rol")
    domain = models.SlugField("domein", max_length=40, db_index=False, blank=True, help_text="Leeg: alle domeinen.")
    label = models.CharField(
        "naam van de stap", max_length=60, blank=True, help_text="Leeg: zoals het proces de stap noemt."
    )
    note = models.CharField("toelichting", max_length=200, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "stapkoppeling"
        verbose_name_plural = "stapkoppelingen"
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "flow", "step", "domain", "body", "role"],
                nulls_distinct=False,
                name="step_binding_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.role}, {self.body or 'betrokken gemeente'}"
