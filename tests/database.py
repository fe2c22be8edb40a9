"""The databases of the tests: a template made once for each schema, and a clone of it for each process that tests.

Evidence is append-only, so no test empties a table: a test that committed leaves its clone dirty, and the next test
starts on a new one. A clone takes some 40 ms, the template some seconds.

What many tests begin with is played once in each process, in a clone of its own that is kept to the end of the run:
because a test says so (`after`), or because a helper that plays it (`kept`) is asked for the same a second time.
"""

import hashlib
import os
import pickle
import shutil
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar, ParamSpec, TypeVar

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.test import override_settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from workflows.founding import set_up_fixture

ROOT = Path(__file__).parent.parent

# What the template's content follows from, as a rule. When something else changed it: `pytest --create-db`.
SOURCES = (
    *(
        "audit/triggers.py",
        "roles/setup.py",
        "cases/setup.py",
        "escalation/setup.py",
        "fixtures/*.toml",
        "pyproject.toml",
    ),
    *(
        f"{place}/{kind}"
        for place in ("*", "*/*", "tests/*/*")
        for kind in ("migrations/**/*.*", "models.py", "models/*.py")
    ),
)

P = ParamSpec("P")
R = TypeVar("R")

TEMPLATE = "rolzuiver_template_"
CLONE = "rolzuiver_test_"
TEMPLATES_KEPT = 3  # another run may still be on an older one


@dataclass(frozen=True, slots=True)
class Play:
    """What is played before a test begins: a function, and what it is given."""

    function: Callable[..., Any]
    given: tuple[Hashable, ...]
    named: frozenset[tuple[str, Hashable]]

    def begin(self) -> Any:
        return self.function(*self.given, **dict(self.named))


@dataclass(frozen=True, slots=True)
class Played:
    """Where that was, and what the function told: pickled, so that each test gets it as it was then."""

    database: str
    files: Path
    told: bytes


def after(function: Callable[..., Any], *given: Hashable, **named: Hashable) -> pytest.MarkDecorator:
    """Marks a test that begins when this was played; the fixture `played` is what it returned."""
    return pytest.mark.after(Play(function, given, frozenset(named.items())))


def kept(function: Callable[P, R]) -> Callable[P, R]:
    """A helper that plays something, where a test may as well begin when it was played before.

    A test that did something already, or in which it is another time, plays it itself.
    """

    @wraps(function)
    def begin(*given: P.args, **named: P.kwargs) -> R:
        clone = Clone.current
        try:
            play = Play(begin, given, frozenset(named.items()))
            hash(play)
        except TypeError:  # asked for with something that changes
            return function(*given, **named)
        if clone is None or not clone.moves_on_to(play):
            return function(*given, **named)
        found: R = pickle.loads(clone.kept[play].told)
        return found

    return begin


class Clone:
    """This process's own copy of the template; both aliases point at it, or at one in which something was played."""

    current: ClassVar["Clone | None"] = None

    def __init__(self, template: str, folder: Path) -> None:
        self.template = template
        self.folder = folder
        self.name = f"{CLONE}{os.getpid()}"
        self.dirty = True
        self.kept: dict[Play, Played] = {}
        self.asked: Counter[Play] = Counter()
        self.rest: Rest | None = None  # while a test may still begin elsewhere
        Clone.current = self

    def renew(self, *, template: str = "") -> None:
        _point_at(self.name)
        with _server() as cursor:
            _drop(cursor, self.name)
            cursor.execute(_create(self.name, template=template or self.template))
        self.dirty = False

    def stand(self) -> None:
        """Where nothing was played."""
        if self.dirty:
            self.renew()
        else:
            _go_to(self.name)

    def keep(self, play: Play) -> Played:
        """Play it, unless this process did."""
        if play not in self.kept:
            self.kept[play] = self._play(play)
        return self.kept[play]

    def stand_after(self, play: Play, *, commits: bool) -> Played:
        """Where this was played; a test that commits gets a clone of that."""
        played = self.keep(play)
        if commits:
            self.renew(template=played.database)
        else:
            _go_to(played.database)
        return played

    def moves_on_to(self, play: Play) -> bool:
        """The test that has just begun goes on where this was played; if it is asked for again, and did nothing yet."""
        rest = self.rest
        if rest is None or not rest.is_undisturbed():
            return False
        self.asked[play] += 1
        if self.asked[play] < 2 and play not in self.kept:
            return False
        self.rest = None  # what is played now plays for itself
        with rest.interrupted():
            try:
                played = self.stand_after(play, commits=False)
            except BaseException:
                self.stand()
                raise
        shutil.copytree(played.files, rest.files, dirs_exist_ok=True)
        return True

    def _play(self, play: Play) -> Played:
        number = str(len(self.kept))
        database, files = f"{self.name}_{number}", self.folder / number
        files.mkdir()
        _point_at(database)
        with _server() as cursor:
            cursor.execute(_create(database, template=self.template))
        with override_settings(**places(files)):
            return Played(database, files, pickle.dumps(play.begin()))

    def empty(self) -> None:
        """A database without anything, for what begins there; the next test finds a clone again."""
        _point_at(self.name)
        with _server() as cursor:
            _drop(cursor, self.name)
            cursor.execute(_create(self.name))
        self.dirty = True

    def remove(self) -> None:
        _point_at(self.name)
        with _server() as cursor:
            for name in (self.name, *(played.database for played in self.kept.values())):
                _drop(cursor, name)


