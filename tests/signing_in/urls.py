"""The sign-in pages, those of the demo too, and one page behind them."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_http_methods

from config.signing_in.urls import routes


@require_http_methods(["GET", "POST"])
def tasks(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"De taken van {request.user.get_username()}")


urlpatterns = [
    path("", tasks, name="tasks"),
    path("", include(routes(with_demo=True))),
    path("", include("ui.urls")),
    path("product/", include("workflows.urls")),  # where the menu leads
    path("product/", include("escalation.whistleblowing.urls")),
]
