"""What people do to the register of a regeling: each asks who may, changes it in one act, and settles what follows.

In the layer of flows, because the end of an appointment reaches into open tasks. The rules are in `roles`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack

from django.db import transaction

from cases.rules.history import Plan as HistoryPlan
from escalation import services as terms
from escalation.models import TermRule
from escalation.queue import enqueue
from escalation.rules.terms import Term
from escalation.services import outbox
from roles import services
from roles.authorize import Authority
from roles.models import Appointment, Exemption, Mandate, Person, Scheme, SegregationDecision
from roles.rules.appointing import Plan
from roles.rules.sheet import Line
from roles.services.keeping import lock
from roles.services.mandates import MandateChanges
from workflows import endings, history


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who keeps the register, wearing which hat."""

    user_id: int
    appointment_id: int
    substitution_id: int | None = None

    def may(self, scheme: Scheme, step: str) -> Authority:
        """Raises NotAllowed."""
        return services.authority(
            user_id=self.user_id, appointment_id=self.appointment_id, substitution_id=self.substitution_id,
            scheme=scheme, step=step,
        )  # fmt: skip


@transaction.atomic
def import_file(*, keeper: Keeper, scheme: Scheme, content: bytes, token: str) -> Plan:
    """All of a file, as it was seen under this token, or nothing."""
    by = keeper.may(scheme, "import_appointments")
    done = services.import_file(scheme=scheme, content=content, token=token, by=by)
    enqueue("workflows.end_of_term")
    return done


@transaction.atomic
def import_history(*, keeper: Keeper, scheme: Scheme, content: bytes, token: str) -> HistoryPlan:
    """All of a file with older contracts, as it was seen under this token, or nothing."""
    by = keeper.may(scheme, history.STEP)
    return history.import_history(scheme=scheme, content=content, token=token, by=by)


@transaction.atomic
def appoint(*, keeper: Keeper, scheme: Scheme, lines: Sequence[Line]) -> Plan:
    """One row, filled in by hand."""
    done = services.enter(scheme=scheme, lines=lines, by=keeper.may(scheme, "appoint"))
    enqueue("workflows.end_of_term")
    return done


@transaction.atomic
def resend_mail(*, keeper: Keeper, scheme: Scheme, mail_ids: Collection[int]) -> None:
    """What could not be delivered is tried again, as the same letters."""
    outbox.resend(scheme=scheme, mail_ids=mail_ids, by=keeper.may(scheme, "resend_mail"))


def end_appointment(*, keeper: Keeper, appointment: Appointment, last_day: date, reason: str) -> int:
    """Says how many open tasks went to somebody else at once; what is over later, the clock finds then."""
    with transaction.atomic():
        by = keeper.may(appointment.position.body.scheme, "appoint")
        services.end_appointment(appointment=appointment, last_day=last_day, reason=reason, by=by)
        enqueue("workflows.end_of_term")
    return endings.settle_of(appointment)


@transaction.atomic
def exempt(
    *, keeper: Keeper, scheme: Scheme, person: Person, ground: str, decided_on: date, valid_until: date
) -> Exemption:
    by = keeper.may(scheme, "exempt")
    return services.exempt(
        person=person, scheme=scheme, ground=ground, decided_on=decided_on, valid_until=valid_until, by=by
    )


@transaction.atomic
def set_segregation_date(
    *, keeper: Keeper, scheme: Scheme, segregated_from: date | None, reference: str, decided_on: date
) -> SegregationDecision:
    by = keeper.may(scheme, "set_segregation_date")
    return services.set_segregation_date(
        scheme=scheme, segregated_from=segregated_from, decision=reference, decided_on=decided_on, by=by
    )


@transaction.atomic
def change_mandate(*, keeper: Keeper, mandate: Mandate, valid_from: date, **changes: Unpack[MandateChanges]) -> Mandate:
    """The next version, from a day on."""
    by = keeper.may(mandate.scheme, "keep_mandates")
    return services.change_mandate(mandate=mandate, valid_from=valid_from, by=by, **changes)


@transaction.atomic
def change_term(
    *, keeper: Keeper, scheme: Scheme, flow: str, step: str, term: Term, valid_from: date, reason: str
) -> TermRule:
    """From a day on, for the cases that begin by then."""
    by = keeper.may(lock(scheme), "keep_terms")
    return terms.change_term(
        scheme=scheme, flow=flow, step=step, term=term, valid_from=valid_from, reason=reason, by=by
    )


@transaction.atomic
def revoke_mandate(*, keeper: Keeper, mandate: Mandate, reason: str) -> None:
    """At once, and with it what rests on it."""
    by = keeper.may(mandate.scheme, "keep_mandates")
    services.revoke_mandate(mandate=mandate, reason=reason, by=by)
