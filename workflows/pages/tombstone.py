"""What is left to show of a case that was destroyed: number, kind, dates, and by which list."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cases.models import Case, DestructionItem

GONE = 410


class Destroyed(Http404):
    """Whoever asks may see the case, and there is nothing left in it."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.number)
        self.case = case


class Tombstones:
    """Middleware: every page of a destroyed case is this one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return tombstone(request, exception.case) if isinstance(exception, Destroyed) else None


def tombstone(request: HttpRequest, case: Case) -> HttpResponse:
    item = (
        DestructionItem.objects.filter(case=case, state=DestructionItem.State.DESTROYED)
        .select_related("destruction")
        .first()
    )
    return render(request, "case/tombstone.html", {"case": case, "item": item}, status=GONE)
