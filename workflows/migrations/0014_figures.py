from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "0014_figures.sql"


class Migration(migrations.Migration):
    dependencies = [("workflows", "0013_parts"), ("cases", "0019_figures"), ("audit", "0002_chain")]
    operations = [migrations.RunSQL(SQL.read_text())]
