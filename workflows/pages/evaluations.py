"""Beginning an evaluation by hand, or before its first measuring date; and what is said beside a frozen criterion."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from cases import selectors as cases
from cases.models import Case
from cases.rules.evaluation import STARTABLE
from roles.authorize import NotAllowed
from workflows import evaluating, preview
from workflows.forms.actions import ActionForm
from workflows.forms.evaluation import AnnotateForm
from workflows.pages import beginning
from workflows.pages.actions import Action, Words, found, page
from workflows.pages.frame import current_user, visible_case_or_404

START = Words(
    title="Evaluatie beginnen",
    lead="De evaluatie begint nu: de MGR verzamelt de cijfers en iedere gemeente krijgt een vragenlijst. Zij meet aan "
    "de kaders waarmee de opdracht is verstrekt.",
    submit="Evaluatie beginnen", told="Evaluatie {number} is begonnen.", icon="send",
)  # fmt: skip
EARLY = Action(
    Words(
        title="Eerder beginnen met meten",
        lead="De evaluatie wacht op haar eerste meetdatum. Begint u nu, dan worden cijfers en vragenlijst meteen "
        "gevraagd.",
        submit="Nu beginnen", told="De evaluatie is begonnen met meten.", icon="player-play",
    ),
    verb="begin_early", asks=evaluating.for_measurer, service=evaluating.begin_early,
)  # fmt: skip
ANNOTATE = Action(
    Words(
        title="Toelichting bij een kader",
        lead="De kaders liggen vast sinds de opdracht is verstrekt. Uw toelichting komt ernaast te staan, met uw naam.",
        submit="Toelichting plaatsen", told="Uw toelichting is geplaatst.", icon="message-2",
    ),
    verb="annotate", asks=evaluating.for_annotator, service=evaluating.annotate,
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
    return beginning.page(
        request, START, case, lambda form: evaluating.start_evaluation(
            user_id=current_user(request).pk, case_id=case.pk, **form.who
        ), offers=offers, refused=beginning.refusal(evaluating.check_startable, case),
    )  # fmt: skip


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
