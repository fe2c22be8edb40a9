from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html")


def case_trail(request: HttpRequest, case_id: int) -> HttpResponse:
    return render(request, "404.html")
