"""The documents of a case as one visitor may see them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cases import selectors as cases
from cases.models import Case, Classification, Document
from workflows import secrecy
from workflows.pages.frame import sees_confidential, visitor
from workflows.selectors.sight import emergency_in

ICONS = {
    "pdf": "file-type-pdf",
    "docx": "file-type-doc",
    "odt": "file-type-doc",
    "xlsx": "file-spreadsheet",
    "ods": "file-spreadsheet",
    "csv": "file-spreadsheet",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A document in the list. What somebody may not read is there without a link; a secret has no name either."""

    document: Document
    readable: bool

    @property
    def title(self) -> str:
        hidden = self.document.classification == Classification.SECRET and not self.readable
        return "Stuk onder geheimhouding" if hidden else str(self.document.title)

    @property
    def versions(self) -> list[Any]:
        """The last one first."""
        return list(self.document.versions.all())

    @property
    def latest(self) -> Any:
        return self.versions[0]

    @property
    def earlier(self) -> list[Any]:
        return self.versions[1:] if self.readable else []

    @property
    def href(self) -> str:
        return url_of(self.document, self.latest.number) if self.readable else ""

    @property
    def icon(self) -> str:
        if not self.readable:
            return "lock"
        return ICONS.get(str(self.latest.filename).rpartition(".")[2], "file-text")

    @property
    def note(self) -> str:
        if not self.readable:
            return "U mag dit stuk niet openen"
        latest = self.latest
        return f"{size_of(latest.size)} · {latest.adder}, {latest.added_by.position.role}"


def shelf(request: HttpRequest, case: Case) -> list[Shown]:
    """Five queries, however many documents."""
    levels = levels_for(request, case)
    return [Shown(document, document.classification in levels) for document in cases.documents(case)]


def levels_for(request: HttpRequest, case: Case) -> frozenset[str]:
    """The classifications that this visitor may read in this case."""
    me = visitor(request)
    return secrecy.readable(
        case.process, me.hats_in(case), confidential=sees_confidential(request, case),
        emergency=emergency_in(me.scopes, case.pk) is not None,
    )  # fmt: skip


def url_of(document: Document, number: int) -> str:
    return reverse("document", args=[document.case_id, document.pk, number])


def size_of(size: int) -> str:
    """For instance "1,2 MB"."""
    for unit, step in (("MB", 1024 * 1024), ("kB", 1024)):
        if size >= step:
            return f"{size / step:.1f}".replace(".", ",").removesuffix(",0") + f" {unit}"
    return f"{size} bytes"
