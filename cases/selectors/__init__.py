"""Questions about cases that are asked in more than one place. Lists take a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Coalesce

from cases.models import (
    Alignment,
    Amendment,
    AmendmentAnswer,
    Ballot,
    Case,
    CollegeDecision,
    Commission,
    Criterion,
    Document,
    DocumentVersion,
    MunicipalReference,
    PartnerConsent,
    Remark,
    Seat,
    Share,
    Stance,
)
from cases.rules import amendment as rule
from roles import selectors as roles
from roles.models import Appointment, Organisation
from roles.rules.segregation import OPPOSITE


def disagreeing(commission: Commission) -> list[Organisation]:
    """The municipalities whose last answer holds a "niet akkoord" and that still take part."""
    taking_part = commission.shares.filter(takes_part=True).values("organisation")
    answers = Alignment.objects.filter(
        commission=commission, round=commission.alignment_round, organisation__in=taking_part
    )
    return [
        answer.organisation for answer in answers.select_related("organisation") if Stance.DISAGREE in answer.stances
    ]


def objecting(amendment: Amendment) -> list[Organisation]:
    """The municipalities that do not agree with a change; one that would join and did not say yes is among them."""
    said = {answer.organisation_id: answer.stance for answer in amendment.answers.all()}
    return [
        share.organisation
        for share in amendment.shares.select_related("organisation")
        if said.get(share.organisation_id) == Stance.DISAGREE
        or (share.before is None and said.get(share.organisation_id) not in (Stance.AGREE, Stance.CONCERN))
    ]


def affected(amendment: Amendment) -> list[Organisation]:
    """The municipalities that a change touches, in the order of the regeling."""
    shares = list(amendment.shares.select_related("organisation").order_by("organisation__name"))
    before = {share.organisation_id: share.before for share in shares if share.before is not None}
    after = {share.organisation_id: share.after for share in shares if share.after is not None}
    touched = rule.affected(amendment.change, before, after)
    return [share.organisation for share in shares if share.organisation_id in touched]


def amendments(case: Case) -> list[Amendment]:
    """Every change of a commission that was proposed, the last first. One query."""
    found = Amendment.objects.filter(case__parent=case).select_related("case__title", "case__organisation")
    return list(found.order_by("-case_id"))


@dataclass(frozen=True, slots=True)
class Values:
    """What a commission amounted to, from a moment on."""

    since: datetime
    annual_amount: Decimal
    years: int
    cost: Decimal | None


def values_through_time(commission: Commission) -> list[Values]:
    """From its history, the last first; only where one of them changed. One query."""
    recorded = commission.history.order_by("history_date", "history_id")
    found: list[Values] = []
    for row in recorded.values_list("history_date", "annual_amount", "years", "cost"):
        if not found or (found[-1].annual_amount, found[-1].years, found[-1].cost) != row[1:]:
            found.append(Values(*row))
    return found[::-1]


def amendment_written_out(amendment: Amendment) -> Amendment:
    """A change with its words. One query."""
    texts = ("reason", "aim", "target_group", "intended_result", "risks", "planning", "conditions")
    return Amendment.objects.select_related("organisation", *texts).get(pk=amendment.pk)


def amendment_answers(amendment: Amendment) -> list[AmendmentAnswer]:
    """What the municipalities said of it. One query."""
    return list(amendment.answers.select_related("organisation", "note").order_by("organisation__name"))


def references(commission: Commission) -> dict[int, MunicipalReference]:
    """What each municipality keeps of a commission itself, by its id. One query."""
    found = commission.references.select_related("informed_with__title")
    return {reference.organisation_id: reference for reference in found}


def withholding(commission: Commission) -> list[Organisation]:
    """The municipalities whose college refused this time, or did not decide in time, and that still take part."""
    taking_part = commission.shares.filter(takes_part=True).values("organisation")
    return _not_consenting(
        commission.college_decisions.filter(
            round=commission.consent_round, amendment=None, organisation__in=taking_part
        )
    )


def withholding_from(amendment: Amendment) -> list[Organisation]:
    """The municipalities whose college refused the change this time, or did not decide in time."""
    return _not_consenting(amendment.college_decisions.filter(round=amendment.consent_round))


def _not_consenting(answers: QuerySet[CollegeDecision]) -> list[Organisation]:
    refusing = answers.exclude(answer=CollegeDecision.Answer.GIVEN).select_related("organisation")
    return [decision.organisation for decision in refusing.order_by("organisation__name")]


def paying_more(amendment: Amendment) -> list[Organisation]:
    """The municipalities whose care budget the change asks more of: a higher share, or every share for longer."""
    longer = amendment.years_after > amendment.years_before
    shares = amendment.shares.select_related("organisation").order_by("organisation__name")
    return [
        share.organisation
        for share in shares
        if share.after is not None and (longer or share.after > (share.before or 0))
    ]


def open_question(case: Case) -> Remark | None:
    """The last question that nobody answered."""
    return case.remarks.filter(kind=Remark.Kind.QUESTION, answered_by=None).last()


def next_ballot(task_id: int) -> int:
    """The number that the next ballot of a collective step gets."""
    return Ballot.objects.filter(task=task_id).count() + 1


def ballots_held(task_id: int) -> int:
    """How often a collective step was put to the vote; a meeting that was not opened did not come to that."""
    return Ballot.objects.filter(task=task_id).exclude(tally__result="not_opened").count()


def running_ballots(case: Case) -> list[Ballot]:
    """The ballots of a case in which votes are still cast."""
    return list(case.ballots.filter(state=Ballot.State.VOTING))


def current_ballot(task_id: int) -> Ballot | None:
    """The last ballot of a collective step."""
    return Ballot.objects.filter(task=task_id).select_related("rule", "body").last()


def people_of_the_other_side(ballot: Ballot) -> set[int]:
    """Who acted in this case, or the one above it, as owner where this body is client, or the other way round."""
    capacities = ballot.body.positions.values_list("role__capacity", flat=True)
    others = [OPPOSITE[capacity] for capacity in capacities if capacity in OPPOSITE]
    return roles.acted_as(others, ballot.case.chains)


def voters(ballot: Ballot) -> list[str]:
    """Who took part in the vote, as acts name people; of a secret one everybody who was there and might vote."""
    if ballot.form == Ballot.Form.SECRET:
        there = ballot.seats.filter(present=True, recused=False).order_by("id")
        return [f"person/{person}" for person in there.values_list(_acting(""), flat=True)]
    people = ballot.votes.order_by("id").values_list(_acting("seat__"), flat=True)
    return [f"person/{person}" for person in people]


def _acting(path: str) -> Coalesce:
    """Whose conduct it is: what somebody did in another's place is their own."""
    return Coalesce(f"{path}stood_in_by", f"{path}appointment__person")


