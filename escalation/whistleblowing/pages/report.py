"""One report, for who handles it. Which one it is stands in a cookie of these pages and in no address.

A form says of which report it is and how many acts its maker had seen: with two tabs open nothing is mixed up.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from audit import clock
from cases.rules.sealing import Broken
from escalation.whistleblowing import files
from escalation.whistleblowing.forms.desk import StepForm, form_for
from escalation.whistleblowing.pages import showing
from escalation.whistleblowing.pages.visits import PATH, with_open_vault
from escalation.whistleblowing.rules.flow import STEPS
from escalation.whistleblowing.seats import Seat
from escalation.whistleblowing.services import disclosure, dossiers, ending, handling
from escalation.whistleblowing.services.dossiers import Dossier, Unknown
from escalation.whistleblowing.services.handling import Stale
from escalation.whistleblowing.services.keys import Opened
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused

COOKIE = "melding"
OK, NOT_THERE, CONFLICT, UNFIT = 200, 404, 409, 422
MEANWHILE = (
    "Een ander heeft intussen iets in deze melding vastgelegd. Lees dat eerst; wat u invulde, staat hieronder nog."
)
IRREVERSIBLE = {"destroy", "close", "check_conflict", "see_identity"}

Take = Callable[..., Any]


@with_open_vault
@require_POST
def open_report(request: HttpRequest, seat: Seat, opened: Opened) -> HttpResponseBase:
    """From the list: which one it is, is remembered by the browser."""
    number = _number(request.POST.get("report", ""))
    answer = redirect("report-dossier")
    answer.set_cookie(
        COOKIE, str(number), path=PATH, httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE
    )
    return answer


@with_open_vault
@require_GET
def report(request: HttpRequest, seat: Seat, opened: Opened) -> HttpResponseBase:
    return _shown(request, opened, "whistleblowing/desk/report.html")


@with_open_vault
@require_GET
def printed(request: HttpRequest, seat: Seat, opened: Opened) -> HttpResponseBase:
    """The whole of it, to print or keep as a PDF; the identity of a confidential reporter is not in it."""
    return _shown(request, opened, "whistleblowing/desk/printed.html")


@with_open_vault
@require_POST
def download(request: HttpRequest, seat: Seat, opened: Opened) -> HttpResponseBase:
    """A file as it was sent, never shown in the browser: it may be made to harm who reads it."""
    try:
        dossier = dossiers.dossier(opened, _number(request.POST.get("report", "")))
        enclosed = dossier.enclosed[request.POST.get("file", "")]
    except (Unknown, Broken, KeyError):
        return _gone(request)
    answer = StreamingHttpResponse(files.content_of(enclosed), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, enclosed.name) or "attachment"
    return answer


@with_open_vault
@require_POST
def step(request: HttpRequest, seat: Seat, opened: Opened) -> HttpResponseBase:
    """The form of a step, and once it is sent the step itself."""
    verb = request.POST.get("step", "")
    if verb not in STEPS:
        raise Http404
    try:
        dossier = dossiers.dossier(opened, _number(request.POST.get("report", "")))
        who, today = dossiers.person_of(opened.holder), clock.today()
        outcomes = dossier.standing.outcomes(verb, who, today=today)
        sent = (request.POST, request.FILES) if "send" in request.POST else ()
        form = form_for(verb, *sent, outcomes=outcomes, today=today)
        if not sent:
            verdict = dossier.standing.may(verb, who, today=today)
            if isinstance(verdict, Refused):
                messages.error(request, verdict.reason)
                return redirect("report-dossier")
            return _form(request, opened, dossier, form)
        return _taken(request, opened, dossier, form)
    except Unknown:
        return _gone(request)
    except Broken:
        return _broken(request)


def _taken(request: HttpRequest, opened: Opened, dossier: Dossier, form: StepForm) -> HttpResponseBase:
    """Raises Unknown or Broken."""
    if not form.is_valid():
        form.not_taken()
        return _form(request, opened, dossier, form, UNFIT)
    given = form.given
    verb, number = form.step.verb, dossier.report.pk
    try:
        seen = int(request.POST.get("seen", ""))
        done = SERVICES.get(verb, partial(handling.take, verb=verb))(
            opened=opened, report=number, seen=seen, **_wanted(verb, given)
        )
    except (Stale, ValueError):
        form.not_taken(MEANWHILE)
        return _form(request, opened, dossiers.dossier(opened, number), form, CONFLICT)
    except NotAllowed as refusal:
        form.not_taken(refusal.reason)
        return _form(request, opened, dossier, form, UNFIT)
    if verb == "see_identity":
        context = {"dossier": dossier, "known": done, "crumbs": _crumbs(dossier, "Identiteit")}
        return render(request, "whistleblowing/desk/identity.html", context)
    messages.success(request, f"Vastgelegd: {form.step.label.lower()}.")
    if verb == "destroy":
        return redirect("report-certificates")
    left = verb == "check_conflict" and given["outcome"] == "involved"
    return redirect("reports-desk" if left else "report-dossier")


SERVICES: dict[str, Take] = {
    "check_conflict": handling.declare,
    "interview": handling.talked,
    "refer": handling.refer,
    "request_identity": disclosure.ask,
    "approve_identity": disclosure.approve,
    "decline_identity": disclosure.decline,
    "see_identity": disclosure.look,
    "close": ending.close,
    "keep_longer": ending.keep_longer,
    "propose_destruction": ending.propose,
    "destroy": ending.destroy,
}
TAKES = {
    "check_conflict": ("outcome", "words"),
    "interview": ("outcome", "words", "documents", "recorded", "consented"), "refer": ("outcome", "words", "channel"),
    "request_identity": ("words",), "approve_identity": ("words",),
    "decline_identity": ("words",), "see_identity": (), "destroy": (),
    "close": ("words", "keep_until"), "keep_longer": ("words", "keep_until"), "propose_destruction": ("words",),
}  # fmt: skip


def _wanted(verb: str, given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in TAKES.get(verb, ("outcome", "words", "documents"))}


def _shown(request: HttpRequest, opened: Opened, template: str) -> HttpResponse:
    try:
        dossier = dossiers.dossier(opened, _number(request.COOKIES.get(COOKIE, "")))
    except Unknown:
        return _gone(request)
    except Broken:
        return _broken(request)
    names, today = showing.names_in(dossier), clock.today()
    first, beside = showing.to_do(dossier.standing, opened, today)
    context = {
        "dossier": dossier, "standing": dossier.standing, "today": today, "first": first, "beside": beside,
        "title": f"Melding {dossier.name}", "crumbs": _crumbs(dossier), "path": showing.path(dossier.standing),
        "row": showing.row_of(dossiers.Line(dossier.report, "", dossier.standing, dossier.terms)),
        "waits_for": showing.waits_for(dossier.standing), "events": showing.story(dossier, names),
        "talk": showing.talk(dossier, names), "handlers": showing.handlers(dossier, names),
        "kept_from": showing.kept_from(dossier, names),
        "external": dossier.report.channel.external,
    }  # fmt: skip
    return render(request, template, context)


def _form(request: HttpRequest, opened: Opened, dossier: Dossier, form: StepForm, status: int = OK) -> HttpResponse:
    context = {
        "asked": showing.asked(dossier, form.step.verb, dossiers.person_of(opened.holder), showing.names_in(dossier)),
        "dossier": dossier, "form": form, "step": form.step, "crumbs": _crumbs(dossier, form.step.label),
        "final": form.step.verb in IRREVERSIBLE,
    }  # fmt: skip
    return render(request, "whistleblowing/desk/step.html", context, status=status)


def _crumbs(dossier: Dossier, here: str = "") -> list[dict[str, str]]:
    crumbs = [
        {"label": "Meldpunt", "url": reverse("reports-desk")},
        {"label": f"Melding {dossier.name}", "url": reverse("report-dossier")},
    ]
    return [*crumbs, {"label": here, "url": reverse("report-dossier")}] if here else crumbs


def _number(given: str) -> UUID:
    """What nobody types is a report that nobody has."""
    try:
        return UUID(given)
    except ValueError:
        return UUID(int=0)


def _gone(request: HttpRequest) -> HttpResponse:
    """Never there, destroyed, or not theirs any more: the same words."""
    return render(request, "whistleblowing/desk/gone.html", {}, status=NOT_THERE)


def _broken(request: HttpRequest) -> HttpResponse:
    return render(request, "whistleblowing/desk/gone.html", {"broken": True}, status=CONFLICT)
