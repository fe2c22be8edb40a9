"""`manage.py migrate`, as the role that owns the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db.migrations.graph import MigrationGraph

from config.database import OWNER, routed_to

Node = tuple[str, str]


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=OWNER)

    def handle(self, *args: Any, database: str, **options: Any) -> None:
        with routed_to(database), _ours_last():
            super().handle(*args, database=database, **options)


@contextmanager
def _ours_last() -> Iterator[None]:
    """Each operation renders all related models anew. Ours are many and related, so they come last: half the time."""
    leaf_nodes = MigrationGraph.leaf_nodes

    def sorted_leaves(graph: MigrationGraph, app: str | None = None) -> list[Node]:
        return sorted(leaf_nodes(graph, app), key=lambda node: ((settings.BASE_DIR / node[0]).is_dir(), node))

    with patch.object(MigrationGraph, "leaf_nodes", sorted_leaves):
        yield
