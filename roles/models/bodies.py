"""Bodies, the roles in them, and the capacity that each role gives."""

from django.contrib.auth.models import Group
from django.db import models

from audit.history import tracked
from roles.models.schemes import Organisation, Scheme


class Capacity(models.TextChoices):
    """The hat in the narrow sense (hoedanigheid): owner and client have opposite interests."""

    OWNER = "owner", "Eigenaar"
    CLIENT = "client", "Opdrachtgever"
    CONTRACTOR = "contractor", "Opdrachtnemer"
    ADVISER = "adviser", "Adviseur"
    SUPERVISOR = "supervisor", "Toezichthouder"


class Body(models.Model):
    """A group of people who act together or for one organisation (gremium)."""

    class Kind(models.TextChoices):
        BOARD = "board", "Bestuur (eigenaar)"
        CLIENT = "client", "Bestuurlijk opdrachtgever"
        OFFICIALS = "officials", "Ambtelijk opdrachtgever"
        STAFF = "staff", "Organisatie van de MGR"
        MUNICIPALITY = "municipality", "Gemeente"
        SUPERVISOR = "supervisor", "Toezichthouder"
        SUPPORT = "support", "Ondersteuning"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="bodies", verbose_name="regeling")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name="organisatie"
    )
    code = models.SlugField("code", max_length=40, db_index=False)
    name = models.CharField("naam", max_length=120)
    label = models.CharField("korte naam", max_length=60)
    kind = models.CharField("soort", max_length=20, choices=Kind)

    history = tracked()

    class Meta:
        verbose_name = "gremium"
        verbose_name_plural = "gremia"
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="body_code_once")]

    def __str__(self) -> str:
        return self.label


class Role(models.Model):
    """What somebody is in a body (rol). The same role may occur in every regeling."""

    code = models.SlugField("code", max_length=40, unique=True)
    label = models.CharField("naam", max_length=80)
    capacity = models.CharField("hoedanigheid", max_length=20, choices=Capacity)

    history = tracked()

    class Meta:
        verbose_name = "rol"
        verbose_name_plural = "rollen"

    def __str__(self) -> str:
        return self.label


class Position(models.Model):
    """A role in a body (functie): tasks are queued here, mandates and rights are given to it, people are appointed."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="positions", verbose_name="gremium")
    role = models.ForeignKey(Role, models.PROTECT, related_name="positions", verbose_name="rol")
    group = models.OneToOneField(Group, models.PROTECT, related_name="position", verbose_name="groep met rechten")

    history = tracked()

    class Meta:
        verbose_name = "functie"
        verbose_name_plural = "functies"
        constraints = [models.UniqueConstraint(fields=["body", "role"], name="position_once")]

    def __str__(self) -> str:
        return f"{self.role}, {self.body}"
