"""Who did it in another's place: what that one did is their own conduct, and their name stands with it."""

import django.db.models.deletion
from django.db import migrations, models


def _row() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="roles.person",
        verbose_name="waargenomen door",
    )


def _history() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        db_constraint=False,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="roles.person",
        verbose_name="waargenomen door",
    )


def _shortage() -> models.JSONField:
    return models.JSONField(blank=True, default=dict, verbose_name="tekort aan leden")


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_confidential"), ("roles", "0008_standing_in")]
    operations = [
        operation
        for model in ("seat", "presence", "ballot", "meeting", "urgentdecision", "remark", "documentversion")
        for operation in (
            migrations.AddField(model, "stood_in_by", _row()),
            migrations.AddField(f"historical{model}", "stood_in_by", _history()),
        )
    ] + [migrations.AddField(model, "shortage", _shortage()) for model in ("meeting", "historicalmeeting")]
