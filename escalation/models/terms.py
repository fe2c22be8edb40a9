"""How long there is for each step of each flow, as data."""

from dataclasses import fields

from django.db import models
from django.db.models import Q

from audit.history import tracked
from escalation.rules.terms import Term
from roles.models import Scheme
from roles.models.fields import Period, ends_after_its_start


class TermRule(Period):
    """How long there is for a step (termijnregel). Without a regeling: for all, unless one has a rule of its own.

    A change is a rule of its own from its date. What it says is frozen when a case starts, for all its steps.
    """

    class Unit(models.TextChoices):
        HOURS = "hours", "uren"
        CALENDAR_DAYS = "calendar_days", "kalenderdagen"
        WORKING_DAYS = "working_days", "werkdagen"
        WEEKS = "weeks", "weken"
        MONTHS = "months", "maanden"
        YEARS = "years", "jaren"

    class Basis(models.TextChoices):
        LEGAL = "legal", "In een wet gesteld"
        AGREED = "agreed", "Afgesproken"

    class Breach(models.TextChoices):
        NOTHING = "", "Alleen bericht"
        ESCALATE = "escalate", "Escaleren"

    scheme = models.ForeignKey(
        Scheme, models.PROTECT, null=True, blank=True, related_name="term_rules", verbose_name="regeling",
        help_text="Leeg: alle regelingen.",
    )  # fmt: skip
    flow = models.SlugField("proces", max_length=40, db_index=False)
    step = models.SlugField("stap", max_length=60, db_index=False)
    amount = models.PositiveSmallIntegerField("aantal")
    unit = models.CharField("eenheid", max_length=15, choices=Unit, default=Unit.WORKING_DAYS)
    backward = models.BooleanField("teruggerekend", default=False)
    trigger = models.CharField("telt vanaf", max_length=120)
    basis = models.CharField("soort termijn", max_length=10, choices=Basis, default=Basis.AGREED)
    article = models.CharField("grondslag", max_length=200)
    shifts = models.BooleanField(
        "schuift door", null=True, blank=True,
        help_text="Leeg: een wettelijke termijn volgens de Algemene termijnenwet, een afgesproken termijn niet.",
    )  # fmt: skip
    waits = models.BooleanField("moet eerst verlopen", default=False)
    on_breach = models.CharField("bij verstrijken", max_length=10, choices=Breach, default=Breach.NOTHING, blank=True)
    extendable = models.BooleanField("te verlengen", default=True)

    history = tracked()

    class Meta:
        verbose_name = "termijnregel"
        verbose_name_plural = "termijnregels"
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "flow", "step", "valid_from"], nulls_distinct=False, name="term_rule_once_a_day"
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="term_rule_lasts"),
            ends_after_its_start("term_rule"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.flow}/{self.step}: {self.term.words}"

    @property
    def term(self) -> Term:
        """As the rules count with it."""
        return Term.from_json({field.name: getattr(self, field.name) for field in fields(Term)})
