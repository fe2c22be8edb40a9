"""The steps of an evaluation: from what somebody filled in to what changes. In the order of the flow."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from cases.models import Evaluation
from cases.rules.evaluation import complete_readings, may_promise, states_value
from cases.services import evaluation as change
from cases.services import improvements
from cases.services.evaluation import Added, Reading, Survey
from cases.services.improvements import Action
from escalation.services.actions import watch
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused, Verdict
from workflows.engine import Work


def questionnaire(work: Work, outcome: str, *, survey: Survey | None = None) -> None:
    """Without a survey: the term passed."""
    assert work.task is not None
    change.answer(
        evaluation=_evaluation(work), by=work.by if survey else None, at=work.now,
        organisation_id=work.task.organisation_id, survey=survey,
    )  # fmt: skip


def figures(
    work: Work, outcome: str, *, readings: Mapping[int, Reading], providers: Mapping[int, Survey] | None = None
) -> None:
    """Every criterion is measured, or said to be impossible to measure; and what providers answered, if they did."""
    evaluation = _evaluation(work)
    _insist(complete_readings(criteria=_criteria(evaluation), measured=readings.keys()))
    change.measure(evaluation=evaluation, readings=readings)
    for provider_id, survey in (providers or {}).items():
        change.answer(evaluation=evaluation, by=work.by, at=work.now, provider_id=provider_id, survey=survey)


def concept(
    work: Work, outcome: str, *, summary: str = "", conclusions: str = "", added: Mapping[int, Added] | None = None,
    actions: Sequence[Action] = (),
) -> None:  # fmt: skip
    """What it brought against each criterion, and what is to be done; adopted with it, or written anew."""
    if outcome != "concluded":
        return
    evaluation, added = _evaluation(work), added or {}
    for criterion in _criteria(evaluation):
        brought = added.get(criterion)
        _insist(states_value(bool(brought and (brought.financial or brought.quality or brought.process))))
    for action in actions:
        _insist(may_promise(due_on=action.due_on, today=work.actor.today))
    change.draft(evaluation=evaluation, summary=summary, conclusions=conclusions, added=added)
    improvements.propose(case=work.case, actions=actions, at=work.now, comes_back=True)


def hearing(work: Work, outcome: str, *, heard: str) -> None:
    """What those concerned said goes along, whichever way it goes on."""
    change.hear(evaluation=_evaluation(work), words=heard)


def adopted(work: Work, outcome: str, *, defer_until: date | None) -> None:
    """What was proposed is to be done from now on."""
    if outcome == "adopt":
        watch(improvements.adopt(case=work.case, at=work.now), at=work.now)


def _criteria(evaluation: Evaluation) -> list[int]:
    return list(evaluation.commission.criteria.values_list("pk", flat=True))


def _evaluation(work: Work) -> Evaluation:
    content = work.content
    assert isinstance(content, Evaluation)
    return content


def _insist(verdict: Verdict) -> None:
    if isinstance(verdict, Refused):
        raise NotAllowed(verdict)


CHANGES: dict[str, Callable[..., None]] = {
    "questionnaire": questionnaire,
    "figures": figures,
    "concept": concept,
    "hearing": hearing,
}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {"adoption": adopted}
