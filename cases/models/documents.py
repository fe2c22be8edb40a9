"""Documents of a case or of a meeting, with their versions."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models.case import Case
from cases.models.meetings import AgendaItem, Meeting
from roles.models import Appointment, StoodIn, in_place_of
from roles.models.fields import text


class Classification(models.TextChoices):
    """Who may read a document, on top of who may see its case or its meeting."""

    PUBLIC = "public", "Openbaar"
    INTERNAL = "internal", "Intern"
    CONFIDENTIAL = "confidential", "Vertrouwelijk"
    SECRET = "secret", "Geheim"


class Document(models.Model):
    """One document (stuk), whatever its version. It belongs to a case, or to a meeting and perhaps one item of it."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="zaak")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="vergadering"
    )
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="agendapunt"
    )
    title = text("titel")
    classification = models.CharField("openbaarheid", max_length=20, choices=Classification)
    step = models.CharField("toegevoegd bij stap", max_length=60, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documenten"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case=None, meeting__isnull=False) | Q(case__isnull=False, meeting=None, item=None),
                name="document_of_a_case_or_a_meeting",
            )
        ]

    def __str__(self) -> str:
        return f"Document {self.pk}"

    @property
    def chain(self) -> str:
        """Where acts on it, its words and who looked at it are kept."""
        return f"case/{self.case_id}" if self.case_id else f"meeting/{self.meeting_id}"


def stored_name(version: "DocumentVersion", filename: str) -> str:
    """Where the bytes lie: by their content, never by what the sender called the file."""
    return f"documents/{version.sha256[:2]}/{version.sha256}"


class DocumentVersion(StoodIn):
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

    @property
    def adder(self) -> str:
        return in_place_of(self.added_by, self.stood_in_by)
