"""A decision refers to the version of a mandate or besluitregel that it relied on; so no version ever changes."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION roles_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE fillable text[] := coalesce(TG_ARGV, '{}');
BEGIN
    -- Only the columns named as arguments may be filled in later, once.
    IF to_jsonb(NEW) - fillable <> to_jsonb(OLD) - fillable
       OR EXISTS (SELECT FROM unnest(fillable) c WHERE to_jsonb(OLD) -> c <> 'null') THEN
        RAISE EXCEPTION 'Een versie in % wijzigt niet: maak de volgende versie.', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_frozen BEFORE UPDATE ON roles_mandate
    FOR EACH ROW EXECUTE FUNCTION roles_frozen('revoked_at');
CREATE TRIGGER a_frozen BEFORE UPDATE ON roles_decisionrule
    FOR EACH ROW EXECUTE FUNCTION roles_frozen();
"""

THAWED = """
DROP TRIGGER a_frozen ON roles_mandate;
DROP TRIGGER a_frozen ON roles_decisionrule;
DROP FUNCTION roles_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("roles", "0002_facts")]
    operations = [migrations.RunSQL(FROZEN, THAWED)]
