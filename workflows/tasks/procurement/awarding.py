"""From the advice on the award to the register of contracts, in the order of the flow; and who enters an open house."""

from collections.abc import Callable, Sequence
from datetime import date

from cases.models import Award, Procedure, Procurement
from cases.rules import award as rule
from cases.rules.award import Course, Pick
from cases.selectors import awards as wins
from cases.services import awarding as change
from cases.services import procurement as procuring
from cases.services.awarding import Candidate, Objection
from cases.services.contracts import Agreed
from cases.services.providers import provider_called
from escalation.rules.calendar import written
from escalation.rules.terms import day_of
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from workflows.awarding import keep_minutes, write_letters, write_stopped_letters
from workflows.conditions.procurement import NO_MARKET
from workflows.contracting import register_contracts, tell_client, tell_municipalities
from workflows.engine import Work
from workflows.evaluating import open_evaluation
from workflows.rules.standstill import STATUTORY, standstill
from workflows.tasks.procurement.content import procurement_of

BY_LAW = (Procedure.OPEN, Procedure.RESTRICTED)  # part 2 of the act governs their award
PROCESS = "Procesbeschrijving inkoop"


def noted(work: Work, outcome: str) -> None:
    """What was found is in the act."""


def by_the_clock(work: Work, outcome: str) -> None:
    """The end of a date that the case holds is nobody's to bring about."""
    if work.by is not None and outcome == work.node.at_deadline:
        raise NotAllowed(Refused("Dit eindigt vanzelf op de vastgestelde datum.", "Procesbeschrijving"))


def award_advice(work: Work, outcome: str, *, picks: Sequence[Pick] = (), course: Course | None = None) -> None:
    """Who wins, for how much, and why; what departs from the ranking says so."""
    if outcome != "advised":
        _reasoned(work, "Schrijf op waarom opnieuw wordt beoordeeld.")
        return
    procurement = procurement_of(work)
    standings = wins.standings(procurement)
    lots = set(procurement.lots.values_list("lot", flat=True))
    if course is None:
        raise NotAllowed(Refused("Vul de looptijd in.", PROCESS))
    if found := rule.problems(picks, [row.ranked for row in standings], course, lots=lots):
        raise NotAllowed(Refused(found[0].message, rule.REASONS))
    candidates = _candidates(work, procurement, {pick.candidate for pick in picks})
    awards = change.propose(procurement=procurement, picks=picks, course=course, candidates=candidates)
    work.details |= {"awarded": str(procurement.awarded), "winners": len(awards)}


def _candidates(work: Work, procurement: Procurement, chosen: set[int]) -> dict[int, Candidate]:
    """Everybody who tendered is in the register of providers from now on; else it is chosen from there."""
    standings = wins.standings(procurement)
    for tender in wins.tenders(procurement):
        if tender.provider_id is None:
            tender.provider = provider_called(scheme=work.case.scheme, name=str(tender.firm))
            tender.save(update_fields=["provider"])
    if standings:
        known = {tender.pk: tender.provider for tender in wins.tenders(procurement)}
        found = {row.offer_id: (known[row.tender.pk], row.place) for row in standings}
        return {offer: Candidate(who, place) for offer, (who, place) in found.items() if who is not None}
    return {each.pk: Candidate(each, None) for each in work.case.scheme.providers.filter(pk__in=chosen)}


def award_decision(work: Work, outcome: str) -> None:
    """By mandate: the act holds the version of it; the client hears what was decided."""
    if outcome == "award":
        keep_minutes(work, decided_by=work.actor.role_label)
        tell_client(work, "award_decided")
    else:
        _reasoned(work, "Schrijf op waarom: wie heeft ingeschreven, krijgt die redenen te lezen.")
    if outcome == "withdraw":
        write_stopped_letters(work, work.motivation)


def board_decided(work: Work, outcome: str, *, defer_until: date | None) -> None:
    """No mandate covers it: the board itself, and that takes the place of one for who signs."""
    if outcome == "award":
        procuring.award_as_owner(procurement=procurement_of(work))
        keep_minutes(work, decided_by=work.actor.role_label)
        tell_client(work, "award_decided")
    if outcome == "withdraw":
        write_stopped_letters(work, work.motivation)


