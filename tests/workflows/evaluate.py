"""Evaluations by the names of the cast: each helper does one thing, in the hat that fits."""

from typing import Any

from cases.models import Case, Improvement
from config.demo import evaluating, players
from tests.workflows import play

READINGS = [("5 weken", "Berichtenverkeer", "yes")]
LESSON = "Toets de wachttijd al bij de inschrijving."


def granted(**options: Any) -> Case:
    case = play.brought_to("acceptance", **options)
    play.accept(case)
    case.refresh_from_db()
    return case


def begun(commission: Case | None = None, **options: Any) -> Case:
    """By hand, so that it measures at once."""
    return evaluating.begin(commission or granted(**options))


def measured(case: Case) -> Case:
    """Figures and answers are in."""
    evaluating.measure(case, READINGS)
    evaluating.answer(case)
    return case


def concluded(case: Case, **changes: Any) -> Case:
    """A concept with one action, of the manager of the MGR."""
    given: dict[str, Any] = {
        "summary": "De wachttijd daalde.", "conclusions": LESSON,
        "added": [{"financial": "Minder dure zorg.", "saved": 12_000, "process": "Sneller."}],
        "actions": [["Wachtlijst iedere maand bespreken", manager(case), 2]],
    }  # fmt: skip
    evaluating.conclude(case, **(given | changes))
    return case


def manager(case: Case) -> str:
    """Who manages the MGR, by name."""
    found = players.on_staff(case.scheme_id)
    return play.username(next(each for each in found if each.position.role.code == "manager"))


def heard(case: Case) -> Case:
    evaluating.hear(case, "Het klankbord herkent het.")
    return case


def adopted(commission: Case | None = None, *, concept: dict[str, Any] | None = None, **options: Any) -> Case:
    """From its beginning to its end, the straight way."""
    case = heard(concluded(measured(begun(commission, **options)), **(concept or {})))
    evaluating.adopt(case)
    case.refresh_from_db()
    return case


def improvement(**options: Any) -> Improvement:
    """The action of an adopted evaluation."""
    return action_of(adopted(**options))


def action_of(case: Case) -> Improvement:
    return case.improvements.select_related("named__person__user", "owner", "origin").get()