@dataclass(frozen=True, slots=True)
class Rest:
    """The transaction of an ordinary test, which will be rolled back, and its folder."""

    transaction: transaction.Atomic
    files: Path

    def is_undisturbed(self) -> bool:
        """Nothing was written, nothing stands around it, and it is now."""
        if not connection.in_atomic_block or len(connection.atomic_blocks) > 1:
            return False
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_current_xact_id_if_assigned() IS NULL"
                " AND app_now() - clock_timestamp() BETWEEN '-1 second' AND '1 second'"
            )
            return bool(cursor.fetchone()[0])

    @contextmanager
    def interrupted(self) -> Iterator[None]:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        try:
            yield
        finally:
            self.transaction.__enter__()


def template(*, anew: bool) -> str:
    """The name of the template for the code as it is, made where it is not there yet."""
    name = TEMPLATE + _fingerprint()
    with _server() as cursor:
        cursor.execute("SET lock_timeout = 0; SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE])
        _drop_leftovers(cursor)
        found = name in _databases(cursor, TEMPLATE)
        if anew or not found:
            _build(cursor, name)
    return name


def places(folder: Path) -> dict[str, Path]:
    """Where what is signed and stored goes: it is about one database."""
    return {
        "MEDIA_ROOT": folder / "files", "AUDIT_ROOTS": folder / "roots.jsonl",
        "AUDIT_ROOT_KEY": folder / "root-key.pem", "EXPORTS": folder / "exports",
        "SEALED_FILES": folder / "sealed", "SEALED_KEYS": folder / "sealed-keys",
    }  # fmt: skip


def url(alias: str) -> str:
    """How another process connects to the same database."""
    given = connections[alias].settings_dict
    place = {key.lower(): given[key] for key in ("USER", "PASSWORD", "HOST", "PORT") if given[key]}
    return make_conninfo("", dbname=given["NAME"], **place)


def _build(cursor: CursorWrapper, name: str) -> None:
    """Made under another name, so that a run killed half-way leaves nothing that looks whole."""
    unfinished = f"{CLONE}{os.getpid()}"
    _drop(cursor, unfinished)
    cursor.execute(_create(unfinished))
    _point_at(unfinished)
    call_command("migrate", verbosity=0)
    for scheme in ("limburg-noord", "centraal-gelderland"):
        set_up_fixture(scheme)
    with connections["owner"].cursor() as owner:  # a receipt costs nothing to stretch, and is stretched all the same
        owner.execute("UPDATE sealed.installation SET iterations = 1, memory = 64")
    _point_at(unfinished)  # lets go of its connections
    for old in [*_databases(cursor, TEMPLATE)[TEMPLATES_KEPT - 1 :], name]:
        _drop(cursor, old)
    names = sql.Identifier(unfinished), sql.Identifier(name)
    cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
    cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(names[1]))


def _fingerprint() -> str:
    found = {file for pattern in SOURCES for file in ROOT.glob(pattern) if file.suffix != ".pyc"}
    files = sorted(file for file in found if not file.name.startswith("demo-"))  # stories; nothing is played here
    contents = b"\0".join(file.read_bytes() for file in files)
    return hashlib.sha256(contents).hexdigest()[:12]


@contextmanager
def _server() -> Iterator[CursorWrapper]:
    """The owner, on the server's own database."""
    with connections["owner"]._nodb_cursor() as cursor:
        yield cursor


def _point_at(name: str) -> None:
    """A pool that was opened earlier would go on serving another database."""
    for alias in ("default", "owner", "sealed"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    connections["default"].close_pool()  # type: ignore[attr-defined]


def _go_to(name: str) -> None:
    if connections["default"].settings_dict["NAME"] != name:
        _point_at(name)


def _databases(cursor: CursorWrapper, prefix: str) -> list[str]:
    """Newest first."""
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC", [prefix])
    return [name for (name,) in cursor.fetchall()]


def _create(name: str, *, template: str = "template1") -> sql.Composed:
    return sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))


def _drop(cursor: CursorWrapper, name: str) -> None:
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_leftovers(cursor: CursorWrapper) -> None:
    """Clones of runs that were killed."""
    for name in _databases(cursor, CLONE):
        try:
            os.kill(int(name.removeprefix(CLONE).partition("_")[0]), 0)
        except ProcessLookupError:
            _drop(cursor, name)
