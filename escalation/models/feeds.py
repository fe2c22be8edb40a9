"""Calendars that programs outside fetch by a secret address (agenda-abonnement). Of the key only a digest is kept."""

from django.db import models
from django.db.models import Q

from audit.history import tracked
from roles.models import Body, Person

DIGEST = 64  # SHA-256 in hexadecimals


class PersonalFeed(models.Model):
    """The calendar of one person, who alone makes, renews and ends it. A setting of their own: no evidence."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+", verbose_name="van")
    digest = models.CharField("afdruk van de sleutel", max_length=DIGEST, unique=True)
    created_at = models.DateTimeField("gemaakt op")

    class Meta:
        verbose_name = "eigen agenda-abonnement"
        verbose_name_plural = "eigen agenda-abonnementen"

    def __str__(self) -> str:
        return f"agenda van {self.person_id}"


class BodyFeed(models.Model):
    """The calendar of a body, for its members; its secretary makes, renews and ends it."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="gremium")
    digest = models.CharField("afdruk van de sleutel", max_length=DIGEST, unique=True)
    created_at = models.DateTimeField("gemaakt op")
    revoked_at = models.DateTimeField("ingetrokken op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "agenda-abonnement van een gremium"
        verbose_name_plural = "agenda-abonnementen van gremia"
        constraints = [
            models.UniqueConstraint(fields=["body"], condition=Q(revoked_at=None), name="body_feed_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"agenda van {self.body}"
