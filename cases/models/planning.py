"""What is coming: a change of policy that somebody signals, and procurements that are planned (domain §5.9)."""

from django.db import models
from django.db.models import F, Q

from audit.history import tracked
from cases.models.case import Case
from cases.models.commission import Commission, Domain, Scale
from cases.models.fields import euros
from roles.models import Organisation, Scheme
from roles.models.fields import text


class PolicySignal(models.Model):
    """Somebody sees a change of policy or law coming, and says early what it will mean for what is bought."""

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="signal", verbose_name="zaak"
    )  # as the kind of case is called
    domain = models.CharField("domein", max_length=20, choices=Domain)
    scale = models.CharField("schaal", max_length=20, choices=Scale)
    change = text("wat er verandert")
    effective_on = models.DateField("vanaf wanneer")
    source = text("bron of wet")
    effect = text("verwacht gevolg")
    advice_asked = models.BooleanField("advies gevraagd", default=False)
    advice = text("advies van de MGR", null=True, blank=True)

    history = tracked()

    # What the engine asks of every kind of case.
    agreed_by_owner = False

    class Meta:
        verbose_name = "beleidssignaal"
        verbose_name_plural = "beleidssignalen"

    def __str__(self) -> str:
        return str(self.case)


class PlanningItem(models.Model):
    """A procurement that is to come, with the moments at which it is to be where (geplande inkoop)."""

    class State(models.TextChoices):
        PLANNED = "planned", "Gepland"
        TAKEN_UP = "taken_up", "In een opdracht opgepakt"
        DROPPED = "dropped", "Vervallen"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", verbose_name="regeling")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="gemeente"
    )  # null: of the whole region
    domain = models.CharField("domein", max_length=20, choices=Domain)
    title = text("titel")
    note = text("toelichting", null=True, blank=True)
    annual_amount = euros("raming per jaar", null=True, blank=True)
    prepare_on = models.DateField("start van de voorbereiding")
    market_on = models.DateField("naar de markt")
    award_on = models.DateField("gunning")
    starts_on = models.DateField("ingang van het contract")
    state = models.CharField("stand", max_length=20, choices=State, default=State.PLANNED)
    origin = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="planned", verbose_name="komt uit"
    )
    commission = models.ForeignKey(
        Commission, models.PROTECT, null=True, blank=True, related_name="planned_as", verbose_name="opgepakt in"
    )

    history = tracked()

    class Meta:
        verbose_name = "geplande inkoop"
        verbose_name_plural = "geplande inkopen"
        indexes = [models.Index(fields=["scheme", "starts_on"], name="planning_item_starts")]
        constraints = [
            models.CheckConstraint(
                condition=Q(prepare_on__lte=F("market_on"))
                & Q(market_on__lte=F("award_on"))
                & Q(award_on__lte=F("starts_on")),
                name="planning_item_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="taken_up") | Q(commission=None), name="planning_item_taken_up_in_commission"
            ),
        ]
        ordering = ["starts_on", "id"]

    def __str__(self) -> str:
        return str(self.title)
