"""Inkopen: by itself when a commission is accepted, or by hand; a case of its own begins under it (domain §5.2)."""

from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction

from audit import clock
from audit.services import acting
from cases.models import Case
from cases.services import procurement as change
from roles import authorize
from roles.authorize import Authority, Kind, NotAllowed, Wanted
from roles.models import Appointment, Scheme
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows import sql
from workflows.bindings import Unbound, freeze, labels, may_start
from workflows.engine import Gone, Work
from workflows.flows.procurement import ProcurementFlow
from workflows.starting import begin

BEGIN = ProcurementFlow.start_procurement
PROCESS = "Procesbeschrijving inkoop"
NOBODY = "Deze regeling heeft niet vastgelegd wie inkoopt. Vraag de beheerder."


def start_procurement(*, user_id: int, case_id: int, appointment_id: int, substitution_id: int | None = None) -> Case:
    """By hand: of a granted commission that is not being bought and was not. Raises NotAllowed, Gone."""
    with transaction.atomic():
        commission = _locked(case_id)
        by = authorize.authorize(
            user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
            wanted=wanted(commission, appointment_id),
        )  # fmt: skip
        check_startable(commission)
        try:
            return _open(commission, by, position_id=by.position_id, duty=BEGIN.duty)
        except Unbound:
            raise NotAllowed(Refused(NOBODY, PROCESS)) from None


def begin_when_granted(work: Work) -> None:
    """What follows on an acceptance: in the same transaction, in an act of its own with the same correlation.

    By whoever accepted, as a consequence and no duty of theirs. A regeling that binds nobody begins nothing, and its
    commission shows that nothing was begun.
    """
    work.correlation = work.correlation or uuid4()
    work.follow_ups.append(partial(_begin, work))


def _begin(work: Work) -> None:
    starting = starters(work.case.scheme)
    if not starting or procurements(work.case).exists():
        return
    try:
        _open(work.case, work.actor, position_id=min(starting), correlation=work.correlation)
    except Unbound:
        return


def wanted(commission: Case, appointment_id: int | None = None) -> Wanted:
    """Whoever the regeling says begins one. Without an appointment: to see which hats fit."""
    allowed = starters(commission.scheme)
    if not allowed:
        raise NotAllowed(Refused(NOBODY, PROCESS))
    held = Appointment.objects.filter(pk=appointment_id or 0).values_list("position", flat=True).first()
    return Wanted(
        verb="submit", duty=BEGIN.duty, kind=Kind.INDIVIDUAL, scheme_id=commission.scheme_id,
        flow=ProcurementFlow.code, chains=(commission.chain,), domain=commission.domain,
        position_id=None if appointment_id is None or held in allowed else min(allowed),
    )  # fmt: skip


def starters(scheme: Scheme) -> set[int]:
    """The positions that may begin one by hand."""
    return may_start(scheme=scheme, flow_class=ProcurementFlow, step=BEGIN.name)


def check_startable(commission: Case) -> None:
    """Raises NotAllowed: only what was granted is bought, and once. What stopped or was withdrawn may begin anew."""
    if commission.state != Case.State.GRANTED:
        raise NotAllowed(Refused("Alleen een opdracht die is verstrekt, wordt ingekocht.", PROCESS))
    other = procurements(commission).first()
    if other is not None:
        raise NotAllowed(Refused(f"Deze opdracht wordt of is al ingekocht ({other.number}).", PROCESS))


def procurements(commission: Case) -> Any:
    """Those that were not given up."""
    given_up = (Case.State.WITHDRAWN, Case.State.STOPPED)
    return Case.objects.filter(parent=commission, kind=Case.Kind.PROCUREMENT).exclude(state__in=given_up).order_by("pk")


def _open(
    parent: Case, by: Authority, *, position_id: int, duty: str = "", correlation: Any = None
) -> Case:  # fmt: skip
    own_id, year = sql.reserve_case_id(), by.today.year
    draft = Case(pk=own_id, scheme=parent.scheme, kind=Case.Kind.PROCUREMENT, parent=parent, subject=parent.top,
                 organisation=parent.organisation)  # fmt: skip
    bound = freeze(case=draft, flow_class=ProcurementFlow, submitter=position_id)
    with acting(
        chain=f"case/{own_id}", verb="submit", actor=by.actor, user_id=by.user_id, hat=hat_of(by), duty=duty,
        step=f"{ProcurementFlow.code}/{ProcurementFlow.version}/{BEGIN.name}",
    ) as act:  # fmt: skip
        at = clock.now()
        procurement = change.open_procurement(
            case_id=own_id, number=f"INK-{year}-{sql.next_number(parent.scheme_id, year):04}", parent=parent,
            organisation=parent.organisation, submitted_by=by.appointment_id, at=at,
        )  # fmt: skip
        act.correlation = correlation or act.correlation
        act.flags = list(by.flags)
        act.details |= {"about_case": parent.number}
        begin(
            procurement.case, BEGIN, bindings=bound, labels=labels(case=procurement.case, flow_class=ProcurementFlow),
            user_id=by.user_id, now=at,
        )  # fmt: skip
    return procurement.case


def _locked(case_id: int) -> Case:
    """The commission, under the lock that every step in its tree takes: the root first. Raises Gone."""
    parent = Case.objects.filter(pk=case_id, kind=Case.Kind.COMMISSION).first()
    if parent is None:
        raise Gone(case_id)
    root = parent
    while root.parent is not None:
        root = root.parent
    rows = Case.objects.select_for_update(no_key=True).order_by("pk")
    rows.get(pk=root.pk)
    return rows.select_related("scheme", "organisation").get(pk=case_id)
