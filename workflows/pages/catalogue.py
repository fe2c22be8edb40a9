"""De productdienstencatalogus (PDC): who may deliver what to a municipality in a month, on a page and as a file."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.rules.catalogue import first_of_month
from cases.rules.period import months_later
from roles.models import Organisation, Scheme
from roles.rules.sheet import streamed
from roles.selectors import participants
from workflows.pages.frame import Visitor, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number
from workflows.selectors import catalogue as find
from workflows.selectors.inbox import PAGE

BACK, AHEAD = 12, 3  # months that one may choose


class CatalogueFilters(Filters):
    """Only what the visitor may see: their own municipality, or every one of a regeling whose cases they see."""

    maand = choice("Maand", "Deze maand", [])
    gemeente = choice("Gemeente", "Alle gemeenten", [])

    def __init__(self, data: Any, me: Visitor, scheme: Scheme) -> None:
        super().__init__(data)
        self.me, self.scheme = me, scheme
        self.municipalities = municipalities_of(me, scheme)
        maand, gemeente = self.fields["maand"], self.fields["gemeente"]
        maand.choices = [("", "Deze maand"), *((f"{each:%Y-%m}", f"{each:%m-%Y}") for each in _months(me.today))]  # type: ignore[attr-defined]
        everybody = [("", "Alle gemeenten")] if sees_all(me, scheme) else []
        gemeente.choices = [*everybody, *((each.code, each.name) for each in self.municipalities)]  # type: ignore[attr-defined]

    @property
    def month(self) -> date:
        asked = self.asked.get("maand")
        return date.fromisoformat(f"{asked}-01") if asked else first_of_month(self.me.today)

    @property
    def municipality(self) -> Organisation | None:
        asked = self.asked.get("gemeente", "")
        found = next((each for each in self.municipalities if each.code == asked), None)
        return found if found or sees_all(self.me, self.scheme) else next(iter(self.municipalities), None)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    me = visitor(request)
    scheme = _scheme(request, me)
    if scheme is None:
        return render(request, "contracts/catalogue.html", {"me": me})
    filters = CatalogueFilters(request.GET, me, scheme)
    number = page_number(request)
    found = find.catalogue(scheme, filters.month, filters.municipality)
    total = found.count()
    start = min(number - 1, max((total - 1) // PAGE, 0)) * PAGE
    return render(request, "contracts/catalogue.html", {
        "me": me, "scheme": scheme, "filters": filters, "month": filters.month, "of": filters.municipality,
        "rows": list(found[start : start + PAGE]), "total": total, "page": numbered(total, number, PAGE),
        "query": request.GET.urlencode(), "elsewhere": [each for each in _schemes(me) if each != scheme],
    })  # fmt: skip


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same, with the same filters, for a spreadsheet."""
    me = visitor(request)
    scheme = _scheme(request, me)
    rows = iter(()) if scheme is None else _rows(request, me, scheme)
    response = StreamingHttpResponse(streamed(find.HEADINGS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="pdc-{me.today}.csv"'
    return response


def _rows(request: HttpRequest, me: Visitor, scheme: Scheme) -> Any:
    filters = CatalogueFilters(request.GET, me, scheme)
    return find.lines(find.catalogue(scheme, filters.month, filters.municipality))


def _schemes(me: Visitor) -> list[Scheme]:
    return [each for each in me.schemes if sees_all(me, each) or municipalities_of(me, each)]


def _scheme(request: HttpRequest, me: Visitor) -> Scheme | None:
    asked = request.GET.get("regeling", "")
    found = _schemes(me)
    return next((each for each in found if each.code == asked), next(iter(found), None))


def sees_all(me: Visitor, scheme: Scheme) -> bool:
    return any(scope.on == "scheme" and scope.id == scheme.pk for scope in me.scopes)


def municipalities_of(me: Visitor, scheme: Scheme) -> list[Organisation]:
    """Those of a regeling of which this visitor sees the cases."""
    taking_part = [each for each in participants(scheme) if each.kind == Organisation.Kind.MUNICIPALITY]
    if sees_all(me, scheme):
        return taking_part
    own = {scope.id for scope in me.scopes if scope.on == "organisation"}
    return [each for each in taking_part if each.pk in own]


def _months(today: date) -> list[date]:
    """The last first."""
    return [months_later(first_of_month(today), at) for at in range(AHEAD, -BACK - 1, -1)]
