"""Writes each version of each flow as a BPMN 2.0 file, and as a Petri net too where that is asked for."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.xml import bpmn
from workflows.conformance.build import net_of
from workflows.conformance.pnml import pnml
from workflows.flows import ALL


class Command(BaseCommand):
    help = "Schrijft elke versie van elk proces als BPMN 2.0 (.bpmn), met banen en tekening."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="map waarin de bestanden komen")
        parser.add_argument("--pnml", action="store_true", help="schrijf ook het Petrinet van elke versie (.pnml)")

    def handle(self, *args: Any, out: Path, pnml: bool = False, **options: Any) -> None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            for flow_class in ALL:
                diagram = diagram_of(flow_class)
                files = {"bpmn": bpmn(diagram), **({"pnml": net(flow_class)} if pnml else {})}
                for extension, content in files.items():
                    path = out / f"{diagram.name}.{extension}"
                    path.write_bytes(content)
                    self.stdout.write(f"{diagram.title}, versie {diagram.version}: {path}")
        except OSError as error:
            raise CommandError(f"Kan niet schrijven in {out}: {error.strerror}") from error


def net(flow_class: Any) -> bytes:
    return pnml(net_of(flow_class))
