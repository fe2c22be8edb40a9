"""Messages that have to reach somebody."""

from django.db import models
from django.db.models import Q

from cases.models import Case
from roles.models import Appointment, Position


class Notice(models.Model):
    """A message that has to reach somebody: an outbox row, written in the transaction that causes it.

    It carries no content, only what it is about. Sending it is the work of the tick.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="notices", verbose_name="zaak")
    task = models.PositiveBigIntegerField("taak", null=True, blank=True)
    template = models.CharField("soort bericht", max_length=30)
    position = models.ForeignKey(
        Position, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="aan de rol"
    )
    seat = models.ForeignKey(
        Appointment, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="aan het lid"
    )
    created_at = models.DateTimeField("geschreven op")
    sent_at = models.DateTimeField("verzonden op", null=True, blank=True)

    class Meta:
        verbose_name = "bericht"
        verbose_name_plural = "berichten"
        indexes = [models.Index(fields=["created_at"], condition=Q(sent_at=None), name="notice_unsent")]

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"
