"""`manage.py import_appointments FILE --scheme CODE [--dry-run]`: appointments after elections, all or none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from escalation.queue import enqueue
from roles import services
from roles.models import Scheme
from roles.rules import sheet
from roles.rules.appointing import Plan, Status
from roles.rules.roster import COLUMNS


class Command(BaseCommand):
    help = "Importeert benoemingen uit een CSV-bestand: alles of niets. Met --dry-run alleen wat er zou gebeuren."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help=f"kolommen: {', '.join(_headings())}")
        parser.add_argument("--scheme", metavar="CODE", required=True, help="de code van de regeling")
        parser.add_argument("--dry-run", action="store_true", help="verander niets")

    def handle(self, *, file: Path, scheme: str, dry_run: bool, **options: Any) -> None:
        found = Scheme.objects.filter(code=scheme).first()
        if found is None:
            known = ", ".join(Scheme.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"Er is geen regeling ‘{scheme}’. Kies uit: {known}.")
        try:
            content = file.read_bytes()
            lines = sheet.read(content, COLUMNS)
        except OSError as error:
            raise CommandError(f"{file} kan niet worden gelezen: {error.strerror}.") from None
        except sheet.Unreadable as refusal:
            raise CommandError(str(refusal)) from None
        trial = services.try_out(scheme=found, lines=lines)
        self._tell(trial.plan)
        if trial.plan.problems:
            raise CommandError("Er is niets geïmporteerd. Verbeter deze regels en probeer het opnieuw.")
        if dry_run:
            self.stdout.write("Dit was een proef: er is niets geïmporteerd.")
            return
        try:
            with transaction.atomic():
                services.import_file(scheme=found, content=content, token=trial.token)
                enqueue("workflows.end_of_term")
        except services.Outdated as refusal:
            raise CommandError(refusal.reason) from None
        self.stdout.write("Geïmporteerd.")

    def _tell(self, plan: Plan) -> None:
        for entry in plan.entries:
            for problem in entry.problems:
                where = f"regel {problem.line}, kolom {problem.column}" if problem.column else f"regel {problem.line}"
                self.stderr.write(f"{where}: {problem.message}")
            for note in entry.notes:
                self.stdout.write(f"regel {entry.line}, let op: {note}")
        people = sum(entry.registers for entry in plan.entries)
        endings = sum(len(entry.endings) for entry in plan.entries)
        self.stdout.write(
            f"{len(plan.entries)} regels: {len(plan.having(Status.NEW))} benoemingen, {people} nieuwe personen, "
            f"{endings} beëindigd, {len(plan.having(Status.UNCHANGED))} staan er al, "
            f"{len(plan.having(Status.BAD))} fout."
        )


def _headings() -> list[str]:
    return [column.heading for column in COLUMNS.values()]
