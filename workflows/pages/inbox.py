"""Mijn taken: what waits for whom is signed in."""

from django.http import HttpRequest, HttpResponse


def my_tasks(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Mijn taken")
