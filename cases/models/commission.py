"""A commission (opdracht): what municipalities want bought, and how the MGR proposes to do it."""

from typing import Any

from django.conf import settings
from django.db import models

from audit.history import tracked
from cases.models.case import Case
from cases.models.fields import euros
from roles.models import Appointment, Organisation, Scheme
from roles.models.fields import text


def appointed(label: str) -> Any:
    """Somebody in a role: the appointment, not the person."""
    return models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


class Domain(models.TextChoices):
    YOUTH = "youth", "Jeugdwet"
    SUPPORT = "support", "Wmo"
    PARTICIPATION = "participation", "Participatiewet"


class Scale(models.TextChoices):
    LOCAL = "local", "Lokaal"
    REGIONAL = "regional", "Regionaal"
    SUPRAREGIONAL = "supraregional", "Bovenregionaal"


class Asks(models.TextChoices):
    """What is asked of each college: care budgets stay with the municipalities (domain §3, two different powers)."""

    NOTHING = "nothing", "Niets"
    CONSENT = "consent", "Instemming"
    MANDATE = "mandate", "Mandaat"
    POWER_OF_ATTORNEY = "power_of_attorney", "Volmacht"


class Commission(models.Model):
    """The content of one commission. First the wat-vraag of the client, then the hoe-voorstel of the MGR."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, verbose_name="zaak")
    origin = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="led_to", verbose_name="komt voort uit"
    )  # a signal, or a contract that ends
    domain = models.CharField("domein", max_length=20, choices=Domain)
    scale = models.CharField("schaal", max_length=20, choices=Scale)
    care_form = models.SlugField("zorgvorm", max_length=40, db_index=False, blank=True)
    asks_colleges = models.CharField("gevraagd van de colleges", max_length=20, choices=Asks, default=Asks.NOTHING)
    occasion = text("aanleiding")
    aim = text("doel")
    target_group = text("doelgroep")
    intended_result = text("beoogd resultaat")
    risks = text("risico's", null=True, blank=True)
    start_date = models.DateField("gewenste startdatum")
    annual_amount = euros("raming per jaar")
    years = models.PositiveSmallIntegerField("looptijd in jaren")

    alignment_round = models.PositiveSmallIntegerField("ronde van afstemming", default=1)
    consent_round = models.PositiveSmallIntegerField("ronde van instemming", default=0)

    # Who is who, as the intake found it (rolvalidatie).
    board_client = appointed("bestuurlijk opdrachtgever")
    official_client = appointed("ambtelijk opdrachtgever")
    owner = appointed("eigenaar")
    project_lead = appointed("projectleider")
    advised_against = models.BooleanField("negatief intakeadvies", default=False)

    # The MGR's answer (hoe-voorstel, plan van aanpak).
    strategy = text("richting van de strategie", null=True, blank=True)
    planning = text("planning", null=True, blank=True)
    approach_risks = text("risico's van de aanpak", null=True, blank=True)
    hours = models.PositiveIntegerField("capaciteit in uren", null=True, blank=True)
    cost = euros("kosten van de MGR", null=True, blank=True)
    within_budget = models.BooleanField("past binnen de begroting", null=True, blank=True)
    within_capacity = models.BooleanField("past binnen de capaciteit", null=True, blank=True)
    criteria_agreed = models.BooleanField("evaluatiekaders akkoord", null=True, blank=True)

    # What was decided on the way.
    deferred_until = models.DateField("aangehouden tot", null=True, blank=True)
    agreed_by_owner = models.BooleanField("akkoord van het DB", default=False)
    conditions = text("voorwaarden bij aanvaarding", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "opdracht"
        verbose_name_plural = "opdrachten"

    def __str__(self) -> str:
        return str(self.case)


class Share(models.Model):
    """What one municipality takes part with: its share of the estimate (aandeel)."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="shares", verbose_name="opdracht")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="gemeente")
    annual_amount = euros("aandeel per jaar")
    takes_part = models.BooleanField("doet mee", default=True)

    history = tracked()

    class Meta:
        verbose_name = "aandeel"
        verbose_name_plural = "aandelen"
        constraints = [models.UniqueConstraint(fields=["commission", "organisation"], name="share_once")]

    def __str__(self) -> str:
        return f"{self.commission_id}: {self.organisation_id}"


class Criterion(models.Model):
    """By what the result will be judged afterwards (evaluatiekader)."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="criteria", verbose_name="opdracht")
    criterion = text("criterium")
    norm = text("norm")
    measurement = text("hoe gemeten")
    measured_on = models.DateField("wanneer gemeten")

    history = tracked()

    class Meta:
        verbose_name = "evaluatiekader"
        verbose_name_plural = "evaluatiekaders"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.commission_id}: {self.pk}"


class Stance(models.TextChoices):
    AGREE = "agree", "Akkoord"
    CONCERN = "concern", "Aandachtspunt"
    DISAGREE = "disagree", "Niet akkoord"


class Alignment(models.Model):
    """What one municipality thinks of the commission, in one round (gemeentelijke afstemming)."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="alignments", verbose_name="opdracht")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="gemeente")
    round = models.PositiveSmallIntegerField("ronde")
    political = models.CharField("politiek", max_length=10, choices=Stance, blank=True)
    content = models.CharField("inhoudelijk", max_length=10, choices=Stance, blank=True)
    back_office = models.CharField("backoffice", max_length=10, choices=Stance, blank=True)
    operations = models.CharField("operationele uitvoering", max_length=10, choices=Stance, blank=True)
    note = text("toelichting", null=True, blank=True)
    own_reference = models.CharField("zaaknummer gemeente", max_length=40, blank=True)
    council_date = models.DateField("agendadatum gemeente", null=True, blank=True)
    answered_by = appointed("ingevuld door")

    plain_words = ("own_reference",)
    history = tracked()

    class Meta:
        verbose_name = "afstemming"
        verbose_name_plural = "afstemmingen"
        constraints = [
            models.UniqueConstraint(fields=["commission", "organisation", "round"], name="alignment_once_a_round")
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.commission_id}: {self.organisation_id}, ronde {self.round}"

    @property
    def aspects(self) -> list[tuple[str, str]]:
        """Each aspect with the answer to it, in words."""
        return [
            ("Politiek", self.get_political_display()),
            ("Inhoudelijk", self.get_content_display()),
            ("Backoffice", self.get_back_office_display()),
            ("Operationeel", self.get_operations_display()),
        ]

    @property
    def stances(self) -> tuple[str, ...]:
        """The four aspects; empty where the municipality did not answer in time."""
        return (self.political, self.content, self.back_office, self.operations)


class Draft(models.Model):
    """A commission that is being written: a working paper of one person, no case yet, no evidence."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, verbose_name="regeling")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="van")
    values = models.JSONField("ingevuld", default=dict)
    changed_at = models.DateTimeField("bewaard op")

    class Meta:
        verbose_name = "concept"
        verbose_name_plural = "concepten"
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"Concept {self.pk}"
