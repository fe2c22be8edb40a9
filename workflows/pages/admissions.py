"""Aanmeldingen: who applied to an open house, who was admitted, and doing both (CG 4)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.models import Application, Case, Procurement
from cases.models.procurement import Instrument
from cases.selectors import awards as wins
from roles.selectors import Offer
from workflows import admissions, preview
from workflows.engine import Gone, Work
from workflows.forms.procurement.admitting import ApplicationForm, CheckForm
from workflows.models import CaseTask
from workflows.pages import doing
from workflows.pages.frame import current_user, visible_case_or_404, visitor

LOOKS = {
    Application.State.RECEIVED: ("neutral", "inbox"),
    Application.State.ADMITTED: ("safe", "circle-check"),
    Application.State.REFUSED: ("danger", "circle-x"),
}


@require_http_methods(["GET", "POST"])
def applications(request: HttpRequest, case_id: int) -> HttpResponse:
    """The list; and while it is open, for who keeps it, a form for the next."""
    case, procurement = _found(request, case_id)
    offers = _offers(request, case, judges=False)
    if request.method == "POST" and not offers:
        return doing.again(request, "procurements/applications.html", _context(case, procurement), doing.FORBIDDEN)
    form = ApplicationForm(doing.sent(request), procurement=procurement, offers=offers) if offers else None
    status = doing.OK
    if form is not None and form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: admissions.register_application(
                user_id=current_user(request).pk, case_id=case.pk, **form.who, **form.values()
            ))  # fmt: skip
            if status == doing.OK:
                messages.success(request, "De aanmelding is vastgelegd.")
                return redirect("applications", case.pk)
    return doing.again(request, "procurements/applications.html", _context(case, procurement) | {"form": form}, status)


@require_http_methods(["GET", "POST"])
def application(request: HttpRequest, case_id: int, application_id: int) -> HttpResponse:
    """Check one of them, and admit or refuse."""
    case, procurement = _found(request, case_id)
    found = next((each for each in wins.applications(procurement) if each.pk == application_id), None)
    if found is None:
        raise Http404
    offers = _offers(request, case, judges=True) if found.state == Application.State.RECEIVED else []
    form = CheckForm(doing.sent(request), commission=case.top.commission, offers=offers) if offers else None
    status = doing.OK if form is not None or request.method == "GET" else doing.FORBIDDEN
    if form is not None and form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: admissions.decide_application(
                user_id=current_user(request).pk, case_id=case.pk, application_id=found.pk, **form.who, **form.values()
            ))  # fmt: skip
            if status == doing.OK:
                told = "toegelaten; het contract staat in het register" if form.checked.fits else "niet toegelaten"
                messages.success(request, f"{found.provider} is {told}.")
                return redirect("applications", case.pk)
    title = f"Aanmelding van {found.provider}"
    context = _context(case, procurement, title, reverse("application", args=[case.pk, found.pk]))
    return doing.again(request, "procurements/application.html", context | {"form": form, "application": found}, status)


def _found(request: HttpRequest, case_id: int) -> tuple[Case, Procurement]:
    """Only an open house has applications; of another procurement there is no such page."""
    case = visible_case_or_404(request, case_id)
    procurement = getattr(case, "procurement", None)
    if procurement is None or procurement.instrument != Instrument.OPEN_HOUSE:
        raise Http404
    return case, procurement


def _offers(request: HttpRequest, case: Case, *, judges: bool) -> list[Offer]:
    """The hats in which this visitor may; none once it is closed."""
    try:
        task = CaseTask.objects.get(pk=admissions.task_of(case.pk))
    except Gone:
        return []
    task.case = case
    work: Work = preview.as_found(case.process, visitor(request).now, task)
    verb = "admit_provider" if judges else "register_application"
    return preview.offers(current_user(request).pk, lambda: admissions.wanted(work, verb, judges=judges))


def _context(case: Case, procurement: Procurement, title: str = "", url: str = "") -> dict[str, Any]:
    rows = [
        {"application": each, "look": LOOKS[Application.State(each.state)]} for each in wins.applications(procurement)
    ]
    crumbs = [
        {"label": "Opdrachten", "url": reverse("cases")},
        {"label": str(case.title), "url": reverse("case", args=[case.pk])},
        {"label": "Aanmeldingen", "url": reverse("applications", args=[case.pk])},
    ]
    return {
        "case": case, "procurement": procurement, "rows": rows, "title": title or "Aanmeldingen",
        "crumbs": [*crumbs, {"label": title, "url": url}] if title else crumbs,
    }  # fmt: skip
