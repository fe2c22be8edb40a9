"""Writes each version of each flow as a BPMN 2.0 file, and as a Petri net too where that is asked for."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.model import Diagram
from workflows.bpmn.reports import whistleblowing
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
                self._write(out, diagram, bpmn(diagram), "bpmn")
                if pnml:
                    self._write(out, diagram, net(flow_class), "pnml")
            self._write(out, whistleblowing(), bpmn(whistleblowing()), "bpmn")
        except OSError as error:
            raise CommandError(f"Kan niet schrijven in {out}: {error.strerror}") from error

    def _write(self, out: Path, diagram: Diagram, content: bytes, extension: str) -> None:
        path = out / f"{diagram.name}.{extension}"
        path.write_bytes(content)
        self.stdout.write(f"{diagram.title}, versie {diagram.version}: {path}")


def net(flow_class: Any) -> bytes:
    return pnml(net_of(flow_class))
