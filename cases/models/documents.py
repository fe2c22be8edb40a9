"""Documents of a case, with their versions."""

from django.db import models

from audit.history import tracked
from cases.models.case import Case
from roles.models import Appointment
from roles.models.fields import text


class Classification(models.TextChoices):
    """Who may read a document, on top of who may see its case."""

    PUBLIC = "public", "Openbaar"
    INTERNAL = "internal", "Intern"
    CONFIDENTIAL = "confidential", "Vertrouwelijk"
    SECRET = "secret", "Geheim"


class Document(models.Model):
    """One document (stuk), whatever its version."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="documents", verbose_name="zaak")
    title = text("titel")
    classification = models.CharField("openbaarheid", max_length=20, choices=Classification)
    step = models.CharField("toegevoegd bij stap", max_length=60, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documenten"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Document {self.pk}"


def stored_name(version: "DocumentVersion", filename: str) -> str:
    """Where the bytes lie: by their content, never by what the sender called the file."""
    return f"documents/{version.sha256[:2]}/{version.sha256}"


class DocumentVersion(models.Model):
    """The bytes of a document at one moment, known by their SHA-256."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions", verbose_name="document")
    number = models.PositiveSmallIntegerField("versie")
    file = models.FileField("bestand", upload_to=stored_name, max_length=120)
    filename = text("bestandsnaam")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("grootte in bytes")
    media_type = models.CharField("soort bestand", max_length=100)
    added_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="toegevoegd door")
    added_at = models.DateTimeField("toegevoegd op")

    history = tracked()

    class Meta:
        verbose_name = "documentversie"
        verbose_name_plural = "documentversies"
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="version_number_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Versie {self.number}"
