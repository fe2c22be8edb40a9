"""A pair of duties that is kept apart above an amount only."""

from pathlib import Path

from django.db import migrations, models

FACTS = Path(__file__).with_name("sql") / "0010_pair_above.sql"


def _above() -> models.DecimalField:
    return models.DecimalField("vanaf een bedrag boven", max_digits=14, decimal_places=2, null=True, blank=True)


class Migration(migrations.Migration):
    dependencies = [("roles", "0009_imposed")]
    operations = [
        migrations.AddField(model_name="dutypair", name="above", field=_above()),
        migrations.AddField(model_name="historicaldutypair", name="above", field=_above()),
        migrations.RunSQL(FACTS.read_text()),
    ]
