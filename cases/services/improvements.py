"""Actions: agreeing on them, what becomes of them, and what a next commission does with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cases.models import Case, Commission, Improvement, ImprovementAnswer, ImprovementNote
from cases.services.words import rewrite, write
from roles.authorize import Authority

Status = Improvement.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """As somebody writes it down: what, who (a role, and a person in it), and when."""

    what: str
    owner: int  # a position
    named: int | None = None  # an appointment to it
    due_on: date
    by_quarter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a new commission does with one action that was open."""

    answer: str
    note: str = ""


def propose(*, case: Case, actions: Iterable[Action], at: datetime, comes_back: bool) -> list[Improvement]:
    """What is still to be adopted; a new concept takes the place of an older one."""
    for old in case.improvements.filter(status=Status.PROPOSED):
        old.delete()
    return [_write(case, action, at, Status.PROPOSED, comes_back=comes_back) for action in actions]


def agree(*, case: Case, actions: Iterable[Action], at: datetime, comes_back: bool = False) -> list[Improvement]:
    """From now on they are to be done. See `escalation.services.actions.agree`, which also sets the clock."""
    return [_write(case, action, at, Status.OPEN, comes_back=comes_back) for action in actions]


def adopt(*, case: Case, at: datetime) -> list[Improvement]:
    """What was proposed in this case is to be done from now on."""
    adopted = list(case.improvements.filter(status=Status.PROPOSED))
    for improvement in adopted:
        improvement.status, improvement.agreed_at = Status.OPEN, at
        improvement.save(update_fields=["status", "agreed_at"])
    return adopted


def progress(*, improvement: Improvement, status: str, words: str, by: Authority, at: datetime) -> ImprovementNote:
    """Where it stands; dropped, the words are the reason."""
    case = improvement.origin
    note = ImprovementNote.objects.create(
        improvement=improvement, status=status, text=rewrite(case, None, words), author_id=by.appointment_id,
        stood_in_by_id=by.stood_in_by_id, said_at=at,
    )  # fmt: skip
    improvement.status = status
    improvement.dropped_because = note.text if status == Status.DROPPED else None
    improvement.closed_at = None if improvement.is_open else at
    improvement.save(update_fields=["status", "dropped_because", "closed_at"])
    return note


def hand_over(*, improvement: Improvement, owner: int, named: int | None) -> None:
    """To another role, or to somebody else in the same."""
    improvement.owner_id, improvement.named_id = owner, named
    improvement.save(update_fields=["owner", "named"])


def reply(*, commission: Commission, replies: Mapping[int, Reply]) -> None:
    """What the commission does with each action that was open in its domain."""
    for improvement_id, said in replies.items():
        ImprovementAnswer.objects.create(
            commission=commission, improvement_id=improvement_id, answer=said.answer,
            note=rewrite(commission.case, None, said.note),
        )  # fmt: skip


def _write(case: Case, action: Action, at: datetime, status: str, *, comes_back: bool) -> Improvement:
    return Improvement.objects.create(
        origin=case, scheme_id=case.scheme_id, domain=case.domain, what=write(case, action.what),
        owner_id=action.owner, named_id=action.named, due_on=action.due_on, by_quarter=action.by_quarter,
        status=status, comes_back=comes_back, agreed_at=at,
    )  # fmt: skip
