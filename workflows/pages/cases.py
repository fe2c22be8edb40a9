from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def cases(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html")
