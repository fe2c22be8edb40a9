"""What figures are called, and each thing that they count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cases.models import Case, Domain, Finding, Kpi, Procedure
from roles.models import Position
from workflows.flows import ALL as FLOWS
from workflows.flows import current, step_called
from workflows.pages import acts
from workflows.rules.figures import DISPENSATION, Key
from workflows.selectors.figures import Sum

FLAGS = acts.FLAGS | {DISPENSATION: "Uitzondering gevraagd"}


@dataclass(frozen=True, slots=True)
class Told:
    """A figure in words: its title, what its bars are of, and in what they are counted."""

    title: str
    what: str
    unit: str
    in_order: bool = False


KEYS: dict[str, Told] = {
    Key.RUNNING: Told("Lopende zaken", "Soort", "Aantal zaken"),
    Key.ENDED: Told("Afgesloten zaken", "Soort en uitkomst", "Aantal zaken"),
    Key.PHASE: Told("Doorlooptijd per fase", "Fase", "Gemiddeld aantal dagen", in_order=True),
    Key.WAITS: Told("Waar zaken wachten", "Stap", "Aantal open stappen"),
    Key.ON: Told("Op wie zaken wachten", "Rol", "Aantal open stappen"),
    Key.LATE: Told("Stappen die te laat zijn", "Stap", "Aantal open stappen"),
    Key.MISSED: Told("Gemiste termijnen", "Stap", "Aantal keren"),
    Key.FLAG: Told("Rolzuiverheid", "Wat opvalt", "Aantal handelingen"),
    Key.PROCEDURE: Told("Inkopen per procedure", "Procedure", "Aantal inkopen"),
    Key.BUYING: Told("Lopende inkopen", "Domein", "Aantal inkopen"),
    Key.EXPIRING: Told("Contracten die eindigen", "Kwartaal", "Aantal contracten", in_order=True),
    Key.BREACH: Told("KPI’s niet gehaald", "KPI", "Aantal metingen"),
    Key.ADDED: Told("Meerwaarde per evaluatiekader", "Norm gehaald", "Aantal kaders"),
}


class Words:
    """The labels of what was counted; roles and KPI's are looked up together."""

    def __init__(self, positions: Mapping[int, Position], kpis: Mapping[str, str]) -> None:
        self.positions, self.kpis = positions, kpis

    def label(self, key: str, detail: str) -> str:
        match key:
            case Key.RUNNING:
                return _label(Case.Kind, detail)
            case Key.ENDED:
                kind, _, state = detail.partition("/")
                return f"{_label(Case.Kind, kind)}: {_label(Case.State, state).lower()}"
            case Key.PHASE:
                flow, _, phase = detail.partition("/")
                return next((each.phases[phase] for each in _versions(flow) if phase in each.phases), phase)
            case Key.WAITS | Key.LATE | Key.MISSED:
                return _step(detail)
            case Key.ON:
                position = self.positions.get(int(detail)) if detail.isdecimal() else None
                return str(position) if position else "Een rol die er niet meer is"
            case Key.FLAG:
                return FLAGS.get(detail, detail)
            case Key.PROCEDURE:
                return _label(Procedure, detail) if detail else "Nog niet gekozen"
            case Key.BREACH:
                return self.kpis.get(detail, detail)
            case Key.ADDED:
                return _label(Finding.Met, detail)
        return _label(Domain, detail)

    def flow(self, code: str) -> str:
        return str(current(code).process_title) if _versions(code) else code

    def place(self, code: str) -> int:
        return next((place for place, flow in enumerate(FLOWS) if flow.code == code), len(FLOWS))

    def phase_place(self, detail: str) -> int:
        flow, _, phase = detail.partition("/")
        phases = [each for version in _versions(flow) for each in version.phases]
        return phases.index(phase) if phase in phases else len(phases)


def words_of(found: Mapping[str, Iterable[Sum]]) -> Words:
    """Two queries at most."""
    held = [int(row.detail) for row in found.get(Key.ON, []) if row.detail.isdecimal()]
    positions = Position.objects.select_related("role", "body").in_bulk(held) if held else {}
    codes = [row.detail for row in found.get(Key.BREACH, [])]
    kpis = dict(Kpi.objects.filter(code__in=codes).order_by("-pk").values_list("code", "name")) if codes else {}
    return Words(positions, kpis)


def _versions(code: str) -> list[Any]:
    return [flow for flow in FLOWS if flow.code == code]


def _step(detail: str) -> str:
    flow, _, name = detail.partition("/")
    node = step_called(current(flow), name) if _versions(flow) else None
    return str(node.label) if node is not None else name


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value
