"""Afwezig: being away and who stands in, arranged by the holder or by who keeps the register."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cases.models.commission import Domain
from roles import selectors as roles
from roles.models import Absence, Appointment, Person, Scheme, Substitution
from roles.rules.standing_in import Span
from roles.selectors import standing_in
from workflows import absences
from workflows.absences import Arranger, ForAnybody, Holder
from workflows.flows import ALL as FLOWS
from workflows.forms import absence as forms
from workflows.pages import doing
from workflows.pages.frame import Visitor, visitor
from workflows.pages.keeping import Kept, found_appointment, keeper, kept_or_404, people_of
from workflows.register import Keeper
from workflows.selectors.sight import visible

SUBSTITUTION = ("substitute__name", "absence", *(f"appointment__{path}" for path in roles.SEAT))


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """When the visitor is away, who stands in for them, and for whom they do."""
    me = visitor(request)
    seats = standing_in.own_seats(me.user.pk, me.today)
    person = own_person(me)
    coming = Q(valid_until=None) | Q(valid_until__gte=me.today)
    lent = Substitution.objects.filter(coming, Q(appointment__person=person) | Q(substitute=person))
    rows = list(lent.select_related(*SUBSTITUTION).order_by("valid_from", "id"))
    return render(request, "absences/overview.html", {
        "absences": standing_in.absences(person.pk, me.schemes, me.today) if person else [],
        "lent": [row_of(each) for each in rows if person and each.appointment.person_id == person.pk],
        "borrowed": [row_of(each) for each in rows if person and each.substitute_id == person.pk],
        "seats": seats, "schemes": schemes_of(seats),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Ik ben afwezig: from when until when, and for each hat who stands in."""
    me = visitor(request)
    seats = standing_in.own_seats(me.user.pk, me.today)
    schemes = schemes_of(seats)
    if not schemes:
        raise Http404
    scheme = next((each for each in schemes if each.code == request.GET.get("regeling")), schemes[0])
    mine = [seat for seat in seats if seat.position.body.scheme_id == scheme.pk]
    known = standing_in.register(scheme, me.today)
    span = Span(me.today, me.today)
    form = forms.AwayForm(
        data(request), seats=mine, initial={"valid_from": me.today},
        candidates={seat.pk: known.candidates(seat, span, by_holder=True) for seat in mine},
    )  # fmt: skip

    def do() -> None:
        absences.be_away(arranger=Holder(user_id=me.user.pk), seats=form.stand_ins, **form.period())
        messages.success(request, "Uw afwezigheid is vastgelegd.")

    return page(request, form, do, Shown(
        title="Ik ben afwezig", submit="Vastleggen", icon="calendar", lead=scheme.name, done=reverse("away"),
        explanation="Kies per rol wie voor u waarneemt, of niemand: dan blijft het werk liggen bij de rol. "
        "Wat u had opgepakt, gaat op de eerste dag terug naar uw rol als niemand voor u waarneemt.",
    ))  # fmt: skip


