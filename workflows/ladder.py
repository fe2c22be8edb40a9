"""Who handles each level of an escalation, as the regeling binds it; frozen when it begins (domain §5.5).

A binding is of a step ("strategic"), or of a step in one category ("strategic.operations"); several lines of one step
are tried in their order, for whom it is about and who handed it in do not handle it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.models import Case
from escalation.rules import ladder as rule
from escalation.rules.ladder import Away, Bound
from roles.models import Body, Organisation, Position, StepBinding
from roles.selectors import eligibility
from workflows.flows.escalation import EscalationFlow
from workflows.nodes import Step

# Level -> the steps that handle it.
LEVELS: dict[int, tuple[str, ...]] = {
    1: ("operational",), 2: ("tactical",), 3: ("strategic", "strategic_alone"), 4: ("board",), 5: ("referral",),
}  # fmt: skip
LEVEL_OF = {step: level for level, steps in LEVELS.items() for step in steps}
LEVEL_OF |= {"operational_consent": 1, "tactical_consent": 2}
NEEDED = ("measure", "referral")  # without these an escalation could not end
JUDGING = ("handle",)  # duties that who handed it in does not do


@dataclass(frozen=True, slots=True)
class Ladder:
    """Step -> position or none, and what the regeling calls the steps."""

    bindings: dict[str, Any]
    labels: dict[str, str]

    @property
    def levels(self) -> list[int]:
        return rule.staffed(self.bindings, LEVELS)

    @property
    def missing(self) -> list[str]:
        return [step for step in NEEDED if self.bindings[step] is None]


class Lines:
    """What a regeling says of its levels today, for who hands it in on behalf of an organisation. Three queries."""

    def __init__(self, parent: Case, *, organisation: Organisation | None, today: date) -> None:
        self.today = today
        self.domain = parent.domain
        self.rows = list(StepBinding.objects.filter(scheme=parent.scheme_id, flow=EscalationFlow.code).order_by("id"))
        self.positions = _positions(self.rows, _concerned(parent, organisation))
        self.holders = {
            position: [seat.person_id for seat in seats]
            for position, seats in eligibility.holders_of_all(self.positions.values(), today).items()
        }

    def ladder(self, category: str, away: Away) -> Ladder:
        """Who handles each level in one category."""
        bindings: dict[str, Any] = {}
        labels: dict[str, str] = {}
        for node in _steps():
            own = [row for row in self.rows if row.step.partition(".")[0] == node.name and row.pk in self.positions]
            bindings[node.name] = rule.choose(
                [Bound(self.positions[row.pk], row.step.partition(".")[2], row.domain) for row in own],
                category=category, domain=self.domain, holders=self.holders, away=away, judges=node.duty in JUDGING,
            )  # fmt: skip
            chosen = next((row for row in own if row.label and self.positions[row.pk] == bindings[node.name]), None)
            if chosen is not None:
                labels[node.name] = chosen.label
        return Ladder(bindings, labels)


def _steps() -> Iterable[Step]:
    return (node for node in EscalationFlow.instance.nodes() if isinstance(node, Step))


def _concerned(parent: Case, own: Organisation | None) -> int | None:
    """The municipality that it concerns: of who handed it in, or else of the case; none where that is the MGR."""
    for organisation in (own, parent.organisation):
        if organisation is not None and organisation.kind == Organisation.Kind.MUNICIPALITY:
            return organisation.pk
    return None


def _positions(rows: Sequence[StepBinding], municipality: int | None) -> dict[int, int]:
    """Binding -> position; a binding without a body is of the municipality concerned."""
    found = Position.objects.filter(role__in={row.role_id for row in rows}).select_related("body")
    of_body = {(position.body_id, position.role_id): position.pk for position in found}
    at_home = {
        position.role_id: position.pk
        for position in found
        if municipality is not None
        and position.body.organisation_id == municipality
        and position.body.kind == Body.Kind.MUNICIPALITY
    }
    made: dict[int, int] = {}
    for row in rows:
        position = at_home.get(row.role_id) if row.body_id is None else of_body.get((row.body_id, row.role_id))
        if position is not None:
            made[row.pk] = position
    return made
