"""`manage.py migrate_flow`: running cases to another version of their flow, or back."""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.models import Case
from roles.models import Scheme
from workflows import version_runs
from workflows.models import VersionRun
from workflows.version_plans import Planner, in_batches, running, target_of


class Command(BaseCommand):
    help = "Zet lopende zaken over naar een andere versie van hun proces. Eindigt met 1 als er een niet mee kan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("flow", help="het proces, bijvoorbeeld commissioning")
        parser.add_argument("--to", type=int, required=True, help="naar welke versie")
        parser.add_argument("--scheme", default="", help="alleen zaken van deze regeling (code)")
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--dry-run", action="store_true", help="zeg alleen wat er zou gebeuren")
        way.add_argument("--undo", action="store_true", help="draai de laatste overzetting terug, zover dat nog kan")
        parser.add_argument("--json", action="store_true", help="de uitslag als JSON")

    def handle(self, *, flow: str, to: int, scheme: str, **options: Any) -> None:
        try:
            target = target_of(flow, to)
        except LookupError as error:
            raise CommandError(f"Er is geen versie {to} van ‘{flow}’.") from error
        schemes = list(Scheme.objects.filter(code=scheme) if scheme else Scheme.objects.order_by("code"))
        if not schemes:
            raise CommandError(f"Er is geen regeling ‘{scheme}’.")
        way = _would if options["dry_run"] else _undone if options["undo"] else _done
        results = [{"scheme": each.code, **way(each, target)} for each in schemes]
        if options["json"]:
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=2))
        else:
            for result in results:
                self._in_words(result)
        if any(result["refused"] for result in results):
            sys.exit(1)

    def _in_words(self, result: dict[str, Any]) -> None:
        self.stdout.write(f"{result['scheme']}: {result['landed']} over, {len(result['refused'])} niet.")
        for case, reasons in result["refused"].items():
            self.stdout.write(f"  {case}: {' '.join(reasons)}")
        for words, times in result.get("remarks", {}).items():
            self.stdout.write(f"  {times} keer: {words}")


def _would(scheme: Scheme, target: Any) -> dict[str, Any]:
    planner, landed, refused = Planner(target), 0, {}
    remarks: Counter[str] = Counter()
    for batch in in_batches(running(target, scheme)):
        for standing, plan in planner.plans(batch):
            if plan.possible:
                landed += 1
                remarks.update(each.words for each in plan.remarks)
            else:
                refused[standing.process.case.number] = [each.words for each in plan.obstacles]
    return {"landed": landed, "refused": refused, "remarks": dict(remarks)}


def _done(scheme: Scheme, target: Any) -> dict[str, Any]:
    return _told(version_runs.carry_out(run=version_runs.begin(scheme=scheme, target=target)))


def _undone(scheme: Scheme, target: Any) -> dict[str, Any]:
    last = VersionRun.objects.filter(scheme=scheme, flow=target.code, target=target.version, undoes=None).last()
    if last is None:
        return {"landed": 0, "refused": {}}
    return _told(version_runs.carry_out(run=version_runs.begin_undo(undoes=last)))


def _told(report: version_runs.Report) -> dict[str, Any]:
    numbers = dict(Case.objects.filter(pk__in=report.refused).values_list("pk", "number"))
    refused = {numbers[case]: [each["words"] for each in found] for case, found in report.refused.items()}
    return {"landed": report.landed, "refused": refused}
