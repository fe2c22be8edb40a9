"""Beginning an evaluation by hand, or before its first measuring date; and what is said beside a frozen criterion."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases import selectors as cases
from cases.models import Case
from cases.rules.evaluation import STARTABLE
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from workflows import evaluating, preview
from workflows.forms.actions import ActionForm
from workflows.forms.evaluation import AnnotateForm
from workflows.pages import doing
from workflows.pages.actions import Action, found, page
from workflows.pages.frame import current_user, visible_case_or_404

START = Action(
    verb="submit", title="Evaluatie beginnen",
    lead="De evaluatie begint nu: de MGR verzamelt de cijfers en iedere gemeente krijgt een vragenlijst. Zij meet aan "
    "de kaders waarmee de opdracht is verstrekt.",
    submit="Evaluatie beginnen", told="De evaluatie is begonnen.", asks=lambda work, _: evaluating.wanted(work.case),
    service=evaluating.start_evaluation, icon="send",
)  # fmt: skip
EARLY = Action(
    verb="begin_early", title="Eerder beginnen met meten",
    lead="De evaluatie wacht op haar eerste meetdatum. Begint u nu, dan worden cijfers en vragenlijst meteen gevraagd.",
    submit="Nu beginnen", told="De evaluatie is begonnen met meten.", asks=evaluating.for_measurer,
    service=evaluating.begin_early, icon="player-play",
)  # fmt: skip
ANNOTATE = Action(
    verb="annotate", title="Toelichting bij een kader",
    lead="De kaders liggen vast sinds de opdracht is verstrekt. Uw toelichting komt ernaast te staan, met uw naam.",
    submit="Toelichting plaatsen", told="Uw toelichting is geplaatst.", asks=evaluating.for_annotator,
    service=evaluating.annotate, icon="message-2",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, case_id: int) -> HttpResponse:
    """Of what was granted or contracted; who may not begin one is told."""
    case = visible_case_or_404(request, case_id)
    if (case.kind, case.state) not in STARTABLE:
        raise Http404
    try:
        wanted = evaluating.wanted(case)
    except NotAllowed:
        raise Http404 from None
    allowed = evaluating.starters(case.scheme)
    offers = [
        offer for offer in preview.offers(current_user(request).pk, lambda: wanted) if offer.hat.position.pk in allowed
    ]
    form = ActionForm(doing.sent(request), offers=offers)
    refused = _refusal(case) or preview.refusal(offers)
    status = doing.OK if offers else doing.FORBIDDEN
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            made: list[Case] = []
            status = doing.attempt(form, lambda: made.append(
                evaluating.start_evaluation(user_id=current_user(request).pk, case_id=case.pk, **form.who)
            ))  # fmt: skip
            if made:
                messages.success(request, f"Evaluatie {made[0].number} is begonnen.")
                return redirect("case", made[0].pk)
    context = {
        "action": START, "case": case, "form": form, "shown": [form], "offers": offers, "subject": str(case.title),
        "refusal": refused, "crumbs": [
            {"label": "Opdrachten", "url": reverse("cases")},
            {"label": str(case.title), "url": reverse("case", args=[case.pk])},
            {"label": START.title, "url": request.path},
        ],
    }  # fmt: skip
    return doing.again(request, "case/action.html", context, status)


def _refusal(case: Case) -> Refused | None:
    try:
        evaluating.check_startable(case)
    except NotAllowed as refusal:
        return Refused(refusal.reason, refusal.article)
    return None


@require_http_methods(["GET", "POST"])
def early(request: HttpRequest, case_id: int) -> HttpResponse:
    """Where an evaluation waits for its first measuring date."""
    work = found(request, case_id)
    if work.case.kind != Case.Kind.EVALUATION:
        raise Http404
    return page(request, EARLY, work, ActionForm)


@require_http_methods(["GET", "POST"])
def annotate(request: HttpRequest, case_id: int) -> HttpResponse:
    """Beside one of the criteria of a granted commission."""
    work = found(request, case_id)
    if work.case.kind != Case.Kind.COMMISSION or work.case.state != Case.State.GRANTED:
        raise Http404
    return page(request, ANNOTATE, work, AnnotateForm, criteria=cases.criteria(work.commission))
