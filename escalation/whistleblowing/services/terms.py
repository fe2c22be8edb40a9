"""The two terms of a report: begun with it, met by acknowledging and informing. Within `sealed()`."""

from datetime import datetime
from uuid import UUID

from escalation.whistleblowing.models import Term
from escalation.whistleblowing.rules import terms


def to_the_hour(moment: datetime) -> datetime:
    """Times that stand in clear say no more than this."""
    return moment.replace(minute=0, second=0, microsecond=0)


def begin(*, report: UUID, received: datetime) -> None:
    """From the moment that the report came in."""
    for kind, dates in (
        (Term.Kind.ACKNOWLEDGE, terms.acknowledge_by(received)),
        (Term.Kind.INFORM, terms.inform_at_the_latest(received)),
    ):
        Term.objects.create(report_id=report, kind=kind, due_at=dates.due)


def acknowledged(*, report: UUID, at: datetime) -> None:
    """From now on the other term runs from this moment (Wbk 2.2.i)."""
    _meet(report, Term.Kind.ACKNOWLEDGE, at)
    inform = Term.objects.get(report=report, kind=Term.Kind.INFORM)
    inform.due_at = terms.inform_by(at).due
    inform.save(update_fields=["due_at"])


def informed(*, report: UUID, at: datetime) -> None:
    _meet(report, Term.Kind.INFORM, at)


def _meet(report: UUID, kind: str, at: datetime) -> None:
    """The first time counts."""
    term = Term.objects.select_for_update().get(report=report, kind=kind)
    if term.met_at is None:
        term.met_at = to_the_hour(at)
        term.save(update_fields=["met_at"])
