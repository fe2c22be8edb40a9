"""The guard on every domain table, and the grants: installed after each migrate, from the models that are there.

One static function per table, so that its plans are kept: a tracked row costs some tens of microseconds.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models, transaction
from django.db.backends.utils import CursorWrapper, truncate_name

from audit.clock import reset
from audit.format import field_list_version

APP_ROLE = "rolzuiver_app"

READ_ONLY = (
    "audit_act", "audit_chainhead", "audit_text", "audit_fieldlist", "audit_accessrecord", "audit_redaction",
    "django_migrations",
)  # fmt: skip

# Values are digested as PostgreSQL writes them, whatever the session has chosen.
TEXT_SETTINGS = {"timezone": "UTC", "datestyle": "ISO, YMD", "intervalstyle": "postgres", "extra_float_digits": "1"}

CALLABLE = ("audit_open", "audit_close", "audit_write_text", "audit_erase", "audit_look")

TRACK = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp {settings} AS $$
DECLARE
  act bigint := audit_running('{table}');
  kind text := CASE TG_OP WHEN 'INSERT' THEN '+' WHEN 'UPDATE' THEN '~' ELSE '-' END;
  r {table}%ROWTYPE;
BEGIN
  IF kind = '~' AND OLD IS NOT DISTINCT FROM NEW THEN
    RETURN NULL;
  ELSIF kind = '-' THEN
    r := OLD;
  ELSE
    r := NEW;
  END IF;
  INSERT INTO {history} ({columns}, history_date, history_type, history_user_id, act_id)
    VALUES ({values}, app_now(), kind, nullif(current_setting('rolzuiver.user'), '')::integer, act);
  PERFORM audit_note('{table} ' || r.{pk} || ' ' || kind || ' {version} '
    || encode(sha256(convert_to({digest}, 'UTF8')), 'hex'));
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC;
CREATE OR REPLACE TRIGGER audit_track AFTER INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION {function}();
CREATE OR REPLACE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE OR REPLACE TRIGGER audit_refuse_change BEFORE UPDATE OR DELETE ON {history}
  FOR EACH ROW EXECUTE FUNCTION audit_refuse_version();
CREATE OR REPLACE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON {history}
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE {history} ENABLE ALWAYS TRIGGER audit_refuse_change;
ALTER TABLE {history} ENABLE ALWAYS TRIGGER audit_refuse_truncate;
"""

# The digest before must be what the act of the version says, by the field list that it names: what does not fit is not
# destroyed but looked into first.
REDACT = """
CREATE OR REPLACE FUNCTION {function}(key bigint) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp {settings} AS $$
DECLARE
  act bigint := audit_running('audit_redaction');
  h {history}%ROWTYPE;
  left_over {history}%ROWTYPE;
  by_list record;
  was bytea;
  is_now bytea;
  proven boolean;
  noted bigint;
  done integer := 0;
BEGIN
  FOR h IN SELECT * FROM {history} v WHERE v.{pk} = key AND v.act_id <> act AND ({filled}) ORDER BY history_id LOOP
    left_over := h;
    {emptied}
    proven := false;
    FOR by_list IN SELECT f.version, audit_digest_of(f.columns) AS digest FROM audit_fieldlist f
                   WHERE f."table" = '{table}' LOOP
      BEGIN
        EXECUTE 'SELECT ' || by_list.digest INTO was USING h;
      EXCEPTION WHEN undefined_column THEN CONTINUE;
      END;
      IF EXISTS (SELECT FROM audit_act a WHERE a.id = h.act_id AND strpos(E'\n' || a.changes, E'\n{table} ' || key
          || ' ' || h.history_type || ' ' || by_list.version || ' ' || encode(was, 'hex') || E'\n') > 0) THEN
        EXECUTE 'SELECT ' || by_list.digest INTO is_now USING left_over;
        proven := true;
        EXIT;
      END IF;
    END LOOP;
    IF NOT proven THEN
      RAISE EXCEPTION 'version % of {table} % is not what its act says', h.history_id, key USING ERRCODE = '23514';
    END IF;
    INSERT INTO audit_redaction (act_id, history, version, before, after)
      VALUES (act, '{history}', h.history_id, was, is_now) RETURNING id INTO noted;
    PERFORM audit_note('audit_redaction ' || noted || ' + redaction '
      || encode(audit_redaction_digest('{history}', h.history_id, was, is_now), 'hex'));
    UPDATE {history} SET {set} WHERE history_id = h.history_id;
    done := done + 1;
  END LOOP;
  RETURN done;
END $$;
REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {function} TO {role};
"""

ROLE = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
    CREATE ROLE {APP_ROLE} LOGIN;
  END IF;
