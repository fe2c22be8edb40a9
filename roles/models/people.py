"""People, the seats they hold, and what keeps them from acting or lets them act all the same."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from audit.history import tracked
from roles.models.bodies import Position
from roles.models.fields import Period, ends_after_its_start, text
from roles.models.schemes import Organisation, Scheme
from roles.rules.standing_in import Extent, Reach


class Person(models.Model):
    """Somebody, with or without an account. The name can be destroyed; acts name the person by number."""

    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, verbose_name="account")
    name = text("naam")

    history = tracked()

    class Meta:
        verbose_name = "persoon"
        verbose_name_plural = "personen"

    def __str__(self) -> str:
        return str(self.name)

    @property
    def actor(self) -> str:
        """How acts name this person."""
        return f"person/{self.pk}"


class Appointment(Period):
    """A person holds a position for a time (benoeming). Each step is done wearing exactly one of these."""

    class Kind(models.TextChoices):
        MEMBER = "member", "Lid"
        SUBSTITUTE = "substitute", "Plaatsvervangend lid"
        CHAIR = "chair", "Voorzitter"
        VICE_CHAIR = "vice_chair", "Plaatsvervangend voorzitter"
        SECRETARY = "secretary", "Secretaris"

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments", verbose_name="persoon")
    position = models.ForeignKey(Position, models.PROTECT, related_name="appointments", verbose_name="functie")
    kind = models.CharField("soort", max_length=20, choices=Kind, default=Kind.MEMBER)
    weight = models.PositiveSmallIntegerField("stemgewicht", default=1)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="namens"
    )
    # An engagement (onderzoeksopdracht) of a supervisor: only the cases that ran within these days are read by it.
    reads_from = models.DateField("leest zaken vanaf", null=True, blank=True)
    reads_until = models.DateField("leest zaken tot en met", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "benoeming"
        verbose_name_plural = "benoemingen"
        constraints = [
            ends_after_its_start("appointment"),
            models.CheckConstraint(
                condition=Q(reads_from=None) | Q(reads_until=None) | Q(reads_until__gte=models.F("reads_from")),
                name="appointment_reads_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.position}"

    @property
    def limited(self) -> bool:
        """Does it open a period, and not all there is?"""
        return self.reads_from is not None or self.reads_until is not None


class StoodIn(models.Model):
    """What is noted by an appointment, and may have been done by who stands in for its holder."""

    stood_in_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="waargenomen door"
    )

    class Meta:
        abstract = True


def in_place_of(appointment: Appointment, substitute: Person | None) -> str:
    """Who it is that acts in a seat: "A namens B" where somebody stands in."""
    return f"{substitute} namens {appointment.person}" if substitute else str(appointment.person)


class Absence(Period):
    """Somebody is away for a while (afwezigheid), whether or not anybody stands in. Nobody has to say why."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences", verbose_name="persoon")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="absences", verbose_name="regeling")
    reason = text("reden", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "afwezigheid"
        verbose_name_plural = "afwezigheid"
        constraints = [ends_after_its_start("absence")]
        indexes = [models.Index(fields=["person", "scheme"], name="absence_of_person")]

    def __str__(self) -> str:
        until = f" tot en met {self.valid_until:%d-%m-%Y}" if self.valid_until else ""
        return f"{self.person} afwezig van {self.valid_from:%d-%m-%Y}{until}"


class Substitution(Period):
    """Somebody stands in for the holder of an appointment (waarneming). Segregation binds whoever acts.

    For everything that the appointment gives, or for one process, domain or case of it. Never for another substitute:
    what is stood in for is an appointment, and its holder is one person.
    """

    class Scope(models.TextChoices):
        ALL = Reach.ALL, "Alles van deze rol"
        FLOW = Reach.FLOW, "Eén proces"
        DOMAIN = Reach.DOMAIN, "Eén domein"
        CASE = Reach.CASE, "Eén zaak"

    appointment = models.ForeignKey(
        Appointment, models.PROTECT, related_name="substitutions", verbose_name="waargenomen benoeming"
    )
    substitute = models.ForeignKey(Person, models.PROTECT, related_name="substitutions", verbose_name="waarnemer")
    scope = models.CharField("waarvoor", max_length=10, choices=Scope, default=Scope.ALL)
    limited_to = models.CharField(
        "beperkt tot", max_length=60, blank=True, help_text="Het proces, het domein of de zaak; leeg: alles."
    )
    reason = text("reden")
    absence = models.ForeignKey(
        Absence, models.PROTECT, null=True, blank=True, related_name="substitutions", verbose_name="bij afwezigheid"
    )

    history = tracked()

    class Meta:
        verbose_name = "waarneming"
        verbose_name_plural = "waarnemingen"
        constraints = [
            ends_after_its_start("substitution"),
            models.CheckConstraint(
                condition=Q(scope="all", limited_to="") | ~Q(scope="all") & ~Q(limited_to=""),
                name="substitution_scope_says_of_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute} namens {self.appointment}"

    @property
    def extent(self) -> Extent:
        return Extent(self.scope, self.limited_to)


class Recusal(models.Model):
    """A declared interest in one case, which keeps somebody from acting in it (verschoning)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="recusals", verbose_name="persoon")
    chain = models.CharField("zaak", max_length=60)
    ground = text("belang")
    # Not declared, but a consequence: the case is about this person, and so it is nobody's to take back.
    imposed = models.BooleanField("omdat de zaak over deze persoon gaat", default=False, db_default=False)
    declared_at = models.DateTimeField("gemeld op")
    withdrawn_at = models.DateTimeField("ingetrokken op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "verschoning"
        verbose_name_plural = "verschoningen"
        constraints = [
            models.UniqueConstraint(fields=["chain", "person"], condition=Q(withdrawn_at=None), name="recused_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.chain}"


class Exemption(models.Model):
    """The AB lets somebody sit as client and as owner at once (ontheffing), for a time and for a reason."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="exemptions", verbose_name="persoon")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="exemptions", verbose_name="regeling")
    ground = text("grond")
    decided_on = models.DateField("besloten op")
    valid_until = models.DateField("geldig tot en met")

    history = tracked()

    class Meta:
        verbose_name = "ontheffing dubbele stoel"
        verbose_name_plural = "ontheffingen dubbele stoel"

    def __str__(self) -> str:
        return f"{self.person} tot en met {self.valid_until}"


class Dispensation(models.Model):
    """In one case somebody may do a duty that a named pair forbids: one person asks, another approves."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="dispensations", verbose_name="persoon")
    chain = models.CharField("zaak", max_length=60)
    duty = models.CharField("taak", max_length=40)
    ground = text("grond")
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="gevraagd door")
    approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="goedgekeurd door"
    )

    history = tracked()

    class Meta:
        verbose_name = "uitzondering op een functiescheiding"
        verbose_name_plural = "uitzonderingen op een functiescheiding"
        indexes = [models.Index(fields=["chain", "person"], name="dispensation_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | ~Q(approved_by=models.F("requested_by")) & ~Q(approved_by=models.F("person")),
                name="dispensation_by_a_second_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.duty} in {self.chain}"
