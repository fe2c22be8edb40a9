from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    """Evidence is not taken back: no reverse."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(Path(__file__).with_name("sql").joinpath("0002_chain.sql").read_text())]
