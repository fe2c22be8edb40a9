"""The register of appointments as a file is held against it. A fixed number of queries, however many rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from django.db.models import Max, Q
from django.db.models.functions import Lower

from roles.models import Appointment, Body, Exemption, Organisation, Person, Position, Scheme, Substitution
from roles.rules.roster import Account, Held, Place, Register, Somebody
from roles.rules.seats import Exempted
from roles.rules.sheet import Line, plain

COLLECTIVE = (Body.Kind.BOARD, Body.Kind.CLIENT, Body.Kind.OFFICIALS)
KINDS = {
    **{plain(kind.label): kind.value for kind in Appointment.Kind},
    **{kind.value: kind.value for kind in Appointment.Kind},
    "plv. lid": Appointment.Kind.SUBSTITUTE.value,
    "plv lid": Appointment.Kind.SUBSTITUTE.value,
    "plv. voorzitter": Appointment.Kind.VICE_CHAIR.value,
    "plv voorzitter": Appointment.Kind.VICE_CHAIR.value,
}


def register_of(scheme: Scheme, lines: Sequence[Line]) -> Register:
    """All that these lines may be about. Eight queries."""
    bodies = list(scheme.bodies.order_by("id"))
    positions = list(Position.objects.filter(body__scheme=scheme).select_related("body", "role").order_by("body", "id"))
    places = {position.pk: _place(position) for position in positions}
    held = Appointment.objects.filter(position__body__scheme=scheme).select_related("person__name", "person__user")
    held = held.order_by("id")
    appointed = {each.person_id: each.person for each in held}
    stood_in = Substitution.objects.filter(appointment__position__body__scheme=scheme).select_related("appointment")
    exemptions: dict[str, list[Exempted]] = defaultdict(list)
    for row in Exemption.objects.filter(scheme=scheme):
        exemptions[_key(row.person_id)].append(Exempted(row.decided_on, row.valid_until))
    return Register(
        bodies={plain(name): body.pk for body in bodies for name in (body.code, body.name, body.label)},
        places={
            (position.body_id, plain(name)): places[position.pk]
            for position in positions
            for name in (position.role.code, position.role.label)
        },
        roles_of=_roles_of(bodies, positions),
        body_names=", ".join(body.code for body in bodies),
        organisations=_organisations(scheme),
        kinds=KINDS,
        kind_names=", ".join(kind.label.lower() for kind in Appointment.Kind),
        accounts=_accounts(lines),
        names=_names(appointed.values()),
        held=tuple(_held(each, places) for each in held),
        stood_in=tuple(
            Held(_key(each.substitute_id), places[each.appointment.position_id], each.valid_from, each.valid_until)
            for each in stood_in
        ),
        exemptions={key: tuple(rows) for key, rows in exemptions.items()},
        segregated_from=scheme.segregated_from,
    )


def state_of(scheme: Scheme) -> str:
    """Another text after each change of what an import is held against."""
    appointments = Appointment.history.filter(position__body__scheme=scheme).aggregate(last=Max("history_id"))
    exemptions = Exemption.history.filter(scheme=scheme).aggregate(last=Max("history_id"))
    stood_in = Substitution.history.filter(appointment__position__body__scheme=scheme).aggregate(last=Max("history_id"))
    return f"{appointments['last']} {exemptions['last']} {stood_in['last']} {scheme.segregated_from}"


def _place(position: Position) -> Place:
    body, role = position.body, position.role
    kinds = {plain(kind.label): kind.value for kind in Appointment.Kind}
    return Place(
        id=position.pk, label=str(position), body_kind=body.kind, capacity=role.capacity,
        collective=body.kind in COLLECTIVE, usual_kind=kinds.get(plain(role.label), Appointment.Kind.MEMBER.value),
        organisation=body.organisation_id if body.kind == Body.Kind.MUNICIPALITY else None,
    )  # fmt: skip


def _held(appointment: Appointment, places: dict[int, Place]) -> Held:
    return Held(
        _key(appointment.person_id), places[appointment.position_id], appointment.valid_from, appointment.valid_until,
        id=appointment.pk, kind=appointment.kind, weight=appointment.weight, organisation=appointment.organisation_id,
        name=str(appointment.person), reads=(appointment.reads_from, appointment.reads_until),
    )  # fmt: skip


def _roles_of(bodies: Iterable[Body], positions: Iterable[Position]) -> dict[int, str]:
    found: dict[int, list[str]] = {body.pk: [] for body in bodies}
    for position in positions:
        found[position.body_id].append(position.role.label)
    return {body: ", ".join(labels) or "(dit gremium heeft geen rollen)" for body, labels in found.items()}


def _organisations(scheme: Scheme) -> dict[str, int]:
    """By code, by name, and by the name without its first word: Venlo for gemeente Venlo."""
    found: dict[str, int] = {}
    for each in Organisation.objects.filter(scheme=scheme).order_by("-id"):
        found |= {plain(name): each.pk for name in (each.name.partition(" ")[2], each.name, each.code) if name}
    return found


def _accounts(lines: Sequence[Line]) -> dict[str, Account | None]:
    """Who is meant by the first column: a name to sign in with, or an e-mail address of one account."""
    asked = {line.cells["account"].lower() for line in lines} - {""}
    found: dict[str, Account | None] = {}
    users = User.objects.annotate(low=Lower("username"), mail=Lower("email")).select_related("person__name")
    by_mail = []
    for user in users.filter(Q(low__in=asked) | Q(mail__in=asked)).order_by("id"):
        account = Account(user.pk, user.is_active, _somebody(person) if (person := _person_of(user)) else None)
        found[user.username.lower()] = account
        by_mail.append((user.email.lower(), account))
    names = set(found)
    for mail, account in by_mail:
        if mail and mail not in names:
            found[mail] = None if mail in found else account
    return found


def _names(people: Iterable[Person]) -> dict[str, tuple[Somebody, ...]]:
    found: dict[str, list[Somebody]] = defaultdict(list)
    for person in people:
        if person.name.content is not None:
            found[plain(str(person))].append(_somebody(person))
    return {name: tuple(somebodies) for name, somebodies in found.items()}


def _somebody(person: Person) -> Somebody:
    return Somebody(
        _key(person.pk), str(person), id=person.pk, user_id=person.user_id,
        account=person.user.get_username() if person.user else "",
    )  # fmt: skip


def _person_of(user: User) -> Person | None:
    return getattr(user, "person", None)


def _key(person_id: int) -> str:
    return f"person/{person_id}"
