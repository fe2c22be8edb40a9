"""An escalation: what somebody could not solve where it arose, and what was agreed on to solve it (domain §5.5)."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from cases.models import Case
from escalation.rules.ladder import Category as Kinds
from roles.models import Person
from roles.models.fields import text


class Escalation(models.Model):
    """A case of its own under the one that it is about; who handed it in is the case's own."""

    class Category(models.TextChoices):
        CONTENT = Kinds.CONTENT, "Inhoud"
        OPERATIONS = Kinds.OPERATIONS, "Bedrijfsvoering"
        COOPERATION = Kinds.COOPERATION, "Samenwerking"
        PROVIDER = Kinds.PROVIDER, "Kwaliteit aanbieder"
        TERM = Kinds.TERM, "Termijn"

    class Opening(models.TextChoices):
        PERSON = "person", "Door een betrokkene"
        DEADLINE = "deadline", "Vanzelf: een termijn verstreek"
        LOOP = "loop", "Vanzelf: te vaak rondgegaan"
        KPI = "kpi", "Vanzelf: een KPI niet gehaald"

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, verbose_name="zaak")
    category = models.CharField("categorie", max_length=20, choices=Category)
    reason = text("reden")
    opening = models.CharField("hoe ontstaan", max_length=10, choices=Opening, default=Opening.PERSON)
    # What made it begin by itself ("deadline/12"): that begins no second one.
    origin = models.CharField("waardoor", max_length=80, blank=True)
    step = models.CharField("stap", max_length=60, blank=True)
    task = models.PositiveBigIntegerField("taak", null=True, blank=True)
    holds = models.BooleanField("zet de stap stil", default=False)
    about = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="gaat over persoon"
    )
    level = models.PositiveSmallIntegerField("niveau", default=1)
    spokesperson_line = text("woordvoeringslijn", null=True, blank=True)

    history = tracked()

    # What the engine asks of every kind of case: no amount and no owner's consent play a part here.
    agreed_by_owner = False
    cost = None

    class Meta:
        verbose_name = "escalatie"
        verbose_name_plural = "escalaties"
        constraints = [models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="escalation_once")]

    def __str__(self) -> str:
        return str(self.case)


class Measure(models.Model):
    """What was agreed on: what is done, by whom and when (maatregel)."""

    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="measures", verbose_name="escalatie")
    level = models.PositiveSmallIntegerField("niveau")
    what = text("wat")
    who = text("wie")
    due_on = models.DateField("uiterlijk op")
    recorded_at = models.DateTimeField("vastgelegd op")

    history = tracked()

    class Meta:
        verbose_name = "maatregel"
        verbose_name_plural = "maatregelen"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.escalation_id}: {self.due_on}"
