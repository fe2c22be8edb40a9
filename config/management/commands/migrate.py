"""`manage.py migrate`, as the role that owns the tables."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from config.database import OWNER, routed_to


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=OWNER)

    def handle(self, *args: Any, database: str, **options: Any) -> None:
        with routed_to(database):
            super().handle(*args, database=database, **options)
