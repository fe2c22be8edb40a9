"""What an evaluation asks of its case."""

from datetime import date

from audit import clock
from workflows.models import CaseProcess


def measurable(process: CaseProcess) -> bool:
    """The first day on which a criterion is measured has come, or somebody said to begin."""
    return measuring_begins(process) <= clock.today()


def measuring_begins(process: CaseProcess) -> date:
    day: date = process.case.evaluation.measures_from
    return day
