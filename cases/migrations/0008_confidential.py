from pathlib import Path

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_chain'),
        ('cases', '0007_search'),
        ('roles', '0009_imposed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='confidential',
            field=models.BooleanField(db_default=False, default=False, verbose_name='vertrouwelijk'),
        ),
        migrations.AddField(
            model_name='historicalcase',
            name='confidential',
            field=models.BooleanField(db_default=False, default=False, verbose_name='vertrouwelijk'),
        ),
        migrations.AlterField(
            model_name='case',
            name='kind',
            field=models.CharField(choices=[('commission', 'Opdracht'), ('amendment', 'Wijziging'), ('escalation', 'Escalatie')], max_length=20, verbose_name='soort'),
        ),
        migrations.AlterField(
            model_name='case',
            name='state',
            field=models.CharField(choices=[('open', 'In behandeling'), ('suspended', 'Opgeschort'), ('granted', 'Verstrekt'), ('applied', 'Doorgevoerd'), ('rejected', 'Afgewezen'), ('withdrawn', 'Ingetrokken'), ('resolved', 'Opgelost'), ('unresolved', 'Gesloten zonder oplossing'), ('referred', 'Verwezen naar gedeputeerde staten')], default='open', max_length=20, verbose_name='stand'),
        ),
        migrations.AlterField(
            model_name='historicalcase',
            name='kind',
            field=models.CharField(choices=[('commission', 'Opdracht'), ('amendment', 'Wijziging'), ('escalation', 'Escalatie')], max_length=20, verbose_name='soort'),
        ),
        migrations.AlterField(
            model_name='historicalcase',
            name='state',
            field=models.CharField(choices=[('open', 'In behandeling'), ('suspended', 'Opgeschort'), ('granted', 'Verstrekt'), ('applied', 'Doorgevoerd'), ('rejected', 'Afgewezen'), ('withdrawn', 'Ingetrokken'), ('resolved', 'Opgelost'), ('unresolved', 'Gesloten zonder oplossing'), ('referred', 'Verwezen naar gedeputeerde staten')], default='open', max_length=20, verbose_name='stand'),
        ),
        migrations.CreateModel(
            name='HistoricalAdmission',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.act', verbose_name='handeling')),
                ('case', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.case', verbose_name='zaak')),
                ('history_user', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='roles.person', verbose_name='persoon')),
                ('position', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='roles.position', verbose_name='functie')),
            ],
            options={
                'verbose_name': 'historical toelating',
                'verbose_name_plural': 'historical toelatingen',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Admission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='admissions', to='cases.case', verbose_name='zaak')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.person', verbose_name='persoon')),
                ('position', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.position', verbose_name='functie')),
            ],
            options={
                'verbose_name': 'toelating',
                'verbose_name_plural': 'toelatingen',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('case', 'position', 'person'), name='admission_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('position', None), ('person', None), _connector='XOR'), name='admission_of_one')],
            },
        ),
        migrations.RunSQL(Path(__file__).with_name('sql').joinpath('0008_confidential.sql').read_text()),
    ]
