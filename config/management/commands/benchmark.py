"""`manage.py benchmark`: figures as one JSON object, measured on a database of its own beside the real one."""

import platform
from argparse import ArgumentParser
from importlib import import_module
from json import dumps
from os import cpu_count
from typing import Any

from django.core.management.base import BaseCommand

KINDS = ("steps", "lists", "chain", "verify", "deadlines", "dashboard", "exports", "reports")


class Command(BaseCommand):
    help = "Meet hoe snel stappen, lijsten, de keten van handelingen, de controle daarvan of de klok zijn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=KINDS)
        parser.add_argument("--json", action="store_true", help="alleen het JSON-object")

    def handle(self, *, name: str, json: bool, **options: Any) -> None:
        result = {"name": name, "machine": machine(), **import_module(f"benchmarks.{name}").run()}
        if not json:
            self.stdout.write(f"Gemeten: {name}, op {result['machine']}.")
        self.stdout.write(dumps(result, indent=None if json else 2))


def machine() -> str:
    """What was measured on, as far as it says anything."""
    return f"{platform.system()} {platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}"
