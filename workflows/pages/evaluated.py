"""An evaluation as pages show it: what each criterion came to, what was answered, concluded and agreed on."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import Case, Commission, Criterion, Finding, Improvement, SurveyAnswer
from cases.selectors import criteria
from cases.selectors.evaluation import findings, survey_answers, written_out
from workflows.models import CaseTask
from workflows.selectors.improvements import of_case

LOOKS = {
    Finding.Met.YES: ("safe", "circle-check"),
    Finding.Met.PARTLY: ("warning", "circle-dashed"),
    Finding.Met.NO: ("danger", "circle-x"),
    Finding.Met.UNKNOWN: ("plain", "minus"),
}
GRADES = {"good": "safe", "fair": "warning", "poor": "danger"}


@dataclass(frozen=True, slots=True)
class Measured:
    """One frozen criterion, with what it came to."""

    criterion: Criterion
    finding: Finding | None

    @property
    def look(self) -> dict[str, str]:
        kind, icon = LOOKS[Finding.Met(self.finding.met)] if self.finding else ("plain", "")
        return {"kind": kind, "icon": icon}

    @property
    def added(self) -> list[tuple[str, object]]:
        """What value it added, by its kind; without those of which nothing was said."""
        if self.finding is None:
            return []
        said = [("Financieel", self.finding.financial), ("Kwaliteit", self.finding.quality),
                ("Proces", self.finding.process)]  # fmt: skip
        return [(label, words) for label, words in said if words]


class Evaluated:
    """Five queries."""

    panel, before = "evaluations/panel.html", "evaluations/before.html"
    aside = "evaluations/aside.html"

    def __init__(self, case: Case, commission: Commission, tasks: Iterable[CaseTask]) -> None:
        self.evaluation = written_out(case.evaluation)
        known = {finding.criterion_id: finding for finding in findings(self.evaluation)}
        self.measured = [Measured(criterion, known.get(criterion.pk)) for criterion in criteria(commission)]
        self.answers: list[SurveyAnswer] = survey_answers(self.evaluation)
        self.improvements: list[Improvement] = of_case(case)
        self.waits = any(task.finished is None and task.flow_task_type == "TIMER" for task in tasks)

    @property
    def is_measured(self) -> bool:
        return any(each.finding for each in self.measured)

    @property
    def met(self) -> int:
        """How many criteria were met."""
        return sum(each.finding is not None and each.finding.met == Finding.Met.YES for each in self.measured)

    @property
    def states_value(self) -> bool:
        return any(each.added for each in self.measured)
