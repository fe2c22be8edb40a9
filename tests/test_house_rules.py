"""Ways around the choke point that no type and no layer forbids; each has a few places of its own."""

import ast
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.database import ROOT

PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]


def _methods(*names: str) -> Callable[[ast.Call], bool]:
    return lambda call: isinstance(call.func, ast.Attribute) and call.func.attr in names


def _set_based_change(call: ast.Call) -> bool:
    """`rows.update(field=value)`; a dictionary's or a digest's `update` takes its argument without a name."""
    in_bulk = _methods("bulk_create", "bulk_update")(call)
    return in_bulk or (_methods("update")(call) and bool(call.keywords) and not call.args)


def _day_in_greenwich(call: ast.Call) -> bool:
    """`now.date()`: just after midnight here, that is still yesterday."""
    if not _methods("date")(call):
        return False
    of = call.func.value  # type: ignore[attr-defined]
    of = of.func if isinstance(of, ast.Call) else of
    return (of.id if isinstance(of, ast.Name) else getattr(of, "attr", "")) == "now"


# Rule: what is forbidden, and where it is at home.
RULES: dict[str, tuple[Callable[[ast.Call], bool], dict[str, str]]] = {
    "a job is enqueued through escalation.queue, in the transaction that asks for it": (
        _methods("defer", "defer_async", "batch_defer", "batch_defer_async"),
        {
            "escalation/queue.py": "is that way",
            "workflows/tasks/amendment.py": "puts a decision off (aanhouden); no job",
            "workflows/tasks/commissioning.py": "the same",
        },
    ),
    "rows are changed one by one, by a service": (
        _set_based_change,
        {
            "roles/services/grants.py": "memberships and grants follow from appointments, all at once",
            "config/demo/post.py": "what the people of the example were mailed long ago",
            "escalation/services/messages.py": "a message for each who hears of many notices, in one statement",
            "escalation/services/outbox.py": "many messages go into one letter",
            "escalation/whistleblowing/services/handling.py": "who looks at the list has seen all there was to tell",
            "escalation/services/preferences.py": "one's own messages are read, all at once",
            "workflows/conformance/keeping.py": "what came of replaying cases; nobody's decision, kept anew each time",
            "workflows/settling.py": "ends the deadlines of a round that closes, however many",
            "workflows/clockwork.py": "a deadline fires, under the case's lock",
            "workflows/endings.py": "a task goes back to its role, under the case's lock",
            "workflows/engine.py": "a process ends, under the case's lock",
            "workflows/services.py": "a task changes hands, under the case's lock",
            "workflows/sql.py": "the engine's rows, in as few statements as a step can do",
        },
    ),
    "today is a day here, not in Greenwich": (_day_in_greenwich, {}),
    "SQL stands in a few modules": (
        _methods("cursor", "Cursor", "raw", "extra"),
        {
            "audit": "its functions and triggers live in the database",
            "config/signing_in/standing.py": "the seats of whoever asks for a page, in one plain query",
            "escalation/services": "claims what is due with SKIP LOCKED",
            "escalation/whistleblowing/sealed.py": "the one place that asks the sealed schema something in SQL",
            "escalation/whistleblowing/chain.py": "what of that the public chain cites",
            "escalation/whistleblowing/figures.py": "what of that everybody may know",
            "roles/authorize.py": "all facts of an authorisation in one function",
            "roles/selectors/hats.py": "who acted in a case, over acts and votes",
            "roles/selectors/sight.py": "what somebody may see, in one query",
            "roles/services/schemes.py": "names a chain after a key that is not there yet",
            "workflows/figures.py": "takes what is to be counted, and puts what counts",
            "workflows/selectors": "the first rows of each queue and scope, merged",
            "workflows/checks.py": "names in rows as they are written; the field would resolve them",
            "workflows/sql.py": "the engine's own statements",
        },
    ),
}


def _calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))


def _sources() -> list[Path]:
    """The product; benchmarks measure it against ways around it."""
    return [
        file.relative_to(ROOT)
        for package in PACKAGES
        if package != "benchmarks"
        for file in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in file.parts
    ]


def _under(file: Path, homes: dict[str, str]) -> str | None:
    return next((home for home in homes if file.is_relative_to(home)), None)


def test_every_package_has_its_place_in_the_layers() -> None:
    assert {file.parent.name for file in ROOT.glob("*/__init__.py")} == {*PACKAGES, "tests"}


@pytest.mark.parametrize("rule", RULES)
def test_this_holds_everywhere_but_at_home(rule: str) -> None:
    forbidden, homes = RULES[rule]
    found = {file: [call.lineno for call in _calls(ROOT / file) if forbidden(call)] for file in _sources()}
    used = {_under(file, homes) for file, lines in found.items() if lines}
    assert {str(file): lines for file, lines in found.items() if lines and not _under(file, homes)} == {}
    assert set(homes) - used == set(), "these exceptions are no longer needed"


def test_no_role_of_a_regeling_is_named() -> None:
    """Who may do what is found by its bindings. A secretary and a chair are kinds of appointment."""
    regelingen = [tomllib.loads(file.read_text()) for file in (ROOT / "fixtures").glob("*.toml")]
    codes = {role["code"] for data in regelingen for role in data.get("roles", [])} - {"secretary"}
    constants = [
        (str(file), node.lineno, node.value)
        for file in _sources()
        for node in ast.walk(ast.parse((ROOT / file).read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert "administrator" in codes
    standard = ("workflows/exporting/ocds.py", "buyer")  # a word of OCDS for an organisation
    assert [found for found in constants if found[2] in codes and (found[0], found[2]) != standard] == []


def test_nobody_becomes_the_owner_of_the_tables_but_who_migrates_and_who_moves_the_clock() -> None:
    homes = {
        "config": "migrates",
        "audit/clock.py": "moves the clock",
        "audit/triggers.py": "migrates",
        "workflows/checks.py": "asks the database that is being migrated",
        "escalation/whistleblowing/sealed.py": "reaches the sealed schema, as a role that reaches nothing else",
    }

    def names_a_database(node: ast.AST) -> bool:
        if isinstance(node, ast.Subscript):
            return isinstance(node.value, ast.Name) and node.value.id == "connections"
        return isinstance(node, ast.Call) and _methods("using", "db_manager")(node)

    found = [
        str(file)
        for file in _sources()
        if not _under(file, homes) and any(map(names_a_database, ast.walk(ast.parse((ROOT / file).read_text()))))
    ]
    assert found == []
