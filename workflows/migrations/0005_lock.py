from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0004_labels"), ("cases", "0003_amendment")]
    operations = [migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0005_lock.sql").read_text())]
