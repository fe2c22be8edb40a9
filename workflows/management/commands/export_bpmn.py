"""Writes each version of each flow as a BPMN 2.0 file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.xml import bpmn
from workflows.flows import ALL


class Command(BaseCommand):
    help = "Schrijft elke versie van elk proces als BPMN 2.0 (.bpmn), met banen en tekening."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="map waarin de bestanden komen")

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            for flow_class in ALL:
                diagram = diagram_of(flow_class)
                path = out / f"{diagram.name}.bpmn"
                path.write_bytes(bpmn(diagram))
                self.stdout.write(f"{diagram.title}, versie {diagram.version}: {path}")
        except OSError as error:
            raise CommandError(f"Kan niet schrijven in {out}: {error.strerror}") from error
