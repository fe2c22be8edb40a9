"""How a body decides: one ballot puts one proposal to the vote, in a meeting or in writing (besluit, stem)."""

from django.db import models

from audit.history import tracked
from cases.models.case import Case
from cases.models.meetings import Meeting, UrgentDecision
from roles.models import Appointment, Body, DecisionRule, StoodIn, in_place_of
from roles.models.fields import text


class Choice(models.TextChoices):
    FOR = "for", "Voor"
    FOR_WITH_REMARK = "for_with_remark", "Voor met kanttekening"
    AGAINST = "against", "Tegen"
    ABSTAIN = "abstain", "Onthouding"


class Ballot(StoodIn):
    """One proposal before one body. Once confirmed nothing in it changes; what proved wrong is rectified by an act."""

    class Way(models.TextChoices):
        MEETING = "meeting", "Vergadering"
        WRITTEN = "written", "Schriftelijke ronde"

    class Form(models.TextChoices):
        """How a meeting decided; empty for a round in writing."""

        HAMMERED = "hammered", "Hamerstuk"
        VOTES = "votes", "Stem per lid"
        ROLL_CALL = "roll_call", "Hoofdelijke stemming"
        SECRET = "secret", "Geheime stemming"

    class State(models.TextChoices):
        VOTING = "voting", "Stemronde open"
        RECORDED = "recorded", "Wacht op bevestiging van de voorzitter"
        CONFIRMED = "confirmed", "Bevestigd"
        LAPSED = "lapsed", "Geen besluit"

    case = models.ForeignKey(Case, models.PROTECT, related_name="ballots", verbose_name="zaak")
    step = models.CharField("stap", max_length=60)
    task = models.PositiveBigIntegerField("taak")
    number = models.PositiveSmallIntegerField("stemronde")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="gremium")
    rule = models.ForeignKey(DecisionRule, models.PROTECT, related_name="+", verbose_name="besluitregel")
    way = models.CharField("wijze", max_length=10, choices=Way)
    form = models.CharField("vorm van stemmen", max_length=10, choices=Form, blank=True, default="")
    state = models.CharField("stand", max_length=10, choices=State)
    proposal = models.CharField("voorstel", max_length=30)
    defer_until = models.DateField("aanhouden tot", null=True, blank=True)
    opened_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="geopend door")
    opened_at = models.DateTimeField("geopend op")
    closes_at = models.DateTimeField("sluit op", null=True, blank=True)
    meeting_date = models.DateField("vergaderdatum", null=True, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="ballots", verbose_name="vergadering"
    )
    ratifies = models.ForeignKey(
        UrgentDecision, models.PROTECT, null=True, blank=True, related_name="ballots", verbose_name="bekrachtigt"
    )
    second_call = models.BooleanField("opnieuw bijeengeroepen", default=False)
    closed_doors = models.BooleanField("met gesloten deuren", default=False)
    # Of a secret vote nothing else is kept: {"for": 4, "against": 2, "blank": 1, "lot": ""}; no Vote names anybody.
    secret_counts = models.JSONField("geheime stemmen", null=True, blank=True)
    carried = models.BooleanField("aangenomen", null=True, blank=True)
    tally = models.JSONField("uitslag", default=dict)
    minority = text("minderheidsstandpunt", null=True, blank=True)
    explanation = text("toelichting", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bevestigd door"
    )
    confirmed_at = models.DateTimeField("bevestigd op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "besluit"
        verbose_name_plural = "besluiten"
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="ballot_number_once"),
            models.CheckConstraint(
                condition=models.Q(form="secret") | models.Q(secret_counts=None),
                name="ballot_counts_are_of_a_secret_vote",
            ),
            models.CheckConstraint(
                condition=models.Q(way="meeting") | models.Q(form=""), name="ballot_form_of_a_meeting"
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.step}, stemronde {self.number}"

    @property
    def confirmer(self) -> str:
        return in_place_of(self.confirmed_by, self.stood_in_by) if self.confirmed_by else ""


class Seat(StoodIn):
    """A member who was entitled to vote when the ballot opened, and whether they were present."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="seats", verbose_name="besluit")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="lid")
    weight = models.PositiveSmallIntegerField("stemgewicht")
    recused = models.BooleanField("verschoond", default=False)
    present = models.BooleanField("aanwezig", default=False)

    history = tracked()

    class Meta:
        verbose_name = "zetel"
        verbose_name_plural = "zetels"
        constraints = [models.UniqueConstraint(fields=["ballot", "appointment"], name="seat_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.appointment_id}"

    @property
    def acting(self) -> int:
        """The person whose conduct it is: the member, or who voted in their place."""
        return self.stood_in_by_id or self.appointment.person_id

    @property
    def who(self) -> str:
        return in_place_of(self.appointment, self.stood_in_by)


class Vote(models.Model):
    """What one member voted. Changed until the ballot closes; the earlier vote stays in the history."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="votes", verbose_name="besluit")
    seat = models.OneToOneField(Seat, models.PROTECT, related_name="vote", verbose_name="zetel")
    choice = models.CharField("stem", max_length=20, choices=Choice)
    motivation = text("motivering", null=True, blank=True)
    flagged = models.BooleanField("eerder met een andere hoed opgetreden", default=False)
    cast_at = models.DateTimeField("uitgebracht op")
    recorded_by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vastgelegd door"
    )

    history = tracked()

    class Meta:
        verbose_name = "stem"
        verbose_name_plural = "stemmen"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.choice}"
