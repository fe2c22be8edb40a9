"""The look of a regeling: a file of ui/themes/."""

from django.db import migrations, models


def _theme() -> models.SlugField:
    return models.SlugField("thema", max_length=40, blank=True, db_index=False, default="")


class Migration(migrations.Migration):
    dependencies = [("roles", "0005_meetings")]
    operations = [
        migrations.AddField("scheme", "theme", _theme(), preserve_default=False),
        migrations.AddField("historicalscheme", "theme", _theme(), preserve_default=False),
    ]
