"""No false alarm: whatever happens in the open, after a restore, and after a change of the schema."""

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, models

from audit.roots import last_root, sign_root
from audit.triggers import columns_of, guard, pk_of, tracked_models
from audit.verify import verify
from tests.database import url
from tests.evidence import world

Tracked = tuple[type[models.Model], type[models.Model]]


@pytest.fixture(scope="session")
def states(pytestconfig: pytest.Config) -> int:
    asked = pytestconfig.getoption("--attacks")
    return max(2, int(asked) // 10) if asked else (10 if pytestconfig.getoption("--thorough") else 2)


@pytest.mark.usefixtures("committed")
def test_a_clean_database_has_no_finding(states: int, tmp_path: Path) -> None:
    world.play()
    for state in range(states):
        world.go_on(random.Random(state), times=12)
        assert verify().findings == [], state
        root = last_root()
        assert root is not None
        assert verify(since=root.number).findings == [], state
        if state % 10 == 0:
            _bring_a_column_more(random.Random(state))
    if not settings.DATABASE_URL:  # the tools of the embedded server
        _restore(tmp_path / "dump")
    world.go_on(random.Random(states), times=12)
    sign_root()
    assert verify().findings == []


def _bring_a_column_more(die: random.Random) -> None:
    """What is written before it has a list of fields without the column, and what comes after it one with."""
    tracked = [(model, history) for model, history in tracked_models() if len(columns_of(model)) > 3]
    chosen = die.sample(tracked, 8)
    _guard_with(chosen, lambda columns: columns[:-1])
    world.go_on(die, times=12)
    _guard_with(chosen, lambda columns: columns)


def _guard_with(chosen: list[Tracked], some: Callable[[list[str]], list[str]]) -> None:
    with connections["owner"].cursor() as cursor:
        for model, history in chosen:
            names = {"table": model._meta.db_table, "history": history._meta.db_table, "pk": pk_of(model)}
            guard(cursor, **names, columns=some(columns_of(model)))


def _restore(dump: Path) -> None:
    tools = settings.EMBEDDED.programs.folder
    subprocess.run([tools / "pg_dump", "-Fc", "-f", dump, url("owner")], check=True)
    subprocess.run([tools / "pg_restore", "--clean", "--if-exists", "-d", url("owner"), dump], check=True)
    assert verify().findings == []
