"""What an auditor reads, and what anybody reads by noodtoegang, leaves a record: one for each page (ADR 44).

Written after the page was made and before it leaves, so that nobody has read what is not on record. For everybody else
it asks nothing of the database: who looks was asked for the page itself.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from audit.services import looked
from cases.models import Classification, Document
from roles.models import Person
from workflows.pages.frame import Visitor
from workflows.selectors.sight import emergency_in

SHOWN = {200, 403, 409, 422}  # a form that is refused shows the case as well
ITSELF = frozenset({"document", "meeting-document"})  # a download is recorded where it is served, with its number

# Lists that tell of what is confidential, and files that take many cases along: on record in the chain of the regeling.
LISTS = frozenset({
    "conformance", "double-seats", "double-seats-csv", "emergencies", "escalations", "findings", "list-csv",
    "oversight", "oversight-file", "search",
})  # fmt: skip

# What a page is called where it is told that it was read; any other by its address.
PAGES = {
    "case": "Zaak", "case-content": "Inhoud", "case-decisions": "Besluitvorming", "case-documents": "Stukken",
    "case-people": "Betrokkenen", "case-history": "Geschiedenis", "bpmn": "Procesplaat", "case-trail": "Wat is gedaan",
    "case-past": "Zaak zoals zij was", "case-difference": "Verschil tussen twee momenten", "task": "Taak",
    "record-finding": "Bevinding vastleggen", "meeting": "Vergadering", "escalations": "Escalaties",
    "emergencies": "Noodtoegang", "findings": "Bevindingen", "oversight": "Overzicht", "oversight-file": "Bestand",
    "conformance": "Procestrouw", "search": "Zoeken",
    "double-seats": "Dubbele stoelen", "double-seats-csv": "Dubbele stoelen als bestand",
    "list-csv": "Lijst als bestand",
}  # fmt: skip


class Recorded:
    """Middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        me: Visitor | None = getattr(request, "_visitor", None)
        if me is not None and response.status_code in SHOWN:
            _record(request, me)
        return response


def _record(request: HttpRequest, me: Visitor) -> None:
    if request.resolver_match is None:
        return
    name, about = request.resolver_match.url_name or "", request.resolver_match.kwargs
    if name in ITSELF:
        return
    if "case_id" in about:
        if traced(me, about["case_id"]):
            looked(chain=f"case/{about['case_id']}", actor=actor_of(me), subject=f"page/{name}")
    elif "meeting_id" in about:
        noted(me, f"meeting/{about['meeting_id']}", f"page/{name}")
    elif name in LISTS:
        for scheme in me.schemes:
            noted(me, scheme.chain, f"page/{name}" + (f"/{about['of']}" if "of" in about else ""))


def traced(me: Visitor, case_id: int | None) -> bool:
    """Does whoever looks leave a record of all that they open in this case? One query for who took a noodtoegang."""
    return me.supervises or (case_id is not None and emergency_in(me.scopes, case_id) is not None)


def noted(me: Visitor, chain: str, subject: str) -> None:
    """What an auditor reads apart from the pages of a case, such as an export."""
    if me.supervises:
        looked(chain=chain, actor=actor_of(me), subject=subject)


def in_words(subject: str, titles: Mapping[str, str] = MappingProxyType({})) -> str:
    """For instance "Stuk ‘Offerte’, versie 1"; without its title "Stuk 12, versie 1"."""
    kind, _, rest = subject.partition("/")
    number, _, version = rest.partition("/")
    if kind == "document":
        said = f"‘{titles[number]}’" if number in titles else number
        return f"Stuk {said}" + (f", versie {version}" if version else "")
    page, _, of = rest.partition("/")
    said = f"{PAGES.get(page, page)}: {of.replace('-', ' ')}" if of else PAGES.get(page, page)
    return f"Pagina ‘{said}’" if kind == "page" else subject


def titles_of(subjects: Iterable[str]) -> dict[str, str]:
    """The number of each paper -> its title; not of what is secret. One query."""
    numbers = {
        rest.partition("/")[0] for kind, _, rest in (each.partition("/") for each in subjects) if kind == "document"
    }
    found = Document.objects.filter(pk__in=filter(str.isdecimal, numbers))
    found = found.exclude(classification=Classification.SECRET).select_related("title")
    return {str(each.pk): str(each.title) for each in found}


def actor_of(me: Visitor) -> str:
    """Of who has a hat of their own that is known already."""
    own = next((hat.appointment.person for hat in me.hats if hat.substitution is None), None)
    return (own or Person.objects.get(user=me.user)).actor
