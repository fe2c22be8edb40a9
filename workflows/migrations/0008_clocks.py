from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0007_endings"), ("escalation", "0003_deadlines")]
    operations = [migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0008_clocks.sql").read_text())]
