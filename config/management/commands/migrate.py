"""`manage.py migrate`, as the role that owns the tables."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState, get_related_models_tuples
from django.db.migrations.utils import resolve_relation

from config.database import OWNER, routed_to

Node = tuple[str, str]


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=OWNER)

    def handle(self, *args: Any, database: str, **options: Any) -> None:
        anew = not MigrationRecorder(connections[database]).has_table()
        with routed_to(database), _ours_last(), _nearest_only() if anew else nullcontext():
            super().handle(*args, database=database, **options)


@contextmanager
def _ours_last() -> Iterator[None]:
    """Each operation renders all related models anew. Ours are many and related, so they come last: half the time."""
    leaf_nodes = MigrationGraph.leaf_nodes

    def sorted_leaves(graph: MigrationGraph, app: str | None = None) -> list[Node]:
        return sorted(leaf_nodes(graph, app), key=lambda node: ((settings.BASE_DIR / node[0]).is_dir(), node))

    with patch.object(MigrationGraph, "leaf_nodes", sorted_leaves):
        yield


@contextmanager
def _nearest_only() -> Iterator[None]:
    """On an empty database only what an operation touches is rendered anew: a quarter of the time.

    Python in a migration still finds all models whole: they are marked as delayed, as Django itself does. What comes
    of an empty database is always the same, and a test compares it with what Django makes (tests/config/test_migrate).
    """
    with patch.object(ProjectState, "_find_reload_model", _model_and_neighbours):
        yield


def _model_and_neighbours(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[Node]:
    state.is_delayed = True
    found = {(app_label, model_name)}
    if model_name in state.apps.all_models[app_label]:
        found |= get_related_models_tuples(state.apps.get_model(app_label, model_name))
    fields = state.models[app_label, model_name].fields.values()
    return found | {
        resolve_relation(each.remote_field.model, app_label, model_name) for each in fields if each.is_relation
    }
