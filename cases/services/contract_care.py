"""What the cases under a contract write down. The act in their chain is open already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from audit import texts
from cases.models import Addendum, Case, Contract, Enquiry, Kpi, Measurement, Requalification, Review
from cases.rules import kpi as figure
from cases.rules.addendum import Current, Proposal, value_of, warning
from cases.services.words import rewrite, write
from roles.authorize import Authority
from roles.models import Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The case that is about to be made under that of a contract."""

    case_id: int
    number: str
    kind: str
    phase: str
    title: str
    submitted_by: Appointment
    organisation_id: int
    at: datetime


def open_case(*, contract: Contract, opened: Opened) -> Case:
    """Under the contract's case, and about the same commission."""
    parent = contract.case
    case = Case(
        pk=opened.case_id, scheme_id=parent.scheme_id, kind=opened.kind, number=opened.number, phase=opened.phase,
        organisation_id=opened.organisation_id, submitted_by=opened.submitted_by, opened_at=opened.at, parent=parent,
        subject=parent.subject, title=texts.write(f"case/{opened.case_id}", opened.title),
    )  # fmt: skip
    case.save(force_insert=True)
    return case


def open_review(*, case: Case, contract: Contract, opening: str, planned_for: date, reason: str) -> Review:
    review = Review(
        case=case, contract=contract, opening=opening, planned_for=planned_for, reason=rewrite(case, None, reason)
    )
    review.save(force_insert=True)
    return review


def prepare(*, review: Review, words: str) -> None:
    review.preparation = rewrite(review.case, review.preparation, words)
    review.save(update_fields=["preparation"])


def hold(*, review: Review, held_on: date, present: str) -> None:
    review.held_on = held_on
    review.present = rewrite(review.case, review.present, present)
    review.save(update_fields=["held_on", "present"])


def minute(*, review: Review, words: str) -> None:
    review.minutes = rewrite(review.case, review.minutes, words)
    review.save(update_fields=["minutes"])


def measure(
    *, contract: Contract, kpi: Kpi, period: date, value: Decimal, source: str, by: Authority, at: datetime
) -> Measurement:
    """A value of a month, or a better one for a month that had one. The norm is that of the day, and stays with it."""
    found = Measurement.objects.filter(contract=contract, code=kpi.code, period=period).first()
    measurement = found or Measurement(contract=contract, code=kpi.code, period=period)
    measurement.kpi, measurement.value, measurement.norm = kpi, value, kpi.norm
    measurement.breached = figure.breaches(value, kpi.norm, kpi.direction)
    measurement.source = write(contract.case, source)
    measurement.measured_by_id, measurement.stood_in_by_id = by.appointment_id, by.stood_in_by_id
    measurement.measured_at = at
    measurement.save()
    return measurement


def draft_addendum(
    *, case: Case, contract: Contract, now: Current, proposal: Proposal, ground: str, words: Mapping[str, Any]
) -> Addendum:
    """What it was and would become, and what that is worth; a second time it is written over."""
    addendum = Addendum.objects.filter(pk=case.pk).first() or Addendum(case=case, contract=contract)
    value = value_of(now, proposal)
    addendum.change, addendum.ground, addendum.effective_on = proposal.change, ground, proposal.effective_on
    addendum.words, addendum.reason = write(case, words["words"]), write(case, words["reason"])
    addendum.amount_before, addendum.ends_before = now.annual_amount, now.ends_on
    addendum.amount_after = _amount_after(now, proposal)
    addendum.ends_after = proposal.ends_on or now.ends_on
    addendum.index, addendum.product, addendum.tariff = proposal.index, proposal.product, proposal.tariff
    addendum.product_name, addendum.unit = words.get("product_name", ""), words.get("unit", "")
    addendum.value = value
    addendum.warning = warning(now, value, ground)
    addendum.save()
    return addendum


def _amount_after(now: Current, proposal: Proposal) -> Decimal:
    if proposal.index is not None:
        return (now.annual_amount * (100 + proposal.index) / 100).quantize(Decimal("0.01"))
    return proposal.annual_amount or now.annual_amount


def sign(*, addendum: Addendum, signed_on: date) -> None:
    addendum.signed_on = signed_on
    addendum.save(update_fields=["signed_on"])


def request_requalification(*, case: Case, contract: Contract, reason: str) -> Requalification:
    made = Requalification(case=case, contract=contract, reason=write(case, reason))
    made.save(force_insert=True)
    return made


def assess(*, requalification: Requalification, findings: str) -> None:
    requalification.findings = rewrite(requalification.case, requalification.findings, findings)
    requalification.save(update_fields=["findings"])


def demand(*, requalification: Requalification, measures: str, due: date) -> None:
    requalification.measures = rewrite(requalification.case, requalification.measures, measures)
    requalification.measures_due = due
    requalification.save(update_fields=["measures", "measures_due"])


def terminate(*, requalification: Requalification, on: date) -> None:
    requalification.terminates_on = on
    requalification.save(update_fields=["terminates_on"])


def ask(*, case: Case, contract: Contract, asker: str, contact: str, question: str) -> Enquiry:
    made = Enquiry(
        case=case, contract=contract, asker=asker, contact=rewrite(case, None, contact),
        question=write(case, question),
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def answer(*, enquiry: Enquiry, words: str) -> None:
    enquiry.answer = rewrite(enquiry.case, enquiry.answer, words)
    enquiry.save(update_fields=["answer"])


def reopen(*, enquiry: Enquiry) -> None:
    enquiry.reopened = True
    enquiry.save(update_fields=["reopened"])
