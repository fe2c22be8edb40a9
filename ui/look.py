"""The look a visitor chose, and the one their municipality has."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "scheme"
AFTER = {"": "dark", "dark": "light", "light": ""}
YEAR = 365 * 24 * 3600


def look(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the page is sent light or dark, so that nothing flashes and no script is needed."""
    return {"colour_scheme": chosen(request), "theme": settings.THEME}


def chosen(request: HttpRequest) -> str:
    given = request.COOKIES.get(COOKIE, "")
    return given if given in AFTER else ""


@login_not_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Automatic, dark, light, and round again. With scripts the button does this in place."""
    back = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if here else "/")
    wanted = AFTER[chosen(request)]
    response.set_cookie(COOKIE, wanted, max_age=YEAR if wanted else 0, samesite="Lax")
    return response
