"""Rows of any kind in Dutch: the labels of their fields and what stands in them, looked up for all of them at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.timezone import localtime

from audit.models import Text
from cases.models import Case, Classification, Document
from roles.models import Appointment, Position
from roles.selectors import Scope
from ui.templatetags.ui import euro
from workflows.pages.acts import OUTCOMES
from workflows.selectors.past import Version
from workflows.selectors.sight import visible
from workflows.sentences import RESULTS

EMPTY = "–"
UNSEEN = "een zaak die u niet ziet"
SECRET = "een stuk onder geheimhouding"
NAMING = (
    "title",
    "name",
    "firm",
    "label",
    "number",
    "code",
    "filename",
)  # what a row is called by, the first that it has
ABOUT = ("organisation", "appointment", "person", "tender", "provider", "criterion")  # or else after whom or what
MONEY = 2  # decimals of an amount in euros

# What stands in the results of votes and in other notes of a row, in words.
NOTES = {
    "result": "Uitslag", "explanation": "Toelichting", "rule": "Besluitregel", "article": "Grondslag", "form": "Vorm",
    "members": "Leden", "present": "Aanwezig", "voted": "Gestemd", "for": "Voor", "against": "Tegen",
    "for_with_remark": "Voor met kanttekening", "abstain": "Onthouding", "blank": "Blanco", "lot": "Lot",
    "without_flagged": "Zonder stemmen met een vlag", "hinges_on_flagged": "Hangt af van stemmen met een vlag",
    "uncomparable": "Niet na te gaan", "place": "Plaats", "total": "Totaal", "number": "Nummer", "name": "Naam",
    "points": "Punten", "weight": "Gewicht", "price": "Prijs",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One field of a row."""

    label: str
    value: str


class Words:
    """Says what stands in these versions; a fixed number of queries for what they refer to, of each kind one."""

    def __init__(self, versions: Iterable[Version], scopes: Iterable[Scope], flow: Any = None) -> None:
        self.flow = flow
        wanted: dict[type[models.Model], set[Any]] = {}
        for version in versions:
            for field in _fields(version.model):
                value = version.values[field.attname]
                if field.is_relation and value is not None:
                    wanted.setdefault(field.related_model, set()).add(value)
        self.names = {model: _names(model, ids, list(scopes)) for model, ids in wanted.items()}

    def fields(self, version: Version) -> list[Said]:
        return [Said(label_of(field), self.value(field, version.values)) for field in _fields(version.model)]

    def changes(self, before: Version | None, after: Version | None) -> list[tuple[str, str, str]]:
        """Label, what it was, what it became: where that differs."""
        model = (after or before).model  # type: ignore[union-attr]
        found = []
        for field in _fields(model):
            was = EMPTY if before is None else self.value(field, before.values)
            became = EMPTY if after is None else self.value(field, after.values)
            differs = before is None or after is None or before.values[field.attname] != after.values[field.attname]
            if differs and was != became:
                found.append((label_of(field), was, became))
        return found

    def title(self, version: Version) -> str:
        """What kind of row it is, and what it is called."""
        kind = capital(str(version.model._meta.verbose_name))
        fields = {field.name: field for field in _fields(version.model)}
        named = next((fields[name] for name in NAMING if name in fields), None)
        if version.model._meta.pk.related_model is Case:  # what a case is about: there is one
            return kind
        own = self.value(named, version.values) if named else str(version.pk)
        if "step" in fields and "number" in fields:  # of a step there are rounds
            step = self.value(fields["step"], version.values)
            return f"{kind}: {step}" + (f", {fields['number'].verbose_name} {own}" if own != "1" else "")
        about = [
            self.value(field, version.values) for field in fields.values()
            if named is None and field.is_relation and field.name in ABOUT
        ]  # fmt: skip
        return f"{kind}: {about[0] if about and about[0] != EMPTY else own}"

    def value(self, field: Any, values: Mapping[str, Any]) -> str:
        value = values[field.attname]
        if value is None or value == "":
            return EMPTY
        if field.is_relation:
            return self.names[field.related_model].get(value, f"{field.related_model._meta.verbose_name} {value}")
        if field.name == "step" and (node := getattr(self.flow, str(value), None)) is not None:
            return str(getattr(node, "label", value))
        if field.name == "phase" and self.flow is not None:
            return str(self.flow.phases.get(value, value))
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return written(value, money=getattr(field, "decimal_places", None) == MONEY and field.max_digits > 6)


