"""How a meeting voted; and that a secret vote names nobody, whatever the code above it does."""

from django.db import migrations, models

FORMS = [
    ("hammered", "Hamerstuk"),
    ("votes", "Stem per lid"),
    ("roll_call", "Hoofdelijke stemming"),
    ("secret", "Geheime stemming"),
]

# Gemeentewet 31: only counts are kept.
UNNAMED = """
CREATE FUNCTION cases_unnamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_ballot WHERE id = NEW.ballot_id AND form = 'secret') THEN
        RAISE EXCEPTION 'Bij een geheime stemming wordt niet vastgelegd wie wat stemde.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_unnamed BEFORE INSERT OR UPDATE ON cases_vote FOR EACH ROW EXECUTE FUNCTION cases_unnamed();
"""
NAMED = """
DROP TRIGGER a_unnamed ON cases_vote;
DROP FUNCTION cases_unnamed();
"""

FIELDS = {
    "form": models.CharField("vorm van stemmen", max_length=10, choices=FORMS, blank=True, default=""),
    "second_call": models.BooleanField("opnieuw bijeengeroepen", default=False),
    "closed_doors": models.BooleanField("met gesloten deuren", default=False),
    "secret_counts": models.JSONField("geheime stemmen", null=True, blank=True),
}


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_amendment_access")]
    operations = [
        *(
            migrations.AddField(model, name, field.clone())
            for model in ("ballot", "historicalballot")
            for name, field in FIELDS.items()
        ),
        migrations.AddConstraint(
            "ballot",
            models.CheckConstraint(
                condition=models.Q(form="secret") | models.Q(secret_counts=None),
                name="ballot_counts_are_of_a_secret_vote",
            ),
        ),
        migrations.AddConstraint(
            "ballot",
            models.CheckConstraint(
                condition=models.Q(way="meeting") | models.Q(form=""), name="ballot_form_of_a_meeting"
            ),
        ),
        migrations.RunSQL(UNNAMED, NAMED),
    ]
