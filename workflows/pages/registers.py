"""*Registers*: where things are looked up, each with a line of what is in it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from workflows.pages.frame import visitor
from workflows.pages.menu import registers_for


@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """For whom there is none, there is no such page."""
    found = registers_for(visitor(request))
    if not found:
        raise Http404
    cards = [
        {"url": reverse(each.page), "icon": each.icon, "label": each.label, "note": each.note, "count": None}
        for each in found
    ]
    return render(request, "registers/index.html", {"cards": cards})
