from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('roles', '0008_standing_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalrecusal',
            name='imposed',
            field=models.BooleanField(db_default=False, default=False, verbose_name='omdat de zaak over deze persoon gaat'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='imposed',
            field=models.BooleanField(db_default=False, default=False, verbose_name='omdat de zaak over deze persoon gaat'),
        ),
    ]
