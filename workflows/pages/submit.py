"""Opdracht indienen: the form, and the drafts that somebody keeps (domain §5.1 step 1)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cases.models import Case, Draft
from cases.selectors.evaluation import lessons, open_improvements
from cases.services import drafts
from roles.authorize import NotAllowed
from roles.models import Scheme
from roles.selectors import Offer, binding, partner_regions
from workflows import preview, services
from workflows.bindings import may_start
from workflows.fitness import Unfit
from workflows.flows import current
from workflows.forms.hats import HatForm
from workflows.forms.papers import paper_set
from workflows.forms.request import WatVraag
from workflows.origins import Origin
from workflows.pages import doing, origin
from workflows.pages.frame import current_user, visitor
from workflows.pages.origin import Ids
from workflows.selectors.inbox import own_organisations

NOT_KEPT = {"csrfmiddlewaretoken", "draft", "criteria-add", "papers-add"}


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, draft_id: int | None = None) -> HttpResponse:
    """Write a commission, keep it, or submit it. Who may not submit does not find the page."""
    draft = get_object_or_404(Draft, pk=draft_id, user=current_user(request)) if draft_id else None
    ids = origin.asked(request, draft)
    try:
        source = origin.found(request, ids)
    except NotAllowed as refusal:
        messages.error(request, doing.told(refusal))
        return redirect("submit")
    places = _where(request, draft, source)
    scheme, offers = places[0]
    data = request.POST if request.method == "POST" else None
    known = _typed(draft) if draft and data is None else data
    hat = HatForm(known, offers=offers)
    wat_vraag = WatVraag(
        known, participants=doing.municipalities(scheme), partners=partner_regions(scheme),
        own=own_organisations([offer.hat for offer in offers]), known=origin.filled_in(source),
        standing=open_improvements(scheme),
    )  # fmt: skip
    papers = paper_set(data, request.FILES or None)
    status = doing.OK
    if data is None or wat_vraag.growing or papers.growing or "draft" in data:
        if known is not None:
            doing.unjudged(hat, *wat_vraag.parts, papers)
        if data is not None and "draft" in data:
            return _keep(request, scheme, draft, ids)
    else:
        sound = all([hat.is_valid(), wat_vraag.is_valid(), papers.is_valid()])
        status = doing.UNFIT
        if sound:
            made: list[Case] = []
            status = doing.attempt(hat, lambda: made.extend(_submit(request, hat, wat_vraag, papers, draft, ids)))
            if made:
                messages.success(request, f"Opdracht {made[0].number} is ingediend. De gemeenten zijn nu aan zet.")
                return redirect("case", made[0].pk)
            status = max(status, doing.UNFIT)
    return doing.again(
        request,
        "tasks/submit.html",
        {
            "hat": hat, "wat_vraag": wat_vraag, "papers": papers, "shown": [hat, *wat_vraag.parts, papers],
            "scheme": scheme, "elsewhere": [place for place, _ in places[1:]], "draft": draft,
            "origin": origin.told(source), "lessons": lessons(scheme),
            "others": _others(request, draft), "consequence": _consequence(scheme), "crumbs": _crumbs(),
        },
        status,
    )  # fmt: skip


def _submit(
    request: HttpRequest, hat: HatForm, wat_vraag: WatVraag, papers: Any, draft: Draft | None, ids: Ids
) -> list[Case]:
    """The new case, or none and the problems beside their fields."""
    try:
        return [
            services.submit(
                user_id=current_user(request).pk, request=wat_vraag.request(), documents=papers.papers(),
                draft_id=draft.pk if draft else None, **ids, **hat.who,
            )
        ]  # fmt: skip
    except Unfit as unfit:
        wat_vraag.show(unfit.problems)
        return []


def _keep(request: HttpRequest, scheme: Scheme, draft: Draft | None, ids: Ids) -> HttpResponse:
    values = {name: given for name, given in request.POST.lists() if name not in NOT_KEPT} | origin.kept(ids)
    try:
        kept = drafts.keep(
            user_id=current_user(request).pk, scheme=scheme, values=values, draft_id=draft.pk if draft else None
        )
    except drafts.TooMany:
        messages.error(request, f"U bewaart al {drafts.MOST_DRAFTS} concepten. Gooi er eerst een weg.")
        return redirect("submit")
    note = " Bestanden blijven niet bewaard; kies ze bij het indienen opnieuw." if request.FILES else ""
    messages.success(request, f"Het concept is bewaard. Alleen u ziet het.{note}")
    return redirect("draft", kept.pk)


@require_POST
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Throw one's own draft away."""
    get_object_or_404(Draft, pk=draft_id, user=current_user(request))
    drafts.discard(user_id=current_user(request).pk, draft_id=draft_id)
    messages.success(request, "Het concept is weggegooid.")
    return redirect("submit")


def _where(request: HttpRequest, draft: Draft | None, source: Origin) -> list[tuple[Scheme, list[Offer]]]:
    """The regelingen in which this visitor may submit, the one that was asked for first, with the hats for it.

    404 where there is none.
    """
    asked = request.GET.get("regeling", "")
    schemes = [draft.scheme] if draft else visitor(request).schemes
    found = []
    for scheme in sorted(schemes, key=lambda scheme: scheme.code != asked):
        if source.scheme_id not in (None, scheme.pk):
            continue
        positions = may_start(scheme=scheme, flow_class=current("commissioning"))
        if offers := preview.submitting(current_user(request).pk, positions, scheme.pk):
            found.append((scheme, offers))
    if not found:
        raise Http404
    return found


def _typed(draft: Draft) -> QueryDict:
    """A draft as it was typed."""
    typed = QueryDict(mutable=True)
    for name, given in draft.values.items():
        typed.setlist(name, given)
    return typed


def _others(request: HttpRequest, draft: Draft | None) -> list[dict[str, Any]]:
    """The visitor's other drafts."""
    own = Draft.objects.filter(user=current_user(request)).exclude(pk=draft.pk if draft else 0)
    return [
        {"pk": each.pk, "title": (each.values.get("title") or [""])[0] or "Zonder titel", "changed_at": each.changed_at}
        for each in own
    ]


def _consequence(scheme: Scheme) -> list[tuple[str, str]]:
    step = current("commissioning").municipal_alignment
    own = [each.label for each in binding(scheme, "commissioning", step.name) if each.label]
    label = own[0] if own else step.label
    return [
        ("Gevolg", f"{label} door iedere gemeente die meedoet, binnen {step.term.words}."),
        ("Wijzigen", "Na het indienen alleen als antwoord op de afstemming of op vragen van de intake."),
    ]


def _crumbs() -> list[dict[str, str]]:
    return [{"label": "Opdrachten", "url": reverse("cases")}, {"label": "Opdracht indienen", "url": reverse("submit")}]
