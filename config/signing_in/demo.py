"""Signing in by clicking on a person: in the demo, and nowhere else (checks.py; urls.py does not even route it)."""

from collections import defaultdict
from dataclasses import dataclass, field

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit.clock import TODAY
from roles.models import Appointment, Body, Person
from roles.models.fields import holding_on


class Choice(forms.Form):
    username = forms.CharField()


@dataclass(frozen=True, slots=True)
class Hat:
    role: str
    capacity: str
    behalf_of: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person as one body knows them."""

    name: str
    username: str
    hats: list[Hat] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    members: list[Member]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A regeling with its bodies; and after all of them, those who have no seat anywhere."""

    title: str
    groups: list[Group]


def everybody() -> list[Region]:
    """Everybody with an account, by regeling and body where they sit; those without a seat come last."""
    appointments = (
        Appointment.objects.filter(holding_on(TODAY), person__user__is_active=True)
        .select_related("person__name", "person__user", "position__body__scheme", "position__role", "organisation")
        .order_by("position__body__scheme", "position__body__pk", "organisation__name", "person__user__username", "pk")
    )
    bodies: dict[Body, dict[Person, list[Hat]]] = defaultdict(lambda: defaultdict(list))
    for appointment in appointments:
        bodies[appointment.position.body][appointment.person].append(_hat(appointment))
    regions: dict[str, list[Group]] = defaultdict(list)
    for body, people in bodies.items():
        members = [_member(person, hats) for person, hats in people.items()]
        regions[body.scheme.name].append(Group(body.name, members, body.get_kind_display()))
    seated = {person.pk for people in bodies.values() for person in people}
    others = Person.objects.filter(user__is_active=True).exclude(pk__in=seated).select_related("name", "user")
    if others:
        members = [_member(person, [], "ziet geen zaken") for person in others]
        regions["Zonder regeling"].append(Group("Zonder benoeming", members))
    return [Region(title, groups) for title, groups in regions.items()]


@login_not_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    return render(request, "signing_in/people.html", {"regions": everybody()})


@login_not_required
@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """Also for somebody who is signed in already: that is how one plays several people."""
    choice = Choice(request.POST)
    if not choice.is_valid():
        raise Http404
    chosen = get_object_or_404(User, username=choice.cleaned_data["username"], is_active=True)
    adapter = get_adapter()
    adapter.logout(request)
    adapter.login(request, chosen)
    record_authentication(request, chosen, "demo")
    person = Person.objects.select_related("name").filter(user=chosen).first()
    messages.success(request, f"U werkt nu als {person or chosen}.")
    return redirect(adapter.get_login_redirect_url(request))


def _hat(appointment: Appointment) -> Hat:
    role = appointment.position.role
    label = role.label
    if appointment.kind in {Appointment.Kind.CHAIR, Appointment.Kind.SUBSTITUTE}:
        label = f"{label}, {appointment.get_kind_display().lower()}"
    return Hat(label, role.capacity, str(appointment.organisation or ""))


def _member(person: Person, hats: list[Hat], note: str = "") -> Member:
    assert person.user
    return Member(str(person), person.user.username, hats, note)
