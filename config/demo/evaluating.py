"""Moves of an evaluation, and of the actions that come of it, by whoever the regeling has for them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from audit import clock
from cases.models import Case, Improvement
from cases.rules.evaluation import last_day_of_quarter
from cases.selectors import criteria
from cases.services.evaluation import Added, Reading, Survey
from cases.services.improvements import Action, Reply
from config.demo import players as p
from roles.models import Appointment
from workflows import evaluating, improving, services
from workflows.models import CaseTask

GOOD = {"result": "good", "quality": "good", "cooperation": "good"}


def begin(case: Case) -> Case:
    """By hand, by the first who may."""
    allowed = evaluating.starters(case.scheme)
    me = p.on_staff(case.scheme_id)
    own = next(each for each in me if each.position_id in allowed)
    return evaluating.start_evaluation(**p.who(own), case_id=case.pk)


def answer(case: Case, answers: Mapping[str, Mapping[str, str]] | None = None, silent: Collection[str] = ()) -> None:
    """The municipalities fill in the questionnaire, by code; who is not among `answers` found all of it good."""
    asked = CaseTask.objects.filter(case=case, finished=None, flow_task__endswith=".questionnaire")
    for task in asked.select_related("organisation").order_by("organisation__name"):
        assert task.organisation is not None
        if task.organisation.code not in silent:
            survey = Survey(**{**GOOD, **(answers or {}).get(task.organisation.code, {})})
            me = p.holder(case, "questionnaire", task.organisation_id)
            services.complete(**p.who(me), case_id=case.pk, task_id=task.pk, outcome="answered", survey=survey)


def measure(case: Case, readings: Sequence[Sequence[str]] = (), providers: Mapping[int, Survey] | None = None) -> None:
    """A value, its source, and whether the norm was met; for each criterion, in their order."""
    given = {
        criterion.pk: Reading(value=value, source=source, met=met)
        for criterion, (value, source, met) in zip(criteria(case.top.commission), readings, strict=True)
    }
    me = p.holder(case, "figures")
    p.do(me, case, "figures", "measured", readings=given, providers=providers or {})


def conclude(
    case: Case, summary: str, conclusions: str, added: Sequence[Mapping[str, Any]], actions: Sequence[Sequence[Any]]
) -> None:
    """The concept. An action is what happens, who does it by name, and in which quarter from now."""
    brought = {
        criterion.pk: Added(**{**words, "saved": Decimal(words["saved"]) if "saved" in words else None})
        for criterion, words in zip(criteria(case.top.commission), added, strict=True)
    }
    p.do(
        p.holder(case, "concept"), case, "concept", "concluded", summary=summary, conclusions=conclusions,
        added=brought, actions=[action(what, p.hat(name), quarters) for what, name, quarters in actions],
    )  # fmt: skip


def action(what: str, owner: Appointment, quarters: int) -> Action:
    """In the course of a quarter, so many from this one."""
    today = clock.today()
    last = today.year * 4 + (today.month - 1) // 3 + quarters
    return Action(
        what=what, owner=owner.position_id, named=owner.pk, due_on=last_day_of_quarter(last // 4, last % 4 + 1),
        by_quarter=True,
    )  # fmt: skip


def hear(case: Case, words: str) -> None:
    p.do(p.holder(case, "hearing"), case, "hearing", "heard", heard=words)


def adopt(case: Case) -> None:
    p.record(case, "adoption", "adopt")
    p.confirm(case, "adoption")


def improve(improvement: Improvement, status: str, words: str = "") -> None:
    """By its action owner."""
    me = improvement.named
    assert me is not None
    improving.progress(**p.who(me), improvement_id=improvement.pk, status=status, words=words)


def replies(standing: Sequence[Improvement]) -> dict[int, Reply]:
    """A new commission takes all of them over."""
    return {each.pk: Reply(answer="taken_over", note="Staat in de eisen aan aanbieders.") for each in standing}


def _of(case: Case) -> Case:
    return Case.objects.filter(subject=case, kind=Case.Kind.EVALUATION).latest("pk")


def _improve(case: Case, number: int, status: str, words: str = "") -> None:
    improve(list(_of(case).improvements.order_by("pk"))[number - 1], status, words)


def _early(case: Case) -> None:
    own = _of(case)
    evaluating.begin_early(**p.who(p.holder(own, "figures")), case_id=own.pk)


# As stories tell them: each of the commission, in the last evaluation of it.
VERBS: dict[str, Callable[..., None]] = {
    "evaluate": begin,  # type: ignore[dict-item]  # a story needs no answer
    "measure-early": _early,
    "answer": lambda case, answers=None, silent=(): answer(_of(case), answers, silent),
    "measure": lambda case, readings: measure(_of(case), readings),
    "conclude": lambda case, values: conclude(_of(case), **values),
    "hear": lambda case, words: hear(_of(case), words),
    "adopt": lambda case: adopt(_of(case)),
    "improve": _improve,
    "annotate": lambda case, name, number, words: annotate(case, name, number, words),
}


def annotate(case: Case, name: str, number: int, words: str) -> None:
    """Beside one of the criteria, by its place."""
    criterion = criteria(case.top.commission)[number - 1]
    evaluating.annotate(**p.who(p.hat(name)), case_id=case.pk, criterion_id=criterion.pk, words=words)
