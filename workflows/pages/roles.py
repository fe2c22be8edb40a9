from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bodies(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html")


def person(request: HttpRequest, person_id: int) -> HttpResponse:
    return render(request, "404.html")


mandates = bodies


def mandate(request: HttpRequest, mandate_id: int) -> HttpResponse:
    return render(request, "404.html")
