"""What the secretary of a body does about a meeting, and whoever presided after it: a page and a service each."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.models import AgendaItem, Meeting
from roles import selectors as roles
from roles.authorize import NotAllowed, Wanted
from roles.models import Body
from roles.rules.verdict import Refused
from roles.selectors import Offer
from workflows import meetings as moves
from workflows import preview
from workflows.forms.hats import HatForm
from workflows.forms.meetings import AgendaForm, CancelForm, ListForm, PaperForm, PlanForm, RecordForm
from workflows.meetings.papers import decision_of, title_of
from workflows.meetings.record import RECORDABLE, TO_TREAT, Failure
from workflows.meetings.sitting import for_presider, for_secretary
from workflows.pages import doing
from workflows.pages.frame import current_user, visitor
from workflows.pages.meetings import Sight, crumbs, meeting_or_404
from workflows.selectors import meetings as find
from workflows.selectors.attendance import expected


@require_http_methods(["GET", "POST"])
def convene(request: HttpRequest, body_id: int) -> HttpResponse:
    """A new meeting of this body; with `?tweede=` for one that could not be opened."""
    me = visitor(request)
    body = next((each for each in find.bodies(me.hats, me.scopes) if each.pk == body_id), None)
    if body is None:
        raise Http404
    first = _number(request.GET.get("tweede", ""))
    made: list[Meeting] = []

    def do(form: PlanForm, **who: Any) -> None:
        made.append(moves.convene(body_id=body_id, second_call_of=first, **form.values(), **who))

    return _page(
        request, PlanForm, do, offers=_as_secretary(request, body, "convene_meeting"),
        title="Tweede vergadering beleggen" if first else "Vergadering beleggen", submit="Vergadering beleggen",
        told="De vergadering is belegd. Stel nu de agenda op.", icon="calendar", eyebrow=str(body),
        lead="Spoedbesluiten die nog bekrachtigd moeten worden, komen vanzelf op de agenda.",
        trail=[{"label": "Vergaderingen", "url": reverse("meetings")}, {"label": "Beleggen", "url": request.path}],
        back=reverse("meetings"), done=lambda: reverse("meeting-agenda", args=[made[0].pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Another moment or place."""
    return _on(request, meeting_id, PlanForm, lambda form, **who: moves.change(**form.values(), **who),
               with_meeting=True, states=[Meeting.State.PLANNED], title="Vergadering wijzigen",
               submit="Wijziging vastleggen", told="De vergadering is gewijzigd.")  # fmt: skip


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """It is called off."""
    return _on(request, meeting_id, CancelForm, lambda form, **who: moves.cancel(**form.values(), **who), icon="ban",
               states=[Meeting.State.PLANNED], title="Vergadering laten vervallen", submit="Laten vervallen",
               told="De vergadering is vervallen. Wat op de agenda stond, blijft open voor een volgende.")  # fmt: skip


