"""A file with older contracts that waits for a yes."""

from django.contrib.auth.models import User
from django.db import models

from roles.models import Scheme


class HistoryFile(models.Model):
    """As somebody chose it, until they say yes or choose another. No evidence: nothing of it has happened yet. What an
    import did, acts say; they name the file by its hash."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+", verbose_name="regeling")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="van")
    name = models.CharField("bestandsnaam", max_length=200)
    content = models.BinaryField("inhoud")
    created_at = models.DateTimeField("klaargezet op")

    class Meta:
        verbose_name = "klaargezet contractenbestand"
        verbose_name_plural = "klaargezette contractenbestanden"

    def __str__(self) -> str:
        return self.name
