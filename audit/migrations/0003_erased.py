from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_chain'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='text',
            index=models.Index(condition=models.Q(('erased_act__isnull', False)), fields=['erased_act'], name='audit_text_erased'),
        ),
    ]
