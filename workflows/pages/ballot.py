"""The collective step: what its secretary, its members and its chair see and do (domain §4)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from cases import selectors as cases
from cases.models import Ballot, Choice, Vote
from roles import selectors as roles
from roles.models import DecisionRule
from roles.rules.decision import Result
from roles.selectors import Offer
from workflows import ballots, preview
from workflows.engine import Work
from workflows.forms.ballots import CloseForm, ConfirmForm, ProposalForm, RoundForm, VoteForm
from workflows.forms.minutes import MeetingForm
from workflows.forms.papers import paper_set
from workflows.forms.step import refusals
from workflows.nodes import Collective
from workflows.pages import doing, votes
from workflows.pages.asked import about, found_or_404, not_yours
from workflows.pages.frame import current_user, visitor
from workflows.rules.rounds import MOST_BALLOTS
from workflows.selectors.forecast import Forecast, of_tasks

UNDER_WAY = (Ballot.State.VOTING, Ballot.State.RECORDED)


def overview(request: HttpRequest, work: Work, offers: list[Offer]) -> HttpResponse:
    """What the secretary can do now, and how far it is."""
    assert work.task is not None
    if request.method == "POST":
        return redirect("task", work.case.pk, work.task.pk)
    if work.task.finished:
        messages.info(request, "Deze taak is al afgerond.")
        return redirect("case", work.case.pk)
    held = _held(request, work)
    context = about(request, work, offers) | {
        "ballots": held, "rule": _rule(work), "running": next((each for each in held if each.is_open), None),
        "waiting": next((each for each in held if each.ballot.state == Ballot.State.RECORDED), None),
        "left": MOST_BALLOTS - cases.ballots_held(work.task.pk), "forecast": _forecast(request, work),
        "otherwise": work.node.outcome(work.node.otherwise).label.lower(),
    }  # fmt: skip
    return doing.again(request, "tasks/collective.html", context)


@require_http_methods(["GET", "POST"])
def open_round(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    """The secretary puts a proposal to a vote in writing."""

    def form(data: Any, work: Work, options: dict[str, Any]) -> ProposalForm:
        return RoundForm(data, rule=_rule(work), **options)

    return _as_secretary(request, case_id, task_id, form, ballots.open_round, {
        "heading": "Schriftelijke ronde openen", "submit": "Ronde openen", "icon": "send",
        "result": "De leden vinden hun stem onder Mijn taken. Zodra de ronde sluit, wordt er geteld.",
        "told": "De ronde is geopend. De leden zijn aan zet.",
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def record_meeting(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    """The secretary records what a meeting decided."""

    def form(data: Any, work: Work, options: dict[str, Any]) -> ProposalForm:
        unopened = any(each.result == Result.NOT_OPENED for each in _held(request, work))
        return MeetingForm(data, places=_forecast(request, work).places, rule=_rule(work), unopened=unopened, **options)

    return _as_secretary(request, case_id, task_id, form, ballots.record_meeting, {
        "heading": "Vergadering vastleggen", "submit": "Vergadering vastleggen", "icon": "gavel",
        "result": "Er wordt meteen geteld. Een aangenomen voorstel gaat naar de voorzitter ter bevestiging.",
        "told": "De vergadering is vastgelegd.", "counted": True,
    })  # fmt: skip


def _as_secretary(
    request: HttpRequest, case_id: int, task_id: int, make: Callable[..., ProposalForm],
    service: Callable[..., None], words: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    work = found_or_404(request, case_id, task_id)
    assert work.task is not None
    offers = preview.offers(current_user(request).pk, lambda: preview.wanted_for(work))
    if not isinstance(work.node, Collective) or work.task.part:
        raise Http404
    if not offers and request.method == "GET":
        return not_yours(request, work)
    follows = preview.consequences(work)
    data = request.POST if request.method == "POST" else None
    form = make(data, work, {
        "work": work, "consequences": follows, "offers": offers, "refused": refusals(work, follows),
    })  # fmt: skip
    papers = paper_set(data, request.FILES or None)
    status = doing.OK
    if papers.growing:
        doing.unjudged(form, papers, *getattr(form, "members", []))
    elif data is not None:
        status = doing.UNFIT
        if all([form.is_valid(), papers.is_valid()]):
            status = doing.attempt(form, lambda: service(
                user_id=current_user(request).pk, case_id=case_id, task_id=task_id, documents=papers.papers(),
                **form.who, **form.values(),
            ))  # fmt: skip
            if status == doing.OK:
                said = f"{words['told']}{_outcome(task_id) if words.get('counted') else ''}"
                messages.success(request, said, extra_tags=doing.NEXT_TASK)
                return redirect("case", case_id)
    context = about(request, work, offers) | words | {
        "form": form, "papers": papers, "shown": [form, *getattr(form, "members", []), papers], "rule": _rule(work),
        "consequence": [("Gevolg", words["result"])],
    }  # fmt: skip
    return doing.again(request, "tasks/ballot.html", context, status)


@require_http_methods(["GET", "POST"])
def close_round(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    """The secretary closes a round before its time, when everybody has voted."""
    work = found_or_404(request, case_id, task_id)
    assert work.task is not None
    offers = preview.offers(current_user(request).pk, lambda: preview.wanted_for(work))
    if not isinstance(work.node, Collective) or work.task.part:
        raise Http404
    if not offers and request.method == "GET":
        return not_yours(request, work)
    form = CloseForm(request.POST if request.method == "POST" else None, offers=offers)
    status = doing.OK
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: ballots.close_round(
                user_id=current_user(request).pk, case_id=case_id, task_id=task_id, **form.who
            ))  # fmt: skip
            if status == doing.OK:
                messages.success(request, f"De ronde is gesloten en geteld.{_outcome(task_id)}")
                return redirect("case", case_id)
    running = next((each for each in _held(request, work) if each.is_open), None)
    context = about(request, work, offers) | {"form": form, "shown": [form], "running": running}
    return doing.again(request, "tasks/close.html", context, status)


def vote(request: HttpRequest, work: Work, offers: list[Offer]) -> HttpResponse:
    """A member votes, or votes again until the round closes."""
    assert work.task is not None
    assert work.task.host_id is not None
    ballot = cases.current_ballot(work.task.host_id)
    open_still = ballot is not None and ballot.state == Ballot.State.VOTING
    if request.method == "GET" and not open_still:
        messages.info(request, "De stemronde is gesloten. Een stem kan niet meer worden uitgebracht of gewijzigd.")
        return redirect("case", work.case.pk)
    earlier = (
        Vote.objects.filter(ballot=ballot, seat__appointment=work.task.seat_id).select_related("motivation").first()
    )
    data = request.POST if request.method == "POST" else None
    form = VoteForm(data, earlier=earlier, offers=offers)
    status = doing.OK
    if data is not None:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: _cast(request, work, form))
            if status == doing.OK:
                label = Choice(form.cleaned_data["choice"]).label.lower()
                said = f"Uw stem ({label}) is vastgelegd. Wijzigen kan tot de ronde sluit."
                messages.success(request, said, extra_tags=doing.NEXT_TASK)
                return redirect("case", work.case.pk)
    context = about(request, work, offers) | _under_vote(work, ballot) | {
        "form": form, "shown": [form], "earlier": earlier, "held": _held(request, work),
    }  # fmt: skip
    return doing.again(request, "tasks/vote.html", context, status)


def _cast(request: HttpRequest, work: Work, form: VoteForm) -> None:
    assert work.task is not None
    ballots.cast_vote(
        user_id=current_user(request).pk, case_id=work.case.pk, task_id=work.task.pk,
        choice=form.cleaned_data["choice"], motivation=form.cleaned_data["motivation"], **form.who,
    )  # fmt: skip


def confirm(request: HttpRequest, work: Work, offers: list[Offer]) -> HttpResponse:
    """The chair reads the record with its tally, and confirms it or sends it back."""
    assert work.task is not None
    assert work.task.host_id is not None
    data = request.POST if request.method == "POST" else None
    if data is None and work.task.finished:
        messages.info(request, "Deze taak is al afgerond.")
        return redirect("case", work.case.pk)
    ballot = cases.current_ballot(work.task.host_id)
    form = ConfirmForm(data, offers=offers)
    status = doing.OK
    if data is not None:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: _confirm(request, work, form))
            if status == doing.OK:
                confirmed = form.cleaned_data["decision"] == "confirm"
                messages.success(
                    request,
                    "Het besluit is bevestigd." if confirmed else "Het besluit is teruggestuurd naar de secretaris.",
                    extra_tags=doing.NEXT_TASK,
                )
                return redirect("case", work.case.pk)
    context = about(request, work, offers) | _under_vote(work, ballot) | {
        "form": form, "shown": [form], "held": [each for each in _held(request, work) if each.ballot == ballot],
    }  # fmt: skip
    return doing.again(request, "tasks/confirm.html", context, status)


def _confirm(request: HttpRequest, work: Work, form: ConfirmForm) -> None:
    assert work.task is not None
    asked: dict[str, Any] = {
        "user_id": current_user(request).pk, "case_id": work.case.pk, "task_id": work.task.pk, **form.who
    }  # fmt: skip
    if form.cleaned_data["decision"] == "confirm":
        ballots.confirm(motivation=form.cleaned_data["motivation"], **asked)
    else:
        ballots.send_back(words=form.cleaned_data["motivation"], **asked)


def _held(request: HttpRequest, work: Work) -> list[votes.Shown]:
    """The ballots of this task, the last first."""
    assert work.task is not None
    host = work.task.host_id or work.task.pk
    found = [ballot for ballot in cases.ballots(work.case) if ballot.task == host]
    return votes.shown(found, work.process, current_user(request).pk)


def _outcome(task_id: int) -> str:
    ballot = cases.current_ballot(task_id)
    return f" {ballot.tally['explanation']}" if ballot and ballot.tally else ""


def _forecast(request: HttpRequest, work: Work) -> Forecast:
    assert work.task is not None
    return of_tasks([work.task], visitor(request).today)[work.task.pk]


def _under_vote(work: Work, ballot: Ballot | None) -> dict[str, Any]:
    """The proposal with what follows when it is carried."""
    follows = {each.code: each for each in preview.consequences(work)}
    proposal = follows.get(ballot.proposal) if ballot else None
    rows = [("Voorstel", proposal.label), ("Bij aanname", proposal.words)] if proposal else []
    return {"ballot": ballot, "proposal": proposal, "consequence": rows}


def _rule(work: Work) -> DecisionRule:
    """How this body decides; a body without a rule cannot, and that is said where it is tried."""
    assert work.task is not None
    assert work.task.position_id is not None
    return roles.rule_by_position(work.task.position_id) or DecisionRule(written_allowed=False)
