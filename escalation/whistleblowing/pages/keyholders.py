"""Sleutelhouders: who holds the keys of a channel, and what takes others: admitting, ending, recovering (ADR 47).

What is asked about stands in the body of a request, never in its address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cases.rules import sealing
from escalation.whistleblowing.forms.keys import DeedForm
from escalation.whistleblowing.models import Keyholder, Proposal
from escalation.whistleblowing.pages import visits
from escalation.whistleblowing.pages.guard import for_keyholders
from escalation.whistleblowing.pages.keys import OK, TOO_OFTEN, UNFIT, WAIT, crumbs, tried_too_often
from escalation.whistleblowing.seats import Seat, names_of
from escalation.whistleblowing.services import dossiers, holders, keys, sharing
from escalation.whistleblowing.services.keys import Opened
from roles.authorize import NotAllowed

ESCROW = Keyholder.Kind.ESCROW
COMPARED = "Ik heb deze persoon gesproken en de vingerafdruk vergeleken"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody confirmed."""

    seat: Seat
    by: Opened
    about: int
    without: frozenset[UUID] = frozenset()
    passphrase: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What may be done about the key of somebody else; `proposed`: what it is about is a proposal, not a key."""

    title: str
    submit: str
    sure: str
    done: str
    do: Callable[[Asked], object]
    proposed: bool = True


def _admit(asked: Asked) -> None:
    holders.admit(seat=asked.seat, by=asked.by, holder_id=asked.about, without=asked.without)


def _share(asked: Asked) -> None:
    sharing.share(seat=asked.seat, by=asked.by, holder_id=asked.about, without=asked.without)


DEEDS = {
    "admit": Deed(
        "Sleutel toelaten", "Toelaten", COMPARED, "De sleutel is toegelaten.", _admit, proposed=False,
    ),
    "share": Deed(
        "Meldingen delen", "Delen", COMPARED, "De meldingen die u aanwees, zijn gedeeld.", _share, proposed=False,
    ),
    "propose_end": Deed(
        "Sleutel beëindigen", "Voorstellen", "Ik stel voor deze sleutel te beëindigen",
        "Voorgesteld. Een tweede persoon beslist.",
        lambda asked: holders.propose_end(seat=asked.seat, by=asked.by, holder_id=asked.about), proposed=False,
    ),
    "end": Deed(
        "Sleutel beëindigen", "Beëindigen", "Ik ben de tweede persoon, en stem in", "De sleutel is beëindigd.",
        lambda asked: holders.end(seat=asked.seat, by=asked.by, proposal_id=asked.about),
    ),
    "reject": Deed(
        "Voorstel afwijzen", "Afwijzen", "Deze sleutel blijft", "Het voorstel is afgewezen.",
        lambda asked: holders.reject(seat=asked.seat, by=asked.by, proposal_id=asked.about),
    ),
    "approve_recovery": Deed(
        "Herstel goedkeuren", "Goedkeuren", COMPARED, "Goedgekeurd. Nu is de bewaarder van de noodsleutel aan zet.",
        lambda asked: holders.approve_recovery(seat=asked.seat, by=asked.by, proposal_id=asked.about),
    ),
    "recover": Deed(
        "Sleutel herstellen", "Herstellen", COMPARED, "De nieuwe sleutel opent nu wat de vorige opende.",
        lambda asked: holders.recover(seat=asked.seat, passphrase=asked.passphrase, proposal_id=asked.about),
    ),
    "seal_identities": Deed(
        "Identiteiten verzegelen", "Verzegelen", COMPARED, "Ook de identiteiten zijn voor deze sleutel verzegeld.",
        lambda asked: holders.seal_identities(seat=asked.seat, by=asked.by, proposal_id=asked.about),
    ),
}  # fmt: skip


@for_keyholders
@require_safe
def overview(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    found = list(keys.in_force(seat.channel))
    names = names_of([each.person_id for each in found])
    waiting = holders.proposals(seat.channel, seat.holder) if seat.holder and seat.holder.admitted_at else []
    context = {
        "seat": seat, "own": seat.holder, "print": seat.holder and shown(seat.holder),
        "is_open": visits.opened(request, seat) is not None, "escrow": seat.kind == ESCROW,
        "missing": keys.missing(seat.channel), "acts": seat.holder is not None and seat.holder.admitted_at is not None,
        "renewing": seat.holder is not None and any(
            each.person_id == seat.person.pk and each.pk != seat.holder.pk for each in found
        ),
        "rows": [_row(each, names, seat) for each in found],
        "waiting": [_waiting(each, names, seat) for each in waiting],
        "crumbs": crumbs()[1:] if seat.kind == ESCROW else crumbs(),
    }  # fmt: skip
    return render(request, "whistleblowing/keys/overview.html", context)


@for_keyholders
@require_POST
def decide(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """What it means, and then to do it."""
    what, about = request.POST.get("what", ""), request.POST.get("about", "")
    paper = seat.kind == ESCROW
    by = Opened(seat.holder, b"") if paper and seat.holder and seat.fits else visits.opened(request, seat)
    if by is None:
        messages.warning(request, "Open eerst uw kluis.")
        return redirect("open-vault")
    try:
        deed = DEEDS[what]
        holder = _subject(seat, by, deed, _number(about))
    except (KeyError, NotAllowed):
        messages.error(request, "Dit is er niet meer, of het is al gedaan.")
        return redirect("report-keys")
    offered = sharing.to_give(by, holder) if what in {"admit", "share"} and not paper else []
    if what == "share" and not offered:
        messages.info(request, "U hebt geen meldingen die deze persoon nog niet heeft en wel mag zien.")
        return redirect("report-keys")
    form = DeedForm(
        request.POST if "confirmed" in request.POST else None, initial={"what": what, "about": about},
        sure=deed.sure, paper=paper, chosen=holder.admitted_at is None,
        reports=[(str(each.report_id), dossiers.name_of(each.report_id)) for each in offered],
    )  # fmt: skip
    status = OK
    if form.is_bound:
        status = UNFIT
        if paper and tried_too_often(seat):
            status = TOO_OFTEN
            form.add_error(None, WAIT)
        elif form.is_valid():
            try:
                _do(deed, seat, by, form.cleaned_data, offered={each.report_id for each in offered}, paper=paper)
            except NotAllowed as refusal:
                form.add_error(None, refusal.reason)
            else:
                messages.success(request, deed.done)
                return redirect("report-keys")
    context = {
        "form": form, "deed": deed, "what": what, "name": names_of([holder.person_id]).get(holder.person_id, ""),
        "holder": holder, "print": shown(holder),
        "crumbs": crumbs(deed.title, request.path),
    }  # fmt: skip
    return render(request, "whistleblowing/keys/deed.html", context, status=status)


def shown(holder: Keyholder) -> str:
    """Its fingerprint, as two people read it to one another."""
    whole = sealing.fingerprint(bytes(holder.public_key))[:32]
    return " ".join(whole[at : at + 4] for at in range(0, 32, 4))


def _do(deed: Deed, seat: Seat, by: Opened, given: dict[str, Any], *, offered: set[UUID], paper: bool) -> None:
    """The keeper of the escrow key opens it for this one deed. Raises NotAllowed."""
    if paper:
        by = keys.open_once(holder=by.holder, passphrase=given["passphrase"])
    chosen = {UUID(each) for each in given.get("reports", [])}
    deed.do(Asked(seat, by, given["about"], frozenset(offered - chosen), given.get("passphrase", "")))


def _number(sent: str) -> int:
    """Of a row; nothing that is none has this one."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0


