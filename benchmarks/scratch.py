"""A database to measure on, beside the real one and thrown away afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import connections
from django.test.utils import override_settings
from psycopg import sql

ALIASES = ("default", "owner", "sealed")


@contextmanager
def scratch_database() -> Iterator[None]:
    """Migrated and empty; roots that are signed meanwhile are thrown away too."""
    names = {alias: connections[alias].settings_dict["NAME"] for alias in ALIASES}
    scratch = f"rolzuiver_benchmark_{os.getpid()}"
    _execute("CREATE DATABASE {}", scratch)
    try:
        _point_at(dict.fromkeys(ALIASES, scratch))
        call_command("migrate", verbosity=0)
        with TemporaryDirectory() as folder:
            roots = Path(folder, "roots.jsonl")
            with override_settings(AUDIT_ROOTS=roots, AUDIT_ROOT_KEY=roots.with_name("root-key.pem")):
                yield
    finally:
        _point_at(names)
        _execute("DROP DATABASE {} WITH (FORCE)", scratch)


@contextmanager
def copied(times: int = 1) -> Iterator[list[str]]:
    """Within a scratch database: the name of it, and of copies to compare with. `use` says which is meant."""
    name = connections["owner"].settings_dict["NAME"]
    copies = [f"{name}_copy_{number}" for number in range(times)]
    use(name)  # lets go of it
    for copy in copies:
        _execute(f'CREATE DATABASE {{}} TEMPLATE "{name}"', copy)
    try:
        yield [name, *copies]
    finally:
        use(name)
        for copy in copies:
            _execute("DROP DATABASE {} WITH (FORCE)", copy)


def use(name: str) -> None:
    _point_at(dict.fromkeys(ALIASES, name))


def _execute(statement: str, database: str) -> None:
    with connections["owner"]._nodb_cursor() as cursor:  # on the server's own database
        cursor.execute(sql.SQL(statement).format(sql.Identifier(database)))


def _point_at(names: dict[str, str]) -> None:
    """A pool that was opened earlier would go on serving the other database."""
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    connections["default"].close_pool()  # type: ignore[attr-defined]
