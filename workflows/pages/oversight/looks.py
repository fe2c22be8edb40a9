"""Who looked at what is confidential: by item, by person, by period."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from audit.models import AccessRecord
from cases.models import Classification, Document
from roles.selectors import Scope
from workflows.exporting.formats import FORMATS
from workflows.pages.acts import names_of
from workflows.pages.listing import words
from workflows.pages.oversight import asking
from workflows.pages.oversight.acts import CASE, PERSON, at
from workflows.pages.oversight.tables import Cell, Column, Filter, Line, Table
from workflows.pages.reading import in_words
from workflows.selectors import acts, past

SUBJECTS = {
    "document": "Stuk",
    "evidence": "Dossier met bewijs",
    "act": "Handeling nr.",
    "overview": "Overzicht van de controle",
    "population": "Populatie van steekproef",
}


def _find(scopes: Sequence[Scope]) -> Any:
    return acts.seen(AccessRecord.objects.all(), scopes)


def _tell(found: Sequence[AccessRecord]) -> list[Line]:
    """Three queries."""
    names, cases = names_of(each.actor for each in found), acts.cases_of(each.chain for each in found)
    documents = Document.objects.select_related("title").in_bulk({_document(each.subject) for each in found} - {0})
    return [
        Line(each, cases.get(each.chain), None, {
            "who": names.get(each.actor, "Het systeem"), "document": documents.get(_document(each.subject)),
        })
        for each in found
    ]  # fmt: skip


def _document(subject: str) -> int:
    """The number in document/12/3; zero where it is about something else."""
    kind, _, rest = subject.partition("/")
    number = rest.partition("/")[0]
    return int(number) if kind == "document" and number.isdigit() and len(number) < 19 else 0


def _what(line: Line) -> Cell:
    """A secret is named by its number alone."""
    subject: str = line.record.subject
    kind, _, rest = subject.partition("/")
    document: Document | None = line.known["document"]
    url = f"?wat={subject}"
    if kind == "record":
        return Cell(_versions_of(rest), url=url)
    if kind == "export":
        label = FORMATS[rest].label if rest in FORMATS else rest
        return Cell(f"Meegenomen als {label}", url=url)
    if kind == "page":
        return Cell(in_words(subject), url=url)
    if document is None:
        return Cell(f"{SUBJECTS.get(kind, kind)} {rest}".strip(), url=url)
    version = rest.partition("/")[2]
    secret = document.classification == Classification.SECRET
    said = f"Stuk {document.pk} onder geheimhouding" if secret else str(document.title)
    return Cell(
        said, url=url, note=f"versie {version}" if version else "", badges=[document.get_classification_display()]
    )


def _versions_of(row: str) -> str:
    """For instance "Alle versies van waarneming 2"."""
    table, _, key = row.partition("/")
    model = past.tables().get(table)
    return f"Alle versies van {model._meta.verbose_name if model else table} {key}"


def _who(line: Line) -> Cell:
    number = line.record.actor.removeprefix("person/")
    return Cell(line.known["who"], url=reverse("person", args=[number]) if number.isdigit() else "")


def _where(line: Line) -> Cell:
    if line.case is None:
        return Cell("Regeling" if line.record.chain.startswith("scheme/") else "Vergadering")
    return Cell(line.case.number, url=reverse("case-trail", args=[line.case.pk]))


def _of_item(said: str) -> Q:
    """All versions of a document are one item, also where somebody typed "stuk 12"."""
    said = re.sub(r"^stuk\s+(\d+)$", r"document/\1", said.strip(), flags=re.IGNORECASE)
    number = _document(said)
    return Q(subject=said) | Q(subject__startswith=f"document/{number}/") if number else Q(subject=said)


LOOKS = Table(
    slug="inzage", title="Wie keek", lead="Wie iets vertrouwelijks opende, wat en wanneer",
    note="Wie vertrouwelijke en geheime stukken opende, per stuk, per persoon en per periode.", icon="eye",
    columns=[Column("Tijdstip", at), Column("Wie", _who), Column("Wat", _what, wide=True), Column("Zaak", _where)],
    filters=[PERSON, Filter("wat", lambda me: words("Wat, zoals stuk 12"), _of_item), CASE, *asking.period("at")],
    find=_find, key=("at", "pk"), tell=_tell,
)  # fmt: skip
