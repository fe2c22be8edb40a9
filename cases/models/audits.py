"""What an auditor does with the cases that they read: a sample, and what they found (steekproef, bevinding)."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models.case import Case
from cases.models.improvements import Improvement
from roles.models import Appointment, Scheme
from roles.models.fields import text


class Sample(models.Model):
    """Some cases or acts out of many, drawn so that anybody can draw them again (docs/sampling.md). Never changed."""

    class Of(models.TextChoices):
        CASES = "cases", "Zaken"
        ACTS = "acts", "Handelingen"

    class Way(models.TextChoices):
        RANDOM = "random", "Aselect"
        RISK = "risk", "Op risico"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", verbose_name="regeling")
    of = models.CharField("waaruit", max_length=10, choices=Of)
    way = models.CharField("hoe", max_length=10, choices=Way)
    purpose = text("doel")
    seed = models.CharField("zaadje", max_length=64, blank=True, default="")
    algorithm = models.PositiveSmallIntegerField("versie van de methode", default=1)
    wanted = models.PositiveSmallIntegerField("gevraagde omvang")
    narrowed = models.JSONField("filter", default=dict)
    # Every reference in its order, one a line, compressed: what it was drawn out of, whatever happens to it later.
    population = models.BinaryField("populatie")
    counted = models.PositiveIntegerField("omvang van de populatie")
    digest = models.CharField("sha256 van de populatie", max_length=64)
    drawn_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="getrokken door")
    drawn_at = models.DateTimeField("getrokken op")

    history = tracked()

    class Meta:
        verbose_name = "steekproef"
        verbose_name_plural = "steekproeven"
        indexes = [models.Index(fields=["scheme", "-id"], name="sample_register")]
        constraints = [
            models.CheckConstraint(
                condition=Q(way="random") & ~Q(seed="") | Q(way="risk", seed=""), name="sample_random_has_seed"
            )
        ]

    def __str__(self) -> str:
        return f"Steekproef {self.pk}"


class SampleItem(models.Model):
    """One case or act that was drawn, why, and what the auditor thinks of it."""

    class Judgement(models.TextChoices):
        FINE = "fine", "In orde"
        FINDING = "finding", "Bevinding"

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items", verbose_name="steekproef")
    place = models.PositiveSmallIntegerField("volgnummer")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="zaak")
    number = models.PositiveBigIntegerField("handeling", null=True, blank=True)  # its number in the chain of the case
    score = models.PositiveIntegerField("gewicht", default=0)
    signs = models.JSONField("waarom", default=dict)  # of a draw by risk: sign -> how often
    judgement = models.CharField("oordeel", max_length=10, choices=Judgement, blank=True, default="")
    note = text("aantekening", null=True, blank=True)
    judged_at = models.DateTimeField("beoordeeld op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "getrokken zaak of handeling"
        verbose_name_plural = "getrokken zaken en handelingen"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "place"], name="sample_item_place"),
            models.UniqueConstraint(fields=["sample", "case", "number"], nulls_distinct=False, name="sample_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}: {self.reference}"

    @property
    def reference(self) -> str:
        return f"case/{self.case_id}" + (f"#{self.number}" if self.number else "")


class AuditFinding(models.Model):
    """What an auditor found in a case, and against which norm (bevinding). What is done about it is an `Improvement`:
    one in the register, for who answers for it. The auditor closes it.
    """

    class Weight(models.TextChoices):
        REMARK = "remark", "Opmerking"
        SHORTCOMING = "shortcoming", "Tekortkoming"
        SERIOUS = "serious", "Ernstige tekortkoming"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Afgesloten"

    case = models.ForeignKey(Case, models.PROTECT, related_name="findings", verbose_name="zaak")
    number = models.PositiveBigIntegerField("handeling", null=True, blank=True)  # its number in the chain of the case
    item = models.ForeignKey(
        SampleItem, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="uit steekproef"
    )
    norm = text("norm")
    words = text("bevinding")
    weight = models.CharField("zwaarte", max_length=20, choices=Weight)
    improvement = models.OneToOneField(
        Improvement, models.PROTECT, related_name="finding", verbose_name="actie"
    )  # fmt: skip
    found_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="gedaan door")
    found_at = models.DateTimeField("gedaan op")
    state = models.CharField("stand", max_length=10, choices=State, default=State.OPEN)
    conclusion = text("slot", null=True, blank=True)
    closed_at = models.DateTimeField("afgesloten op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "bevinding"
        verbose_name_plural = "bevindingen"
        indexes = [models.Index(fields=["case", "state"], name="finding_of_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, conclusion=None)
                | Q(state="closed", closed_at__isnull=False, conclusion__isnull=False),
                name="finding_closed_with_conclusion",
            )
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Bevinding {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
