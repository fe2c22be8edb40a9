"""The steps of opdrachtverstrekking: from what somebody filled in to what changes. In the order of the flow."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cases.models import Asks, CollegeDecision, Scale
from cases.rules import law
from cases.rules.commission import fewest
from cases.services import commission as change
from cases.services import consents
from cases.services.consents import PartnerAnswer
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from workflows.confirmation import confirm_commission
from workflows.engine import Work
from workflows.fitness import check_request
from workflows.procurements import begin_when_granted


def municipal_alignment(work: Work, outcome: str, **answers: Any) -> None:
    """Without answers: the term passed."""
    assert work.task is not None
    assert work.task.organisation_id is not None
    change.align(
        commission=work.commission,
        organisation_id=work.task.organisation_id,
        by=work.by if answers else None,
        **answers,
    )


def alignment_question(work: Work, outcome: str, *, request: change.Request | None = None) -> None:
    if outcome == "adapt":
        assert request is not None
        _adapt(work, request, new_round=True)
    elif outcome == "without":
        work.details["left"] = change.go_on_without_disagreeing(commission=work.commission)
        _enough_left(work)


def _adapt(work: Work, request: change.Request, *, new_round: bool) -> None:
    """What decided which bodies decide, stays as it was submitted."""
    fixed = (work.commission.domain, work.commission.scale)
    if (request.domain, request.scale) != fixed:
        raise NotAllowed(
            Refused(
                "Domein en schaal liggen vast sinds het indienen: daaruit volgt wie besluit. "
                "Trek de opdracht in en dien een nieuwe in.",
                "Procesbeschrijving",
            )
        )
    check_request(request, scheme=work.case.scheme, own=work.case.organisation)
    change.adapt(commission=work.commission, request=request, new_round=new_round)


def _enough_left(work: Work) -> None:
    """A commission of several municipalities keeps two at least."""
    if work.commission.shares.filter(takes_part=True).count() < fewest(work.commission.scale):
        raise NotAllowed(
            Refused(
                "Zonder deze gemeenten blijven er te weinig over voor een regionale opdracht. "
                "Pas de opdracht aan of trek haar in.",
                "Domein: een regionale opdracht heeft minstens twee deelnemers",
            )
        )


def intake(
    work: Work, outcome: str, *, questions: str = "", board_client: int | None = None,
    official_client: int | None = None, owner: int | None = None, project_lead: int | None = None,
) -> None:  # fmt: skip
    if outcome == "questions":
        change.ask(case=work.case, step="intake", by=work.actor, at=work.now, question=questions)
        return
    change.assess(
        commission=work.commission, board_client=board_client, official_client=official_client, owner=owner,
        project_lead=project_lead,
    )  # fmt: skip
    if outcome == "negative":
        change.advise_against(commission=work.commission)
    else:
        _lawful(work)


def _lawful(work: Work) -> None:
    """What was fit when it was submitted, may have become a task of the region since."""
    if work.commission.scale == Scale.LOCAL:
        verdict = law.may_be_local(work.commission.care_form, start=work.commission.start_date, today=work.actor.today)
        if isinstance(verdict, Refused):
            raise NotAllowed(verdict)


def supplement(work: Work, outcome: str, *, answer: str, request: change.Request | None = None) -> None:
    change.answer(case=work.case, step="supplement", by=work.actor, at=work.now, words=answer)
    if request is not None:
        _adapt(work, request, new_round=False)


def reconsider(work: Work, outcome: str) -> None:
    """Nothing changes but the way on; the reason is in the act."""
    if outcome == "persist":
        _lawful(work)


def approach(
    work: Work, outcome: str, *, strategy: str, hours: int, planning: str, cost: Decimal, approach_risks: str = "",
    within_budget: bool, within_capacity: bool, criteria_agreed: bool,
) -> None:  # fmt: skip
    change.propose(
        commission=work.commission, strategy=strategy, hours=hours, planning=planning, cost=cost,
        approach_risks=approach_risks, within_budget=within_budget, within_capacity=within_capacity,
        criteria_agreed=criteria_agreed,
    )  # fmt: skip


def local_decision(
    work: Work, outcome: str, *, decider: str, decided_on: date, reference: str = "", note: str = ""
) -> None:
    """The college of the one municipality, or who has its mandate, decides on its own commission."""
    answer = CollegeDecision.Answer.GIVEN if outcome == "grant" else CollegeDecision.Answer.REFUSED
    consents.record_college(
        about=work.commission, organisation_id=work.case.organisation_id, by=work.actor, answer=answer,
        subject=CollegeDecision.Subject.COMMISSION, decider=decider, decided_on=decided_on, reference=reference,
        note=note,
    )  # fmt: skip


def partner_consent(work: Work, outcome: str, *, answers: Mapping[int, PartnerAnswer] | None = None) -> None:
    """The regions are all asked before it goes on; without all of them it can only go back, or end."""
    consents.record_partners(commission=work.commission, answers=answers or {}, by=work.actor)
    said = set(work.commission.partners.values_list("answer", flat=True))
    if outcome == "consented" and said != {"consented"}:
        raise NotAllowed(
            Refused(
                "Nog niet iedere partnerregio stemt in. Wacht, ga terug naar het hoe-voorstel of beëindig de opdracht.",
                "Domein: een bovenregionale opdracht vraagt de instemming van iedere partnerregio",
            )
        )
    if outcome == "refused" and "refused" not in said:
        raise NotAllowed(Refused("Leg eerst vast welke partnerregio niet instemt.", "Procesbeschrijving"))


ANSWERS = {"consent": "given", "refuse": "refused", "unanswered": "unanswered"}


def college_consent(work: Work, outcome: str, **said: Any) -> None:
    """Without what was said: the term passed, and that is no consent."""
    assert work.task is not None
    assert work.task.organisation_id is not None
    consents.record_college(
        about=work.commission, organisation_id=work.task.organisation_id, by=work.by, answer=ANSWERS[outcome],
        subject=work.commission.asks_colleges, **said,
    )  # fmt: skip


def consent_question(work: Work, outcome: str) -> None:
    if outcome == "without":
        work.details["left"] = consents.go_on_without_withholding(commission=work.commission)
        _enough_left(work)


def acceptance(work: Work, outcome: str, *, conditions: str = "") -> None:
    if outcome == "accept":
        change.accept(commission=work.commission, conditions=conditions)
        confirm_commission(work)
        begin_when_granted(work)


def pho_decided(work: Work, outcome: str, *, defer_until: date | None) -> None:
    if outcome == "defer":
        assert defer_until is not None
        change.defer(commission=work.commission, until=defer_until)
    elif outcome == "grant" and work.commission.asks_colleges != Asks.NOTHING:
        consents.ask_colleges(about=work.commission)


def owner_decided(work: Work, outcome: str, *, defer_until: date | None) -> None:
    """The DB; or the AB, where the budget had to change (Wgr 35)."""
    if outcome == "agree":
        change.agree_as_owner(commission=work.commission)


CHANGES: dict[str, Callable[..., None]] = {
    "municipal_alignment": municipal_alignment,
    "alignment_question": alignment_question,
    "intake": intake,
    "supplement": supplement,
    "reconsider": reconsider,
    "approach": approach,
    "local_decision": local_decision,
    "partner_consent": partner_consent,
    "college_consent": college_consent,
    "consent_question": consent_question,
    "acceptance": acceptance,
}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {
    "pho_decision": pho_decided,
    "db_decision": owner_decided,
    "ab_decision": owner_decided,
}
