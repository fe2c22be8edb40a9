"""Vernietigingslijsten: one draws up what is due, another approves, and only then a job carries it out."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from datetime import date

from django.db import transaction

from audit import clock, texts
from audit.services import OpenAct
from cases.models import Destruction, DestructionItem
from cases.rules.retention import ARTICLE, Approving, against
from escalation.queue import enqueue
from roles.authorize import Authority, NotAllowed
from roles.models import Scheme
from roles.rules.verdict import Refused
from roles.services.acting import act
from roles.services.keeping import lock
from workflows.destroying.due import Judged, acted_in, due
from workflows.engine import Stale
from workflows.register import Keeper

PROPOSE, APPROVE = "propose_destruction", "approve_destruction"
JOB = "workflows.destroy"
UNDER = "Er hangt een uitgezonderde zaak onder."

State = DestructionItem.State


@transaction.atomic
def propose(*, keeper: Keeper, scheme: Scheme, year: int, excepted: Mapping[int, str]) -> Destruction:
    """Everything that is due by the end of a year, with what is excepted and why. Raises NotAllowed."""
    by = keeper.may(lock(scheme), PROPOSE)
    found = due(scheme, until=min(date(year, 12, 31), by.today), today=by.today)
    going = _without(found, excepted)
    if not going:
        raise NotAllowed(Refused("Er is niets om op de lijst te zetten.", ARTICLE))
    now = clock.now()
    with _act(scheme, PROPOSE, by) as running:
        made = Destruction.objects.create(
            scheme=scheme, year=year, proposed_by_id=by.appointment_id, proposer_id=by.person_id, proposed_at=now
        )
        for each in found:
            _put(made, each, None if each in going else excepted.get(each.case.pk, UNDER))
        running.details = {"destruction": made.pk, "cases": [each.case.pk for each in going]}
    return made


def _without(found: Collection[Judged], excepted: Mapping[int, str]) -> list[Judged]:
    """Of what is left out, what it hangs under is left out too."""
    out = set(excepted)
    while True:
        above = {each.case.parent_id for each in found if each.case.pk in out and each.case.parent_id} - out
        above &= {each.case.pk for each in found}
        if not above:
            return [each for each in found if each.case.pk not in out]
        out |= above


def _put(destruction: Destruction, each: Judged, ground: str | None) -> None:
    assert each.term is not None
    assert each.term.until is not None
    state = State.LISTED if ground is None else State.EXCEPTED
    DestructionItem.objects.create(
        destruction=destruction, case=each.case, state=state, category=each.term.rule.category,
        label=each.term.rule.label, article=each.term.rule.article, starts_on=each.term.starts_on,
        due_on=each.term.until, ground=texts.write(each.case.chain, ground) if ground else None,
    )  # fmt: skip


@transaction.atomic
def approve(*, keeper: Keeper, destruction: Destruction) -> None:
    """By another than who drew it up, who did nothing in these cases; then it cannot be undone. Raises NotAllowed."""
    by = keeper.may(lock(destruction.scheme), APPROVE)
    destruction = _waiting(destruction)
    cases = sorted(destruction.items.filter(state=State.LISTED).values_list("case", flat=True))
    refusal = against(
        Approving(approver=by.person_id, proposer=destruction.proposer_id, acted_in=acted_in(by.person_id, cases))
    )
    if refusal:
        raise NotAllowed(Refused(refusal, f"{ARTICLE}; vier ogen"))
    with _act(destruction.scheme, APPROVE, by) as running:
        running.details = {"destruction": destruction.pk, "cases": cases}
        _judged(destruction, by, Destruction.State.APPROVED)
    enqueue(JOB, destruction_id=destruction.pk)


@transaction.atomic
def reject(*, keeper: Keeper, destruction: Destruction, reason: str) -> None:
    """Nothing goes; what was on it may be put on another. Raises NotAllowed."""
    by = keeper.may(lock(destruction.scheme), APPROVE)
    destruction = _waiting(destruction)
    if by.person_id == destruction.proposer_id:
        raise NotAllowed(Refused(against(Approving(approver=by.person_id, proposer=by.person_id)), ARTICLE))
    with _act(destruction.scheme, "reject_destruction", by) as running:
        running.details = {"destruction": destruction.pk}
        running.motivation = reason
        _judged(destruction, by, Destruction.State.REJECTED)
        for item in destruction.items.filter(state=State.LISTED):
            item.state = State.RELEASED
            item.save(update_fields=["state"])


def _waiting(destruction: Destruction) -> Destruction:
    found = Destruction.objects.select_for_update(no_key=True).get(pk=destruction.pk)
    if found.state != Destruction.State.PROPOSED:
        raise Stale("Over deze vernietigingslijst is al beslist.")
    return found


def _judged(destruction: Destruction, by: Authority, state: str) -> None:
    destruction.state, destruction.approved_at = state, clock.now()
    destruction.approved_by_id, destruction.approver_id = by.appointment_id, by.person_id
    destruction.save(update_fields=["state", "approved_at", "approved_by", "approver"])


def _act(scheme: Scheme, verb: str, by: Authority) -> AbstractContextManager[OpenAct]:
    return act(chain=scheme.chain, verb=verb, by=by)
