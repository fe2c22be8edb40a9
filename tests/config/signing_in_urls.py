"""The sign-in pages and the demo's, and one page behind them."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver, include, path

from config.signing_in.urls import demo_urlpatterns, urlpatterns as sign_in


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("mijn taken", headers={"X-User": request.user.get_username()})


urlpatterns: list[URLResolver] = [
    path("", include([path("", home, name="cases"), *sign_in, *demo_urlpatterns])),
    path("", include("ui.urls")),
]
