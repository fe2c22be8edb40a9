"""Beleidssignaal melden: what somebody sees coming (domain §5.9)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.models import Case
from roles.models import Scheme
from roles.selectors import Offer
from workflows import preview, signals
from workflows.forms.papers import paper_set
from workflows.forms.policy_signal import SignalForm
from workflows.pages import doing
from workflows.pages.frame import current_user, visitor


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Who may not signal anywhere does not find the page."""
    places = places_of(request)
    if not places:
        raise Http404
    scheme, offers = places[0]
    data = request.POST if request.method == "POST" else None
    form = SignalForm(data, offers=offers)
    papers = paper_set(data, request.FILES or None)
    status = doing.OK
    if papers.growing:
        doing.unjudged(form, papers)
    elif data is not None:
        status = doing.UNFIT
        if all([form.is_valid(), papers.is_valid()]):
            made: list[Case] = []
            status = doing.attempt(form, lambda: made.append(_report(request, form, papers)))
            if made:
                messages.success(request, f"Signaal {made[0].number} is gemeld. De MGR is nu aan zet.")
                return redirect("case", made[0].pk)
    context = {
        "form": form, "papers": papers, "shown": [form, papers], "scheme": scheme,
        "elsewhere": [place for place, _ in places[1:]],
        "crumbs": [
            {"label": "Inkoopplanning", "url": reverse("planning")},
            {"label": "Beleidssignaal melden", "url": reverse("report-signal")},
        ],
    }  # fmt: skip
    return doing.again(request, "signals/report.html", context, status)


def _report(request: HttpRequest, form: SignalForm, papers: Any) -> Case:
    return signals.report_signal(
        user_id=current_user(request).pk, documents=papers.papers(), **form.who, **form.values()
    )


def places_of(request: HttpRequest) -> list[tuple[Scheme, list[Offer]]]:
    """The regelingen in which this visitor may signal, the one that was asked for first, with the hats for it."""
    asked, found = request.GET.get("regeling", ""), []
    for scheme in sorted(visitor(request).schemes, key=lambda scheme: scheme.code != asked):
        allowed = signals.reporters(scheme)
        offers = preview.offers(current_user(request).pk, lambda where=scheme: signals.wanted(where.pk))  # type: ignore[misc]
        if offers := [offer for offer in offers if offer.hat.position.pk in allowed]:
            found.append((scheme, offers))
    return found
