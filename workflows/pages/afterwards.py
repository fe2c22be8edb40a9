"""Beside the steps, also of a closed case: a municipality's own data, and the rectification of an act."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from audit.selectors import act_of
from cases import selectors as cases
from roles.models import Organisation
from roles.selectors import Offer
from workflows import afterwards, asks, preview
from workflows.engine import Gone
from workflows.flows import flow_at
from workflows.forms.afterwards import RectifyForm, ReferenceForm
from workflows.pages.actions import Action, Words, found, page
from workflows.pages.frame import current_user
from workflows.pages.shelf import shelf
from workflows.sentences import sentence_of

REFERENCE = Action(
    Words(
        title="Gegevens van uw gemeente",
        lead="Voor uw eigen administratie en voor het overzicht van de raden. Het verandert niets aan de opdracht.",
        submit="Gegevens bewaren", told="De gegevens van de gemeente zijn bewaard.", icon="device-floppy",
    ),
    verb="note_reference", asks=asks.for_any_hat, service=afterwards.note_reference,
)  # fmt: skip
RECTIFY = Action(
    Words(
        title="Rectificeren",
        lead="De handeling zelf blijft staan zoals zij is. Uw rectificatie komt erbij en wordt bij allebei getoond.",
        submit="Rectificatie vastleggen", told="De rectificatie is vastgelegd.", icon="pencil",
    ),
    verb="rectify", asks=asks.for_any_hat, service=afterwards.rectify,
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def reference(request: HttpRequest, case_id: int, organisation_id: int) -> HttpResponse:
    """What one municipality keeps of the commission itself; its account manager writes it down."""
    work = found(request, case_id)
    organisation = Organisation.objects.filter(pk=organisation_id, scheme=work.case.scheme_id).first()
    if organisation is None or work.case.kind != work.case.Kind.COMMISSION:
        raise Http404
    try:
        wanted = afterwards.for_municipality(work, "note_reference", organisation_id)
    except Gone:
        raise Http404 from None
    readable = [shown for shown in shelf(request, work.case) if shown.readable]
    return page(
        request, REFERENCE, work, ReferenceForm, subject=f"{organisation}: {work.case.title}",
        about={"organisation_id": organisation_id}, offers=preview.offers(current_user(request).pk, lambda: wanted),
        known=cases.references(work.commission).get(organisation_id),
        documents=[(shown.document.pk, shown.title) for shown in readable],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def rectify(request: HttpRequest, case_id: int, number: int) -> HttpResponse:
    """Correct one act of the history, by whom it was, or whose body decided it."""
    work = found(request, case_id)
    act = act_of(work.case.chain, number)
    if act is None:
        raise Http404
    sentence = sentence_of(act, flow_at(act.step) or work.process.flow_class)
    offers: list[Offer] = []
    for wanted in afterwards.for_rectifiers(work, act):
        offers += preview.offers(current_user(request).pk, lambda wanted=wanted: wanted)  # type: ignore[misc]
    return page(
        request, RECTIFY, work, RectifyForm, subject=f"Handeling {act.seq}: {sentence.title}",
        about={"act_number": number}, offers=offers,
    )  # fmt: skip
