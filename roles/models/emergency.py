"""Reading what is closed, when it cannot wait (noodtoegang)."""

from django.db import models
from django.db.models import F, Q

from audit.history import tracked
from roles.models.fields import text
from roles.models.people import Appointment, Person


class EmergencyAccess(models.Model):
    """Somebody reads in one case what is closed to them, for some hours; a second person judges it afterwards.

    It opens nothing that is closed by keys: tenders under seal stay shut.
    """

    class Judgement(models.TextChoices):
        JUSTIFIED = "justified", "Terecht"
        UNJUSTIFIED = "unjustified", "Niet terecht"

    chain = models.CharField("zaak", max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="emergencies", verbose_name="persoon")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+", verbose_name="in de rol")
    reason = text("reden")
    opened_at = models.DateTimeField("geopend op")
    until = models.DateTimeField("open tot")
    judgement = models.CharField("oordeel", max_length=20, choices=Judgement, blank=True, default="")
    note = text("toelichting bij het oordeel", null=True, blank=True)
    reviewer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nagekeken door"
    )
    reviewed_at = models.DateTimeField("nagekeken op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "noodtoegang"
        verbose_name_plural = "noodtoegangen"
        indexes = [
            models.Index(fields=["person", "until"], name="emergency_of_person"),
            models.Index(fields=["chain"], name="emergency_case"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("opened_at")), name="emergency_ends"),
            models.CheckConstraint(
                condition=Q(reviewer=None) | ~Q(reviewer=F("person")), name="emergency_judged_by_another"
            ),
            models.CheckConstraint(
                condition=Q(judgement="", reviewer=None, reviewed_at=None)
                | ~Q(judgement="") & Q(reviewer__isnull=False, reviewed_at__isnull=False),
                name="emergency_judged_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain} tot {self.until:%d-%m-%Y %H:%M}"

    @property
    def case_id(self) -> int:
        return int(self.chain.removeprefix("case/"))
