"""Tenders as they are known once they were opened, and whether they may be compared (inschrijvingen)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from audit.history import tracked
from cases.models.documents import Document
from cases.models.fields import euros
from cases.models.procurement import Procurement, ProcurementLot
from cases.models.providers import Provider
from cases.models.seals import SealedTender
from roles.models import Appointment, StoodIn
from roles.models.fields import text


class Tender(models.Model):
    """What one firm offers in one round (inschrijving)."""

    class State(models.TextChoices):
        OPENED = "opened", "Geopend"
        VALID = "valid", "Geldig"
        INVALID = "invalid", "Ongeldig"

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="tenders", verbose_name="inkoopproces")
    round = models.PositiveSmallIntegerField("ronde")
    number = models.PositiveSmallIntegerField("nummer")
    firm = text("inschrijver")
    registration = models.CharField("KvK-nummer", max_length=8, blank=True)
    contact = text("contact", null=True, blank=True)
    # Who it is in the register of providers; set where the award needs it.
    provider = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="tenders", verbose_name="aanbieder"
    )
    received_at = models.DateTimeField("ontvangen op")
    sealed = models.OneToOneField(
        SealedTender, models.PROTECT, null=True, blank=True, related_name="opened", verbose_name="verzegeld als"
    )
    state = models.CharField("stand", max_length=10, choices=State, default=State.OPENED)
    reason = text("waarom ongeldig", null=True, blank=True)

    plain_words = ("registration",)
    history = tracked()

    class Meta:
        verbose_name = "inschrijving"
        verbose_name_plural = "inschrijvingen"
        constraints = [
            models.UniqueConstraint(fields=["procurement", "round", "number"], name="tender_number_once"),
            models.CheckConstraint(condition=~Q(state="invalid", reason=None), name="tender_invalid_for_a_reason"),
        ]
        ordering = ["round", "number"]

    def __str__(self) -> str:
        return f"Inschrijving {self.number}"


class TenderLot(models.Model):
    """What a tender offers for one lot, and for how much (inschrijving op een perceel)."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="offers", verbose_name="inschrijving")
    lot = models.ForeignKey(ProcurementLot, models.PROTECT, related_name="offers", verbose_name="perceel")
    price = euros("prijs")

    history = tracked()

    class Meta:
        verbose_name = "inschrijving op een perceel"
        verbose_name_plural = "inschrijvingen op percelen"
        constraints = [
            models.UniqueConstraint(fields=["tender", "lot"], name="tender_lot_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="tender_lot_price"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.tender_id}: {self.lot_id}"


class TenderDocument(models.Model):
    """A document that came with a tender: only who declared that they have no interest may look (Aw art. 1.10b)."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="papers", verbose_name="inschrijving")
    document = models.OneToOneField(Document, models.PROTECT, related_name="of_tender", verbose_name="document")

    history = tracked()

    class Meta:
        verbose_name = "document van een inschrijving"
        verbose_name_plural = "documenten van inschrijvingen"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.tender_id}: {self.document_id}"


class Eligibility(StoodIn):
    """Whether a tender may be compared: exclusion and suitability (uitsluiting en geschiktheid, Aw afd. 2.3.4)."""

    class Ground(models.TextChoices):
        NONE = "none", "Geen"
        MANDATORY = "mandatory", "Verplichte grond (Aw art. 2.86)"
        OPTIONAL = "optional", "Facultatieve grond (Aw art. 2.87)"

    class FairPrice(models.TextChoices):
        YES = "yes", "Reëel"
        NO = "no", "Niet reëel"
        NOT_ASKED = "not_asked", "Niet van toepassing"

    tender = models.OneToOneField(
        Tender, models.PROTECT, primary_key=True, related_name="eligibility", verbose_name="inschrijving"
    )
    declared = models.BooleanField("eigen verklaring aanwezig en ondertekend")
    ground = models.CharField("uitsluitingsgrond", max_length=10, choices=Ground)
    suitable = models.BooleanField("voldoet aan de geschiktheidseisen")
    consulted = models.BooleanField("vooraf geraadpleegd")
    measures = text("maatregelen tegen voorsprong", null=True, blank=True)
    fair_price = models.CharField("reële prijs", max_length=10, choices=FairPrice)
    note = text("toelichting", null=True, blank=True)
    checked_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="getoetst door")
    checked_at = models.DateTimeField("getoetst op")

    history = tracked()

    class Meta:
        verbose_name = "toets van een inschrijving"
        verbose_name_plural = "toetsen van inschrijvingen"
        constraints = [
            models.CheckConstraint(
                condition=Q(consulted=False) | Q(measures__isnull=False), name="eligibility_measures"
            )
        ]

    def __str__(self) -> str:
        return f"Toets van {self.tender_id}"


class ConflictDeclaration(StoodIn):
    """Somebody says whether they have an interest in who tendered, before they look (belangenverklaring)."""

    procurement = models.ForeignKey(
        Procurement, models.PROTECT, related_name="declarations", verbose_name="inkoopproces"
    )  # fmt: skip
    round = models.PositiveSmallIntegerField("ronde")
    declared_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="verklaard door")
    conflicted = models.BooleanField("heeft een belang")
    declared_at = models.DateTimeField("verklaard op")

    history = tracked()

    class Meta:
        verbose_name = "belangenverklaring"
        verbose_name_plural = "belangenverklaringen"
        constraints = [
            models.UniqueConstraint(fields=["procurement", "round", "declared_by"], name="conflict_declared_once")
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.procurement_id}: {self.declared_by_id}"


class Score(models.Model):
    """What one assessor gives one offer for one criterion. Nobody else sees it until all have handed in (score)."""

    offer = models.ForeignKey(TenderLot, models.PROTECT, related_name="scores", verbose_name="inschrijving")
    criterion = models.ForeignKey(
        "cases.AwardCriterion", models.PROTECT, related_name="scores", verbose_name="gunningscriterium"
    )
    number = models.PositiveSmallIntegerField("beoordeling")  # the how-manieth assessment of the procurement
    assessor = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="beoordelaar")
    points = models.DecimalField("score", max_digits=5, decimal_places=2)
    reason = text("toelichting")
    # So that the digest of this row, which stands in an act that many may read, cannot be guessed score by score.
    blinding = models.UUIDField("maakt de hash onraadbaar", default=uuid4, editable=False)
    given_at = models.DateTimeField("gegeven op")

    history = tracked()

    class Meta:
        verbose_name = "score"
        verbose_name_plural = "scores"
        constraints = [
            models.UniqueConstraint(fields=["offer", "criterion", "number", "assessor"], name="score_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="score_not_negative"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.offer_id}, {self.criterion_id}: {self.assessor_id}"


class AgreedScore(models.Model):
    """What the assessors agreed on, and between what their own scores lay (consensusscore)."""

    offer = models.ForeignKey(TenderLot, models.PROTECT, related_name="agreed", verbose_name="inschrijving")
    criterion = models.ForeignKey(
        "cases.AwardCriterion", models.PROTECT, related_name="agreed", verbose_name="gunningscriterium"
    )
    number = models.PositiveSmallIntegerField("beoordeling")
    points = models.DecimalField("score", max_digits=5, decimal_places=2)
    lowest = models.DecimalField("laagste eigen score", max_digits=5, decimal_places=2)
    highest = models.DecimalField("hoogste eigen score", max_digits=5, decimal_places=2)
    reason = text("hoe het verschil is opgelost", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "consensusscore"
        verbose_name_plural = "consensusscores"
        constraints = [
            models.UniqueConstraint(fields=["offer", "criterion", "number"], name="agreed_score_once"),
            models.CheckConstraint(
                condition=Q(lowest=F("highest"), points=F("lowest")) | Q(reason__isnull=False),
                name="agreed_score_difference_told",
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.offer_id}, {self.criterion_id}: {self.points}"


class Assessment(models.Model):
    """An assessment that was finished: all that the ranking was made from, as it then stood (beoordeling). Frozen."""

    procurement = models.ForeignKey(
        Procurement, models.PROTECT, related_name="assessments", verbose_name="inkoopproces"
    )
    number = models.PositiveSmallIntegerField("beoordeling")
    round = models.PositiveSmallIntegerField("ronde")
    decided_at = models.DateTimeField("vastgesteld op")
    record = models.JSONField("waaruit de rangorde volgt")  # no names: tenders by their number
    digest = models.CharField("SHA-256 van het verslag", max_length=64)

    history = tracked()

    class Meta:
        verbose_name = "beoordeling"
        verbose_name_plural = "beoordelingen"
        constraints = [models.UniqueConstraint(fields=["procurement", "number"], name="assessment_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.procurement_id}, beoordeling {self.number}"


class Ranking(models.Model):
    """Where one offer came for its lot (rangorde); without a place it does not count. Frozen."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="rankings", verbose_name="beoordeling")
    offer = models.ForeignKey(TenderLot, models.PROTECT, related_name="rankings", verbose_name="inschrijving")
    place = models.PositiveSmallIntegerField("plaats", null=True, blank=True)
    total = models.DecimalField("totaal", max_digits=6, decimal_places=2, null=True, blank=True)
    tied = models.BooleanField("gelijk geëindigd")
    excluded = models.CharField("waarom niet", max_length=120, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "rangorde"
        verbose_name_plural = "rangordes"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "offer"], name="ranking_once"),
            models.CheckConstraint(condition=~Q(place=None, excluded=""), name="ranking_place_or_reason"),
        ]
        ordering = ["assessment", "offer__lot", F("place").asc(nulls_last=True), "offer"]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.place or self.excluded}"
