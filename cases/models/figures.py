"""What is counted of cases, so that a page of figures costs the same however many there are (ADR 38).

A projection: only the functions of the database write it, from facts that are worked out anew for each case that moved.
"""

from datetime import date

from django.db import models

from cases.models.case import Case

NOW = date(1, 1, 1)  # the month of what stands as it does today, and of no month


class Reach(models.Model):
    """Who may count a case: all the scopes in whose lists it stands, together (teller).

    Somebody with two of them counts it once: what is added up are sets that do not overlap.
    """

    written_by_triggers = True

    scopes = models.TextField("bereik", unique=True)  # as " organisation/3 scheme/1 ", in order

    class Meta:
        verbose_name = "telbereik"
        verbose_name_plural = "telbereiken"

    def __str__(self) -> str:
        return self.scopes


class Fact(models.Model):
    """One thing of one case that counts, and in which month: what stands behind a figure."""

    written_by_triggers = True

    case = models.ForeignKey(Case, models.CASCADE, related_name="facts", verbose_name="zaak")
    reach = models.ForeignKey(Reach, models.PROTECT, related_name="+", verbose_name="telbereik", db_index=False)
    key = models.CharField("wat telt", max_length=20)
    detail = models.CharField("welke", max_length=100, blank=True)
    month = models.DateField("maand", default=NOW)
    value = models.BigIntegerField("waarde", default=0)
    plan = models.BigIntegerField("volgens plan", default=0)

    class Meta:
        verbose_name = "feit achter een cijfer"
        verbose_name_plural = "feiten achter cijfers"
        indexes = [models.Index(fields=["key", "reach", "detail", "month", "case"], name="fact_behind_figure")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.key} {self.detail}"


class Figure(models.Model):
    """The facts of one reach added up, a month and a key at a time (cijfer)."""

    written_by_triggers = True

    reach = models.ForeignKey(Reach, models.PROTECT, related_name="+", verbose_name="telbereik", db_index=False)
    key = models.CharField("wat telt", max_length=20)
    detail = models.CharField("welke", max_length=100, blank=True)
    month = models.DateField("maand")
    count = models.BigIntegerField("aantal")
    value = models.BigIntegerField("waarde")
    plan = models.BigIntegerField("volgens plan")

    class Meta:
        verbose_name = "cijfer"
        verbose_name_plural = "cijfers"
        constraints = [models.UniqueConstraint(fields=["key", "month", "reach", "detail"], name="figure_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.detail} {self.month:%Y-%m}: {self.count}"


class Recount(models.Model):
    """A case that moved since it was counted (nog te tellen). A row for each time, so that nobody waits for another."""

    written_by_triggers = True

    case = models.BigIntegerField("zaak")
    marked_at = models.DateTimeField("sinds")

    class Meta:
        verbose_name = "nog te tellen zaak"
        verbose_name_plural = "nog te tellen zaken"

    def __str__(self) -> str:
        return str(self.case)
