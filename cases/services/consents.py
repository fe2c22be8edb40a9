"""What colleges and regions beside this one answered: recorded by whoever it was told to, with date and reference."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from cases import selectors
from cases.models import Amendment, CollegeDecision, Commission, PartnerConsent
from cases.services.shares import leave, sum_up
from cases.services.words import rewrite
from roles.authorize import Authority

Answer = CollegeDecision.Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAnswer:
    """What one region answered, as it was recorded."""

    answer: str
    answered_on: date
    reference: str = ""
    note: str = ""


def ask_partners(*, commission: Commission, organisations: Collection[int]) -> None:
    """The regions of a supraregional commission; who is not among them any more is taken off."""
    known = {partner.organisation_id: partner for partner in commission.partners.all()}
    for organisation_id in organisations:
        if known.pop(organisation_id, None) is None:
            PartnerConsent.objects.create(commission=commission, organisation_id=organisation_id)
    for partner in known.values():
        partner.delete()


def record_partners(*, commission: Commission, answers: Mapping[int, PartnerAnswer], by: Authority) -> None:
    """By organisation id. Who is not among them has not answered yet."""
    for partner in commission.partners.select_related("note").filter(organisation__in=list(answers)):
        given = answers[partner.organisation_id]
        partner.answer, partner.answered_on, partner.reference = given.answer, given.answered_on, given.reference
        partner.note = rewrite(commission.case, partner.note, given.note)
        partner.recorded_by_id = by.appointment_id
        partner.save()


def ask_colleges(*, about: Commission | Amendment) -> None:
    """They are asked what it says, each time anew: what they answered before was about another proposal."""
    about.consent_round += 1
    about.save(update_fields=["consent_round"])


def record_college(
    *, about: Commission | Amendment, organisation_id: int, subject: str, answer: str, by: Authority | None,
    decider: str = "", decided_on: date | None = None, reference: str = "", note: str = "",
) -> None:  # fmt: skip
    """What one college decided on a commission, or on a change of it; without `by`, that it did not in time."""
    amendment, commission = (about, about.commission) if isinstance(about, Amendment) else (None, about)
    CollegeDecision.objects.create(
        commission=commission, amendment=amendment,
        organisation_id=organisation_id, round=about.consent_round, subject=subject, answer=answer, decider=decider,
        decided_on=decided_on, reference=reference, note=rewrite(about.case, None, note),
        recorded_by_id=by.appointment_id if by else None,
    )  # fmt: skip


def go_on_without_withholding(*, commission: Commission) -> list[str]:
    """The municipalities whose college did not consent leave, their share with them. Returns their names."""
    gone = selectors.withholding(commission)
    for share in commission.shares.filter(organisation__in=gone, takes_part=True):
        leave(share)
    sum_up(commission)
    return [organisation.name for organisation in gone]
