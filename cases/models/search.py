"""What full-text search looks in. A projection: the database keeps it, from acts (ADR 22)."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from cases.models.case import Case
from cases.models.documents import Classification


class SearchEntry(models.Model):
    """The words by which a case is found: in a row for who sees the case, and a row more for who may read further.

    That is `internal`; and `confidential` or `secret` where it has such documents, with the words above it. Among the
    words are keys, which no word can equal because of their slash: where the case stands (`scheme/1`,
    `organisation/5`), how it stands (`state/open`, `phase/intake`), who is in it (`person/12`).
    """

    written_by_triggers = True  # the application's role may only read it

    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_index=False, verbose_name="zaak")
    level = models.CharField("openbaarheid", max_length=20, choices=Classification)
    vector = SearchVectorField("woorden")

    class Meta:
        verbose_name = "zoekregel"
        verbose_name_plural = "zoekregels"
        constraints = [models.UniqueConstraint(fields=["case", "level"], name="search_entry_once")]
        # Written at once: what waits in a list of its own is read by every search.
        indexes = [GinIndex(fields=["vector"], name="search_entry_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.level}"
