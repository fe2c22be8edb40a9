from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0002_access.sql").read_text())]
