"""Verklaring van vernietiging (Archiefbesluit 1995 art. 8): what went, when, by whom, on what ground."""

import hashlib
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime

from cases.models import Destruction, DestructionItem
from workflows.papers import render


def paper(destruction: Destruction) -> bytes:
    """The same bytes each time that it is asked for."""
    items = list(destruction.items.select_related("case").order_by("pk"))
    gone = [item for item in items if item.state == DestructionItem.State.DESTROYED]
    made_at = max((item.destroyed_at for item in gone if item.destroyed_at), default=destruction.approved_at)
    assert made_at is not None
    return render("destruction_certificate", {
        "number": str(destruction), "scheme": str(destruction.scheme), "year": destruction.year,
        "proposed": _signed(destruction.proposer.name, destruction.proposed_by, destruction.proposed_at),
        "approved": _signed(
            destruction.approver.name if destruction.approver else "", destruction.approved_by, destruction.approved_at
        ),
        "carried_out": _moment(made_at), "count": len(gone),
        "texts": sum(item.texts for item in gone), "versions": sum(item.rows for item in gone),
        "files": sum(item.files for item in gone),
        "cases": [_case(item) for item in gone], "kept": [_kept(item) for item in items if item not in gone],
    }, made_at=made_at)  # fmt: skip


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _case(item: DestructionItem) -> dict[str, object]:
    case = item.case
    closed = localdate(case.closed_at) if case.closed_at else None
    return {
        "number": case.number, "kind": case.get_kind_display(), "state": case.get_state_display(),
        "opened": _day(localdate(case.opened_at)), "closed": _day(closed), "category": item.category,
        "label": item.label, "article": item.article, "until": _day(item.due_on), "texts": item.texts,
        "files": item.files, "hashes": item.hashes,
    }  # fmt: skip


def _kept(item: DestructionItem) -> dict[str, str]:
    return {"number": item.case.number, "why": item.get_state_display()}


def _signed(name: object, seat: object, at: datetime | None) -> str:
    return f"{name}, {seat}, {_moment(at)}" if at else ""


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "j F Y, H.i") + " uur"


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""
