"""Replays cases on the net of their flow, and says which fit and where others deviate."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet

from cases.models import Case
from roles.models import Scheme
from workflows.conformance import keeping
from workflows.conformance.words import Words
from workflows.flows import versions_of
from workflows.names import rows_of


class Command(BaseCommand):
    help = "Speelt zaken na op het Petrinet van hun proces: welke volgen het, en waar wijken andere af."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--case", help="alleen deze zaak: haar nummer, of het getal in haar adres")
        parser.add_argument("--flow", help="alleen dit proces, zoals commissioning")
        parser.add_argument("--scheme", help="alleen deze regeling, met haar code")
        parser.add_argument("--keep", action="store_true", help="leg ook vast wat de pagina Procestrouw toont")
        parser.add_argument("--json", action="store_true", help="schrijf JSON: elke zaak, dan de aantallen")

    def handle(self, *args: Any, **options: Any) -> None:
        found = _replayed(_wanted(options["case"], options["flow"], options["scheme"]), keep=options["keep"])
        self._as_json(found) if options["json"] else self._in_words(found)

    def _as_json(self, found: Iterator[keeping.Replayed]) -> None:
        """Case by case, so that ten thousand take no more room than one."""
        counted, between = _Counted(), ""
        self.stdout.write('{"cases": [', ending="")
        for each in found:
            counted.add(each)
            self.stdout.write(between + json.dumps(_told(each), ensure_ascii=False), ending="")
            between = ",\n"
        flows = [{"flow": flow, "version": version, **numbers} for flow, version, numbers in counted.rows()]
        self.stdout.write(f'],\n"flows": {json.dumps(flows)}}}')

    def _in_words(self, found: Iterator[keeping.Replayed]) -> None:
        counted = _Counted()
        for each in found:
            counted.add(each)
            words = Words(keeping.version_of(each.flow, each.version))
            for deviation in each.result.deviations:
                said = words.deviation(keeping.told(deviation))
                self.stdout.write(f"{each.number} (overeenkomst {each.result.fitness:.2f}): {said}")
        for flow, version, numbers in counted.rows():
            title = keeping.version_of(flow, version).process_title
            self.stdout.write(f"{title}, versie {version}: {numbers['fits']} van {numbers['cases']} volgen het proces.")


class _Counted:
    def __init__(self) -> None:
        self.cases: Counter[tuple[str, int]] = Counter()
        self.fits: Counter[tuple[str, int]] = Counter()

    def add(self, each: keeping.Replayed) -> None:
        self.cases[each.flow, each.version] += 1
        self.fits[each.flow, each.version] += each.result.fits

    def rows(self) -> Iterator[tuple[str, int, dict[str, int]]]:
        for (flow, version), cases in sorted(self.cases.items()):
            yield flow, version, {"cases": cases, "fits": self.fits[flow, version]}


def _replayed(cases: QuerySet[Case], *, keep: bool) -> Iterator[keeping.Replayed]:
    for batch in keeping.in_batches(cases):
        found = list(keeping.replayed(batch))
        if keep:
            keeping.keep(found)
        yield from found


def _told(each: keeping.Replayed) -> dict[str, Any]:
    return {
        "case": each.case_id, "number": each.number, "flow": each.flow, "version": each.version, "acts": each.seq,
        "fits": each.result.fits, "fitness": round(each.result.fitness, 4), "variant": list(each.result.variant),
        "deviations": [keeping.told(found) for found in each.result.deviations],
    }  # fmt: skip


def _wanted(case: str | None, flow: str | None, scheme: str | None) -> QuerySet[Case]:
    """Raises CommandError for what there is not."""
    cases = Case.objects.all()
    if case is not None:
        number = int(case) if case.isascii() and case.isdigit() and len(case) < 19 else None
        cases = cases.filter(Q(number=case) | Q(pk=number))
        if not cases.exists():
            raise CommandError(f"Er is geen zaak {case}.")
    if flow is not None:
        rows = [row for version in versions_of(flow) for row in rows_of(version)]
        if not rows:
            raise CommandError(f"Er is geen proces {flow}.")
        cases = cases.filter(process__flow_class__in=rows)
    if scheme is not None:
        if not Scheme.objects.filter(code=scheme).exists():
            raise CommandError(f"Er is geen regeling {scheme}.")
        cases = cases.filter(scheme__code=scheme)
    return cases
