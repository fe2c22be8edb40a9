"""The register of actions: what somebody undertook to improve, and what became of it (verbeterpunt, actie)."""

from datetime import date

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models.case import Case
from cases.models.commission import Commission, Domain
from roles.models import Appointment, Position, Scheme, StoodIn, in_place_of
from roles.models.fields import text


class Improvement(models.Model):
    """One action, with who does it and when. It outlives the case that it came of.

    Any kind of case makes them: an evaluation by adopting them, a contract talk by agreeing on them. Within a step of
    that case, `cases.services.improvements.agree(case=work.case, actions=[Action(...)], at=work.now)`, and
    `workflows.improving.watch(...)` on what that returns, which sets the clock of its reminders; the register, its
    page, progress and reminders then are the same for all. `comes_back` asks each next commission in the domain what is
    done with it: an evaluation's do, those of a contract talk as a rule do not.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Voorgesteld"
        OPEN = "open", "Open"
        BUSY = "busy", "In uitvoering"
        DONE = "done", "Gereed"
        DROPPED = "dropped", "Vervallen"

    origin = models.ForeignKey(Case, models.PROTECT, related_name="improvements", verbose_name="komt uit")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", verbose_name="regeling")
    domain = models.CharField("domein", max_length=20, choices=Domain, blank=True)
    what = text("wat er gebeurt")
    # The action owner: a role, and who in it took it upon them. Whoever holds the role takes over from who left.
    owner = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name="actiehouder")
    named = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="in de persoon van"
    )
    due_on = models.DateField("uiterlijk op")
    by_quarter = models.BooleanField("in de loop van het kwartaal", default=False)
    status = models.CharField("stand", max_length=10, choices=Status, default=Status.OPEN)
    dropped_because = text("reden van vervallen", null=True, blank=True)
    comes_back = models.BooleanField("komt terug bij een volgende opdracht", default=False)
    agreed_at = models.DateTimeField("afgesproken op")
    closed_at = models.DateTimeField("afgesloten op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "verbeterpunt"
        verbose_name_plural = "verbeterpunten"
        indexes = [
            models.Index(fields=["scheme", "status", "due_on"], name="improvement_register"),
            models.Index(
                fields=["scheme", "domain"], condition=Q(comes_back=True, status__in=["open", "busy"]),
                name="improvement_comes_back",
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(status="dropped", dropped_because__isnull=False)
                | (~Q(status="dropped") & Q(dropped_because=None)),
                name="improvement_dropped_with_reason",
            )
        ]
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"{self.origin_id}: {self.due_on}"

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.OPEN, self.Status.BUSY)

    @property
    def due(self) -> str:
        """As it was agreed on: a day, or a quarter."""
        if self.by_quarter:
            return f"{(self.due_on.month + 2) // 3}e kwartaal {self.due_on.year}"
        return f"{self.due_on.day}-{self.due_on.month}-{self.due_on.year}"

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on < today


class ImprovementNote(StoodIn):
    """What became of an action so far, and where it stood from then on (voortgang)."""

    improvement = models.ForeignKey(Improvement, models.PROTECT, related_name="notes", verbose_name="verbeterpunt")
    status = models.CharField("stand", max_length=10, choices=Improvement.Status)
    text = text("voortgang", null=True, blank=True)
    author = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="van")
    said_at = models.DateTimeField("gezegd op")

    history = tracked()

    class Meta:
        verbose_name = "voortgang van een verbeterpunt"
        verbose_name_plural = "voortgang van verbeterpunten"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.improvement_id}: {self.status}"

    @property
    def speaker(self) -> str:
        return in_place_of(self.author, self.stood_in_by)


class ImprovementAnswer(models.Model):
    """What a new commission does with an action that was open in its domain (antwoord op een verbeterpunt)."""

    class Answer(models.TextChoices):
        TAKEN_OVER = "taken_over", "Overgenomen"
        NOT_APPLICABLE = "not_applicable", "Niet van toepassing"

    commission = models.ForeignKey(
        Commission, models.PROTECT, related_name="improvement_answers", verbose_name="opdracht"
    )
    improvement = models.ForeignKey(Improvement, models.PROTECT, related_name="answers", verbose_name="verbeterpunt")
    answer = models.CharField("antwoord", max_length=20, choices=Answer)
    note = text("toelichting", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "antwoord op een verbeterpunt"
        verbose_name_plural = "antwoorden op verbeterpunten"
        constraints = [
            models.UniqueConstraint(fields=["commission", "improvement"], name="improvement_answer_once"),
            models.CheckConstraint(
                condition=~Q(answer="not_applicable", note=None), name="improvement_answer_has_a_reason"
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.commission_id}: {self.improvement_id}"
