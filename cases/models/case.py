"""What every kind of case has: a scheme, a number, a state, remarks, and who may find it in a list."""

from typing import Any

from django.db import models

from audit.history import tracked
from roles.models import Appointment, Organisation, Person, Position, Scheme, StoodIn, in_place_of
from roles.models.fields import text

# What a case may be about in the end, by the relation to it. What is on top says of which domain and scale everything
# under it is; whoever asks many cases for those reads `with_top` along.
ON_TOP = ("commission", "signal")


def with_top(path: str = "") -> tuple[str, ...]:
    """For `select_related`, from a model that reaches a case along this path ("case__")."""
    return tuple(f"{path}{above}{each}" for above in ("", "subject__") for each in ON_TOP)


class Case(models.Model):
    """One matter, from its submission to its end (zaak). What it is about lies in a model of its own kind."""

    class Kind(models.TextChoices):
        COMMISSION = "commission", "Opdracht"
        AMENDMENT = "amendment", "Wijziging"
        ESCALATION = "escalation", "Escalatie"
        PROCUREMENT = "procurement", "Inkoopproces"
        EVALUATION = "evaluation", "Evaluatie"
        CONTRACT = "contract", "Contract"
        REVIEW = "review", "Contractgesprek"
        ADDENDUM = "addendum", "Addendum"
        REQUALIFICATION = "requalification", "Herbeoordeling"
        ENQUIRY = "enquiry", "Contractvraag"
        SIGNAL = "signal", "Beleidssignaal"

    class State(models.TextChoices):
        OPEN = "open", "In behandeling"
        SUSPENDED = "suspended", "Opgeschort"
        GRANTED = "granted", "Verstrekt"
        APPLIED = "applied", "Doorgevoerd"
        REJECTED = "rejected", "Afgewezen"
        WITHDRAWN = "withdrawn", "Ingetrokken"
        RESOLVED = "resolved", "Opgelost"
        UNRESOLVED = "unresolved", "Gesloten zonder oplossing"
        REFERRED = "referred", "Verwezen naar gedeputeerde staten"
        CONTRACTED = "contracted", "Gecontracteerd"
        STOPPED = "stopped", "Gestopt"
        EVALUATED = "evaluated", "Geëvalueerd"
        ENDED = "ended", "Geëindigd"
        COMPLETED = "completed", "Afgerond"
        TAKEN_UP = "taken_up", "Opgepakt"

    scheme = models.ForeignKey(Scheme, models.PROTECT, verbose_name="regeling")
    kind = models.CharField("soort", max_length=20, choices=Kind)
    number = models.CharField("nummer", max_length=20)
    title = text("titel")
    state = models.CharField("stand", max_length=20, choices=State, default=State.OPEN)
    phase = models.CharField("fase", max_length=30)
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="ingediend door", related_name="+")
    submitted_by = models.ForeignKey(Appointment, models.PROTECT, verbose_name="indiener", related_name="+")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="hoort bij")
    # What it is about in the end, however far up, so that no list walks up: a commission, or a case of itself that
    # nobody commissioned; null: it stands on top itself (ADR 20, 38).
    subject = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="about", verbose_name="gaat over"
    )
    # Then it stands in nobody's lists but those of who handed it in and of whose turn it is or was (`Admission`).
    confidential = models.BooleanField("vertrouwelijk", default=False, db_default=False)
    # It ran before this register was there, and was taken over from an older one (`workflows.history`).
    imported = models.BooleanField("overgenomen", default=False, db_default=False)
    opened_at = models.DateTimeField("ingediend op")
    closed_at = models.DateTimeField("afgesloten op", null=True, blank=True)
    # From then on there are no words in it any more, nor documents (vernietiging, ADR 45).
    destroyed_at = models.DateTimeField("vernietigd op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "zaak"
        verbose_name_plural = "zaken"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="case_number_once"),
            models.CheckConstraint(
                condition=~models.Q(kind="commission", subject__isnull=False),
                name="case_commission_is_its_own_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def content(self) -> Any:
        """What this case itself is about: the row of its own kind."""
        return getattr(self, self.kind)

    @property
    def top(self) -> "Case":
        """The case that it is about in the end, which may be itself."""
        return self.subject or self

    @property
    def domain(self) -> str:
        """Of what is on top: the commission, or what there is where nobody commissioned anything."""
        return str(self.top.content.domain)

    @property
    def scale(self) -> str:
        return str(self.top.content.scale)

    @property
    def commissioned(self) -> Any:
        """The commission that it is about; None where there is none."""
        return getattr(self.top, Case.Kind.COMMISSION, None)

    @property
    def chain(self) -> str:
        """Where the acts of this case are kept."""
        return f"case/{self.pk}"

    @property
    def chains(self) -> tuple[str, ...]:
        """This case and the one it belongs to: segregation of duties counts over both."""
        return (self.chain, f"case/{self.parent_id}") if self.parent_id else (self.chain,)

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.OPEN, self.State.SUSPENDED)


class Counter(models.Model):
    """The last number given out in a year, per regeling."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, verbose_name="regeling")
    year = models.PositiveSmallIntegerField("jaar")
    last = models.PositiveIntegerField("laatste nummer")

    class Meta:
        verbose_name = "nummering"
        verbose_name_plural = "nummeringen"
        constraints = [models.UniqueConstraint(fields=["scheme", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class CaseAccess(models.Model):
    """In whose lists a case stands. A projection: the database keeps it, from cases and shares (ADR 5).

    `scope` is what rights are granted on: `scheme/<id>` or `organisation/<id>`.
    """

    written_by_triggers = True  # the application's role may only read it

    scope = models.CharField("bereik", max_length=40)
    state = models.CharField("stand", max_length=20)
    case = models.ForeignKey(Case, models.CASCADE, related_name="access", verbose_name="zaak")

    class Meta:
        verbose_name = "inzage"
        verbose_name_plural = "inzage"
        constraints = [models.UniqueConstraint(fields=["scope", "case"], name="case_access_once")]
        indexes = [models.Index(fields=["scope", "state", "-case"], name="case_access_list")]

    def __str__(self) -> str:
        return f"{self.scope}: {self.case_id}"


class Admission(models.Model):
    """Who may know of a confidential case: whoever holds a position, or one person (toelating)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="admissions", verbose_name="zaak")
    position = models.ForeignKey(
        Position, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="functie"
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="persoon")

    history = tracked()

    class Meta:
        verbose_name = "toelating"
        verbose_name_plural = "toelatingen"
        constraints = [
            models.UniqueConstraint(fields=["case", "position", "person"], nulls_distinct=False, name="admission_once"),
            models.CheckConstraint(condition=models.Q(position=None) ^ models.Q(person=None), name="admission_of_one"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.position_id or self.person_id}"


class Remark(StoodIn):
    """Something said about a case outside the forms: a comment, a question, its answer."""

    class Kind(models.TextChoices):
        COMMENT = "comment", "Opmerking"
        QUESTION = "question", "Vraag"
        ANSWER = "answer", "Antwoord"

    case = models.ForeignKey(Case, models.PROTECT, related_name="remarks", verbose_name="zaak")
    kind = models.CharField("soort", max_length=20, choices=Kind)
    step = models.CharField("stap", max_length=60, blank=True)
    text = text("tekst")
    author = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="van")
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answered_by", verbose_name="antwoord op"
    )
    said_at = models.DateTimeField("gezegd op")

    history = tracked()

    class Meta:
        verbose_name = "opmerking"
        verbose_name_plural = "opmerkingen"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def speaker(self) -> str:
        return in_place_of(self.author, self.stood_in_by)
