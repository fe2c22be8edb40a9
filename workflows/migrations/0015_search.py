from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "0015_search.sql"


class Migration(migrations.Migration):
    dependencies = [("workflows", "0014_figures"), ("escalation", "0006_ladder")]
    operations = [migrations.RunSQL(SQL.read_text())]