def written(value: Any, *, money: bool = False) -> str:
    match value:
        case bool():
            return "Ja" if value else "Nee"
        case datetime():
            return f"{localtime(value):%d-%m-%Y %H.%M}"
        case date():
            return f"{value:%d-%m-%Y}"
        case Decimal():
            return euro(value) if money else f"{value.normalize():f}".replace(".", ",")
        case dict() | list():
            return "; ".join(_noted(value)) or EMPTY
        case None | "":
            return EMPTY
    return str(value)


def _noted(value: Any) -> Iterator[str]:
    """Of notes within notes the leaves, each with the words for where it stands."""
    if isinstance(value, dict):
        for name, each in value.items():
            label = NOTES.get(str(name), str(name))
            inner = list(_noted(each)) if isinstance(each, dict | list) else [_coded(str(name), each)]
            yield from (f"{label}: {words}" for words in inner if words != EMPTY)
    elif isinstance(value, list):
        for each in value:
            yield from _noted(each) if isinstance(each, dict | list) else [written(each)]


def _coded(name: str, value: Any) -> str:
    if name == "result":
        return RESULTS.get(str(value), str(value)).removeprefix(": ")
    return str(OUTCOMES.get(value, written(value))) if isinstance(value, str) else written(value)


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def label_of(field: Any) -> str:
    return capital(str(field.verbose_name))


def _fields(model: type[models.Model]) -> list[Any]:
    """What there is to show: no keys, no bytes."""
    hidden = (models.BinaryField, models.UUIDField, models.AutoField, models.FileField)
    return [field for field in model._meta.concrete_fields if not isinstance(field, hidden)]


def _names(model: Any, ids: set[Any], scopes: list[Scope]) -> dict[Any, str]:
    """What rows of one kind are called. One query, or two for cases."""
    if model is Text:
        return {pk: str(text) for pk, text in Text.objects.in_bulk(ids).items()}
    if model is Case or model._meta.pk.related_model is Case:  # what a case is about is called as the case is
        seen = set(visible(scopes).filter(pk__in=ids).values_list("pk", flat=True))
        found = Case.objects.select_related("title").in_bulk(ids)
        return {pk: f"{case.number} {case.title}" if pk in seen else UNSEEN for pk, case in found.items()}
    if model is Appointment:
        known = Appointment.objects.select_related("person__name", "position__role", "position__body")
        return {pk: str(each) for pk, each in known.in_bulk(ids).items()}
    if model is Position:
        return {pk: str(each) for pk, each in Position.objects.select_related("role", "body").in_bulk(ids).items()}
    if model is Document:
        papers = Document.objects.select_related("title").in_bulk(ids)
        return {
            pk: SECRET if each.classification == Classification.SECRET else str(each.title)
            for pk, each in papers.items()
        }
    return _called(model, ids)


def _called(model: Any, ids: set[Any]) -> dict[Any, str]:
    fields = {field.name: field for field in model._meta.concrete_fields}
    naming = next((fields[name] for name in NAMING if name in fields), None)
    kind = str(model._meta.verbose_name)
    if naming is None:
        return {pk: f"{kind} {pk}" for pk in ids}
    rows = model._default_manager.filter(pk__in=ids)
    if naming.is_relation:
        if naming.related_model is not Text:
            return {pk: f"{kind} {pk}" for pk in ids}
        rows = rows.select_related(naming.name)
    return {row.pk: str(getattr(row, naming.name)) for row in rows}
