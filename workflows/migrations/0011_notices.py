from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0010_held"), ("escalation", "0007_messages")]
    operations = [migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0011_notices.sql").read_text())]
