from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def whose_turn(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html")
