"""Somebody signals a change of policy: a case of its own begins, that nobody commissioned (domain §5.9)."""

from collections.abc import Sequence

from django.db import transaction

from audit import clock
from audit.services import acting
from cases.models import Case
from cases.services import documents as papers
from cases.services import planning as change
from cases.services.planning import Sighting
from roles import authorize
from roles.authorize import Kind, NotAllowed, Wanted
from roles.models import Appointment, Scheme
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows import sql
from workflows.bindings import freeze, labels, may_start
from workflows.flows.policy_signal import PolicySignalFlow
from workflows.services import roles_home
from workflows.starting import begin

BEGIN = PolicySignalFlow.submit_signal


def report_signal(
    *, user_id: int, appointment_id: int, sighting: Sighting, substitution_id: int | None = None,
    documents: Sequence[papers.Paper] = (),
) -> Case:  # fmt: skip
    """The case begins, and the MGR is asked for advice, or may give it unasked. Raises NotAllowed."""
    hat = Appointment.objects.select_related("position__body__scheme", "position__body__organisation").get(
        pk=appointment_id
    )
    scheme, flow = hat.position.body.scheme, PolicySignalFlow
    allowed = reporters(scheme)
    if not allowed:
        raise NotAllowed(Refused("Deze regeling kent geen beleidssignalen.", "Procesbeschrijving"))
    with transaction.atomic():
        by = authorize.authorize(
            user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
            wanted=wanted(scheme.pk, hat.position_id if hat.position_id in allowed else min(allowed), sighting.domain),
        )  # fmt: skip
        case_id = sql.reserve_case_id()
        with acting(
            chain=f"case/{case_id}", verb="submit", actor=by.actor, user_id=user_id, hat=hat_of(by), duty=BEGIN.duty,
            step=f"{flow.code}/{flow.version}/{BEGIN.name}",
        ) as act:  # fmt: skip
            at = clock.now()
            signal = change.open_signal(
                case_id=case_id, number=f"SIG-{by.today.year}-{sql.next_number(scheme.pk, by.today.year):04}",
                scheme=scheme, organisation=hat.position.body.organisation or roles_home(scheme), by=by, at=at,
                sighting=sighting,
            )  # fmt: skip
            for paper in documents:
                added = papers.add_document(case=signal.case, step=BEGIN.name, by=by, at=at, paper=paper)
                act.documents.append(added.sha256)
            act.flags = list(by.flags)
            begin(
                signal.case, BEGIN, user_id=user_id, now=at,
                bindings=freeze(case=signal.case, flow_class=flow, submitter=by.position_id),
                labels=labels(case=signal.case, flow_class=flow),
            )  # fmt: skip
    return signal.case


def reporters(scheme: Scheme) -> set[int]:
    """The positions that may signal."""
    return may_start(scheme=scheme, flow_class=PolicySignalFlow, step=BEGIN.name)


def wanted(scheme_id: int, position_id: int | None = None, domain: str = "") -> Wanted:
    """Without a position: to see which hats fit. To see something coming is no judgement."""
    return Wanted(
        verb="submit", duty=BEGIN.duty, kind=Kind.OFFICE, scheme_id=scheme_id, flow=PolicySignalFlow.code,
        position_id=position_id, domain=domain, domain_known=bool(domain),
    )  # fmt: skip
