"""What a replay found, in Dutch: evidence and nets hold codes, people read these."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from escalation.rules.calendar import written
from escalation.rules.terms import day_of
from workflows.conformance.build import IMPORT, RESUME, SUSPEND, WITHDRAW
from workflows.conformance.net import END, START
from workflows.conformance.replay import What
from workflows.sentences import label_in

OF_CASE = {
    WITHDRAW: "Intrekken", SUSPEND: "Opschorten", RESUME: "Hervatten", IMPORT: "Overnemen uit een eerder register",
    "running": "in behandeling", "suspended": "opgeschort", "imported": "overgenomen", START: "begin", END: "einde",
}  # fmt: skip

NOT_SO = {"running": "; de zaak was niet in behandeling", "suspended": "; de zaak was niet opgeschort"}


class Words:
    """Of one version of a flow, as a regeling calls its steps."""

    def __init__(self, flow_class: Any, labels: Mapping[str, str] | None = None) -> None:
        self.flow_class, self.labels = flow_class, labels or {}

    def step(self, name: str) -> str:
        """What a step, a place or what happens to the whole case is called; a code that nothing answers to as it is."""
        if name in OF_CASE:
            return OF_CASE[name]
        join, _, branch = name.partition(".")
        node = getattr(self.flow_class, branch or join, None)
        label = label_in(self.labels, node) if node is not None else ""
        return (f"{label or branch}, afgerond" if branch else label) or name

    def move(self, label: str) -> str:
        """As "Intake: Compleet"."""
        name, _, code = label.partition("/")
        node = getattr(self.flow_class, name, None)
        outcome = next((each.label for each in getattr(node, "outcomes", ()) if each.code == code), code)
        return f"{self.step(name)}: {outcome}" if code else self.step(name)

    def deviation(self, found: Mapping[str, Any]) -> str:
        """One that was kept (`keeping.told`), as a sentence."""
        on = f" op {written(day_of(datetime.fromisoformat(found['at'])))}" if found["at"] else ""
        move, due = f"‘{self.move(found['step'])}’{on}", self._due(found["due"])
        match found["what"]:
            case What.NOT_DUE:
                stopped = {"running", "suspended"} & set(found["missing"])
                return f"{move} was niet aan de beurt{due}{NOT_SO[stopped.pop()] if stopped else ''}."
            case What.UNKNOWN:
                return f"{move} komt in deze versie van het proces niet voor{due}."
            case What.HELD:
                return f"{move} is gezet terwijl een escalatie deze stap stilzette."
            case What.VERSION:
                return (
                    f"Bij de overgang naar versie {found['step']}{on} was er daar geen plaats voor waar de zaak stond."
                )
            case What.UNFINISHED:
                return f"De zaak is afgesloten zonder dat het proces was doorlopen{due}."
            case _:
                return "Het proces is volgens de handelingen doorlopen, maar de zaak loopt nog."

    def _due(self, places: Iterable[str]) -> str:
        steps = [f"‘{self.step(place)}’" for place in places]
        return f"; aan de beurt was {_either(steps)}" if steps else ""


def _either(found: Sequence[str]) -> str:
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} of {found[-1]}"
