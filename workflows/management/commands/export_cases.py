"""`manage.py export_cases --format csv --out DIR`: broken off, the same command goes on where it was."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit import clock
from audit.roots import sign_root
from cases.models import Case
from roles.models import Scheme
from workflows.exporting.choosing import Wish, chosen
from workflows.exporting.formats import FORMATS
from workflows.exporting.keeping import noted
from workflows.exporting.parts import Other, Plan, Unseen, Work, rooted_now
from workflows.exporting.record import SYSTEM

INTERRUPTED = 130  # as a shell says it


class Command(BaseCommand):
    help = "Voert zaken uit naar een bestand. Onderbroken? Dezelfde opdracht gaat verder waar zij was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", required=True, choices=FORMATS)
        parser.add_argument("--out", required=True, type=Path, metavar="MAP", help="de map waarin het bestand komt")
        parser.add_argument("--case", type=int, metavar="ZAAK", help="één zaak, met haar nummer in de database")
        parser.add_argument("--scheme", default="", metavar="CODE", help="alleen zaken van deze regeling")
        parser.add_argument("--since", type=_day, metavar="DAG", help="alleen zaken waarin sindsdien iets is gedaan")

    def handle(
        self, *, format: str, out: Path, case: int | None, scheme: str, since: date | None, **options: Any
    ) -> None:
        wish = Wish(scheme=_scheme(scheme), case_id=case, since=since)
        kind, work = FORMATS[format], Work(out / f".uitvoer-{format}")
        try:
            plan = work.begin(work.answering(wish.in_words) or _planned(wish, format))
            target = out / kind.called(_name(plan), len(plan.case_ids))
            self.stdout.write(
                f"{_many(len(plan.case_ids), 'zaak', 'zaken')}, {_many(plan.parts, 'deel', 'delen')}: {target}"
            )
            work.carry_on(plan, target, reader=SYSTEM, told=self._told)
        except Other as other:
            raise CommandError(
                f"In {out} ligt een onafgemaakte uitvoer van {other}. Maak die af met dezelfde opdracht, gooi "
                f"{work.folder} weg, of kies een andere map."
            ) from None
        except Unseen:
            work.clear()
            raise CommandError("Geen van deze zaken is er nog: er is geen bestand gemaakt.") from None
        except KeyboardInterrupt:
            self.stderr.write("\nOnderbroken. Dezelfde opdracht gaat verder waar deze ophield.")
            sys.exit(INTERRUPTED)
        except OSError as error:
            raise CommandError(f"Kan niet schrijven in {out}: {error.strerror}.") from error
        work.clear()
        self.stdout.write(f"Klaar: {target.stat().st_size} bytes.")

    def _told(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} van {total} zaken ({100 * done // max(total, 1)}%)   ")
            sys.stderr.flush()


def _planned(wish: Wish, format: str) -> Plan:
    """That cases leave the house is an act in each regeling that they are of."""
    ids = chosen(wish, SYSTEM)
    if not ids:
        raise CommandError(f"Er is niets uit te voeren: {wish.in_words}.")
    with transaction.atomic():
        for scheme in Scheme.objects.order_by("pk"):
            of = chosen(replace(wish, scheme=scheme), SYSTEM) if wish.scheme in (None, scheme) else ()
            if of:
                noted(scheme, format, of, None)
    sign_root()  # so that it covers all there is
    return rooted_now(Plan(
        format=format, question=wish.in_words, case_ids=ids, asked_at=clock.now(), asked_by=SYSTEM.name,
        scheme=str(wish.scheme or ""), what=wish.in_words, in_part=FORMATS[format].in_part,
    ))  # fmt: skip


def _scheme(code: str) -> Scheme | None:
    if not code:
        return None
    found = Scheme.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Scheme.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(f"Er is geen regeling ‘{code}’. Kies uit: {known}.")
    return found


def _name(plan: Plan) -> str:
    """Of one case its number, otherwise just cases."""
    if len(plan.case_ids) == 1:
        return str(Case.objects.values_list("number", flat=True).get(pk=plan.case_ids[0]))
    return "zaken"


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ArgumentTypeError(f"‘{written[:40]}’ is geen dag; schrijf bijvoorbeeld 2026-01-31") from None
