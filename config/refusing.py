"""What is answered where what was sent is not read: there is nothing at the address, or it was too much."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request

TOO_MUCH = 413


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own looks into what was sent first, and fails where that is too much (or a form cut off)."""
    return render(request, "404.html", status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Of too much it is said what to do about it, and that nothing of it was kept."""
    if not isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return bad_request(request, exception)
    most = {"megabytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20, "files": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
    return render(request, "413.html", most, status=TOO_MUCH)
