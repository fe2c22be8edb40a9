"""The filters that overviews share."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.timezone import make_aware

from roles.models import Person, Position
from roles.models.bodies import Capacity
from ui.fields import DateField
from workflows.flows import ALL
from workflows.nodes import Begin
from workflows.pages.acts import FLAGS, VERBS
from workflows.pages.frame import Visitor
from workflows.pages.listing import choice, words
from workflows.pages.oversight.tables import Filter


def person(by: Callable[[int], Q], label: str = "Wie") -> Filter:
    return Filter("wie", lambda me: choice(label, "Iedereen", _people(me.supervised)), lambda pk: by(int(pk)))


def period(path: str) -> list[Filter]:
    """Days in the Netherlands, ends included."""
    return [
        Filter("van", _day("Van"), lambda day: Q(**{f"{path}__gte": _midnight(day)})),
        Filter("tot", _day("Tot en met"), lambda day: Q(**{f"{path}__lt": _midnight(day + timedelta(days=1))})),
    ]


def of_case(by: Callable[[str], Q]) -> Filter:
    """By its number, as it is written."""
    return Filter("zaak", lambda me: words("Zaaknummer"), lambda said: by(said.strip()))


def one_of(name: str, label: str, everything: str, choices: list[tuple[Any, Any]], by: Callable[[str], Q]) -> Filter:
    return Filter(name, lambda me: choice(label, everything, choices), by)


CAPACITY = one_of(
    "hoedanigheid", "Hoedanigheid", "Alle hoedanigheden", [*Capacity.choices], lambda code: Q(capacity=code)
)
ROLE = Filter("rol", lambda me: choice("Rol", "Alle rollen", _roles(me.supervised)), lambda words: Q(role=words))
VERB = one_of("handeling", "Handeling", "Alle handelingen", sorted(VERBS.items(), key=lambda verb: verb[1]),
              lambda code: Q(verb=code))  # fmt: skip
FLAG = one_of("vlag", "Bijzonderheid", "Met en zonder", [("ja", "Alleen met"), *FLAGS.items()],
              lambda code: ~Q(flags="") if code == "ja" else ~Q(flags="") & Q(flags__contains=code))  # fmt: skip
MANDATE = Filter(
    "mandaat", lambda me: words("Mandaat"), lambda said: ~Q(mandate="") & Q(mandate__istartswith=said.strip())
)


def _steps() -> list[tuple[Any, Any]]:
    """Each flow with its steps, whatever their version."""
    flows: dict[str, dict[str, str]] = {}
    titles: dict[str, str] = {}
    for flow in ALL:
        titles[flow.code] = str(flow.process_title)
        for node in flow.instance.nodes():
            if getattr(node, "label", "") and (hasattr(node, "outcomes") or isinstance(node, Begin)):
                flows.setdefault(flow.code, {})[node.name] = str(node.label)
    return [
        (titles[code], [(f"{code}/{name}", label) for name, label in steps.items()]) for code, steps in flows.items()
    ]


def _of_step(said: str) -> Q:
    code, _, name = said.partition("/")
    return Q(step__in=[f"{code}/{flow.version}/{name}" for flow in ALL if flow.code == code])


STEP = one_of("stap", "Stap", "Alle stappen", _steps(), _of_step)


def _day(label: str) -> Callable[[Visitor], forms.Field]:
    return lambda me: DateField(label=label, required=False)


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


def _people(schemes: Collection[int]) -> list[tuple[int, str]]:
    found = Person.objects.filter(appointments__position__body__scheme__in=schemes).distinct()
    return [(each.pk, str(each)) for each in found.select_related("name").order_by("name__content", "id")]


def _roles(schemes: Collection[int]) -> list[tuple[str, str]]:
    found = Position.objects.filter(body__scheme__in=schemes).select_related("role", "body")
    return [(said, said) for said in sorted({str(each) for each in found})]
