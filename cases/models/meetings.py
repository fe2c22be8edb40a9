"""Bodies' meetings: when and where, what is on the agenda, who was there; and what was decided before one (spoed)."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models.case import Case
from roles.models import Appointment, Body, StoodIn, in_place_of
from roles.models.fields import text


class Meeting(StoodIn):
    """A body comes together (vergadering). What it decides lies in the ballots of its agenda items."""

    class State(models.TextChoices):
        PLANNED = "planned", "Gepland"
        HELD = "held", "Gehouden"
        CONFIRMED = "confirmed", "Besluitenlijst vastgesteld"
        CANCELLED = "cancelled", "Vervallen"

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name="gremium")
    year = models.PositiveSmallIntegerField("jaar")
    number = models.PositiveSmallIntegerField("nummer")
    starts_at = models.DateTimeField("begint op")
    place = text("plaats", null=True, blank=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.PLANNED)
    closed_doors = models.BooleanField("achter gesloten deuren", default=False)
    second_call_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="second_call", verbose_name="tweede oproep van"
    )
    convened_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="belegd door")
    quorate = models.BooleanField("quorum aanwezig", null=True, blank=True)
    # What its secretary was told of too few members to come; empty: enough.
    shortage = models.JSONField("tekort aan leden", default=dict, blank=True)
    # Raised with every record of it: what the chair confirms is what the chair read.
    revision = models.PositiveSmallIntegerField("vastlegging", default=0)
    remark = text("opmerking van de voorzitter", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vastgesteld door"
    )
    confirmed_at = models.DateTimeField("vastgesteld op", null=True, blank=True)
    decision_list = models.ForeignKey(
        "cases.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="besluitenlijst"
    )
    public_list = models.ForeignKey(
        "cases.Document", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="openbare besluitenlijst",
    )  # fmt: skip

    history = tracked()

    class Meta:
        verbose_name = "vergadering"
        verbose_name_plural = "vergaderingen"
        constraints = [models.UniqueConstraint(fields=["body", "year", "number"], name="meeting_number_once")]
        indexes = [models.Index(fields=["body", "-starts_at"], name="meeting_of_body")]

    def __str__(self) -> str:
        return f"{self.body}, vergadering {self.number} van {self.year}"

    @property
    def confirmer(self) -> str:
        return in_place_of(self.confirmed_by, self.stood_in_by) if self.confirmed_by else ""

    @property
    def chain(self) -> str:
        """Where the acts of this meeting are kept; what it decides in a case is in the chain of that case."""
        return f"meeting/{self.pk}"


class UrgentDecision(StoodIn):
    """Somebody decided an open step of a body at once (spoed); the body says afterwards whether it stands behind it."""

    class State(models.TextChoices):
        PENDING = "pending", "Nog niet bekrachtigd"
        RATIFIED = "ratified", "Bekrachtigd"
        NOT_RATIFIED = "not_ratified", "Niet bekrachtigd"

    case = models.ForeignKey(Case, models.PROTECT, related_name="urgent_decisions", verbose_name="zaak")
    step = models.CharField("stap", max_length=60)
    task = models.PositiveBigIntegerField("taak", unique=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="urgent_decisions", verbose_name="gremium")
    proposal = models.CharField("besluit", max_length=30)
    ground = text("grond voor de spoed")
    decided_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="besloten door")
    decided_at = models.DateTimeField("besloten op")
    ratify_before = models.DateTimeField("te bekrachtigen voor")
    state = models.CharField("stand", max_length=15, choices=State, default=State.PENDING)
    words = text("wat het gremium zei", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "spoedbesluit"
        verbose_name_plural = "spoedbesluiten"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["body"], condition=Q(state="pending"), name="urgent_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.step}, {self.get_state_display().lower()}"

    @property
    def decider(self) -> str:
        return in_place_of(self.decided_by, self.stood_in_by)


class AgendaItem(models.Model):
    """One point of a meeting: a decision on a case, the ratification of an urgent one, or anything else."""

    class Kind(models.TextChoices):
        DECISION = "decision", "Besluit in een zaak"
        RATIFICATION = "ratification", "Bekrachtiging van een spoedbesluit"
        POINT = "point", "Ander punt"

    class State(models.TextChoices):
        OPEN = "open", "Nog niet behandeld"
        DONE = "done", "Behandeld"
        POSTPONED = "postponed", "Doorgeschoven"
        FAILED = "failed", "Niet vastgelegd"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name="vergadering")
    order = models.PositiveSmallIntegerField("volgorde")
    kind = models.CharField("soort", max_length=15, choices=Kind)
    title = text("onderwerp", null=True, blank=True)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="zaak"
    )
    task = models.PositiveBigIntegerField("taak", null=True, blank=True)
    step = models.CharField("stap", max_length=60, blank=True)
    urgent = models.ForeignKey(
        UrgentDecision, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="spoedbesluit"
    )
    hammer = models.BooleanField("voorgesteld als hamerstuk", default=False)
    closed = models.BooleanField("achter gesloten deuren", default=False)
    state = models.CharField("stand", max_length=10, choices=State, default=State.OPEN)
    ballot = models.ForeignKey(
        "cases.Ballot", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="besluit"
    )
    words = text("wat is besproken, of waarom niet vastgelegd", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "agendapunt"
        verbose_name_plural = "agendapunten"
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["task"], name="agenda_task")]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "task"], condition=Q(kind="decision"), name="agenda_task_once"),
            models.UniqueConstraint(
                fields=["meeting", "urgent"], condition=Q(kind="ratification"), name="agenda_urgent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.order}"


class Presence(StoodIn):
    """Whether a member was at a meeting (presentie)."""

    class State(models.TextChoices):
        PRESENT = "present", "Aanwezig"
        EXCUSED = "excused", "Afwezig met bericht"
        ABSENT = "absent", "Afwezig"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="presence", verbose_name="vergadering")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="lid")
    state = models.CharField("stand", max_length=10, choices=State)

    history = tracked()

    class Meta:
        verbose_name = "presentie"
        verbose_name_plural = "presentie"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "appointment"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.get_state_display().lower()}"

    @property
    def who(self) -> str:
        return in_place_of(self.appointment, self.stood_in_by)
