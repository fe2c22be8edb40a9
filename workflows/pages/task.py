"""The page of one task: which hat, what is asked, what follows; and then the service."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases import selectors as cases
from roles.selectors import Offer
from workflows import asks, preview, services, tendering
from workflows.engine import Work
from workflows.forms import amendment, commissioning, contract_steps, escalation, evaluation, policy_signal, procurement
from workflows.forms.papers import paper_set
from workflows.forms.step import StepForm
from workflows.models import CaseTask
from workflows.nodes import Collective
from workflows.pages import ballot, doing
from workflows.pages.asked import about, found_or_404, not_yours
from workflows.pages.frame import current_user

STEPS = {
    "commissioning": commissioning.STEPS,
    "amendment": amendment.STEPS,
    "escalation": escalation.STEPS,
    "policy_signal": policy_signal.STEPS,
    "procurement": procurement.STEPS,
    "evaluation": evaluation.STEPS,
    **contract_steps.STEPS,
}

# What a form does that does not end its step, and what is said of it.
ACTS: dict[str, Callable[..., None]] = {"begin_opening": tendering.begin_opening}
TOLD = {"begin_opening": "Uw laag is weggenomen. Er is nog niets geopend: een andere opener maakt de opening af."}

AHEAD = {"begin_opening": "Nog niets gaat open. Een andere opener maakt de opening af, met een eigen sleutel."}

ELSEWHERE = {"admission": "applications"}  # what is done in such a step has a page of its own


@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    """Whatever kind of task it is."""
    work = found_or_404(request, case_id, task_id)
    assert work.task is not None
    if work.node.name in ELSEWHERE:
        return redirect(ELSEWHERE[work.node.name], case_id)
    offers = preview.offers(current_user(request).pk, lambda: preview.wanted_for(work))
    if not offers and request.method == "GET":  # what was sent in comes back with the reason, and with what was typed
        return not_yours(request, work)
    match work.task.part:
        case CaseTask.Part.VOTE:
            return ballot.vote(request, work, offers)
        case CaseTask.Part.CONFIRM:
            return ballot.confirm(request, work, offers)
        case _ if isinstance(work.node, Collective):
            return ballot.overview(request, work, offers)
        case _:
            return step(request, work, offers)


def step(request: HttpRequest, work: Work, offers: list[Offer]) -> HttpResponse:
    """A step of one person."""
    assert work.task is not None
    data = request.POST if request.method == "POST" else None
    if data is None and work.task.finished:
        messages.info(request, "Deze taak is al afgerond.")
        return redirect("case", work.case.pk)
    follows = preview.consequences(work)
    form = STEPS[work.process.flow_class.code][work.node.name](
        data, work=work, offers=offers, consequences=follows, participants=doing.municipalities(work.case.scheme),
        files=request.FILES or None,
    )  # fmt: skip
    if data is None and form.must_declare:
        return redirect(f"{reverse('declare-interest', args=[work.case.pk])}?taak={work.task.pk}")
    papers = paper_set(data, request.FILES or None) if form.takes_papers else paper_set(None, None)
    growing = papers.growing or form.growing
    status = doing.OK
    if growing:
        doing.unjudged(form, papers, *form.parts)
    elif data is not None:
        status = doing.UNFIT
        if all([form.is_valid(), not form.takes_papers or papers.is_valid()]):
            status = doing.attempt(form, lambda: _complete(request, work, form, papers))
            if status == doing.OK and form.act:
                messages.success(request, TOLD[form.act], extra_tags=doing.NEXT_TASK)
                return redirect("case", work.case.pk)
            if status == doing.OK:
                told = next(each for each in follows if each.code == form.code)
                words = f"Vastgelegd: {work.label}, {told.label.lower()}. {told.words}"
                messages.success(request, words, extra_tags=doing.NEXT_TASK)
                return redirect("case", work.case.pk)
    context = about(request, work, offers) | {
        "disagreements": cases.disagreements(work.commission) if work.node.name == "alignment_question" else [],
        "form": form, "papers": papers, "shown": [*form.shown, papers], "follows": follows,
        "consequence": [("Gevolg", AHEAD[form.act])] if form.act else _consequence(work, offers, follows),
    }  # fmt: skip
    return doing.again(request, "tasks/step.html", context, status)


def _complete(request: HttpRequest, work: Work, form: StepForm, papers: Any) -> None:
    assert work.task is not None
    ground = form.cleaned_data.get("ground", "")
    about_task = {"user_id": current_user(request).pk, "case_id": work.case.pk, "task_id": work.task.pk}
    if form.act:
        ACTS[form.act](**about_task, ground=ground, **form.who, **form.values())
        return
    services.complete(
        **about_task, outcome=form.code, motivation=form.cleaned_data.get("motivation", ""), ground=ground,
        documents=papers.papers() if form.takes_papers else (), **form.who, **form.values(),
    )  # fmt: skip


def _consequence(work: Work, offers: list[Offer], follows: list[preview.Consequence]) -> list[tuple[str, str]]:
    """What is put on record: on which mandate, and what comes of it."""
    rows = []
    if work.node.power:
        owner = asks.OWNERS_DECISION if work.content.agreed_by_owner else ""
        rows.append(("Mandaat", owner or preview.mandate_of(offers) or "Geen mandaat dekt deze beslissing"))
    rows.append(("Gevolg", follows[0].words if len(follows) == 1 else "Staat hierboven bij iedere uitkomst."))
    return rows
