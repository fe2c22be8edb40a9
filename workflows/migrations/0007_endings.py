"""The clock looks each minute for work that waits for whose appointment ended."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("workflows", "0006_saved_view")]
    operations = [
        migrations.AddIndex(
            "casetask",
            models.Index(fields=["owner"], condition=Q(finished=None, owner__isnull=False), name="task_taken"),
        ),
        migrations.AddIndex(
            "casetask",
            models.Index(fields=["host"], condition=Q(part="vote", outcome="vacated"), name="task_vacated"),
        ),
    ]
