"""Agenda-abonnementen: the page that makes and ends them, and what programs outside fetch; one meeting as a file."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from escalation.models import BodyFeed, PersonalFeed
from escalation.services import feeds as keys
from roles.models import Appointment, Body, Person
from workflows import feeds, preview
from workflows.forms.hats import HatForm
from workflows.meetings.sitting import for_secretary
from workflows.pages import doing
from workflows.pages.frame import Visitor, current_user, visitor
from workflows.pages.meetings import Sight, meeting_or_404

CALENDAR = "text/calendar; charset=utf-8"
GONE = "Niet gevonden."


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """For whoever shows the key. A wrong one, an old one and one that never was all get the same answer."""
    found = keys.found(key)
    if found is None:
        return _private(HttpResponseNotFound(GONE, content_type="text/plain; charset=utf-8"))
    content = _file(request, feeds.events_of(found, _links(request)), feeds.name_of(found))
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = _private(HttpResponse(content, content_type=CALENDAR, headers={"ETag": etag}))
    answer = get_conditional_response(request, etag=etag, response=response)
    return _private(answer) if answer is not None else response


# No session: a browser that is signed in gets what any program gets (config.signing_in.middleware).
feed.opens_by_key = True  # type: ignore[attr-defined]


@require_safe
def meeting_file(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One meeting, for who sits in the body."""
    found = meeting_or_404(request, meeting_id)
    if not Sight(request, found).inside:
        raise Http404
    content = _file(request, feeds.of_meeting(found, _links(request)), str(found))
    name = f"vergadering-{found.body.code}-{found.year}-{found.number}.ics"
    return _private(HttpResponse(content, content_type=CALENDAR, headers={
        "Content-Disposition": f'attachment; filename="{name}"',
    }))  # fmt: skip


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _file(request: HttpRequest, events: Any, name: str) -> bytes:
    from escalation.rules.ics import written  # with all of icalendar, which no other page needs

    return written(events, name=name, host=request.get_host().partition(":")[0])


def _links(request: HttpRequest) -> feeds.Link:
    def link(name: str, *numbers: Any) -> str:
        return request.build_absolute_uri(reverse(name, args=numbers))

    return link


@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """One's own, and those of the bodies of which one is secretary."""
    me = visitor(request)
    person = Person.objects.select_related("name").filter(user=me.user).first()
    if request.method == "GET":
        return _page(request, me, person)
    if person is None:
        raise Http404
    if "end" in request.POST:
        keys.end_personal(person=person)
        messages.success(request, "Uw agenda-adres is ingetrokken.")
        return redirect("calendar-feeds")
    return _page(request, me, person, own_key=keys.renew_personal(person=person))


@require_POST
def of_body(request: HttpRequest, body_id: int) -> HttpResponse:
    """Make, renew or end that of a body, as its secretary."""
    me = visitor(request)
    body = next((each for each in _secretary_of(me) if each.pk == body_id), None)
    if body is None:
        raise Http404
    form = _form(me, body, request.POST)
    person = Person.objects.select_related("name").filter(user=me.user).first()
    made: list[str] = []

    def do() -> None:
        asked: dict[str, Any] = {"user_id": current_user(request).pk, "body_id": body.pk, **form.who}
        if "end" in request.POST:
            feeds.end_of_body(**asked)
        else:
            made.append(feeds.renew_of_body(**asked))

    status = doing.attempt(form, do) if form.is_valid() else doing.UNFIT
    if status != doing.OK:
        return _page(request, me, person, form=form, body=body, status=status)
    if made:
        return _page(request, me, person, body=body, body_key=made[0])
    messages.success(request, f"Het agenda-adres van {body} is ingetrokken.")
    return redirect("calendar-feeds")


def _page(
    request: HttpRequest, me: Visitor, person: Person | None, *, own_key: str = "", body: Body | None = None,
    body_key: str = "", form: HatForm | None = None, status: int = doing.OK,
) -> HttpResponse:  # fmt: skip
    """A key that was just made is in this answer and nowhere else."""
    bodies = _secretary_of(me)
    there = {feed.body_id: feed for feed in BodyFeed.objects.filter(body__in=bodies, revoked_at=None)}
    own = PersonalFeed.objects.filter(person=person).first() if person else None
    response = doing.again(request, "calendar/feeds.html", {
        "person": person, "own": own, "own_url": _address(request, own_key), "form": form,
        "groups": [
            {
                "body": each, "feed": there.get(each.pk), "url": _address(request, body_key) if each == body else "",
                "form": form if form is not None and each == body else _form(me, each),
            }
            for each in bodies
        ],
        "crumbs": [
            {"label": "Kalender", "url": reverse("calendar")},
            {"label": "In uw eigen agenda", "url": reverse("calendar-feeds")},
        ],
    }, status)  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _address(request: HttpRequest, key: str) -> str:
    return request.build_absolute_uri(reverse("feed", args=[key])) if key else ""


def _secretary_of(me: Visitor) -> list[Body]:
    """The bodies of which a hat of this visitor is secretary, each once."""
    found = [hat.position.body for hat in me.hats if hat.appointment.kind == Appointment.Kind.SECRETARY]
    return list({body.pk: body for body in found}.values())


def _form(me: Visitor, body: Body, data: Any = None) -> HatForm:
    wanted: Callable[[], Any] = lambda: for_secretary(body, "renew_body_feed")  # noqa: E731
    return HatForm(data, offers=preview.offers(me.user.pk, wanted), auto_id=f"id_{body.pk}_%s")
