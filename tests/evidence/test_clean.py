"""No false alarm: whatever happens in the open, after a restore, and after a migration (`--clean 50` databases).

Each database is one in which other things happened. It is verified as it is, since its last root, after it was dumped
and restored, after a migration brought columns, and after that went on.
"""

import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from audit.models import FieldList
from audit.roots import last_root, sign_root
from audit.triggers import columns_of, install, tracked_models
from audit.verify import verify
from tests.database import after, url
from tests.evidence import world

COLUMNS = 8  # that a migration brings, each to another table
LATER = models.CharField("later bedacht", max_length=40, default="eerder")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    asked = metafunc.config.getoption("--clean")
    several = 10 if metafunc.config.getoption("--thorough") else 2
    metafunc.parametrize("number", range(several if asked is None else int(asked)))


@pytest.mark.long
@after(world.play)
@pytest.mark.usefixtures("committed")
def test_a_clean_database_has_no_finding(number: int, tmp_path: Path) -> None:
    die = random.Random(number)
    world.go_on(die, times=12)
    assert verify().findings == []
    root = last_root()
    assert root is not None
    assert verify(since=root.number).findings == []
    if not settings.DATABASE_URL:  # the tools of the embedded server
        _restore(tmp_path / "dump")
    world.go_on(die, times=6)
    with _migrated(die):
        assert verify().findings == []
        world.go_on(die, times=12)
        sign_root()
        report = verify()
        assert report.findings == []
        assert report.remarks == []
        assert verify(since=root.number).findings == []


def _restore(dump: Path) -> None:
    tools = settings.EMBEDDED.programs.folder
    subprocess.run([tools / "pg_dump", "-Fc", "-f", dump, url("owner")], check=True)
    subprocess.run([tools / "pg_restore", "--clean", "--if-exists", "-d", url("owner"), dump], check=True)
    assert verify().findings == []


@contextmanager
def _migrated(die: random.Random) -> Iterator[None]:
    """As if some models had a field more: what `makemigrations` makes of that, and what `migrate` does with it."""
    chosen = die.sample([pair for pair in tracked_models() if pair[0]._meta.app_label != "sample"], COLUMNS)
    changed = {model: LATER.clone() for pair in chosen for model in pair}
    for model, field in changed.items():
        field.contribute_to_class(model, "later")
    try:
        _migrate()
        assert all("later" in FieldList.objects.get(**_newest(model)).columns.split() for model, _ in chosen)
        yield
    finally:
        for model, field in changed.items():
            model._meta.local_fields.remove(field)
            model._meta._expire_cache()  # type: ignore[attr-defined]
            del model.later  # type: ignore[attr-defined]


def _migrate() -> None:
    owner = connections["owner"]
    loader = MigrationLoader(owner)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(loader.graph)
    for migration in (each for some in changes.values() for each in some):
        with owner.schema_editor() as editor:
            migration.apply(loader.project_state(), editor)
    install(using="owner")


def _newest(model: type[models.Model]) -> dict[str, str]:
    return {"table": model._meta.db_table, "columns": " ".join(columns_of(model))}
