"""Questions about tenders: who may open them, what came, who declared what, how they rank."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from cases.models import (
    Assessment,
    ConflictDeclaration,
    Procurement,
    Ranking,
    Score,
    SealedTender,
    SealKey,
    TeamMember,
    Tender,
    TenderDesk,
    TenderLot,
)
from cases.rules.sealing import FEWEST_OPENERS
from roles.models import Person, Recusal


def seal_key(person_id: int, scheme_id: int) -> SealKey | None:
    """The key of an opener that is in use."""
    own = SealKey.objects.filter(scheme=scheme_id, person=person_id, kind=SealKey.Kind.PERSONAL, ended_at=None)
    return own.select_related("lock").first()


def escrow_key(scheme_id: int) -> SealKey | None:
    """The one for calamities: who has the paper with its passphrase is an opener too."""
    found = SealKey.objects.filter(scheme=scheme_id, kind=SealKey.Kind.ESCROW, ended_at=None)
    return found.select_related("lock", "person__name").first()


@dataclass(frozen=True, slots=True)
class Readiness:
    """Who could open the tenders of a procurement, and what is missing."""

    keys: list[SealKey]
    without_key: list[Person]
    escrow_refused: bool  # whoever made the escrow key is an opener as well, and would open alone

    @property
    def suffices(self) -> bool:
        return len(self.keys) >= FEWEST_OPENERS

    @property
    def reason(self) -> str:
        """Why not, in the words of the reader."""
        words = [
            f"Voor inschrijven onder zegel zijn ten minste {FEWEST_OPENERS} openers met een sleutel nodig "
            f"(de noodsleutel telt als één); er zijn er {len(self.keys)}."
        ]
        if self.without_key:
            words.append(f"Nog geen sleutel: {', '.join(map(str, self.without_key))}.")
        if self.escrow_refused:
            words.append("De noodsleutel telt niet mee: wie hem aanmaakte, is hier zelf opener.")
        return " ".join(words)


def readiness(procurement: Procurement) -> Readiness:
    """By the team as it is. Four queries."""
    scheme = procurement.case.scheme_id
    team = procurement.team.filter(role=TeamMember.Role.OPENER).select_related("appointment__person__name")
    people = {member.appointment.person_id: member.appointment.person for member in team}
    for recused in Recusal.objects.filter(chain=procurement.case.chain, withdrawn_at=None):
        people.pop(recused.person_id, None)
    own = SealKey.objects.filter(scheme=scheme, kind=SealKey.Kind.PERSONAL, ended_at=None, person__in=people)
    keys = {key.person_id: key for key in own}
    escrow = escrow_key(scheme)
    refused = escrow is not None and escrow.person_id in people
    found = [*keys.values(), *([escrow] if escrow and not refused else [])]
    return Readiness(found, [person for pk, person in people.items() if pk not in keys], refused)


def desk_of(procurement: Procurement) -> TenderDesk | None:
    """Where tenders of this round come in."""
    found = procurement.desks.filter(round=procurement.round)
    return found.select_related("first", "first_by__name").first()


def desk_at(address: str) -> TenderDesk | None:
    """By the address in the notice, for who has no account."""
    found = TenderDesk.objects.filter(address=address, mode=TenderDesk.Mode.SEALED)
    return found.select_related("procurement__case__scheme", "procurement__case__title").first()


def is_open(desk: TenderDesk, now: datetime) -> bool:
    """By the one clock: from the publication until the closing moment, in the round that runs."""
    of = desk.procurement
    running = desk.round == of.round and desk.opened_at is None and of.case.is_running
    return bool(running and of.published_at and of.closing_at and of.published_at <= now < of.closing_at)


def shut(desk: TenderDesk) -> int:
    """How many lie shut. To be told only once the desk is closed."""
    return desk.sealed.filter(state=SealedTender.State.SEALED).count()


def tenders_of_round(procurement: Procurement) -> list[Tender]:
    """With what they offer and what was found of them. Three queries."""
    found = procurement.tenders.filter(round=procurement.round)
    related = ("firm", "contact", "reason", "eligibility__measures", "eligibility__note")
    return list(found.select_related(*related).prefetch_related("offers__lot__lot", "papers__document__title"))


def offers(procurement: Procurement) -> list[TenderLot]:
    """What is compared: the offers of valid tenders in this round, by lot. One query."""
    found = TenderLot.objects.filter(
        tender__procurement=procurement, tender__round=procurement.round, tender__state=Tender.State.VALID
    )
    return list(found.select_related("tender__firm", "lot__lot").order_by("lot_id", "tender__number"))


def declaration(procurement: Procurement, person_id: int) -> ConflictDeclaration | None:
    """What somebody said of their own interests in this round; who has an interest in one hat has it in all."""
    said = procurement.declarations.filter(round=procurement.round, declared_by__person=person_id, stood_in_by=None)
    said |= procurement.declarations.filter(round=procurement.round, stood_in_by=person_id)
    return said.order_by("-conflicted", "pk").first()


def may_look(procurement: Procurement, person_id: int) -> bool:
    """Into tenders: only who declared that they have no interest (Aanbestedingswet 2012 art. 1.10b)."""
    said = declaration(procurement, person_id)
    return said is not None and not said.conflicted


def assessment_number(procurement: Procurement) -> int:
    """Of the assessment that runs, or would."""
    last = procurement.assessments.order_by("-number").first()
    return 1 if last is None else last.number + 1


def scored(procurement: Procurement, number: int) -> QuerySet[Score, int]:
    """The appointments that handed in their scores of this assessment."""
    return Score.objects.filter(offer__tender__procurement=procurement, number=number).values_list(
        "assessor", flat=True
    )


def scores(procurement: Procurement, number: int) -> list[Score]:
    """Of everybody. Only for who may know: once all have handed in. One query."""
    found = Score.objects.filter(offer__tender__procurement=procurement, number=number)
    return list(found.select_related("reason", "assessor__person__name").order_by("assessor_id", "pk"))


def assessment(procurement: Procurement) -> Assessment | None:
    """The last one of this round that was finished."""
    return procurement.assessments.filter(round=procurement.round).order_by("-number").first()


def ranking(procurement: Procurement) -> list[Ranking]:
    """As it was frozen: by lot and place, what does not count last. Two queries."""
    last = assessment(procurement)
    if last is None:
        return []
    return list(last.rankings.select_related("offer__tender__firm", "offer__tender__provider", "offer__lot__lot"))
