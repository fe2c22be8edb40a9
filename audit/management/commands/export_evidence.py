"""`manage.py export_evidence --case 12 --out evidence.json`: what an auditor checks with `rolzuiver-verify`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.evidence import NotCovered, dossier
from audit.roots import sign_root


class Command(BaseCommand):
    help = "Schrijft het bewijs van een zaak naar een bestand dat zonder deze database is na te rekenen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--case", type=int, action="append", default=[], metavar="ZAAK", help="nummer in de database"
        )
        parser.add_argument("--chain", action="append", default=[], metavar="KETEN", help="bijvoorbeeld meeting/3")
        parser.add_argument("--out", type=Path, required=True, metavar="BESTAND")
        parser.add_argument("--root", type=int, metavar="WORTEL", help="zoals deze wortel haar kent; anders de laatste")
        parser.add_argument("--without-texts", action="store_true", help="namen en vrije tekst blijven dicht")

    def handle(
        self, *, case: list[int], chain: list[str], out: Path, root: int | None, without_texts: bool, **options: Any
    ) -> None:
        chains = list(dict.fromkeys([*(f"case/{number}" for number in case), *chain]))
        if not chains:
            raise CommandError("Noem een zaak (--case) of een keten (--chain).")
        if root is None:
            sign_root()  # so that it covers all there is
        try:
            written = dossier(chains, number=root, with_texts=not without_texts)
        except NotCovered as error:
            raise CommandError(f"Geen wortel kent: {error or ', '.join(chains)}.") from error
        out.write_bytes(written)
        self.stdout.write(f"{out}: {len(written)} bytes, {len(chains)} ketens.")
