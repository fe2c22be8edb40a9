from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_amendment")]
    operations = [migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0004_amendment_access.sql").read_text())]
