from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0011_notices")]
    operations = [migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0012_lock.sql").read_text())]
