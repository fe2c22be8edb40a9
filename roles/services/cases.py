"""What keeps somebody out of one case, or lets them in all the same. The act is in the chain of that case."""

from audit import clock, texts
from roles.authorize import Authority, NotAllowed
from roles.models import Dispensation, Person, Recusal
from roles.rules import segregation
from roles.rules.verdict import Refused
from roles.services.acting import act, require

RECUSAL = "Aanbestedingswet 2012 art. 1.10b; Awb art. 2:4; Gemeentewet art. 28"


def declare_recusal(*, person: Person, chain: str, ground: str, by: Authority | None = None) -> Recusal:
    """Somebody declares an interest in a case, and is kept out of it from now on."""
    with act(chain=chain, verb="declare_recusal", by=by):
        return note_recusal(person_id=person.pk, chain=chain, ground=ground)


def note_recusal(*, person_id: int, chain: str, ground: str) -> Recusal:
    """The declaration itself, for who has an act open in the chain already."""
    if not ground.strip():
        raise NotAllowed(Refused("Schrijf op welk belang u in deze zaak hebt.", RECUSAL))
    if Recusal.objects.filter(person=person_id, chain=chain, withdrawn_at=None).exists():
        raise NotAllowed(Refused("Deze verschoning is al gemeld; u hoeft niets meer te doen.", RECUSAL))
    return Recusal.objects.create(
        person_id=person_id, chain=chain, ground=texts.write(chain, ground), declared_at=clock.now()
    )


def withdraw_recusal(*, recusal: Recusal, reason: str, by: Authority | None = None) -> None:
    with act(chain=recusal.chain, verb="withdraw_recusal", by=by) as running:
        running.motivation = reason
        lift_recusal(person_id=recusal.person_id, chain=recusal.chain)


def lift_recusal(*, person_id: int, chain: str) -> None:
    """The withdrawal itself, for who has an act open in the chain already."""
    recusal = Recusal.objects.filter(person=person_id, chain=chain, withdrawn_at=None).first()
    if recusal is not None and recusal.imposed:
        raise NotAllowed(Refused("Deze zaak gaat over uzelf; u blijft erbuiten tot zij is afgesloten.", RECUSAL))
    if recusal is None:
        raise NotAllowed(Refused("Deze verschoning was al ingetrokken.", RECUSAL))
    recusal.withdrawn_at = clock.now()
    recusal.save(update_fields=["withdrawn_at"])


def request_dispensation(
    *, person: Person, chain: str, duty: str, ground: str, requested_by: Person, by: Authority | None = None
) -> Dispensation:
    """Ask that somebody may do a duty that a named pair forbids, because there is nobody else."""
    with act(chain=chain, verb="request_dispensation", by=by):
        return note_request(person_id=person.pk, chain=chain, duty=duty, ground=ground, requested_by=requested_by.pk)


def note_request(*, person_id: int, chain: str, duty: str, ground: str, requested_by: int) -> Dispensation:
    """The request itself, for who has an act open in the chain already."""
    if not ground.strip():
        raise NotAllowed(Refused("Schrijf op waarom deze uitzondering nodig is.", segregation.DISPENSATION))
    if Dispensation.objects.filter(person=person_id, chain=chain, duty=duty).exists():
        raise NotAllowed(Refused("Deze uitzondering is in deze zaak al gevraagd.", segregation.DISPENSATION))
    return Dispensation.objects.create(
        person_id=person_id, chain=chain, duty=duty, ground=texts.write(chain, ground), requested_by_id=requested_by
    )


def approve_dispensation(*, dispensation: Dispensation, approved_by: Person, by: Authority | None = None) -> None:
    """Only from now on does the exception hold; it takes two, and neither may be the one it is for."""
    with act(chain=dispensation.chain, verb="approve_dispensation", by=by):
        note_approval(dispensation=dispensation, approved_by=approved_by.pk)


def note_approval(*, dispensation: Dispensation, approved_by: int) -> None:
    """The approval itself, for who has an act open in the chain already."""
    if dispensation.approved_by_id is not None:
        raise NotAllowed(Refused("Deze uitzondering is al goedgekeurd.", segregation.DISPENSATION))
    require(
        segregation.may_approve(
            approver=approved_by, requester=dispensation.requested_by_id, beneficiary=dispensation.person_id
        )
    )
    dispensation.approved_by_id = approved_by
    dispensation.save(update_fields=["approved_by"])
