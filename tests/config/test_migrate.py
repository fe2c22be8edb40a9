"""An empty database is migrated by a short cut (config/management/commands/migrate.py)."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from config.management.commands import migrate
from tests.database import Clone

STRUCTURE = """
SELECT 'column', table_name, column_name, data_type || is_nullable || coalesce(column_default, '')
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', oid::regprocedure::text, prosrc, coalesce(proacl::text, '')
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'rights', relname, relacl::text, '' FROM pg_class WHERE relnamespace = 'public'::regnamespace
ORDER BY 1, 2, 3, 4
"""


def structure() -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(STRUCTURE)
        return list(cursor.fetchall())


@pytest.mark.thorough
def test_the_short_cut_makes_what_django_makes(
    committed: None, django_db_setup: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = structure()
    django_db_setup.empty()
    monkeypatch.setattr(migrate, "_nearest_only", nullcontext)
    call_command("migrate", verbosity=0)
    assert structure() == made
    assert len(made) > 1000


@pytest.mark.long
def test_a_database_that_has_migrations_is_migrated_as_django_does(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> None:
        raise AssertionError("the short cut was taken")

    monkeypatch.setattr(migrate, "_nearest_only", never)
    call_command("migrate", verbosity=0)


def test_what_has_to_be_migrated_can_be_asked_with_a_database_there(committed: None) -> None:
    """The roles of the application may not read what was migrated, and are not asked to."""
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
