from pathlib import Path

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_chain'),
        ('cases', '0008_confidential'),
        ('escalation', '0005_terms'),
        ('roles', '0009_imposed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='cases.case', verbose_name='zaak')),
                ('category', models.CharField(choices=[('content', 'Inhoud'), ('operations', 'Bedrijfsvoering'), ('cooperation', 'Samenwerking'), ('provider', 'Kwaliteit aanbieder'), ('term', 'Termijn')], max_length=20, verbose_name='categorie')),
                ('opening', models.CharField(choices=[('person', 'Door een betrokkene'), ('deadline', 'Vanzelf: een termijn verstreek'), ('loop', 'Vanzelf: te vaak rondgegaan')], default='person', max_length=10, verbose_name='hoe ontstaan')),
                ('origin', models.CharField(blank=True, max_length=80, verbose_name='waardoor')),
                ('step', models.CharField(blank=True, max_length=60, verbose_name='stap')),
                ('task', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='taak')),
                ('holds', models.BooleanField(default=False, verbose_name='zet de stap stil')),
                ('level', models.PositiveSmallIntegerField(default=1, verbose_name='niveau')),
            ],
            options={
                'verbose_name': 'escalatie',
                'verbose_name_plural': 'escalaties',
            },
        ),
        migrations.CreateModel(
            name='HistoricalEscalation',
            fields=[
                ('category', models.CharField(choices=[('content', 'Inhoud'), ('operations', 'Bedrijfsvoering'), ('cooperation', 'Samenwerking'), ('provider', 'Kwaliteit aanbieder'), ('term', 'Termijn')], max_length=20, verbose_name='categorie')),
                ('opening', models.CharField(choices=[('person', 'Door een betrokkene'), ('deadline', 'Vanzelf: een termijn verstreek'), ('loop', 'Vanzelf: te vaak rondgegaan')], default='person', max_length=10, verbose_name='hoe ontstaan')),
                ('origin', models.CharField(blank=True, max_length=80, verbose_name='waardoor')),
                ('step', models.CharField(blank=True, max_length=60, verbose_name='stap')),
                ('task', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='taak')),
                ('holds', models.BooleanField(default=False, verbose_name='zet de stap stil')),
                ('level', models.PositiveSmallIntegerField(default=1, verbose_name='niveau')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical escalatie',
                'verbose_name_plural': 'historical escalaties',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMeasure',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(verbose_name='niveau')),
                ('due_on', models.DateField(verbose_name='uiterlijk op')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical maatregel',
                'verbose_name_plural': 'historical maatregelen',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(verbose_name='niveau')),
                ('due_on', models.DateField(verbose_name='uiterlijk op')),
                ('recorded_at', models.DateTimeField(verbose_name='vastgelegd op')),
            ],
            options={
                'verbose_name': 'maatregel',
                'verbose_name_plural': 'maatregelen',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='escalation',
            name='about',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.person', verbose_name='gaat over persoon'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='reason',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.text', verbose_name='reden'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='spokesperson_line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.text', verbose_name='woordvoeringslijn'),
        ),
        migrations.AddField(
            model_name='historicalescalation',
            name='about',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='roles.person', verbose_name='gaat over persoon'),
        ),
        migrations.AddField(
            model_name='historicalescalation',
            name='act',
            field=models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.act', verbose_name='handeling'),
        ),
        migrations.AddField(
            model_name='historicalescalation',
            name='case',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.case', verbose_name='zaak'),
        ),
        migrations.AddField(
            model_name='historicalescalation',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalescalation',
            name='reason',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.text', verbose_name='reden'),
        ),
        migrations.AddField(
            model_name='historicalescalation',
            name='spokesperson_line',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.text', verbose_name='woordvoeringslijn'),
        ),
        migrations.AddField(
            model_name='historicalmeasure',
            name='act',
            field=models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.act', verbose_name='handeling'),
        ),
        migrations.AddField(
            model_name='historicalmeasure',
            name='escalation',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='escalation.escalation', verbose_name='escalatie'),
        ),
        migrations.AddField(
            model_name='historicalmeasure',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalmeasure',
            name='what',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.text', verbose_name='wat'),
        ),
        migrations.AddField(
            model_name='historicalmeasure',
            name='who',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.text', verbose_name='wie'),
        ),
        migrations.AddField(
            model_name='measure',
            name='escalation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='escalation.escalation', verbose_name='escalatie'),
        ),
        migrations.AddField(
            model_name='measure',
            name='what',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.text', verbose_name='wat'),
        ),
        migrations.AddField(
            model_name='measure',
            name='who',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.text', verbose_name='wie'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(condition=models.Q(('origin', ''), _negated=True), fields=('origin',), name='escalation_once'),
        ),
        migrations.RunSQL(Path(__file__).with_name('sql').joinpath('0006_ladder.sql').read_text()),
    ]
