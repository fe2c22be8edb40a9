"""Who the reporter is: asked for with a reason, approved by a second person, seen once (Wbk 1a).

The identity lies shut to every ordered pair of keyholders. Who approves takes off their own layer; what is left is kept
for who asked alone, and for one look. So the second person is asked by the rules and by the mathematics.
"""

import json
from dataclasses import dataclass
from uuid import UUID

from cases.rules import sealing
from escalation.whistleblowing import keyring
from escalation.whistleblowing.models import Identity, Keyholder, Lane, Proposal
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.services import dossiers, handling, identities, terms
from escalation.whistleblowing.services.handling import Work
from escalation.whistleblowing.services.keys import Opened
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused

ARTICLE = "Wbk art. 1a"
NOT_FOR_THESE_TWO = "De identiteit is niet voor u beiden samen verzegeld: een andere behandelaar moet dit doen."


@dataclass(frozen=True, slots=True)
class Known:
    """Who somebody said they are, and how to reach them."""

    name: str
    contact: str
    at: str


def ask(*, opened: Opened, report: UUID, seen: int, words: str) -> None:
    """Raises NotAllowed, Stale, Unknown or Broken, as every step."""
    with handling.working(opened, report, seen=seen) as work:
        work.allow("request_identity")
        proposal = Proposal.objects.create(
            report=work.report, kind=Proposal.Kind.IDENTITY, asked_by=opened.holder, asked_at=terms.to_the_hour(work.at)
        )
        work.say(Lane.DESK, "request_identity", words)
        work.act("request_identity", request=proposal.pk)


def approve(*, opened: Opened, report: UUID, seen: int, words: str = "") -> None:
    """The second person takes off their layer, for who asked."""
    with handling.working(opened, report, seen=seen) as work:
        work.allow("approve_identity")
        number = work.standing.request_of_another(work.who)
        proposal = Proposal.objects.select_related("asked_by").get(pk=number, report=report, approved_by=None)
        for identity in _identities(work):
            _peel(work, identity, for_whom=proposal.asked_by)
        proposal.approved_by, proposal.approved_at = opened.holder, terms.to_the_hour(work.at)
        proposal.save(update_fields=["approved_by", "approved_at"])
        if words:
            work.say(Lane.DESK, "approve_identity", words)
        work.act("approve_identity", request=proposal.pk)


def decline(*, opened: Opened, report: UUID, seen: int, words: str) -> None:
    """The second person does not agree, and says why: nothing was opened."""
    with handling.working(opened, report, seen=seen) as work:
        work.allow("decline_identity")
        number = work.standing.request_of_another(work.who)
        Proposal.objects.filter(pk=number, report=report, approved_by=None).delete()
        work.say(Lane.DESK, "decline_identity", words)
        work.act("decline_identity", request=int(number))


def look(*, opened: Opened, report: UUID, seen: int) -> list[Known]:
    """What the approval was for. It is on record before anybody reads it, and the reporter hears of it."""
    with handling.working(opened, report, seen=seen) as work:
        step = work.allow("see_identity")
        known = [_finish(work, identity) for identity in _identities(work)]
        handling.speak(work, step, "", "")
        work.act("see_identity", request=int(work.standing.request_for(work.who)))
    return known


def _identities(work: Work) -> list[Identity]:
    return list(Identity.objects.select_for_update().filter(report=work.report).order_by("number"))


def _peel(work: Work, identity: Identity, *, for_whom: Keyholder) -> None:
    """Of what is left by this, only what is for who asked, whichever of their keys it is sealed to."""
    theirs = Keyholder.objects.filter(channel=for_whom.channel_id, person_id=for_whom.person_id)
    names = {sealing.fingerprint(bytes(each.public_key)) for each in theirs}
    left = {
        first: kept
        for first, layers in identities.peeled(identity, work.opened).items()
        if (kept := {second: layer for second, layer in layers.items() if second in names})
    }
    if not left:
        raise NotAllowed(Refused(NOT_FOR_THESE_TWO, ARTICLE))
    identity.peeled = {**(identity.peeled or {}), dossiers.person_of(for_whom): left}
    identity.save(update_fields=["peeled"])


def _finish(work: Work, identity: Identity) -> Known:
    """What was left for this handler is gone after it: another look takes another approval."""
    left = dict(identity.peeled or {})
    key = identities.finished(identity, left.pop(work.who, {}), work.opened)
    if key is None:
        raise NotAllowed(Refused(NOT_FOR_THESE_TWO, ARTICLE))
    identity.peeled = left or None
    identity.save(update_fields=["peeled"])
    about = ("identity", str(work.report.pk), str(identity.number))
    inner = vault.unbox(keyring.key_of(work.report.pk), bytes(identity.body), about=("shredded", *about))
    words = json.loads(vault.unpad(vault.unbox(key, inner, about=about)))
    return Known(words["name"], words["contact"], words["at"])
