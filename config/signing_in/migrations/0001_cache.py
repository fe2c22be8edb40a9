"""Where failed sign-ins are counted, in the database because every process must count the same."""

from django.db import migrations

# As django.core.cache.backends.db wants it. What is lost when the server crashes is a few minutes of counting.
CREATE = """
CREATE UNLOGGED TABLE cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX cache_expires ON cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(CREATE, "DROP TABLE cache")]
