"""`manage.py load_terms`: the term rules of all regelingen that a new version of the product brings along."""

from typing import Any

from django.core.management.base import BaseCommand

from escalation.setup import load_reminders, load_terms


class Command(BaseCommand):
    help = "Neemt termijnregels uit fixtures/terms.toml over die er nog niet zijn. Wat er is, blijft zoals het is."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_terms()
        load_reminders()  # where there are none yet
        for rule in added:
            self.stdout.write(f"{rule}, vanaf {rule.valid_from:%d-%m-%Y}")
        self.stdout.write(f"{len(added)} termijnregels toegevoegd.")
