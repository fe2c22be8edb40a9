"""Dubbele stoelen: who sits on both sides, which exemptions the AB gave, and from when it forbids."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from roles import selectors
from roles.models import Appointment, Person
from roles.rules.sheet import written
from roles.selectors import DoubleStay
from workflows import register
from workflows.forms.register import ExemptForm, SegregationForm
from workflows.pages import doing
from workflows.pages.frame import visitor
from workflows.pages.keeping import crumbs, csv_file, keeper, kept_or_404, page, people_of, person_of, tabs

HEADINGS = [
    "naam", "als opdrachtgever", "als eigenaar", "sinds", "tot en met", "ontheffing tot en met", "grond",
    "rolscheiding vanaf", "verboden vanaf",
]  # fmt: skip


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    me = visitor(request)
    kept = kept_or_404(request, "see_double_seats")
    schemes = [each for each in me.schemes if each.pk in me.keeping("see_double_seats")]
    stays = selectors.double_stays(kept.scheme, me.today, kept.scheme.segregated_from)
    return render(request, "register/double.html", {
        "scheme": kept.scheme, "tabs": tabs(schemes, kept.scheme), "rows": [as_row(stay, me.today) for stay in stays],
        "in_force": kept.scheme.segregated_from is not None and kept.scheme.segregated_from <= me.today,
        "may_exempt": kept.scheme.pk in me.keeping("exempt"), "crumbs": crumbs("Dubbele stoelen", request),
        "csv_url": f"{reverse('double-seats-csv')}?regeling={kept.scheme.code}",
    })  # fmt: skip


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    kept = kept_or_404(request, "see_double_seats")
    stays = selectors.double_stays(kept.scheme, visitor(request).today, kept.scheme.segregated_from)
    content = written(HEADINGS, (_cells(stay, kept.scheme.segregated_from) for stay in stays))
    return csv_file(f"dubbele-stoelen-{kept.scheme.code}.csv", content)


@require_http_methods(["GET", "POST"])
def exempt(request: HttpRequest) -> HttpResponse:
    kept = kept_or_404(request, "exempt")
    about = person_of(request, kept.scheme)
    people: list[Person] = [about] if about else people_of(kept.scheme)
    form = ExemptForm(
        request.POST if request.method == "POST" else None, offers=kept.offers, people=people,
        initial={"decided_on": visitor(request).today},
    )  # fmt: skip

    def do() -> None:
        given = form.cleaned_data
        person = next(each for each in people if str(each.pk) == given["person"])
        register.exempt(
            keeper=keeper(request, form), scheme=kept.scheme, person=person, ground=given["why"],
            decided_on=given["decided_on"], valid_until=given["valid_until"],
        )  # fmt: skip
        messages.success(request, f"De ontheffing voor {person} is vastgelegd.")

    return page(
        request, form, do, title="Ontheffing vastleggen", submit="Vastleggen", icon="shield-check",
        lead=str(about or kept.scheme.name),
        explanation="Het algemeen bestuur staat iemand toe opdrachtgever en eigenaar tegelijk te zijn, om een reden en "
        "tot een dag. U legt vast wat het besloot.",
        done=f"{reverse('register')}?regeling={kept.scheme.code}",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def segregation(request: HttpRequest) -> HttpResponse:
    """The date, its history, and what another date would mean before it is one."""
    me = visitor(request)
    kept = kept_or_404(request, "set_segregation_date")
    scheme = kept.scheme
    form = SegregationForm(
        request.POST if request.method == "POST" else None, offers=kept.offers,
        initial={"decided_on": me.today, "segregated_from": scheme.segregated_from},
    )  # fmt: skip
    asked = form.asked_date if form.is_bound and form.is_valid() else scheme.segregated_from
    tried = form.is_bound and "preview" in request.POST and not form.errors
    stays = selectors.double_stays(scheme, me.today, asked)
    context: dict[str, Any] = {
        "scheme": scheme, "asked": asked, "tried": tried, "rows": [as_row(stay, me.today) for stay in stays],
        "forbidden": sum(stay.forbidden_from is not None for stay in stays),
        "decisions": scheme.segregation_decisions.select_related("reference").order_by("-id"),
    }  # fmt: skip

    def do() -> None:
        given = form.cleaned_data
        register.set_segregation_date(
            keeper=keeper(request, form), scheme=scheme, segregated_from=given["segregated_from"],
            reference=given["reference"], decided_on=given["decided_on"],
        )  # fmt: skip
        messages.success(request, "Het besluit over de rolscheiding is vastgelegd.")

    about = {
        "title": "Rolscheiding", "submit": "Besluit vastleggen", "icon": "gavel", "lead": scheme.name,
        "explanation": "Alleen een nieuw besluit van het algemeen bestuur wijzigt de datum. Bekijk eerst het gevolg.",
    }  # fmt: skip
    done = f"{reverse('segregation')}?regeling={scheme.code}"
    if tried:
        return doing.again(request, "register/segregation.html", {
            **about, **context, "form": form, "back": reverse("register"), "crumbs": crumbs("Rolscheiding", request),
        })  # fmt: skip
    return page(request, form, do, **about, done=done, context=context, template="register/segregation.html")


def as_row(stay: DoubleStay, today: date) -> dict[str, Any]:
    """Somebody's double seat, with how it stands as <c-status> shows it."""
    if stay.forbidden_from is None:
        ends = stay.until is not None
        status = ("Eindigt vanzelf", "plain", "history") if ends else ("Toegestaan", "safe", "circle-check")
    elif stay.forbidden_from <= today:
        status = ("Mag niet meer", "danger", "alert-triangle")
    elif stay.exemption is not None and stay.exemption.valid_until == stay.must_choose_by:
        status = ("Na de ontheffing kiezen", "neutral", "clock")
    else:
        status = ("Kiezen vóór de datum", "warning", "clock")
    label, kind, icon = status
    return {"stay": stay, "status": {"label": label, "kind": kind, "icon": icon}}


def _cells(stay: DoubleStay, segregated_from: date | None) -> list[str]:
    exemption = stay.exemption
    return [
        str(stay.person), _seats(stay.client_seats), _seats(stay.owner_seats), _day(stay.since), _day(stay.until),
        _day(exemption.valid_until if exemption else None), str(exemption.ground) if exemption else "",
        _day(segregated_from), _day(stay.forbidden_from),
    ]  # fmt: skip


def _seats(seats: tuple[Appointment, ...]) -> str:
    return ", ".join(str(seat.position) for seat in seats)


def _day(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""
