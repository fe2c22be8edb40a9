"""*Meldpunt*: what a year's reports of misconduct come to, in bands; for everybody of a regeling (Wbk)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from escalation.whistleblowing.figures import figures
from workflows.pages.frame import visitor


@require_safe
def report_figures(request: HttpRequest) -> HttpResponse:
    schemes = visitor(request).schemes
    if not schemes:
        raise Http404
    tables = [(scheme, figures(scheme.pk)) for scheme in schemes]
    return render(request, "registers/report_figures.html", {"tables": tables})
