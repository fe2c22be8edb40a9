from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "0019_figures_kept.sql"


class Migration(migrations.Migration):
    dependencies = [("workflows", "0018_export_unseen")]
    operations = [migrations.RunSQL(SQL.read_text())]
