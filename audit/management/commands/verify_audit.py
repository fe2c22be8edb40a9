"""`manage.py verify_audit`: is what the database says what it said when it happened?"""

import json
import sys
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from audit.verify import Report, verify


class Command(BaseCommand):
    help = "Rekent alle handelingen, ketens, wortels, teksten en versies na. Eindigt met 1 als er iets niet klopt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="de uitslag als JSON")

    def handle(self, **options: Any) -> None:
        began = monotonic()
        if options["json"]:
            report = verify()
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        else:
            report = verify(self.stdout.write)
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
            self.stdout.write(self.style.ERROR(f"{len(report.findings)} bevindingen ({seconds:.1f} s)."))
