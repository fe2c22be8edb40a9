from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial"), ("audit", "0002_chain"), ("escalation", "0001_initial")]
    operations = [migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0002_step.sql").read_text())]
