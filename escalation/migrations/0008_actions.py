import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0013_evaluation'),
        ('escalation', '0007_messages'),
    ]

    operations = [
        migrations.AddField(
            model_name='deadline',
            name='improvement',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deadline', to='cases.improvement', verbose_name='verbeterpunt'),
        ),
        migrations.AlterField(
            model_name='deadline',
            name='effect',
            field=models.CharField(choices=[('term', 'Termijn van de taak'), ('round', 'Sluiting van de stemronde'), ('ratify', 'Bekrachtiging van een spoedbesluit'), ('action', 'Verbeterpunt')], default='term', max_length=10, verbose_name='gevolg'),
        ),
    ]
