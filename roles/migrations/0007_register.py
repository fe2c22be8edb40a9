"""The AB's decisions about the segregation of roles, without which its date does not change; files that wait."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


# The date in force is that of the last decision, so that nobody sets it without one.
DECIDED = """
CREATE TRIGGER a_frozen BEFORE UPDATE ON roles_segregationdecision
    FOR EACH ROW EXECUTE FUNCTION roles_frozen();
CREATE FUNCTION roles_segregation_is_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.segregated_from IS DISTINCT FROM (
        SELECT d.segregated_from FROM roles_segregationdecision d WHERE d.scheme_id = NEW.id ORDER BY d.id DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'De datum van de rolscheiding is die van het laatste besluit daarover.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_decided BEFORE UPDATE OF segregated_from ON roles_scheme
    FOR EACH ROW WHEN (OLD.segregated_from IS DISTINCT FROM NEW.segregated_from)
    EXECUTE FUNCTION roles_segregation_is_decided();
"""

UNDECIDED = """
DROP TRIGGER a_decided ON roles_scheme;
DROP FUNCTION roles_segregation_is_decided();
DROP TRIGGER a_frozen ON roles_segregationdecision;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_chain'),
        ('roles', '0006_theme'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AppointmentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='bestandsnaam')),
                ('content', models.BinaryField(verbose_name='inhoud')),
                ('created_at', models.DateTimeField(verbose_name='klaargezet op')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='roles.scheme', verbose_name='regeling')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='van')),
            ],
            options={
                'verbose_name': 'klaargezet benoemingenbestand',
                'verbose_name_plural': 'klaargezette benoemingenbestanden',
            },
        ),
        migrations.CreateModel(
            name='HistoricalSegregationDecision',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('decided_on', models.DateField(verbose_name='besloten op')),
                ('segregated_from', models.DateField(blank=True, null=True, verbose_name='rolscheiding vanaf')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.act', verbose_name='handeling')),
                ('history_user', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reference', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.text', verbose_name='kenmerk van het besluit')),
                ('scheme', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='roles.scheme', verbose_name='regeling')),
            ],
            options={
                'verbose_name': 'historical besluit over de rolscheiding',
                'verbose_name_plural': 'historical besluiten over de rolscheiding',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='SegregationDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_on', models.DateField(verbose_name='besloten op')),
                ('segregated_from', models.DateField(blank=True, null=True, verbose_name='rolscheiding vanaf')),
                ('reference', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.text', verbose_name='kenmerk van het besluit')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='segregation_decisions', to='roles.scheme', verbose_name='regeling')),
            ],
            options={
                'verbose_name': 'besluit over de rolscheiding',
                'verbose_name_plural': 'besluiten over de rolscheiding',
                'ordering': ['id'],
            },
        ),
        migrations.RunSQL(DECIDED, UNDECIDED),
    ]
