"""The page of one case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workflows.pages.frame import visible_case_or_404


def case(request: HttpRequest, case_id: int) -> HttpResponse:
    return render(request, "404.html", {"case": visible_case_or_404(request, case_id)})


def task(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    return case(request, case_id)


def submit(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html")