def _subject(seat: Seat, by: Opened, deed: Deed, about: int) -> Keyholder:
    """Raises NotAllowed."""
    if deed.proposed:
        return holders.subject(seat.channel, by.holder, about)
    return holders.key_in_force(seat.channel, about)


def _row(holder: Keyholder, names: dict[int, str], seat: Seat) -> dict[str, Any]:
    own = holder.person_id == seat.person.pk
    return {
        "holder": holder, "name": names.get(holder.person_id, ""), "own": own, "print": shown(holder),
        "admits": not own and (holder.admitted_at is None or holder.kind != Keyholder.Kind.DEPUTY),
        "ends": not own and holder.admitted_at is not None,
    }  # fmt: skip


def _waiting(proposal: Proposal, names: dict[int, str], seat: Seat) -> dict[str, Any]:
    """What it is, and what this visitor may do about it."""
    about, asked_by = proposal.holder, proposal.asked_by
    assert about is not None
    others = seat.person.pk not in {about.person_id, asked_by.person_id}
    escrow = seat.kind == ESCROW
    if proposal.kind == Proposal.Kind.REMOVE:
        title, deeds = "Sleutel beëindigen", ["end", "reject"] if others else []
    elif about.admitted_at is not None:
        title, deeds = "Identiteiten verzegelen voor een nieuwe sleutel", ["seal_identities"] if others else []
        deeds = [] if escrow else deeds
    elif proposal.approved_by is None:
        title, deeds = "Sleutel herstellen: wacht op een behandelaar", ["approve_recovery"] if others else []
        deeds = [] if escrow else deeds
    else:
        title, deeds = "Sleutel herstellen: wacht op de bewaarder", ["recover"] if escrow else []
    return {
        "proposal": proposal, "title": title, "name": names.get(about.person_id, ""),
        "asked_by": names.get(asked_by.person_id, ""), "deeds": [(each, DEEDS[each].submit) for each in deeds],
    }  # fmt: skip
