"""What hangs under a case, whatever its kind: one panel on the page of the case, and what may begin there."""

from dataclasses import dataclass

from cases.models import Case
from cases.rules.evaluation import STARTABLE
from workflows import evaluating
from workflows.pages.casefile import STATES, CaseFile
from workflows.procurements import starters

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
    `evaluates`: may they begin an evaluation of it?

    No query; of a granted commission that is not being bought one, and of what may be evaluated too.
    """

    rows: list[Under]
    waits: bool
    starts: bool
    evaluates: bool

    @classmethod
    def of(cls, file: CaseFile) -> "Beneath":
        found = [each for each in file.beneath if each.kind != Case.Kind.ESCALATION]  # these have a panel of their own
        bought = any(each.kind == Case.Kind.PROCUREMENT and each.state not in UNBOUGHT for each in found)
        granted = file.case.kind == Case.Kind.COMMISSION and file.case.state == Case.State.GRANTED
        waits = granted and not bought
        allowed = starters(file.case.scheme) if waits else set()
        starts = any(hat.position.pk in allowed for hat in file.visitor.hats)
        return cls([Under(each) for each in found], waits, starts, _evaluates(file, found))

    @property
    def shown(self) -> bool:
        return bool(self.rows) or self.waits


def _evaluates(file: CaseFile, found: list[Case]) -> bool:
    """Of what is done, and not while an evaluation runs."""
    if (file.case.kind, file.case.state) not in STARTABLE:
        return False
    if any(each.kind == Case.Kind.EVALUATION and each.is_running for each in found):
        return False
    allowed = evaluating.starters(file.case.scheme)
    return any(hat.position.pk in allowed for hat in file.visitor.hats)
