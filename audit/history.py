"""Versions of every domain row, written by the database and tied to the act that made them."""

from typing import Any

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class TriggeredHistory(HistoricalRecords):  # type: ignore[misc]  # simple-history has no types
    """simple-history's tables and queries; a trigger (audit/triggers.py) writes, so that no way in is missed."""

    def copy_fields(self, model: type[models.Model]) -> "dict[str, models.Field[Any, Any]]":
        """History is asked for per row; an index on every foreign key would only slow the writing."""
        fields: dict[str, models.Field[Any, Any]] = super().copy_fields(model)
        for field in fields.values():
            field.db_index = field.name == model._meta.pk.name  # type: ignore[attr-defined]
        return fields

    def get_extra_fields(self, model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
        """The act says who and why; a change whose act is never written breaks this foreign key at COMMIT."""
        extra: dict[str, Any] = super().get_extra_fields(model, fields)
        del extra["history_change_reason"]
        extra["history_user"] = models.ForeignKey(
            settings.AUTH_USER_MODEL,
            models.DO_NOTHING,
            null=True,
            related_name="+",
            db_constraint=False,
            db_index=False,
        )
        extra["act"] = models.ForeignKey("audit.Act", models.DO_NOTHING, related_name="+", verbose_name="handeling")
        return extra


def tracked() -> TriggeredHistory:
    """`history = tracked()` on every domain model."""
    return TriggeredHistory(history_id_field=models.BigAutoField())
