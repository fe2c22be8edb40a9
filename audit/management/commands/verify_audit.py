"""`manage.py verify_audit`: is what the database says what it said when it happened?"""

import json
import sys
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.verify import Progress, Report, UnknownRoot, verify


class Command(BaseCommand):
    help = (
        "Rekent handelingen, ketens, wortels, teksten, versies en documenten na. Eindigt met 1 als er iets niet klopt."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="de uitslag als JSON")
        parser.add_argument(
            "--since", type=int, metavar="WORTEL", help="alleen wat na de wortel met dit nummer kwam; 's nachts alles"
        )

    def handle(self, *, since: int | None, **options: Any) -> None:
        began, machine = monotonic(), options["json"]
        bar = sys.stderr if sys.stderr.isatty() else None
        progress = Progress(bar=bar) if machine else Progress(self.stdout.write, bar)
        try:
            report = verify(progress, since=since)
        except UnknownRoot as error:
            raise CommandError(f"Er is geen wortel {error}.") from error
        if machine:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        else:
            self._in_words(report, monotonic() - began)
        if not report.ok:
            sys.exit(1)

    def _in_words(self, report: Report, seconds: float) -> None:
        for remark in report.remarks:
            self.stdout.write(f"Opmerking: {remark}")
        for finding in report.findings:
            self.stdout.write(self.style.ERROR(f"BEVINDING {finding}"))
        if report.ok:
            self.stdout.write(self.style.SUCCESS(f"Alles klopt ({seconds:.1f} s)."))
        else:
            self.stdout.write(self.style.ERROR(f"{report.count} bevindingen ({seconds:.1f} s)."))
