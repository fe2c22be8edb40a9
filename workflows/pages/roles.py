"""Rollen: who is what in a regeling, for everybody with a hat in it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from roles import selectors
from roles.models import Appointment, Body, DecisionRule, Person, Scheme
from roles.selectors import standing_in
from workflows.pages.frame import Visitor, visitor

VOTING = (Body.Kind.BOARD, Body.Kind.CLIENT, Body.Kind.OFFICIALS)


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    me = visitor(request)
    scheme = chosen(request, me)
    if scheme is None:
        return render(request, "roles/none.html", {"title": "Rollen", "me": me})
    rules = selectors.rules_in_force(scheme, me.today)
    return render(
        request,
        "roles/bodies.html",
        {
            "scheme": scheme,
            "tabs": tabs(me, scheme),
            "double_seats": selectors.double_seats(scheme, me.today),
            "segregated": scheme.segregated_from is not None and scheme.segregated_from <= me.today,
            "groups": grouped(selectors.seating(scheme, me.today), rules),
        },
    )


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """What somebody is and was, in the regelingen that the visitor shares with them."""
    me = visitor(request)
    found = Person.objects.select_related("name").filter(pk=person_id).first()
    career = selectors.career(person_id, me.schemes)
    if found is None or not career:
        raise Http404
    return render(
        request,
        "roles/person.html",
        {
            "person": found,
            "now": [{"appointment": each, "hat": hat(each)} for each in career if each.holds_on(me.today)],
            "career": [
                {"appointment": each, "status": period_status(each.valid_from, each.valid_until, me.today)}
                for each in career
            ],
            "substitutions": [
                {"lent": each, "running": each.valid_until is None or each.valid_until >= me.today}
                for each in selectors.substitutions(person_id, me.schemes)
            ],
            "absences": standing_in.absences(person_id, me.schemes, me.today),
            "may_appoint": me.keeping("appoint"),
            "may_substitute": me.keeping("substitute"),
            "double": [seat for scheme in me.schemes for seat in double_seat_of(found, scheme, me.today)],
            "me": me,
            "crumbs": [
                {"label": "Rollen", "url": reverse("roles")},
                {"label": str(found), "url": reverse("person", args=[person_id])},
            ],
        },
    )


def chosen(request: HttpRequest, me: Visitor) -> Scheme | None:
    """The regeling that is asked for by its code, or the first; none for who has no hat."""
    asked = request.GET.get("regeling", "")
    return next((scheme for scheme in me.schemes if scheme.code == asked), next(iter(me.schemes), None))


def tabs(me: Visitor, shown: Scheme) -> list[dict[str, Any]]:
    """Where somebody has hats in more than one regeling."""
    if len(me.schemes) < 2:
        return []
    return [
        {"label": scheme.name, "url": f"?regeling={scheme.code}", "current": scheme == shown} for scheme in me.schemes
    ]


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one body, or of the municipalities together."""

    title: str
    kind: str
    rule: str
    votes: bool
    seats: list[dict[str, Any]]


def grouped(seating: list[tuple[Body, list[Appointment]]], rules: dict[int, DecisionRule]) -> list[Group]:
    """Each body by itself; of the municipalities, which have one or two people each, one group."""
    groups, municipal = [], []
    for body, seats in seating:
        if body.kind == Body.Kind.MUNICIPALITY:
            municipal += seats
        else:
            rule = rules.get(body.pk)
            groups.append(Group(
                body.name, body.get_kind_display(), in_words(rule) if rule else "", body.kind in VOTING, in_order(seats)
            ))  # fmt: skip
    return [*groups, Group("Gemeenten", "Opdrachtgevers", "", False, in_order(municipal))]


def in_order(seats: list[Appointment]) -> list[dict[str, Any]]:
    """The chair first, then the members by whom they represent, the secretary last."""
    order: dict[str, int] = {Appointment.Kind.CHAIR: 0, Appointment.Kind.SECRETARY: 2}
    seats = sorted(seats, key=lambda seat: (order.get(seat.kind, 1), str(seat.organisation or ""), seat.pk))
    return [{"appointment": seat, "hat": hat(seat)} for seat in seats]


def in_words(rule: DecisionRule) -> str:
    """How a body decides, in a sentence."""
    share = f"{rule.quorum_numerator}/{rule.quorum_denominator} van de leden"
    quorum = share.replace("1/2 van", "de helft van")
    parts = [
        rule.get_majority_display().lower(),
        f"quorum {'meer dan ' if rule.quorum_exceeds else ''}{quorum}",
        f"bij staken: {rule.get_tie_display().lower()}",
        f"schriftelijk kan, {rule.written_days} dagen" if rule.written_allowed else "alleen in vergadering",
    ]
    return f"{', '.join(parts)} (versie {rule.version}; {rule.basis})"


def hat(appointment: Appointment) -> dict[str, Any]:
    role = appointment.position.role
    return {"role": role.label, "capacity": role.capacity, "behalf_of": appointment.organisation or ""}


def double_seat_of(person: Person, scheme: Scheme, today: date) -> list[selectors.DoubleSeat]:
    return [seat for seat in selectors.double_seats(scheme, today) if seat.person.pk == person.pk]


@dataclass(frozen=True, slots=True)
class Status:
    """How something stands, as <c-status> shows it."""

    label: str
    kind: str
    icon: str

    @property
    def ended(self) -> bool:
        return self.kind in ("plain", "danger")


def period_status(start: date, end: date | None, today: date) -> Status:
    if start > today:
        return Status("Gaat nog in", "neutral", "clock")
    if end is not None and end < today:
        return Status("Geëindigd", "plain", "history")
    return Status("Geldig", "safe", "circle-check")
