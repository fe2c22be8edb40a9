"""Documents of a case: add, add a version, and read; who may read what is in `workflows.secrecy`."""

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import looked
from cases.models import Case, Document, DocumentVersion, TenderDocument
from cases.selectors import tenders as found_tenders
from roles.models import Person
from workflows import asks, services
from workflows.forms.actions import AddDocumentForm, AddVersionForm
from workflows.pages.actions import Action, Words, found, page
from workflows.pages.frame import current_user, visible_case_or_404, visitor
from workflows.pages.reading import traced
from workflows.pages.shelf import levels_for
from workflows.secrecy import TRACED

ADD = Action(
    Words(
        title="Document toevoegen",
        lead="Het document komt in het dossier en blijft daar; een verbetering is een nieuwe versie.",
        submit="Document toevoegen", told="Het document is toegevoegd.", icon="upload",
    ),
    verb="add_document", asks=asks.for_any_hat, service=services.add_document,
)  # fmt: skip
ADD_VERSION = Action(
    Words(
        title="Nieuwe versie toevoegen", lead="De eerdere versies blijven in het dossier.", submit="Versie toevoegen",
        told="De nieuwe versie is toegevoegd.", icon="upload",
    ),
    verb="add_version", asks=asks.for_any_hat, service=services.add_version,
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, case_id: int) -> HttpResponse:
    return page(request, ADD, found(request, case_id), AddDocumentForm)


@require_http_methods(["GET", "POST"])
def add_version(request: HttpRequest, case_id: int, document_id: int) -> HttpResponse:
    """Only who may read a document may put another version in its place."""
    document = _document_or_404(request, visible_case_or_404(request, case_id), document_id)
    if _looks_undeclared(request, document):
        return redirect("declare-interest", case_id)
    work = found(request, case_id)
    return page(
        request, ADD_VERSION, work, AddVersionForm, subject=str(document.title), about={"document_id": document_id}
    )


@require_safe
def download(request: HttpRequest, case_id: int, document_id: int, number: int) -> HttpResponseBase:
    """The bytes, never shown by the browser itself. A look at what is confidential leaves a trace."""
    document = _document_or_404(request, visible_case_or_404(request, case_id), document_id)
    if _looks_undeclared(request, document):
        return redirect("declare-interest", case_id)
    version = DocumentVersion.objects.select_related("filename").filter(document=document, number=number).first()
    if version is None:
        raise Http404
    return served(request, document, version)


def served(request: HttpRequest, document: Document, version: DocumentVersion) -> HttpResponseBase:
    """To who may read it: the caller asked. What is confidential leaves a trace."""
    if document.classification in TRACED or traced(visitor(request), document.case_id):
        person = Person.objects.get(user=current_user(request))
        looked(chain=document.chain, actor=person.actor, subject=f"document/{document.pk}/{version.number}")
    try:
        content = version.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type=version.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(str(version.filename), safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _document_or_404(request: HttpRequest, case: Case, document_id: int) -> Document:
    document = Document.objects.select_related("title").filter(pk=document_id, case=case).first()
    if document is None or document.classification not in levels_for(request, case):
        raise Http404
    document.case = case
    return document


def _looks_undeclared(request: HttpRequest, document: Document) -> bool:
    """What came with a tender is only for who declared to have no interest in who tendered (Aw art. 1.10b)."""
    enclosed = TenderDocument.objects.select_related("tender__procurement").filter(document=document).first()
    if enclosed is None:
        return False
    person = Person.objects.filter(user=current_user(request)).first()
    return person is None or not found_tenders.may_look(enclosed.tender.procurement, person.pk)
