"""`manage.py sign_root`: sign where all chains are now."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from audit.roots import sign_root


class Command(BaseCommand):
    help = "Ondertekent een wortel over alle ketens en schrijft die buiten de database."

    def handle(self, **options: Any) -> None:
        root = sign_root()
        if root is None:
            self.stdout.write("Er is nog niets gebeurd dat ondertekend kan worden.")
        else:
            self.stdout.write(f"Wortel {root.number} over {root.chains} ketens: {root.root} ({settings.AUDIT_ROOTS})")
