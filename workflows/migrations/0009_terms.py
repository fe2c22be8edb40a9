from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0008_clocks"), ("escalation", "0005_terms")]
    operations = [
        migrations.AddField(
            "caseprocess", "terms", models.JSONField("termijnen van stappen", default=dict)
        ),
        migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0009_terms.sql").read_text()),
    ]