@require_http_methods(["GET", "POST"])
def add_paper(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A paper for the meeting or for an item."""
    return _on(request, meeting_id, PaperForm, lambda form, **who: moves.add_paper(**form.values(), **who),
               icon="upload", states=RECORDABLE, with_items=True, title="Stuk toevoegen", submit="Stuk toevoegen",
               told="Het stuk is toegevoegd.")  # fmt: skip


def _on(
    request: HttpRequest, meeting_id: int, form_class: Any, service: Callable[..., Any], *, states: Any, title: str,
    submit: str, told: str, icon: str = "check", with_meeting: bool = False, with_items: bool = False,
) -> HttpResponse:  # fmt: skip
    """A small page of one meeting, for its secretary."""
    meeting = meeting_or_404(request, meeting_id)
    offers = _as_secretary(request, meeting.body, "change_meeting")
    if request.method == "GET" and meeting.state not in states:
        messages.info(request, "Dat kan bij deze vergadering niet meer.")
        return redirect("meeting", meeting.pk)
    options: dict[str, Any] = {"meeting": meeting} if with_meeting else {}
    if with_items:
        options["items"] = find.agenda(meeting, closed=Sight(request, meeting).inside)
    url = reverse("meeting", args=[meeting.pk])
    return _page(
        request, form_class, lambda form, **who: service(form, meeting_id=meeting.pk, **who), offers=offers,
        title=title, submit=submit, told=told, icon=icon, eyebrow=str(meeting), lead="",
        trail=crumbs(meeting, (title, request.path)), back=url, done=lambda: url, **options,
    )  # fmt: skip


def _page(
    request: HttpRequest, form_class: Any, do: Callable[..., Any], *, offers: list[Offer], title: str, submit: str,
    told: str, icon: str, eyebrow: str, lead: str, trail: Any, back: str, done: Callable[[], str], **options: Any,
) -> HttpResponse:  # fmt: skip
    data = request.POST if request.method == "POST" else None
    form: HatForm = form_class(data, request.FILES or None, offers=offers, **options)
    status = doing.OK if offers else doing.FORBIDDEN
    if data is not None:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: do(form, user_id=current_user(request).pk, **form.who))
            if status == doing.OK:
                messages.success(request, told)
                return redirect(done())
    return doing.again(request, "meetings/action.html", {
        "form": form, "shown": [form], "offers": offers, "title": title, "submit": submit, "icon": icon, "lead": lead,
        "eyebrow": eyebrow, "crumbs": trail, "back": back, "refusal": preview.refusal(offers),
    }, status)  # fmt: skip


@require_http_methods(["GET", "POST"])
def agenda(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Put what waits on the agenda, add a point, and arrange it: each button does one thing."""
    meeting = meeting_or_404(request, meeting_id)
    offers = _as_secretary(request, meeting.body, "put_on_agenda")
    if meeting.state != Meeting.State.PLANNED and request.method == "GET":
        messages.info(request, "Aan deze agenda verandert niets meer.")
        return redirect("meeting", meeting.pk)
    open_now = find.open_decisions([meeting.body_id])
    elsewhere = find.on_agendas([task.pk for task in open_now])
    data = request.POST if request.method == "POST" else None
    form = AgendaForm(data, offers=offers, waiting=[task for task in open_now if task.pk not in elsewhere])
    items = find.agenda(meeting, closed=Sight(request, meeting).inside)
    status = doing.OK if offers else doing.FORBIDDEN
    if data is not None:
        status = doing.UNFIT
        if form.is_valid():
            who = {"user_id": current_user(request).pk, "meeting_id": meeting.pk, **form.who}
            status = doing.attempt(form, lambda: _arrange(form, data, items, who))
            if status == doing.OK:
                return redirect("meeting-agenda", meeting.pk)
    return doing.again(request, "meetings/agenda.html", {
        "meeting": meeting, "form": form, "shown": [form], "offers": offers, "refusal": preview.refusal(offers),
        "rows": [{"item": item, "title": title_of(item)} for item in items],
        "crumbs": crumbs(meeting, ("Agenda", request.path)),
    }, status)  # fmt: skip


def _arrange(form: AgendaForm, data: Any, items: list[AgendaItem], who: dict[str, Any]) -> None:
    """What the button that was pressed says: its name is what to do, its value the item."""
    places = {str(item.pk): item for item in items}
    order = [item.pk for item in items]
    for name in ("up", "down", "hammer", "closed_item", "remove"):
        item = places.get(data.get(name, ""))
        if item is None:
            continue
        if name in ("up", "down"):
            place = order.index(item.pk)
            other = max(0, place - 1) if name == "up" else min(len(order) - 1, place + 1)
            order[place], order[other] = order[other], order[place]
            moves.arrange(order=order, **who)
        elif name == "remove":
            moves.remove(item_id=item.pk, **who)
        else:
            moves.set_item(
                item_id=item.pk, hammer=item.hammer != (name == "hammer"),
                closed=item.closed != (name == "closed_item"), **who,
            )  # fmt: skip
        return
    if "all" in data:
        moves.put_on_agenda(**who)
    elif "point" in data:
        moves.put_point(title=form.cleaned_data["title"], closed=form.cleaned_data["closed"], **who)
    elif form.cleaned_data["put"]:
        moves.put_on_agenda(task_ids=[int(pk) for pk in form.cleaned_data["put"]], **who)
    else:
        raise NotAllowed(Refused("Kies wat op de agenda komt.", ""))


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The secretary records the meeting, once for the whole agenda."""
    meeting = meeting_or_404(request, meeting_id)
    offers = _as_secretary(request, meeting.body, "record_agenda")
    if request.method == "GET" and (meeting.state not in RECORDABLE or meeting.starts_at > visitor(request).now):
        messages.info(request, "Deze vergadering kan nu niet worden vastgelegd.")
        return redirect("meeting", meeting.pk)
    rule = roles.rules_in_force(meeting.body.scheme, visitor(request).today).get(meeting.body_id)
    if rule is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = RecordForm(
        data, offers=offers, meeting=meeting, rule=rule,
        guests=expected(meeting, roles.members(meeting.body, visitor(request).today)).guests,
        items=[each for each in find.agenda(meeting, closed=Sight(request, meeting).inside) if each.state in TO_TREAT],
        presence={row.appointment_id: row.state for row in find.presence(meeting)},
    )  # fmt: skip
    status, failures = doing.OK if offers else doing.FORBIDDEN, []
    if data is not None:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: failures.extend(moves.record(
                user_id=current_user(request).pk, meeting_id=meeting.pk, **form.who, **form.values()
            )))  # fmt: skip
            if status == doing.OK:
                _tell(request, "De vergadering is vastgelegd en de besluitenlijst gemaakt.", failures, "vastgelegd")
                return redirect("meeting", meeting.pk)
    return doing.again(request, "meetings/record.html", {
        "meeting": meeting, "form": form, "shown": form.parts, "offers": offers, "rule": rule,
        "refusal": preview.refusal(offers), "crumbs": crumbs(meeting, ("Vastleggen", request.path)),
        "consequence": [("Gevolg", "Elk besluit komt in het dossier van zijn zaak en wacht op de voorzitter.")],
        "acting_as": "U legt vast als",
    }, status)  # fmt: skip


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Whoever presided reads the list, and confirms it or sends it back."""
    meeting = meeting_or_404(request, meeting_id)
    offers = preview.offers(current_user(request).pk, lambda: for_presider(meeting, "confirm_list"))
    if request.method == "GET" and meeting.state != Meeting.State.HELD:
        messages.info(request, "Deze besluitenlijst wacht niet op u.")
        return redirect("meeting", meeting.pk)
    data = request.POST if request.method == "POST" else None
    form = ListForm(data, offers=offers, meeting=meeting)
    status, failures = doing.OK if offers else doing.FORBIDDEN, []
    if data is not None:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: failures.extend(_judge(request, meeting, form)))
            if status == doing.OK:
                confirmed = form.cleaned_data["decision"] == "confirm"
                words = "vastgesteld" if confirmed else "teruggestuurd naar de secretaris"
                _tell(request, f"De besluitenlijst is {words}.", failures, "bevestigd")
                return redirect("meeting", meeting.pk)
    sight = Sight(request, meeting)
    items = find.agenda(meeting, closed=sight.inside)
    return doing.again(request, "meetings/confirm.html", {
        "meeting": meeting, "form": form, "shown": [form], "offers": offers, "refusal": preview.refusal(offers),
        "rows": [{"item": item, "title": title_of(item), "decision": decision_of(item)} for item in items],
        "acting_as": "U stelt vast als",
        "crumbs": crumbs(meeting, ("Besluitenlijst vaststellen", request.path)),
        "consequence": [("Gevolg", "De besluiten op deze lijst staan vast; een fout vraagt daarna een rectificatie.")],
        "lists": [paper for paper in sight.papers([])[None] if paper.document.pk == meeting.decision_list_id],
    }, status)  # fmt: skip


def _judge(request: HttpRequest, meeting: Meeting, form: ListForm) -> list[Failure]:
    asked: dict[str, Any] = {
        "user_id": current_user(request).pk, "meeting_id": meeting.pk, "revision": form.cleaned_data["revision"],
        **form.who,
    }  # fmt: skip
    words = form.cleaned_data["motivation"]
    if form.cleaned_data["decision"] == "confirm":
        return moves.confirm_list(remark=words, **asked)
    moves.return_list(words=words, **asked)
    return []


def _tell(request: HttpRequest, done: str, failures: list[Failure], what: str) -> None:
    messages.success(request, done)
    for failure in failures:
        messages.warning(request, f"Niet {what}: {title_of(failure.item)}. {failure.reason}")


def _as_secretary(request: HttpRequest, body: Body, verb: str) -> list[Offer]:
    """The hats in which this visitor is secretary of the body."""

    def wanted() -> Wanted:
        return for_secretary(body, verb)

    return preview.offers(current_user(request).pk, wanted)


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 19 else None
