"""What people have to hear: a notice of what happened, a message for each of them, and the mail that tells of it."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models import Case, Improvement, Meeting
from escalation.rules.rhythm import APP, AT_ONCE, DAILY, WEEKLY
from roles.models import Appointment, Person, Position, Scheme


class Notice(models.Model):
    """Something happened that somebody has to hear of: an outbox row, written in the transaction that causes it.

    It carries no content, only what it is about and what kind of step that is. The tick makes of it a message for each
    who holds the position or the seat by then; without an addressee, for everybody who has a part in the case.
    """

    case = models.ForeignKey(
        Case, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name="zaak"
    )  # fmt: skip
    meeting = models.ForeignKey(
        Meeting, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name="vergadering"
    )
    improvement = models.ForeignKey(
        Improvement, models.CASCADE, null=True, blank=True, db_index=False, related_name="+", verbose_name="actie"
    )
    task = models.PositiveBigIntegerField("taak", null=True, blank=True)
    template = models.CharField("soort bericht", max_length=30)
    step = models.CharField("soort stap", max_length=120, blank=True, default="", db_default="")
    position = models.ForeignKey(
        Position, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="aan de rol"
    )
    seat = models.ForeignKey(
        Appointment, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="aan het lid"
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, db_index=False, related_name="+", verbose_name="aan de persoon"
    )
    # Who did it knows it already.
    by = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, db_index=False, related_name="+", verbose_name="door"
    )
    created_at = models.DateTimeField("geschreven op")
    sent_at = models.DateTimeField("verdeeld op", null=True, blank=True)

    class Meta:
        verbose_name = "kennisgeving"
        verbose_name_plural = "kennisgevingen"
        indexes = [models.Index(fields=["created_at", "id"], condition=Q(sent_at=None), name="notice_unsent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(meeting__isnull=False), name="notice_about_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"

    @property
    def scheme_id(self) -> int:
        if self.case is not None:
            return self.case.scheme_id
        assert self.meeting is not None
        return self.meeting.body.scheme_id


class Mail(models.Model):
    """One letter to one person: an outbox row. It holds no words and no address: those are looked up when it is sent.

    Its Message-ID is written when the row is made, so that a letter that is sent twice is seen to be one.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Wacht op verzending"
        FAILED = "failed", "Mislukt, wordt opnieuw geprobeerd"
        SENT = "sent", "Verzonden"
        DEAD = "dead", "Onbestelbaar"
        DROPPED = "dropped", "Vervallen"

    class Trouble(models.TextChoices):
        NONE = "", "Geen"
        NO_ADDRESS = "no_address", "Geen e-mailadres bekend"
        REFUSED = "refused", "Adres geweigerd"
        UNREACHABLE = "unreachable", "Mailserver niet bereikbaar"
        OTHER = "other", "Niet aangenomen"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="aan")
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+", verbose_name="regeling")
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.QUEUED)
    trouble = models.CharField("wat er mis is", max_length=20, choices=Trouble, default=Trouble.NONE, blank=True)
    attempts = models.PositiveSmallIntegerField("pogingen", default=0)
    created_at = models.DateTimeField("gemaakt op")
    due_at = models.DateTimeField("volgende poging")
    claimed_at = models.DateTimeField("in behandeling genomen op", null=True, blank=True)
    sent_at = models.DateTimeField("verzonden op", null=True, blank=True)

    class Meta:
        verbose_name = "e-mail"
        verbose_name_plural = "e-mails"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["queued", "failed"]), name="mail_due"),
            models.Index(fields=["scheme", "-created_at"], condition=~Q(state="sent"), name="mail_trouble"),
            models.Index(fields=["person", "-created_at"], name="mail_latest"),
            models.Index(fields=["person", "scheme"], condition=Q(state="dead"), name="mail_dead"),
        ]

    def __str__(self) -> str:
        return self.message_id


class Message(models.Model):
    """A notice as one person gets it: in the product, and by mail as they like (bericht)."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="messages", verbose_name="kennisgeving")
    person = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="+", verbose_name="aan")
    scheme = models.ForeignKey(Scheme, models.CASCADE, db_index=False, related_name="+", verbose_name="regeling")
    created_at = models.DateTimeField("van")
    read_at = models.DateTimeField("gelezen op", null=True, blank=True)
    mail_at = models.DateTimeField("mailen vanaf", null=True, blank=True)
    mail = models.ForeignKey(
        Mail, models.SET_NULL, null=True, blank=True, related_name="messages", verbose_name="gemeld in"
    )  # fmt: skip
    # A decision is mailed once a signed root covers this act of its chain; the root is cited by number and fingerprint.
    covers = models.PositiveBigIntegerField("op te nemen handeling", null=True, blank=True)
    root = models.PositiveBigIntegerField("ondertekening", null=True, blank=True)
    fingerprint = models.CharField("vingerafdruk", max_length=64, blank=True)

    class Meta:
        verbose_name = "bericht"
        verbose_name_plural = "berichten"
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="message_list"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="message_unread"),
            models.Index(fields=["mail_at"], condition=Q(mail=None, mail_at__isnull=False), name="message_to_mail"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="message_once"),
            models.CheckConstraint(condition=Q(root=None) | ~Q(fingerprint=""), name="message_root_with_fingerprint"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} aan {self.person_id}"


class MailPreference(models.Model):
    """How soon somebody wants mail of one sort of message. A wish of their own, and no evidence."""

    class Sort(models.TextChoices):
        TASK = "task", "Taken voor u"
        REMINDER = "reminder", "Herinneringen aan termijnen"
        DECISION = "decision", "Besluiten"
        PROGRESS = "progress", "Verloop van zaken"
        MEETING = "meeting", "Vergaderingen"
        ESCALATION = "escalation", "Escalaties"

    class Rhythm(models.TextChoices):
        AT_ONCE = AT_ONCE, "Meteen"
        DAILY = DAILY, "Eén keer per dag"
        WEEKLY = WEEKLY, "Eén keer per week"
        APP = APP, "Alleen in Rolzuiver"

    person = models.ForeignKey(Person, models.CASCADE, related_name="mail_preferences", verbose_name="van")
    sort = models.CharField("soort bericht", max_length=20, choices=Sort)
    rhythm = models.CharField("hoe vaak", max_length=10, choices=Rhythm)

    class Meta:
        verbose_name = "voorkeur voor e-mail"
        verbose_name_plural = "voorkeuren voor e-mail"
        constraints = [models.UniqueConstraint(fields=["person", "sort"], name="mail_preference_once")]

    def __str__(self) -> str:
        return f"{self.sort}: {self.rhythm}"


class ReminderMoment(models.Model):
    """When people are reminded of a term: so many working days before its end, on the day itself (0), or after it.

    Without a regeling: in all of them, unless one has moments of its own.
    """

    scheme = models.ForeignKey(
        Scheme, models.PROTECT, null=True, blank=True, related_name="reminder_moments", verbose_name="regeling"
    )
    working_days = models.SmallIntegerField("werkdagen na het einde")
    breach = models.BooleanField("ook aan wie overschrijdingen hoort", default=False)

    history = tracked()

    class Meta:
        verbose_name = "herinneringsmoment"
        verbose_name_plural = "herinneringsmomenten"
        ordering = ["scheme", "working_days"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "working_days"], nulls_distinct=False, name="reminder_moment_once"
            ),
            models.CheckConstraint(condition=Q(breach=False) | Q(working_days__gt=0), name="breach_is_after"),
        ]

    def __str__(self) -> str:
        return f"{self.working_days:+d}"
