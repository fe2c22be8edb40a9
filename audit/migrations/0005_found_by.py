"""Indexes for what an auditor looks for among all acts and looks: the last first, of one person, verb, step, mandate."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_redaction")]

    operations = [
        migrations.AddIndex("act", models.Index(fields=["at", "id"], name="audit_act_at")),
        migrations.AddIndex("act", models.Index(fields=["actor", "at", "id"], name="audit_act_actor")),
        migrations.AddIndex("act", models.Index(fields=["verb", "at", "id"], name="audit_act_verb")),
        migrations.AddIndex("act", models.Index(fields=["step", "at", "id"], name="audit_act_step")),
        migrations.AddIndex("act", models.Index(fields=["role", "at", "id"], name="audit_act_role")),
        migrations.AddIndex(
            "act", models.Index(fields=["at", "id"], condition=~models.Q(mandate=""), name="audit_act_mandated")
        ),
        migrations.AddIndex(
            "act", models.Index(fields=["at", "id"], condition=~models.Q(flags=""), name="audit_act_flagged")
        ),
        migrations.AddIndex("accessrecord", models.Index(fields=["at", "id"], name="audit_access_at")),
        migrations.AddIndex("accessrecord", models.Index(fields=["actor", "at", "id"], name="audit_access_actor")),
    ]
