"""`manage.py flush` would TRUNCATE; evidence is append-only, so nothing here is ever emptied."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush


class Command(flush.Command):
    help = "Weigert: handelingen zijn onuitwisbaar, dus tabellen worden niet geleegd."

    def handle(self, **options: Any) -> None:
        raise CommandError(
            "Tabellen worden niet geleegd: handelingen zijn onuitwisbaar. Begin opnieuw met `manage.py demo --fresh`; "
            "een test die vastlegt gebruikt de fixture `committed`."
        )
