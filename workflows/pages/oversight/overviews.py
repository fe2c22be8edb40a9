"""The page of an overview, and the same as a file: everything that differs stands in its table (`tables`)."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from audit.services import looked
from roles.rules.sheet import streamed
from roles.selectors import Scope
from workflows.pages.frame import Visitor, visitor
from workflows.pages.oversight.acts import ACTS, FLAGS, MANDATES
from workflows.pages.oversight.looks import LOOKS
from workflows.pages.oversight.register import DISPENSATIONS, RECUSALS, TERMS
from workflows.pages.oversight.tables import Cell, Line, Table
from workflows.pages.oversight.votes import FLAGGED_VOTES, MINORITIES
from workflows.pages.reading import actor_of

TABLES = {
    table.slug: table
    for table in [ACTS, FLAGS, FLAGGED_VOTES, MANDATES, DISPENSATIONS, RECUSALS, TERMS, MINORITIES, LOOKS]
}


@require_safe
def overview(request: HttpRequest, of: str) -> HttpResponse:
    """Of the regelingen whose cases one supervises; for anybody else there is no such page."""
    table, me = _table_or_404(request, of)
    filters = table.form(request.GET, me)
    rows = table.narrowed(scopes(me), filters.asked)
    lines, following = table.page(rows, request.GET.get("na", ""))
    log(me, lines, of)
    asked = request.GET.copy()
    asked.pop("na", None)
    return render(request, "oversight/overview.html", {
        "table": table, "filters": filters, "crumbs": crumbs(table.title, request.path),
        "rows": [[(column, column.of(line)) for column in table.columns] for line in lines],
        "first": _address(of, asked) if request.GET.get("na") else "",
        "following": _address(of, asked, na=following) if following else "",
        "file": f"{reverse('oversight-file', args=[of])}?{asked.urlencode()}",
    })  # fmt: skip


@require_safe
def export(request: HttpRequest, of: str) -> StreamingHttpResponse:
    """Every row, as far as there are any; read and sent some at a time."""
    table, me = _table_or_404(request, of)
    filters = table.form(request.GET, me)
    rows = table.narrowed(scopes(me), filters.asked)
    headings = [column.label for column in table.columns]
    unused = [[f"Niet gebruikt: {', '.join(filters.ignored)}"]] if filters.ignored else []
    told = _told(table, table.every(rows), me)
    response = StreamingHttpResponse(streamed(headings, _and(told, unused)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{of}-{me.today}.csv"'
    return response


def _told(table: Table, lines: Iterable[Line], me: Visitor) -> Iterator[list[str]]:
    logged: set[str] = set()
    for line in lines:
        log(me, [line], table.slug, logged)
        yield [_written(column.of(line)) for column in table.columns]


def _and(rows: Iterable[list[str]], after: Iterable[list[str]]) -> Iterator[list[str]]:
    yield from rows
    yield from after


def _written(cell: Cell) -> str:
    return f"{localtime(cell.at):%d-%m-%Y %H:%M:%S}" if cell.at else cell.plain


def _address(of: str, asked: QueryDict, **more: str) -> str:
    query = asked.copy()
    query.update(more)
    return f"{reverse('oversight', args=[of])}?{query.urlencode()}"


def _table_or_404(request: HttpRequest, of: str) -> tuple[Table, Visitor]:
    me = visitor(request)
    if of not in TABLES or not me.supervised:
        raise Http404
    return TABLES[of], me


def scopes(me: Visitor) -> list[Scope]:
    """What they see of the regelingen that they supervise."""
    bodies = [hat.position.body for hat in me.hats if hat.position.body.scheme_id in me.supervised]
    own: dict[str, set[int | None]] = {
        "scheme": {*me.supervised}, "organisation": {body.organisation_id for body in bodies},
        "appointment": {hat.appointment_id for hat in me.hats if hat.position.body.scheme_id in me.supervised},
    }  # fmt: skip
    return [scope for scope in me.scopes if scope.id in own.get(scope.on, ())]


def log(me: Visitor, lines: Iterable[Line], of: str, logged: set[str] | None = None) -> None:
    """What is told of a confidential case was looked at."""
    chains = {line.case.chain for line in lines if line.case is not None and line.case.confidential}
    for chain in sorted(chains - (logged or set())):
        looked(chain=chain, actor=actor_of(me), subject=f"overview/{of}")
    if logged is not None:
        logged |= chains


def crumbs(title: str, path: str, *between: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": "Controle", "url": reverse("audit")},
        *({"label": label, "url": url} for label, url in between),
        {"label": title, "url": path},
    ]
