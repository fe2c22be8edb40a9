"""Wijziging: somebody proposes a change of a granted commission, and a case of its own begins under it."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from audit import clock
from audit.services import acting
from cases.models import Amendment, Case
from cases.rules.amendment import PARTS, Current, Proposal, problems
from cases.services import amendment as change
from cases.services import documents as papers
from cases.services.amendment import Wish
from roles import authorize
from roles import selectors as roles
from roles.authorize import Kind, NotAllowed, Wanted
from roles.models import Appointment, Organisation
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows import sql
from workflows.bindings import inherited, may_start
from workflows.engine import Gone
from workflows.fitness import Unfit
from workflows.flows import current
from workflows.models import CaseProcess
from workflows.services import roles_home
from workflows.starting import begin


def propose_amendment(
    *, user_id: int, appointment_id: int, case_id: int, wish: Wish, substitution_id: int | None = None,
    documents: Sequence[papers.Paper] = (),
) -> Case:  # fmt: skip
    """The case of the change begins, and the municipalities that it touches are asked.

    Under the lock of the commission, so that two changes of the same part cannot begin at once. Raises Unfit with all
    that is wrong, NotAllowed, Gone.
    """
    with transaction.atomic():
        parent = _locked(case_id)
        process = CaseProcess.objects.get(case=parent)
        by = authorize.authorize(
            user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
            wanted=wanted(parent, process, appointment_id),
        )  # fmt: skip
        check_changeable(parent, wish.proposal.change)
        now = check_wish(parent, wish)
        hat = Appointment.objects.select_related("position__body__organisation").get(pk=appointment_id)
        own_id, flow = sql.reserve_case_id(), current("amendment")
        with acting(
            chain=f"case/{own_id}", verb="submit", actor=by.actor, user_id=user_id, hat=hat_of(by),
            duty=flow.submit_amendment.duty, step=f"{flow.code}/{flow.version}/{flow.submit_amendment.name}",
        ) as act:  # fmt: skip
            at = clock.now()
            amendment = change.open_amendment(
                case_id=own_id, number=f"WIJ-{by.today.year}-{sql.next_number(parent.scheme_id, by.today.year):04}",
                parent=parent, organisation=hat.position.body.organisation or roles_home(parent.scheme), by=by, at=at,
                wish=wish, now=now,
            )  # fmt: skip
            for paper in documents:
                version = papers.add_document(
                    case=amendment.case, step=flow.submit_amendment.name, by=by, at=at, paper=paper
                )
                act.documents.append(version.sha256)
            act.flags = list(by.flags)
            bindings, labels = inherited(process, flow, submitter=by.position_id)
            begin(amendment.case, flow.submit_amendment, bindings=bindings, labels=labels, user_id=user_id, now=at)
    return amendment.case


def _locked(case_id: int) -> Case:
    """The commission, under the lock that every step of its changes takes: the root of the tree first. Raises Gone."""
    parent = Case.objects.filter(pk=case_id, kind=Case.Kind.COMMISSION).first()
    if parent is None:
        raise Gone(case_id)
    root = parent
    while root.parent is not None:
        root = root.parent
    locked = Case.objects.select_for_update(no_key=True).order_by("pk")
    locked.get(pk=root.pk)
    return locked.get(pk=case_id)


def wanted(parent: Case, process: CaseProcess, appointment_id: int | None = None) -> Wanted:
    """Whoever may submit a commission, and who took this one in. Without an appointment: to see which hats fit."""
    flow = current("amendment")
    allowed = proposers(parent, process)
    held = Appointment.objects.filter(pk=appointment_id or 0).values_list("position", flat=True).first()
    return Wanted(
        verb="submit", duty=flow.submit_amendment.duty, kind=Kind.INDIVIDUAL, scheme_id=parent.scheme_id,
        flow=flow.code, chains=(parent.chain,), domain=parent.domain,
        position_id=None if appointment_id is None or held in allowed else min(allowed),
    )  # fmt: skip


def proposers(parent: Case, process: CaseProcess) -> set[int]:
    """Who may propose a change: each municipality that takes part, who submits for the region, and who took it in."""
    taking_part = parent.commission.shares.filter(takes_part=True).values_list("organisation", flat=True)
    aligning: dict[str, Any] = process.bindings["municipal_alignment"]
    own = {aligning[str(organisation)] for organisation in taking_part if str(organisation) in aligning}
    regional = may_start(scheme=parent.scheme, flow_class=current("commissioning")) - set(aligning.values())
    return own | regional | {process.bindings["intake"]}


def check_changeable(parent: Case, part: str) -> None:
    """Raises NotAllowed: only what was granted changes, and nothing changes in two cases at once."""
    if parent.state != Case.State.GRANTED:
        raise NotAllowed(Refused("Alleen een opdracht die is verstrekt, kan worden gewijzigd.", "Procesbeschrijving"))
    running = Amendment.objects.filter(
        case__parent=parent, case__state__in=(Case.State.OPEN, Case.State.SUSPENDED)
    ).select_related("case")
    for other in running:
        if PARTS[other.change] == PARTS[part]:
            raise NotAllowed(
                Refused(
                    f"Wijziging {other.case.number} verandert {PARTS[part]} al en loopt nog. Wacht tot daarover is "
                    "besloten, of laat haar intrekken.",
                    "Procesbeschrijving",
                )
            )


def check_wish(parent: Case, wish: Wish) -> Current:
    """The commission as it stands. Raises Unfit."""
    now = standing(parent)
    found = problems(now, wish.proposal, today=clock.today())
    if found:
        raise Unfit(found)
    return now


def standing(parent: Case) -> Current:
    """The commission as it stands, with who may join it."""
    municipalities = [each for each in roles.participants(parent.scheme) if each.kind == Organisation.Kind.MUNICIPALITY]
    return change.current(parent.commission, {each.pk for each in municipalities})


__all__ = ["Proposal", "Wish", "check_wish", "propose_amendment", "proposers", "standing", "wanted"]
