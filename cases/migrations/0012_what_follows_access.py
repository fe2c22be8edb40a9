from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "0012_what_follows_access.sql"


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_contracts")]
    operations = [migrations.RunSQL(SQL.read_text())]
