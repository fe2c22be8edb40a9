"""What the law asks of a board and a besluitregel could not say yet: of how many it consists, who presides instead."""

from django.db import migrations, models

KINDS = [
    ("member", "Lid"),
    ("substitute", "Plaatsvervangend lid"),
    ("chair", "Voorzitter"),
    ("vice_chair", "Plaatsvervangend voorzitter"),
    ("secretary", "Secretaris"),
]
TIES = [
    ("chair", "De voorzitter beslist"),
    ("second_round", "Tweede ronde"),
    ("next_meeting", "Volgende vergadering"),
    ("rejected", "Verworpen"),
]


def _seats() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        "aantal zetels", default=0, help_text="0: zoveel als er leden zitting hebben."
    )


class Migration(migrations.Migration):
    dependencies = [("roles", "0003_frozen_versions")]
    operations = [
        migrations.AddField("decisionrule", "seats", _seats()),
        migrations.AddField("historicaldecisionrule", "seats", _seats()),
        *(
            migrations.AlterField(
                model, "kind", models.CharField("soort", max_length=20, choices=KINDS, default="member")
            )
            for model in ("appointment", "historicalappointment")
        ),
        *(
            migrations.AlterField(model, "tie", models.CharField("bij staken", max_length=20, choices=TIES))
            for model in ("decisionrule", "historicaldecisionrule")
        ),
    ]