def award_notice(work: Work, outcome: str, *, waived: str = "") -> None:
    """Every tenderer gets a letter; the standstill counts from the day after."""
    procurement = procurement_of(work)
    sent_on, statutory = day_of(work.now), procurement.procedure in BY_LAW
    waits = not waived.strip() and comparing(procurement)
    if waived.strip() and statutory and len(wins.tenders(procurement)) > 1:
        raise NotAllowed(
            Refused(
                "De opschortende termijn staat in de wet. U kunt er alleen van afzien als er één inschrijver is.",
                f"{STATUTORY} lid 4",
            )
        )
    dates = standstill(sent_on, statutory=statutory) if waits else None
    notice = change.tell(
        procurement=procurement, sent_on=sent_on, statutory=statutory, waived=waived.strip(),
        target=dates.target if dates else None, last=dates.last if dates else None,
    )  # fmt: skip
    for provider, won, document in write_letters(work, notice):
        change.add_letter(notice=notice, provider=provider, wins=won, document=document)
    if dates is not None:
        work.details |= {"standstill": [dates.target.isoformat(), dates.last.isoformat()]}
    if waived:
        work.ground = waived.strip()


def comparing(procurement: Procurement) -> bool:
    """Were there several who might have won, so that one of them may object?"""
    return procurement.instrument not in NO_MARKET and procurement.procedure != Procedure.SINGLE


def standstill_ended(work: Work, outcome: str, *, objection: Objection | None = None) -> None:
    """The clock lets it pass; somebody may only say that it was challenged."""
    by_the_clock(work, outcome)
    if outcome == "challenged":
        notice = wins.last_notice(procurement_of(work))
        assert notice is not None
        if objection is None or objection.provider not in {letter.provider_id for letter in notice.letters.all()}:
            raise NotAllowed(Refused("Kies wie er opkomt tegen de gunning, en waarom.", PROCESS))
        change.object_to(notice=notice, objection=objection)


def challenge(work: Work, outcome: str, *, ruling: str) -> None:
    """What the judge or the MGR said of it, and what follows."""
    running = wins.running_challenge(procurement_of(work))
    if running is None:
        raise NotAllowed(Refused("Er loopt geen bezwaar of kort geding.", PROCESS))
    change.settle(challenge=running, result=outcome, ruling=ruling, ended_on=day_of(work.now))
    if outcome == "stop":
        write_stopped_letters(work, ruling)


def contract_drafting(work: Work, outcome: str, *, starts_on: date) -> None:
    """The contract itself comes along as a document; it may have to begin later than was foreseen."""
    awards = procurement_of(work).awards.all()
    for award in awards:
        if award.starts_on != starts_on:
            award.starts_on = starts_on
            award.save(update_fields=["starts_on"])


def contract_signing(work: Work, outcome: str) -> None:
    """Nobody signs before both dates of the standstill are past, whatever way led here."""
    if outcome != "signed":
        return
    procurement = procurement_of(work)
    until, today = procurement.standstill_until, day_of(work.now)
    if until is not None and today <= until:
        raise NotAllowed(
            Refused(f"De opschortende termijn loopt nog. Teken na {written(until)}.", f"{STATUTORY} en 2.131")
        )
    change.sign(procurement=procurement, on=today)


def award_publication(work: Work, outcome: str, *, reference: str = "", bundled: bool = False) -> None:
    procurement = procurement_of(work)
    if bundled and procurement.procedure != Procedure.SOCIAL:
        raise NotAllowed(
            Refused(
                "Alleen aankondigingen van sociale en andere specifieke diensten mogen per kwartaal worden gebundeld.",
                "Aanbestedingswet 2012 art. 2.134 lid 3",
            )
        )
    change.publish(procurement=procurement, reference=reference, on=day_of(work.now), bundled=bundled)


def registration(work: Work, outcome: str) -> None:
    """Each provider and lot becomes a contract; the municipalities hear of it; an evaluation is opened (ADR 35)."""
    procurement = procurement_of(work)
    if not wins.applications(procurement):  # who was admitted to an open house has a contract already
        register_contracts(work, [agreed(award) for award in wins.awards(procurement)])
    tell_municipalities(work, "contracts_registered")
    work.follow_ups.append(lambda: open_evaluation(work.case, correlation=work.correlation))


def agreed(award: Award) -> Agreed:
    """What becomes of an award in the register."""
    return Agreed(
        provider=award.provider, lot=award.lot, starts_on=award.starts_on, ends_on=award.ends_on,
        annual_amount=award.annual_amount, ceiling=award.ceiling, option_years=award.option_years,
        option_times=award.option_times, signed_on=award.procurement.signed_on,
    )  # fmt: skip


def _reasoned(work: Work, message: str) -> None:
    if not work.motivation.strip():
        raise NotAllowed(Refused(message, "Aanbestedingswet 2012 art. 2.130"))


CHANGES: dict[str, Callable[..., None]] = {
    "admission": by_the_clock,
    "award_advice": award_advice,
    "award_decision": award_decision,
    "award_notice": award_notice,
    "standstill": standstill_ended,
    "challenge": challenge,
    "contract_drafting": contract_drafting,
    "contract_signing": contract_signing,
    "contract_validation": noted,
    "award_publication": award_publication,
    "registration": registration,
}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {"award_by_board": board_decided}
