import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_confidential'),
        ('workflows', '0009_terms'),
    ]

    operations = [
        migrations.AddField(
            model_name='casetask',
            name='held_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case', verbose_name='stilgezet door'),
        ),
    ]
