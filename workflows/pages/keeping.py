"""What the pages of Beheer have in common: for whom they are, and how a form becomes a service.

Who may do what stands in the bindings of the regeling to "register". For anybody else these pages are not there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from roles import services
from roles.models import Appointment, Person, Scheme
from roles.selectors import Offer
from workflows.pages import doing
from workflows.pages.frame import current_user, visitor
from workflows.register import Keeper


@dataclass(frozen=True, slots=True)
class Kept:
    """A regeling, and the hats in which the visitor may do this in it."""

    scheme: Scheme
    offers: list[Offer]


def page(
    request: HttpRequest, form: Any, do: Callable[[], None], *, title: str, submit: str, icon: str, lead: str,
    explanation: str, done: str, context: dict[str, Any] | None = None, template: str = "register/form.html",
) -> HttpResponse:  # fmt: skip
    """The form, and then the service; `done` is where it leads."""
    status = doing.OK
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            status = attempt(form, do)
            if status == doing.OK and not form.errors:
                return redirect(done)
            status = status if status != doing.OK else doing.UNFIT
    return doing.again(request, template, {
        "form": form, "title": title, "submit": submit, "icon": icon, "lead": lead, "explanation": explanation,
        "back": done, "crumbs": crumbs(title, request), **(context or {}),
    }, status)  # fmt: skip


def attempt(form: Any, do: Callable[[], Any]) -> int:
    """As for a case; what is out of date has a status of its own."""
    outdated = False

    def told() -> None:
        nonlocal outdated
        try:
            do()
        except services.Outdated:
            outdated = True
            raise

    status = doing.attempt(form, told)
    return doing.OVERTAKEN if outdated else status


def kept_or_404(request: HttpRequest, step: str, scheme: Scheme | None = None) -> Kept:
    """The regeling that is asked for, where the visitor may do this; for anybody else there is no such page."""
    me = visitor(request)
    schemes = [each for each in me.schemes if each.pk in me.keeping(step) and scheme in (None, each)]
    if not schemes:
        raise Http404
    chosen = next((each for each in schemes if each.code == request.GET.get("regeling")), schemes[0])
    return Kept(chosen, services.offers(me.user.pk, chosen, step))


def found_appointment(request: HttpRequest, appointment_id: int, step: str) -> tuple[Appointment, Kept]:
    me = visitor(request)
    found = (
        Appointment.objects.filter(pk=appointment_id, position__body__scheme__in=me.schemes)
        .select_related("person__name", "person__user", "position__body__scheme", "position__role", "organisation")
        .first()
    )
    if found is None:
        raise Http404
    return found, kept_or_404(request, step, found.position.body.scheme)


def person_of(request: HttpRequest, scheme: Scheme) -> Person | None:
    """`?persoon=`, where that is somebody of this regeling."""
    asked = request.GET.get("persoon", "")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 15:
        return None
    return next((each for each in people_of(scheme) if each.pk == int(asked)), None)


def people_of(scheme: Scheme) -> list[Person]:
    """Everybody who was ever appointed in a regeling, by name. One query."""
    found = Person.objects.filter(appointments__position__body__scheme=scheme).distinct()
    return list(found.select_related("name", "user").order_by("name__content", "id"))


def keeper(request: HttpRequest, form: Any) -> Keeper:
    return Keeper(user_id=current_user(request).pk, **form.who)


def tabs(schemes: list[Scheme], shown: Scheme) -> list[dict[str, Any]]:
    if len(schemes) < 2:
        return []
    return [{"label": each.name, "url": f"?regeling={each.code}", "current": each == shown} for each in schemes]


def crumbs(title: str, request: HttpRequest, *between: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {"label": "Beheer", "url": reverse("register")},
        *({"label": label, "url": reverse(name)} for label, name in between),
        {"label": title, "url": request.path},
    ]


def csv_file(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
