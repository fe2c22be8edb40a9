import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('audit', '0002_chain'),
        ('escalation', '0004_feeds'),
        ('roles', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalTermRule',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='geldig van')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='geldig tot en met')),
                ('flow', models.SlugField(db_index=False, max_length=40, verbose_name='proces')),
                ('step', models.SlugField(db_index=False, max_length=60, verbose_name='stap')),
                ('amount', models.PositiveSmallIntegerField(verbose_name='aantal')),
                ('unit', models.CharField(choices=[('hours', 'uren'), ('calendar_days', 'kalenderdagen'), ('working_days', 'werkdagen'), ('weeks', 'weken'), ('months', 'maanden'), ('years', 'jaren')], default='working_days', max_length=15, verbose_name='eenheid')),
                ('backward', models.BooleanField(default=False, verbose_name='teruggerekend')),
                ('trigger', models.CharField(max_length=120, verbose_name='telt vanaf')),
                ('basis', models.CharField(choices=[('legal', 'In een wet gesteld'), ('agreed', 'Afgesproken')], default='agreed', max_length=10, verbose_name='soort termijn')),
                ('article', models.CharField(max_length=200, verbose_name='grondslag')),
                ('shifts', models.BooleanField(blank=True, help_text='Leeg: een wettelijke termijn volgens de Algemene termijnenwet, een afgesproken termijn niet.', null=True, verbose_name='schuift door')),
                ('waits', models.BooleanField(default=False, verbose_name='moet eerst verlopen')),
                ('on_breach', models.CharField(blank=True, choices=[('', 'Alleen bericht'), ('escalate', 'Escaleren')], default='', max_length=10, verbose_name='bij verstrijken')),
                ('extendable', models.BooleanField(default=True, verbose_name='te verlengen')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical termijnregel',
                'verbose_name_plural': 'historical termijnregels',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='TermRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='geldig van')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='geldig tot en met')),
                ('flow', models.SlugField(db_index=False, max_length=40, verbose_name='proces')),
                ('step', models.SlugField(db_index=False, max_length=60, verbose_name='stap')),
                ('amount', models.PositiveSmallIntegerField(verbose_name='aantal')),
                ('unit', models.CharField(choices=[('hours', 'uren'), ('calendar_days', 'kalenderdagen'), ('working_days', 'werkdagen'), ('weeks', 'weken'), ('months', 'maanden'), ('years', 'jaren')], default='working_days', max_length=15, verbose_name='eenheid')),
                ('backward', models.BooleanField(default=False, verbose_name='teruggerekend')),
                ('trigger', models.CharField(max_length=120, verbose_name='telt vanaf')),
                ('basis', models.CharField(choices=[('legal', 'In een wet gesteld'), ('agreed', 'Afgesproken')], default='agreed', max_length=10, verbose_name='soort termijn')),
                ('article', models.CharField(max_length=200, verbose_name='grondslag')),
                ('shifts', models.BooleanField(blank=True, help_text='Leeg: een wettelijke termijn volgens de Algemene termijnenwet, een afgesproken termijn niet.', null=True, verbose_name='schuift door')),
                ('waits', models.BooleanField(default=False, verbose_name='moet eerst verlopen')),
                ('on_breach', models.CharField(blank=True, choices=[('', 'Alleen bericht'), ('escalate', 'Escaleren')], default='', max_length=10, verbose_name='bij verstrijken')),
                ('extendable', models.BooleanField(default=True, verbose_name='te verlengen')),
            ],
            options={
                'verbose_name': 'termijnregel',
                'verbose_name_plural': 'termijnregels',
            },
        ),
        migrations.AddField(
            model_name='deadline',
            name='reason',
            field=models.CharField(blank=True, db_default='', max_length=500, verbose_name='waarom deze datums'),
        ),
        migrations.AddField(
            model_name='historicaltermrule',
            name='act',
            field=models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.act', verbose_name='handeling'),
        ),
        migrations.AddField(
            model_name='historicaltermrule',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaltermrule',
            name='scheme',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='Leeg: alle regelingen.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='roles.scheme', verbose_name='regeling'),
        ),
        migrations.AddField(
            model_name='termrule',
            name='scheme',
            field=models.ForeignKey(blank=True, help_text='Leeg: alle regelingen.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='term_rules', to='roles.scheme', verbose_name='regeling'),
        ),
        migrations.AddConstraint(
            model_name='termrule',
            constraint=models.UniqueConstraint(fields=('scheme', 'flow', 'step', 'valid_from'), name='term_rule_once_a_day', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='termrule',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 1)), name='term_rule_lasts'),
        ),
        migrations.AddConstraint(
            model_name='termrule',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='term_rule_ends_after_start'),
        ),
    ]
