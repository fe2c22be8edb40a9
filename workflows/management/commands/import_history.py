"""`manage.py import_history FILE --scheme CODE [--dry-run]`: older contracts, all or none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.rules.history import COLUMNS, Plan, Status
from roles.authorize import NotAllowed
from roles.models import Scheme
from roles.rules import sheet
from workflows import history


class Command(BaseCommand):
    help = "Neemt oude opdrachten, inkopen en contracten over uit een CSV-bestand: alles of niets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        headings = ", ".join(column.heading for column in COLUMNS.values())
        parser.add_argument("file", metavar="FILE", type=Path, help=f"kolommen: {headings}")
        parser.add_argument("--scheme", metavar="CODE", required=True, help="de code van de regeling")
        parser.add_argument("--dry-run", action="store_true", help="verander niets")

    def handle(self, *, file: Path, scheme: str, dry_run: bool, **options: Any) -> None:
        found = Scheme.objects.filter(code=scheme).first()
        if found is None:
            known = ", ".join(Scheme.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"Er is geen regeling ‘{scheme}’. Kies uit: {known}.")
        try:
            content = file.read_bytes()
            trial = history.try_out(scheme=found, lines=sheet.read(content, COLUMNS))
        except OSError as error:
            raise CommandError(f"{file} kan niet worden gelezen: {error.strerror}.") from None
        except sheet.Unreadable as refusal:
            raise CommandError(str(refusal)) from None
        self._tell(trial.plan)
        if trial.plan.problems:
            raise CommandError("Er is niets overgenomen. Verbeter deze regels en probeer het opnieuw.")
        if dry_run:
            self.stdout.write("Dit was een proef: er is niets overgenomen.")
            return
        try:
            history.import_history(scheme=found, content=content, token=trial.token)
        except NotAllowed as refusal:
            raise CommandError(refusal.reason) from None
        self.stdout.write("Overgenomen.")

    def _tell(self, plan: Plan) -> None:
        for entry in plan.entries:
            for problem in entry.problems:
                where = f"regel {problem.line}, kolom {problem.column}" if problem.column else f"regel {problem.line}"
                self.stderr.write(f"{where}: {problem.message}")
            if entry.status is Status.NEW and entry.wish:
                opens = "opdracht, inkoop en contract" if entry.opens else "contract"
                self.stdout.write(f"regel {entry.line}: {opens} {entry.wish.number}, {entry.wish.provider}")
            for note in entry.notes:
                self.stdout.write(f"regel {entry.line}, let op: {note}")
        commissions = sum(entry.opens for entry in plan.entries)
        fresh = len(plan.having(Status.NEW))
        self.stdout.write(
            f"{len(plan.entries)} regels: {fresh} contracten van {commissions} nieuwe opdrachten, "
            f"{len(plan.having(Status.UNCHANGED))} staan er al, {len(plan.having(Status.BAD))} fout."
        )
