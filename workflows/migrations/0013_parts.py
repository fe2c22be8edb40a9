from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0012_lock")]
    operations = [migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0013_parts.sql").read_text())]
