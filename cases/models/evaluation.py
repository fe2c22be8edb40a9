"""An evaluation (evaluatie): what a commission brought, measured against the criteria that it was granted with."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models.case import Case
from cases.models.commission import Commission, Criterion, appointed
from cases.models.fields import euros
from cases.models.providers import Provider
from roles.models import Appointment, Organisation, StoodIn, in_place_of
from roles.models.fields import text


class Evaluation(models.Model):
    """The content of one evaluation: from figures and answers to conclusions that a body adopts."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, verbose_name="zaak")
    # The first day on which a criterion is measured, or the day on which somebody said to begin.
    measures_from = models.DateField("meten vanaf")
    summary = text("samenvatting", null=True, blank=True)
    conclusions = text("conclusies", null=True, blank=True)  # what the next commission reads of it
    heard = text("hoor en wederhoor", null=True, blank=True)

    history = tracked()

    # What the engine asks of every kind of case: no amount and no owner's consent play a part here.
    agreed_by_owner = False
    cost = None

    class Meta:
        verbose_name = "evaluatie"
        verbose_name_plural = "evaluaties"

    def __str__(self) -> str:
        return str(self.case)

    @property
    def commission(self) -> Commission:
        """What it looks back on."""
        return self.case.top.commission


class Finding(models.Model):
    """What one criterion came to: the measured value, and the value that it added (meting)."""

    class Met(models.TextChoices):
        YES = "yes", "Gehaald"
        PARTLY = "partly", "Deels gehaald"
        NO = "no", "Niet gehaald"
        UNKNOWN = "unknown", "Niet te meten"

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="findings", verbose_name="evaluatie")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="findings", verbose_name="evaluatiekader")
    value = text("gemeten waarde")
    source = text("bron")
    met = models.CharField("norm gehaald", max_length=10, choices=Met)

    # Added value, as the concept states it against this criterion.
    financial = text("financiële meerwaarde", null=True, blank=True)
    saved = euros("meerwaarde in euro’s per jaar", null=True, blank=True)  # less than nothing: it cost more
    quality = text("meerwaarde in kwaliteit", null=True, blank=True)
    process = text("meerwaarde in het proces", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "meting"
        verbose_name_plural = "metingen"
        constraints = [models.UniqueConstraint(fields=["evaluation", "criterion"], name="finding_once")]
        ordering = ["criterion_id"]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.criterion_id}"


class Grade(models.TextChoices):
    GOOD = "good", "Goed"
    FAIR = "fair", "Redelijk"
    POOR = "poor", "Onvoldoende"


class SurveyAnswer(models.Model):
    """How a municipality, or a provider, answered the questionnaire; without grades: no answer in time."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="answers", verbose_name="evaluatie")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="gemeente"
    )
    provider = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="aanbieder"
    )
    result = models.CharField("resultaat voor inwoners", max_length=10, choices=Grade, blank=True)
    quality = models.CharField("kwaliteit van de aanbieders", max_length=10, choices=Grade, blank=True)
    cooperation = models.CharField("samenwerking met de MGR", max_length=10, choices=Grade, blank=True)
    keep = text("wat goed ging", null=True, blank=True)
    change = text("wat beter kan", null=True, blank=True)
    answered_by = appointed("ingevuld door")  # for a provider: who registered it
    answered_at = models.DateTimeField("vastgelegd op")

    history = tracked()

    class Meta:
        verbose_name = "antwoord op de vragenlijst"
        verbose_name_plural = "antwoorden op de vragenlijst"
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "organisation"], name="survey_answer_of_municipality_once"),
            models.UniqueConstraint(fields=["evaluation", "provider"], name="survey_answer_of_provider_once"),
            models.CheckConstraint(condition=Q(organisation=None) ^ Q(provider=None), name="survey_answer_of_one"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.organisation_id or self.provider_id}"

    @property
    def grades(self) -> list[tuple[str, str]]:
        """Each question with the answer to it, in words."""
        return [
            ("Resultaat", self.get_result_display()),
            ("Kwaliteit", self.get_quality_display()),
            ("Samenwerking", self.get_cooperation_display()),
        ]


class CriterionNote(StoodIn):
    """What somebody says beside a frozen criterion, which itself stays as it was granted (annotatie)."""

    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="notes", verbose_name="evaluatiekader")
    text = text("toelichting")
    author = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="van")
    said_at = models.DateTimeField("gezegd op")

    history = tracked()

    class Meta:
        verbose_name = "toelichting bij een evaluatiekader"
        verbose_name_plural = "toelichtingen bij evaluatiekaders"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.pk}"

    @property
    def speaker(self) -> str:
        return in_place_of(self.author, self.stood_in_by)
