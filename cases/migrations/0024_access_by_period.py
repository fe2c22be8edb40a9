from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "0024_access_by_period.sql"


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_audits"), ("roles", "0011_access_by_period")]
    operations = [migrations.RunSQL(SQL.read_text())]
