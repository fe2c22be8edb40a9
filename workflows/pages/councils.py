"""Raden informeren: which granted opdrachten have not been sent to every raad ter kennisname."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workflows.pages.frame import up_to, visitor
from workflows.pages.listing import numbered, page_number
from workflows.selectors.councils import untold
from workflows.selectors.inbox import PAGE


@require_safe
def councils(request: HttpRequest) -> HttpResponse:
    """For accountmanagers above all; whoever sees an opdracht may see this of it."""
    me, number = visitor(request), page_number(request)
    rows, total = untold(me.scopes, number)
    return render(request, "lists/councils.html", {
        "rows": rows, "total": up_to(total), "page": numbered(total, number, PAGE), "me": me,
    })  # fmt: skip
