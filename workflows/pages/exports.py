"""A list as a table for a spreadsheet (CSV): with its filters and columns as shown, and as far as the list is counted.

Read and sent some rows at a time. Rows come from the same selectors as the pages, so from the same rights.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from cases.models import Case
from roles.rules.sheet import streamed
from workflows.models import SavedView
from workflows.pages import cases, columns, inbox, whose_turn
from workflows.pages.columns import Column
from workflows.pages.frame import Visitor, visitor
from workflows.pages.listing import Filters
from workflows.selectors import inbox as tasks
from workflows.selectors import lists, turns
from workflows.selectors.inbox import MANY

AT_A_TIME = 250
FULL = "Dit bestand houdt hier op. Maak de lijst met filters kleiner om alles te zien."

Row = Sequence[str]
R = TypeVar("R")


@require_safe
def export(request: HttpRequest, of: str) -> StreamingHttpResponse:
    if of not in TABLES:
        raise Http404
    me = visitor(request)
    headings, rows = TABLES[of](request, me)
    response = StreamingHttpResponse(streamed(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{of}-{me.today}.csv"'
    return response


def _tasks(request: HttpRequest, me: Visitor) -> tuple[Row, Iterator[Row]]:
    filters, wish = inbox.asked(request, me)
    chosen = columns.shown(request, SavedView.Of.TASKS)
    otherwise = {"done": {"termijn": "Afgerond"}, "waiting": {"rol": "Aan zet"}}.get(wish.view, {})

    def page(number: int) -> tuple[Sequence[tasks.Row], int]:
        return tasks.tasks(me.user.pk, me.hats, me.scopes, wish, page=number, size=AT_A_TIME)

    def cell(row: tasks.Row, column: Column) -> str:
        return str(_TASK[column.code](row, me) or "")

    def rows() -> Iterator[Row]:
        for row in _every(page, key=lambda row: row.task_id):
            yield [row.label, row.number, row.title, *(cell(row, column) for column in chosen)]

    labels = [otherwise.get(column.code, column.label) for column in chosen]
    return ["Taak", "Nummer", "Opdracht", *labels], _ending(rows(), _unused(request, filters, SavedView.Of.TASKS))


def _cases(request: HttpRequest, me: Visitor) -> tuple[Row, Iterator[Row]]:
    filters, wish = cases.asked(request, me)
    chosen = columns.shown(request, SavedView.Of.CASES)

    def page(number: int) -> tuple[Sequence[dict[str, Any]], int]:
        found, total = lists.cases(me.scopes, wish, page=number, size=AT_A_TIME)
        waiting = turns.in_cases(found)
        return [cases.row(case, waiting[case.pk]) for case in found], total

    def rows() -> Iterator[Row]:
        for row in _every(page, key=lambda row: row["case"].pk):
            case = row["case"]
            yield [case.number, str(case.title), *(str(_CASE[column.code](row)) for column in chosen)]

    labels = [column.label for column in chosen]
    return ["Nummer", "Opdracht", *labels], _ending(rows(), _unused(request, filters, SavedView.Of.CASES))


def _turns(request: HttpRequest, me: Visitor) -> tuple[Row, Iterator[Row]]:
    filters, body = whose_turn.asked(request, me)
    chosen = columns.shown(request, SavedView.Of.TURNS)
    groups = turns.by_body(me.scopes, [scheme.pk for scheme in me.schemes], body, first=turns.MORE)

    def rows() -> Iterator[Row]:
        for group in groups:
            for turn in group.turns:
                case, cells = turn.case, (_TURN[column.code](turn) for column in chosen)
                yield [group.body.name, case.number, str(case.title), turn.what, *cells]
            if group.more:
                yield [group.body.name, FULL]
        for case, until in turns.at_rest(me.scopes):
            still = "Opgeschort" if case.state == Case.State.SUSPENDED else until.step if until else ""
            yield ["Niemand aan zet", case.number, str(case.title), still]

    labels = [column.label for column in chosen]
    head = ["Gremium", "Nummer", "Opdracht", "Stap", *labels]
    return head, _ending(rows(), _unused(request, filters, SavedView.Of.TURNS))


TABLES: dict[str, Callable[[HttpRequest, Visitor], tuple[Row, Iterator[Row]]]] = {
    SavedView.Of.TASKS: _tasks, SavedView.Of.CASES: _cases, SavedView.Of.TURNS: _turns,
}  # fmt: skip


def _every(page: Callable[[int], tuple[Sequence[R], int]], *, key: Callable[[R], int]) -> Iterator[R]:
    """Each row once, as far as the list is counted, also where another came in between two pages."""
    seen: set[int] = set()
    for number in range(1, MANY // AT_A_TIME + 1):
        found, total = page(number)
        yield from (row for row in found if key(row) not in seen)
        seen.update(map(key, found))
        if number * AT_A_TIME >= total:
            return


def _ending(rows: Iterable[Row], unused: Collection[str]) -> Iterator[Row]:
    """What there is to say of the table stands beneath it."""
    count = 0
    for row in rows:
        count += 1
        yield row
    if count >= MANY:
        yield [FULL]
    if unused:
        yield [f"Niet gebruikt: {', '.join(unused)}"]


def _unused(request: HttpRequest, filters: Filters, of: str) -> list[str]:
    filters.also_ignored = columns.unknown(request, of)
    return filters.ignored


def _day(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    return f"{localdate(moment) if isinstance(moment, datetime) else moment:%d-%m-%Y}"


def _hat(row: tasks.Row, me: Visitor) -> str:
    hat = inbox.hat_of(row, me)
    return ", ".join(filter(None, (hat["role"], hat["behalf_of"] and f"namens {hat['behalf_of']}")))


_TASK: dict[str, Callable[[tasks.Row, Visitor], str | None]] = {
    "fase": lambda row, me: row.phase,
    "rol": _hat,
    "indiener": lambda row, me: row.submitted_by,
    "gemeente": lambda row, me: row.concerns,
    "behandelaar": lambda row, me: row.owner or ("een collega" if row.owner_id else ""),
    "termijn": lambda row, me: _day(row.finished or row.due_at),
}


def _term(row: dict[str, Any]) -> str:
    case = row["case"]
    if case.state == Case.State.OPEN:
        return _day(row["due_at"])
    return f"Gesloten {_day(case.closed_at)}" if case.closed_at else "Staat stil"


def _amount(case: Case) -> str:
    return str(case.commissioned.annual_amount).replace(".", ",") if case.commissioned else ""


_CASE: dict[str, Callable[[dict[str, Any]], str]] = {
    "fase": lambda row: row["phase"] if row["case"].state == Case.State.OPEN else row["case"].get_state_display(),
    "aan-zet": lambda row: row["next"],
    "indiener": lambda row: str(row["case"].organisation),
    "raming": lambda row: _amount(row["case"]),
    "termijn": _term,
    "domein": lambda row: row["case"].top.content.get_domain_display(),
    "schaal": lambda row: row["case"].top.content.get_scale_display(),
    "ingediend": lambda row: _day(row["case"].opened_at),
    "start": lambda row: _day(row["case"].commissioned and row["case"].commissioned.start_date),
}


def _who(turn: turns.Turn) -> str:
    owner = turn.task.owner
    people = str(owner.person) if owner else ", ".join(face.who for face in turn.faces)
    return f"{turn.who}: {people}" if people else turn.who


_TURN: dict[str, Callable[[turns.Turn], str]] = {"wie": _who, "termijn": lambda turn: _day(turn.due_at)}
