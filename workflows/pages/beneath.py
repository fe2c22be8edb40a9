"""What hangs under a case, whatever its kind: one panel on the page of the case, and what may begin there."""

from dataclasses import dataclass

from cases.models import Case
from workflows.pages.casefile import STATES, CaseFile
from workflows.procurements import starters
from workflows.selectors.procurements import beneath

UNBOUGHT = (Case.State.STOPPED, Case.State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Under:
    """One case, and how its state looks."""

    case: Case

    @property
    def look(self) -> dict[str, str]:
        kind, icon = STATES.get(Case.State(self.case.state), ("plain", ""))
        return {"kind": kind, "icon": icon}


@dataclass(frozen=True, slots=True)
class Beneath:
    """`starts`: may this visitor begin a procurement here? `waits`: a granted commission of which nothing was bought.

    One query; of a granted commission that is not being bought one more.
    """

    rows: list[Under]
    waits: bool
    starts: bool

    @classmethod
    def of(cls, file: CaseFile) -> "Beneath":
        found = beneath(file.case, file.visitor.scopes)
        bought = any(each.kind == Case.Kind.PROCUREMENT and each.state not in UNBOUGHT for each in found)
        granted = file.case.kind == Case.Kind.COMMISSION and file.case.state == Case.State.GRANTED
        waits = granted and not bought
        allowed = starters(file.case.scheme) if waits else set()
        starts = any(hat.position.pk in allowed for hat in file.visitor.hats)
        return cls([Under(each) for each in found], waits, starts)

    @property
    def shown(self) -> bool:
        return bool(self.rows) or self.waits