WAT_VRAAG = ("occasion", "aim", "target_group", "intended_result", "risks")
HOE_VOORSTEL = ("strategy", "planning", "approach_risks", "conditions")
WHO_IS_WHO = ("board_client", "official_client", "owner", "project_lead")
NAMED = ("person__name", "position__role", "position__body", "organisation")
ADDED = ("filename", "added_by__person__name", "added_by__position__role", "stood_in_by__name")


def written_out(commission: Commission) -> Commission:
    """A commission with its texts and the people who were named in it.

    Two queries: in one, PostgreSQL spends a quarter of a second on choosing the order of some thirty joins.
    """
    found = Commission.objects.select_related(*WAT_VRAAG, *HOE_VOORSTEL).get(pk=commission.pk)
    named = Appointment.objects.select_related(*NAMED).in_bulk([getattr(found, f"{role}_id") for role in WHO_IS_WHO])
    for role in WHO_IS_WHO:
        setattr(found, role, named.get(getattr(found, f"{role}_id")))
    return found


def commission_about(case: Case) -> Commission | None:
    """What a case is about in the end, written out, if that was commissioned; it knows its own case. Two queries."""
    if case.commissioned is None:
        return None
    found = written_out(case.commissioned)
    found.case = case.top
    return found


def known_request(commission: Commission) -> dict[str, Any]:
    """What a wat-vraag says now, as a form is filled in with it. Four queries, and one for each text not read yet."""
    texts = {name: str(getattr(commission, name) or "") for name in WAT_VRAAG}
    return {
        "form": {
            "title": str(commission.case.title), "domain": commission.domain, "scale": commission.scale,
            "care_form": commission.care_form, "asks_colleges": commission.asks_colleges,
            "partners": [partner.organisation_id for partner in commission.partners.all()],
            "start_date": commission.start_date, "years": commission.years, **texts,
        },
        "shares": {
            str(share.organisation_id): share.annual_amount for share in commission.shares.all() if share.takes_part
        },
        "criteria": [
            {
                "criterion": str(row.criterion), "norm": str(row.norm), "measurement": str(row.measurement),
                "measured_on": row.measured_on,
            }
            for row in commission.criteria.select_related("criterion", "norm", "measurement")
        ],
    }  # fmt: skip


