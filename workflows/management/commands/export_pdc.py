"""manage.py export_pdc --scheme S --month YYYY-MM --out DIR: the service catalogue, a file a municipality."""

import re
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from roles.models import Organisation, Scheme
from roles.rules.sheet import streamed
from roles.selectors import participants
from workflows.selectors import catalogue


class Command(BaseCommand):
    help = "Schrijft de productdienstencatalogus (PDC) van een maand: per deelnemende gemeente een CSV-bestand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scheme", required=True, help="code van de regeling")
        parser.add_argument("--month", required=True, help="bijvoorbeeld 2026-11")
        parser.add_argument("--out", required=True, type=Path, help="map; wordt gemaakt")

    def handle(self, *args: Any, scheme: str, month: str, out: Path, **options: Any) -> None:
        found = Scheme.objects.filter(code=scheme).first()
        if found is None:
            raise CommandError(f"Er is geen regeling ‘{scheme}’.")
        if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
            raise CommandError("Schrijf de maand als 2026-11.")
        out.mkdir(parents=True, exist_ok=True)
        for municipality in participants(found):
            if municipality.kind != Organisation.Kind.MUNICIPALITY:
                continue
            products = catalogue.catalogue(found, date.fromisoformat(f"{month}-01"), municipality)
            file = out / f"pdc-{scheme}-{municipality.code}-{month}.csv"
            with file.open("wb") as written:
                written.writelines(streamed(catalogue.HEADINGS, catalogue.lines(products)))
            self.stdout.write(f"{file}: {products.count()} regels")