END $$
"""


def install(*, using: str, **_: Any) -> None:
    """Receives post_migrate; does the same each time."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        reset(cursor)
        present = set(connections[using].introspection.table_names(cursor))
        histories = []
        for model, history in tracked_models():
            if {model._meta.db_table, history._meta.db_table} <= present:
                _check(model)
                guard(
                    cursor,
                    table=model._meta.db_table,
                    history=history._meta.db_table,
                    pk=pk_of(model),
                    columns=columns_of(model),
                )
                histories.append(history._meta.db_table)
        cursor.execute(ROLE)
        blankable = [model for model, _ in tracked_models() if plain_words(model) and model._meta.db_table in present]
        for model in blankable:
            let_words_be_destroyed(cursor, model)
        projections = [m._meta.db_table for m in apps.get_models() if getattr(m, "written_by_triggers", False)]
        _grant(cursor, read_only=[table for table in [*READ_ONLY, *histories, *projections] if table in present])


@cache  # asking simple-history for the model of a history makes a class each time
def tracked_models() -> Sequence[tuple[type[models.Model], type[models.Model]]]:
    """Each domain model that says `history = tracked()`, with the model of its history."""
    names = ((model, getattr(model._meta, "simple_history_manager_attribute", None)) for model in apps.get_models())
    return tuple((model, getattr(model, name).model) for model, name in names if name)


def plain_words(model: type[models.Model]) -> tuple[str, ...]:
    """Columns with words of people that are no texts (`plain_words` on a model): a reference, the name of a product."""
    return tuple(getattr(model, "plain_words", ()))


def columns_of(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.local_concrete_fields]


def pk_of(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)


def digest_expression(columns: Iterable[str], row: str) -> str:
    """SQL for the text that a row's digest is taken over: netstrings, of PostgreSQL's own functions alone."""
    values = (f'{row}."{column}"::text' for column in columns)
    return " || ".join(f"coalesce(octet_length({value})::text || ':' || {value} || ',', '-')" for value in values)


def guard(cursor: CursorWrapper, *, table: str, history: str, pk: str, columns: Sequence[str]) -> None:
    """From now on `table` changes only within acts, and each change leaves a version in `history`."""
    version = field_list_version(table, columns)
    cursor.execute(
        TRACK.format(
            function=truncate_name(f"audit_track_{table}", 63),
            settings=" ".join(f"SET {name} = '{value}'" for name, value in TEXT_SETTINGS.items()),
            table=table,
            history=history,
            columns=", ".join(f'"{column}"' for column in columns),
            values=", ".join(f'r."{column}"' for column in columns),
            pk=f'"{pk}"',
            version=version,
            digest=digest_expression(columns, "r"),
        )
    )
    cursor.execute(
        "INSERT INTO audit_fieldlist VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", [version, table, " ".join(columns)]
    )


def let_words_be_destroyed(cursor: CursorWrapper, model: type[models.Model]) -> None:
    """The one way to empty plain words in the versions of a row: these columns, within an act, with their digests."""
    history = getattr(model, model._meta.simple_history_manager_attribute).model  # type: ignore[attr-defined]
    fields = [field for field in model._meta.local_concrete_fields if field.name in plain_words(model)]
    blanks = {field.column: "'{}'" if isinstance(field, models.JSONField) else "''" for field in fields}
    cursor.execute(
        REDACT.format(
            function=redacts(model),
            settings=" ".join(f"SET {name} = '{value}'" for name, value in TEXT_SETTINGS.items()),
            table=model._meta.db_table,
            history=history._meta.db_table,
            pk=f'"{pk_of(model)}"',
            filled=" OR ".join(f'v."{column}" IS DISTINCT FROM {blank}' for column, blank in blanks.items()),
            emptied=" ".join(f'left_over."{column}" := {blank};' for column, blank in blanks.items()),
            set=", ".join(f'"{column}" = {blank}' for column, blank in blanks.items()),
            role=APP_ROLE,
        )
    )


def redacts(model: type[models.Model]) -> str:
    """The name of that function."""
    return truncate_name(f"audit_redact_{model._meta.db_table}", 63)


def _check(model: type[models.Model]) -> None:
    """What a trigger on one table cannot follow, no tracked model may have."""
    key = getattr(model._meta.pk, "target_field", model._meta.pk)  # a one-to-one key is its target's
    if not isinstance(key, models.IntegerField | models.UUIDField):
        raise ImproperlyConfigured(f"{model.__name__}: a tracked row is known by a number or a UUID.")
    if len(model._meta.local_concrete_fields) != len(model._meta.concrete_fields):
        raise ImproperlyConfigured(f"{model.__name__}: a tracked model has one table, so no multi-table inheritance.")
    if model._meta.local_many_to_many:
        raise ImproperlyConfigured(f"{model.__name__}: a tracked model has no ManyToManyField; track a model between.")


def _grant(cursor: CursorWrapper, *, read_only: list[str]) -> None:
    """The application owns nothing: it may change domain rows, and only read what is evidence."""
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
    cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(read_only)} FROM {APP_ROLE}")
    cursor.execute(f"GRANT EXECUTE ON FUNCTION {', '.join(CALLABLE)} TO {APP_ROLE}")