def shares(commission: Commission) -> list[Share]:
    """Who takes part or did, the largest share first. One query."""
    return list(
        commission.shares.select_related("organisation").order_by("-takes_part", "-annual_amount", "organisation__name")
    )


def partners(commission: Commission) -> list[PartnerConsent]:
    """The regions beside this one, with what they answered. One query."""
    return list(commission.partners.select_related("organisation", "note"))


def college_decisions(commission: Commission) -> list[CollegeDecision]:
    """What the colleges decided on it, the last round first. One query."""
    return _decided(commission.college_decisions.filter(amendment=None))


def college_decisions_on(amendment: Amendment) -> list[CollegeDecision]:
    """What the colleges decided on the change, the last round first. One query."""
    return _decided(amendment.college_decisions.all())


def _decided(decisions: QuerySet[CollegeDecision]) -> list[CollegeDecision]:
    return list(decisions.select_related("organisation", "note").order_by("-round", "organisation__name", "-id"))


def criteria(commission: Commission) -> list[Criterion]:
    """The evaluatiekaders, with their texts. One query."""
    return list(commission.criteria.select_related("criterion", "norm", "measurement"))


def alignments(commission: Commission) -> list[Alignment]:
    """What the municipalities answered, the last round first. One query."""
    answers = commission.alignments.select_related("organisation", "note", "answered_by__person__name")
    return list(answers.order_by("-round", "organisation__name"))


def disagreements(commission: Commission) -> list[Alignment]:
    """The answers of the last round that hold a "niet akkoord", with the reason."""
    return [
        answer
        for answer in alignments(commission)
        if answer.round == commission.alignment_round and Stance.DISAGREE in answer.stances
    ]


def remarks(case: Case) -> list[Remark]:
    """What was said, in order. One query."""
    said = case.remarks.select_related("text", "stood_in_by__name", *(f"author__{path}" for path in NAMED))
    return list(said)


def documents(case: Case) -> list[Document]:
    """The documents with all their versions, the last added first. Two queries."""
    versions = DocumentVersion.objects.select_related(*ADDED)
    found = case.documents.select_related("title").prefetch_related(Prefetch("versions", versions.order_by("-number")))
    return list(found.order_by("-id"))


def ballots(case: Case) -> list[Ballot]:
    """Every ballot with its seats and votes, the last first. Two queries."""
    seats = Seat.objects.select_related(
        "vote__motivation", "stood_in_by__name", *(f"appointment__{path}" for path in NAMED)
    )
    found = case.ballots.select_related(
        "body", "rule__body", "minority", "explanation", "confirmed_by__person__name", "stood_in_by__name"
    )  # fmt: skip
    return list(found.prefetch_related(Prefetch("seats", seats)).order_by("-id"))
