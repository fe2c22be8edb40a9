"""Meldpunt: the reports of a handler, taking down what somebody came to tell, and what was destroyed."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from audit import clock
from cases.rules.sealing import Broken
from escalation.whistleblowing.forms.desk import OralForm
from escalation.whistleblowing.pages import showing
from escalation.whistleblowing.pages.visits import with_open_vault
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.seats import Seat, names_of
from escalation.whistleblowing.services import dossiers, ending, handling, intake
from escalation.whistleblowing.services.intake import Closed
from escalation.whistleblowing.services.keys import Opened

OK, UNFIT = 200, 422


@with_open_vault
@require_GET
def reports(request: HttpRequest, seat: Seat, opened: Opened) -> HttpResponseBase:
    """Everything that has an envelope for who looks, what has to be done first on top."""
    rows = [showing.row_of(line) for line in dossiers.listed(opened)]
    handling.noticed(opened=opened)
    return render(request, "whistleblowing/desk/reports.html", {"rows": rows, "seat": seat, "today": clock.today()})


@with_open_vault
@require_http_methods(["GET", "POST"])
def oral(request: HttpRequest, seat: Seat, opened: Opened) -> HttpResponseBase:
    """A report that somebody came to tell: its receipt is shown once, to hand over."""
    others = handling.colleagues(opened=opened)
    names = names_of([each.person_id for each in others])
    handlers = [(each.pk, names.get(each.person_id, "Iemand")) for each in others]
    form = OralForm(*((request.POST, request.FILES) if request.method == "POST" else ()), handlers=handlers)
    if form.is_bound and form.is_valid():
        try:
            sent = handling.register(opened=opened, told=form.told(by=dossiers.called(opened.holder)))
            return _receipt(request, sent)
        except (Closed, Broken):
            form.not_taken("Er is nu niemand om deze melding te behandelen. Er is niets vastgelegd.")
    elif form.is_bound:
        form.not_taken()
    crumbs = [
        {"label": "Meldpunt", "url": reverse("reports-desk")},
        {"label": "Mondelinge melding", "url": request.path},
    ]
    context = {"form": form, "crumbs": crumbs}
    return render(request, "whistleblowing/desk/oral.html", context, status=UNFIT if form.is_bound else OK)


@with_open_vault
@require_GET
def certificates(request: HttpRequest, seat: Seat, opened: Opened) -> HttpResponseBase:
    """What was destroyed, by whom: printed as it stands."""
    found = ending.certificates(opened)
    people = names_of([int(each.body[who]) for each in found for who in ("proposed_by", "destroyed_by")])
    rows = [
        {
            "number": each.body["key"][:8].upper(), "at": each.at, "key": each.body["key"],
            "article": each.body["article"],
            "proposed_by": people.get(int(each.body["proposed_by"]), "Iemand"),
            "destroyed_by": people.get(int(each.body["destroyed_by"]), "Iemand"),
        }
        for each in found
    ]  # fmt: skip
    crumbs = [{"label": "Meldpunt", "url": reverse("reports-desk")}, {"label": "Verklaringen", "url": request.path}]
    context = {"rows": rows, "channel": seat.channel, "crumbs": crumbs}
    return render(request, "whistleblowing/desk/certificates.html", context)


def _receipt(request: HttpRequest, sent: intake.Submitted) -> HttpResponse:
    context = {"receipt": vault.shown(sent.receipt), "name": dossiers.name_of(sent.report), "report": sent.report}
    return render(request, "whistleblowing/desk/receipt.html", context)
