"""How long cases are kept, what holds up their end, and the lists by which they are destroyed (ADR 45)."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models.case import Case
from cases.rules import retention
from roles.models import Appointment, Scheme, StoodIn, in_place_of
from roles.models.fields import Period, ends_after_its_start, text


class RetentionRule(Period):
    """One line of the selectielijst as a regeling applies it, from a day on (bewaartermijn)."""

    class Of(models.TextChoices):
        CASE = retention.CASE, "Zaak"
        PAPER = retention.PAPER, "Stuk"

    class Trigger(models.TextChoices):
        CLOSED = retention.CLOSED, "Einde van de zaak"
        CONTRACT_END = retention.CONTRACT_END, "Einde van het contract"

    class Sort(models.TextChoices):
        """What a paper in a case may be, besides part of its file."""

        TENDER = "tender", "Inschrijving"
        LETTER = "letter", "Brief over de gunning"
        COUNCIL = "council", "Stuk voor de raad"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="retention_rules", verbose_name="regeling")
    of = models.CharField("waarvan", max_length=10, choices=Of)
    kind = models.CharField("soort zaak of stuk", max_length=20)
    states = models.CharField("bij deze afloop", max_length=100, blank=True)  # separated by spaces; none: any
    category = models.CharField("resultaat in de selectielijst", max_length=20)
    label = models.CharField("omschrijving", max_length=120)
    years = models.PositiveSmallIntegerField("jaren", null=True, blank=True)  # null: for good
    trigger = models.CharField("gaat in bij", max_length=20, choices=Trigger)
    article = models.CharField("grondslag", max_length=200)
    to_be_checked = models.BooleanField("na te gaan door archivaris of jurist", default=True)

    history = tracked()

    class Meta:
        verbose_name = "bewaartermijn"
        verbose_name_plural = "bewaartermijnen"
        constraints = [ends_after_its_start("retention_rule")]
        ordering = ["of", "kind", "states", "valid_from"]

    def __str__(self) -> str:
        return f"{self.category} {self.label}"


class RetentionHold(StoodIn):
    """A case that is not destroyed as long as this stands, whatever its term says (bevriezing)."""

    class Kind(models.TextChoices):
        LITIGATION = "litigation", "procedure bij de rechter"
        DISCLOSURE = "disclosure", "Woo-verzoek"
        FINDING = "finding", "bevinding van een toezichthouder"
        OTHER = "other", "andere reden"

    case = models.ForeignKey(Case, models.PROTECT, related_name="retention_holds", verbose_name="zaak")
    kind = models.CharField("waarom", max_length=20, choices=Kind)
    ground = text("toelichting")
    placed_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="bevroren door")
    placed_at = models.DateTimeField("bevroren op")
    lifted_at = models.DateTimeField("opgeheven op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "bevriezing"
        verbose_name_plural = "bevriezingen"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], condition=Q(lifted_at=None), name="retention_hold_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"

    @property
    def placer(self) -> str:
        return in_place_of(self.placed_by, self.stood_in_by)


def certificate_name(destruction: "Destruction", filename: str) -> str:
    """Where a certificate lies: by its content, beside the documents."""
    return f"certificates/{destruction.sha256}"


class Destruction(models.Model):
    """A list of cases to be destroyed: drawn up by one, approved by another, then carried out (vernietigingslijst)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Voorgesteld"
        APPROVED = "approved", "Goedgekeurd, wordt uitgevoerd"
        DONE = "done", "Uitgevoerd"
        REJECTED = "rejected", "Afgewezen"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="destructions", verbose_name="regeling")
    year = models.PositiveSmallIntegerField("jaar")
    state = models.CharField("stand", max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="opgesteld door")
    proposer = models.ForeignKey("roles.Person", models.PROTECT, related_name="+", verbose_name="opsteller")
    proposed_at = models.DateTimeField("opgesteld op")
    approved_by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="beoordeeld door"
    )
    approver = models.ForeignKey(
        "roles.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="beoordelaar"
    )
    approved_at = models.DateTimeField("beoordeeld op", null=True, blank=True)
    finished_at = models.DateTimeField("uitgevoerd op", null=True, blank=True)
    # The certificate (verklaring van vernietiging) is itself kept.
    certificate = models.FileField("verklaring", upload_to=certificate_name, max_length=120, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "vernietigingslijst"
        verbose_name_plural = "vernietigingslijsten"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "rejected"])
                | (Q(approver__isnull=False) & ~Q(approver=models.F("proposer"))),
                name="destruction_approved_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"V-{self.year}-{self.pk}"


class DestructionItem(models.Model):
    """One case on such a list, with the term that was over, as it was that day."""

    class State(models.TextChoices):
        LISTED = "listed", "Op de lijst"
        EXCEPTED = "excepted", "Uitgezonderd"
        DESTROYED = "destroyed", "Vernietigd"
        RELEASED = "released", "Niet doorgegaan"

    destruction = models.ForeignKey(
        Destruction, models.PROTECT, related_name="items", verbose_name="vernietigingslijst"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="destruction_items", verbose_name="zaak")
    state = models.CharField("stand", max_length=10, choices=State, default=State.LISTED)
    category = models.CharField("resultaat in de selectielijst", max_length=20)
    label = models.CharField("omschrijving", max_length=120)
    article = models.CharField("grondslag", max_length=200)
    starts_on = models.DateField("termijn ging in op")
    due_on = models.DateField("bewaard tot en met")
    ground = text("waarom uitgezonderd", null=True, blank=True)
    destroyed_at = models.DateTimeField("vernietigd op", null=True, blank=True)
    texts = models.PositiveIntegerField("aantal teksten", default=0)
    rows = models.PositiveIntegerField("aantal uitgewiste versies", default=0)
    files = models.PositiveIntegerField("aantal bestanden", default=0)
    hashes = models.JSONField("SHA-256 van de stukken", default=list)

    history = tracked()

    class Meta:
        verbose_name = "zaak op een vernietigingslijst"
        verbose_name_plural = "zaken op vernietigingslijsten"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["destruction", "case"], name="destruction_item_once"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["listed", "destroyed"]), name="destruction_item_on_one_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.destruction_id}: {self.case_id}"


class Remains(models.Model):
    """What lies outside the database of a case that is destroyed, until it is gone there too: no evidence."""

    class What(models.TextChoices):
        FILE = "file", "Bestand"
        FOLDER = "folder", "Verzegelde inschrijving"

    item = models.ForeignKey(DestructionItem, models.CASCADE, related_name="remains", verbose_name="zaak")
    what = models.CharField("wat", max_length=10, choices=What)
    name = models.CharField("naam", max_length=250)

    class Meta:
        verbose_name = "overblijfsel"
        verbose_name_plural = "overblijfselen"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
