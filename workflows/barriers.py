"""What keeps somebody out of a case, and lets them in again: a recusal taken back, an exception asked for and approved.

Declaring a recusal moves votes, and so stands in `ballots`.
"""

from dataclasses import replace

from roles.authorize import Kind, NotAllowed, Wanted
from roles.models import Appointment, Dispensation, DutyPair
from roles.rules import segregation
from roles.rules.verdict import Refused
from roles.services import cases as change
from roles.services import keepers
from workflows import asks
from workflows.engine import Gone, Work, move


def withdraw_recusal(
    *, user_id: int, case_id: int, appointment_id: int, reason: str, substitution_id: int | None = None
) -> None:
    """By who declared it. In a vote that runs the seat stays empty: it was settled who counts in it."""
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        verb="withdraw_recusal", while_suspended=True, wanted=lambda work: to_withdraw(work, "withdraw_recusal"),
    ) as work:  # fmt: skip
        change.lift_recusal(person_id=work.actor.person_id, chain=work.case.chain)
        work.motivation = reason


def request_dispensation(
    *, user_id: int, case_id: int, appointment_id: int, person: int, duty: str, words: str,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Ask that somebody may do a duty that a named pair keeps from them, because there is nobody else."""
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        verb="request_dispensation", while_suspended=True,
        wanted=lambda work: asks.for_any_hat(work, "request_dispensation"),
    ) as work:  # fmt: skip
        if duty not in duties(work):
            raise NotAllowed(Refused("Voor deze taak geldt hier geen functiescheiding.", segregation.DISPENSATION))
        asked = change.note_request(
            person_id=person, chain=work.case.chain, duty=duty, ground=words, requested_by=work.actor.person_id
        )
        work.motivation = words
        work.details |= {"dispensation": asked.pk, "person": f"person/{person}", "duty": duty}


def approve_dispensation(
    *, user_id: int, case_id: int, appointment_id: int, dispensation_id: int, reason: str = "",
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """By a second person, whom the regeling binds to this; from now on the exception holds."""
    position = Appointment.objects.values_list("position", flat=True).get(pk=appointment_id)
    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        verb="approve_dispensation", while_suspended=True, wanted=lambda work: to_approve(work, position),
    ) as work:  # fmt: skip
        asked = Dispensation.objects.filter(pk=dispensation_id, chain=work.case.chain).first()
        if asked is None:
            raise Gone(dispensation_id)
        change.note_approval(dispensation=asked, approved_by=work.actor.person_id)
        work.motivation = reason
        work.details |= {"dispensation": asked.pk, "person": f"person/{asked.person_id}", "duty": asked.duty}


def to_withdraw(work: Work, verb: str) -> Wanted:
    """Any hat: it is about the person."""
    return replace(asks.for_any_hat(work, verb), lifts_recusal=True)


def to_approve(work: Work, position_id: int) -> Wanted:
    allowed = keepers(work.case.scheme, "approve_dispensation")
    return Wanted(
        verb="approve_dispensation", duty="", kind=Kind.OFFICE, scheme_id=work.case.scheme_id,
        flow=work.process.flow_class.code, chains=work.case.chains,
        position_id=position_id if position_id in allowed else 0, domain=work.domain,
    )  # fmt: skip


def duties(work: Work) -> list[str]:
    """The duties that some pair of this regeling keeps apart in this process."""
    pairs = DutyPair.objects.filter(scheme=work.case.scheme_id, flow=work.process.flow_class.code)
    return sorted({duty for pair in pairs for duty in (pair.first, pair.second)})
