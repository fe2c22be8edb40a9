"""What is still written down beside the steps, also when a case is closed: municipal data, and what proved wrong."""

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localdate

from audit.models import Act
from audit.selectors import act_of
from cases.models import Share
from cases.services import municipal
from cases.services.municipal import Reference
from roles import selectors as roles
from roles.authorize import Kind, NotAllowed, Wanted
from roles.models import Appointment, Position
from roles.rules.verdict import Refused
from workflows import asks
from workflows.engine import Gone, Work, move
from workflows.flows import step_called
from workflows.nodes import Collective, Step


def note_reference(
    *, user_id: int, case_id: int, appointment_id: int, organisation_id: int, reference: Reference,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """A municipality writes down what it keeps of a commission itself; at any time, by its account manager."""
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        verb="note_reference", while_suspended=True, after_end=True,
        wanted=lambda work: for_municipality(work, "note_reference", organisation_id),
    ) as work:  # fmt: skip
        row = municipal.note(
            commission=work.commission, organisation_id=organisation_id, reference=reference, today=work.actor.today
        )
        work.details["of"] = str(row.organisation)


def rectify(
    *, user_id: int, case_id: int, appointment_id: int, act_number: int, correction: str, reason: str,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Say that an earlier act was wrong, what is right, and why. The act itself stays as it is (domain §4)."""

    def wanted(work: Work) -> Wanted:
        return _fitting(for_rectifiers(work, act_of(work.case.chain, act_number)), appointment_id)

    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        verb="rectify", while_suspended=True, after_end=True, wanted=wanted,
    ) as work:  # fmt: skip
        work.motivation = f"{correction.strip()}\n\nReden: {reason.strip()}"
        work.details["rectifies"] = act_number


def for_municipality(work: Work, verb: str, organisation_id: int) -> Wanted:
    """The account manager of a municipality that takes part, or did. Raises Gone, NotAllowed."""
    if work.case.kind != work.case.Kind.COMMISSION:
        raise NotAllowed(Refused("Leg dit vast bij de opdracht zelf.", "Procesbeschrijving"))
    if not Share.objects.filter(commission=work.commission, organisation=organisation_id).exists():
        raise Gone(organisation_id)
    return asks.for_position(work, verb, work.process.bindings["municipal_alignment"][str(organisation_id)])


def for_rectifiers(work: Work, act: Act | None) -> list[Wanted]:
    """Of a decision: the secretary and the chair of the body. Of anything else: whoever holds that position now."""
    if act is None:
        raise Gone(work.case.pk)
    node: Any = step_called(work.process.flow_class, act.step.rpartition("/")[2])
    bound = work.process.bindings.get(node.name) if isinstance(node, Step) else None
    if isinstance(node, Collective) and bound is not None:
        return [asks.for_position(work, "rectify", bound), *_chairs(work, bound)]
    if act.appointment:
        held = Appointment.objects.get(pk=int(act.appointment.removeprefix("appointment/")))
        return [asks.for_position(work, "rectify", held.position_id)]
    return [asks.for_position(work, "rectify", bound if isinstance(bound, int) else asks.submitter_of(work.process))]


def _chairs(work: Work, secretary: int) -> Iterable[Wanted]:
    body = Position.objects.select_related("body").get(pk=secretary).body
    for member in roles.members(body, localdate(work.now)):
        if member.kind == Appointment.Kind.CHAIR:
            yield Wanted(
                verb="rectify", duty="", kind=Kind.OFFICE, scheme_id=work.case.scheme_id,
                flow=work.process.flow_class.code, chains=work.case.chains, position_id=member.position_id,
                seat_id=member.pk, domain=work.domain,
            )  # fmt: skip


def _fitting(wanted: list[Wanted], appointment_id: int) -> Wanted:
    """The one that asks for this very seat; otherwise the first, which will refuse who does not fit."""
    return next((each for each in wanted if each.seat_id == appointment_id), wanted[0])