@require_http_methods(["GET", "POST"])
def report_for(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody is away, as who keeps the register was told."""
    me, kept = visitor(request), kept_or_404(request, "substitute")
    held = Appointment.objects.filter(person=person_id, position__body__scheme=kept.scheme)
    seats = [
        seat for seat in held.select_related(*roles.SEAT).order_by("id")
        if seat.holds_on(me.today) and seat.kind != Appointment.Kind.SUBSTITUTE
    ]  # fmt: skip
    if not seats:
        raise Http404
    known, span = standing_in.register(kept.scheme, me.today), Span(me.today, me.today)
    form = forms.AwayForAnotherForm(
        data(request), offers=kept.offers, seats=seats, initial={"valid_from": me.today},
        candidates={seat.pk: known.candidates(seat, span, by_holder=False) for seat in seats},
    )  # fmt: skip

    def do() -> None:
        absences.be_away(arranger=ForAnybody(keeper=keeper(request, form)), seats=form.stand_ins, **form.period())
        messages.success(request, f"De afwezigheid van {seats[0].person} is vastgelegd.")

    return page(request, form, do, Shown(
        title="Afwezigheid vastleggen", submit="Vastleggen", icon="calendar", lead=str(seats[0].person),
        explanation="Kies per rol wie waarneemt, of niemand.", done=reverse("person", args=[person_id]),
    ))  # fmt: skip


@require_http_methods(["GET", "POST"])
def lend(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Let a colleague stand in for one of one's own hats, for all of it or for a part."""
    me = visitor(request)
    seat = next((each for each in standing_in.own_seats(me.user.pk, me.today) if each.pk == appointment_id), None)
    if seat is None:
        raise Http404
    known = standing_in.register(seat.position.body.scheme, me.today)
    people = known.candidates(seat, Span(me.today, me.today), by_holder=True)
    form = forms.LendForm(
        data(request), people=people, initial={"valid_from": me.today}, **parts_of(me, seat.position.body.scheme)
    )

    def do() -> None:
        lent = absences.lend(arranger=Holder(user_id=me.user.pk), appointment=seat, **form.values())
        messages.success(request, f"{lent.substitute} neemt voor u waar.")

    return page(request, form, do, Shown(
        title="Waarneming regelen", submit="Regelen", icon="users", lead=roles.Hat(seat).label, done=reverse("away"),
        explanation="Wie waarneemt, doet wat deze rol mag, en niet wat die persoon zelf in een zaak niet mag. "
        "Handelingen tonen beide namen.",
    ))  # fmt: skip


@require_http_methods(["GET", "POST"])
def lend_for(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Who keeps the register lets somebody stand in for another."""
    me = visitor(request)
    appointment, kept = found_appointment(request, appointment_id, "substitute")
    form = forms.LendForAnotherForm(
        data(request), offers=kept.offers, initial={"valid_from": me.today}, **parts_of(me, kept.scheme),
        people=[each for each in people_of(kept.scheme) if each.pk != appointment.person_id],
    )  # fmt: skip

    def do() -> None:
        arranger = ForAnybody(keeper=keeper(request, form))
        lent = absences.lend(arranger=arranger, appointment=appointment, **form.values())
        messages.success(request, f"{lent.substitute} neemt waar voor {appointment.person}.")

    return page(request, form, do, Shown(
        title="Waarneming regelen", submit="Regelen", icon="users",
        lead=f"{appointment.person}, {appointment.position}", done=reverse("person", args=[appointment.person_id]),
        explanation="Wie waarneemt, doet wat deze benoeming mag, en niet wat die persoon zelf in een zaak niet mag. "
        "Handelingen tonen beide namen.",
    ))  # fmt: skip


@require_http_methods(["GET", "POST"])
def come_back(request: HttpRequest, absence_id: int) -> HttpResponse:
    """The absence ends earlier, or never begins."""
    me = visitor(request)
    found = Absence.objects.filter(pk=absence_id, scheme__in=me.schemes).select_related("person__name", "scheme")
    absence = found.first()
    if absence is None:
        raise Http404
    held = Appointment.objects.filter(person=absence.person, position__body__scheme=absence.scheme)
    seat = held.select_related(*roles.SEAT).order_by("-valid_from", "-id").first()
    assert seat is not None
    own = next((each for each in standing_in.own_seats(me.user.pk, me.today) if each.person_id == absence.person_id
                and each.position.body.scheme_id == absence.scheme_id), None)  # fmt: skip
    form, arranger = last_day(request, own, absence.scheme)

    def do() -> None:
        absences.come_back(arranger=arranger(), absence=absence, seat=own or seat, last_day=form.day)
        messages.success(request, "De afwezigheid eindigt eerder; wie daarvoor waarnam is dan ook klaar.")

    return page(request, form, do, Shown(
        title="Afwezigheid beëindigen", submit="Beëindigen", icon="history", lead=str(absence),
        done=reverse("away") if own else reverse("person", args=[absence.person_id]),
        explanation="Ligt de laatste dag vóór de eerste, dan vervalt de afwezigheid helemaal.",
    ))  # fmt: skip


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, substitution_id: int) -> HttpResponse:
    """A substitution ends earlier, or never begins."""
    me = visitor(request)
    found = Substitution.objects.filter(pk=substitution_id, appointment__position__body__scheme__in=me.schemes)
    lent = found.select_related(*SUBSTITUTION).first()
    if lent is None:
        raise Http404
    seat = lent.appointment
    own = next((each for each in standing_in.own_seats(me.user.pk, me.today) if each.pk == seat.pk), None)
    form, arranger = last_day(request, own, seat.position.body.scheme)

    def do() -> None:
        absences.take_back(arranger=arranger(), substitution=lent, last_day=form.day)
        messages.success(request, f"De waarneming door {lent.substitute} eindigt.")

    return page(request, form, do, Shown(
        title="Waarneming beëindigen", submit="Beëindigen", icon="history",
        lead=f"{lent.substitute} namens {seat.person}, {seat.position}",
        done=reverse("away") if own else reverse("person", args=[seat.person_id]),
        explanation="Wat de waarnemer had opgepakt, gaat terug naar de rol.",
    ))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What stands around a form."""

    title: str
    submit: str
    icon: str
    lead: str
    explanation: str
    done: str


def page(request: HttpRequest, form: Any, do: Callable[[], None], shown: Shown) -> HttpResponse:
    """The form, and then the service; `done` is where it leads."""
    status = doing.OK
    if form.is_bound:
        status = doing.attempt(form, do) if form.is_valid() else doing.UNFIT
        if status == doing.OK:
            return redirect(shown.done)
    crumbs = [{"label": "Afwezig", "url": reverse("away")}, {"label": shown.title, "url": request.path}]
    return doing.again(request, "absences/form.html", {"form": form, "shown": shown, "crumbs": crumbs}, status)


def last_day(request: HttpRequest, own: Appointment | None, scheme: Scheme) -> tuple[Any, Callable[[], Arranger]]:
    """Of one's own, or by who keeps the register; of nobody else's there is no such page."""
    me = visitor(request)
    if own is not None:
        return forms.LastDayForm(data(request), initial={"last_day": me.today}), lambda: Holder(user_id=me.user.pk)
    kept: Kept = kept_or_404(request, "substitute", scheme)
    form = forms.LastDayForAnotherForm(data(request), offers=kept.offers, initial={"last_day": me.today})
    return form, lambda: ForAnybody(keeper=Keeper(user_id=me.user.pk, **form.who))


def parts_of(me: Visitor, scheme: Scheme) -> dict[str, Any]:
    """Of what somebody may stand in for a part: the processes, and the cases that the visitor may see."""
    flows = {flow.code: str(flow.process_title) for flow in FLOWS}
    return {"flows": list(flows.items()), "visible": visible(me.scopes).filter(scheme=scheme)}


def own_person(me: Visitor) -> Person | None:
    return Person.objects.filter(user=me.user).first()


def schemes_of(seats: list[Appointment]) -> list[Scheme]:
    return list(dict.fromkeys(seat.position.body.scheme for seat in seats))


def row_of(lent: Substitution) -> dict[str, Any]:
    return {"lent": lent, "hat": roles.Hat(lent.appointment).label, "only": only(lent)}


def only(lent: Substitution) -> str:
    """For what part somebody stands in, in words; nothing where it is for all."""
    match lent.scope:
        case Substitution.Scope.FLOW:
            titles = {flow.code: str(flow.process_title) for flow in FLOWS}
            return f"alleen {titles.get(lent.limited_to, lent.limited_to).lower()}"
        case Substitution.Scope.DOMAIN:
            return f"alleen {Domain(lent.limited_to).label}"
        case Substitution.Scope.CASE:
            return "alleen één zaak"
        case _:
            return ""


def data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
