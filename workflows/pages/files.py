"""A file that somebody looks at before it does anything: chosen, and shown row by row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from workflows.pages import doing
from workflows.pages.keeping import Kept, crumbs
from workflows.pages.listing import page_number

PAGE = 50
MOST_PROBLEMS = 200  # a wrong file is wrong on every line; whoever mends it tries again


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """What is taken from a file: the words of its pages, and their names in `urls`."""

    title: str
    about: str
    submit: str
    stopped: str
    means: str
    choose: str
    example: str
    trial: str
    discard: str
    columns: Mapping[str, Any]
    explained: Mapping[str, str]


def choosing(request: HttpRequest, sort: Sort, kept: Kept, form: Any, waiting: Any, status: int) -> HttpResponse:
    """The form, what the columns mean, and a file that stands ready already."""
    return doing.again(request, "importing/choose.html", {
        "sort": sort, "scheme": kept.scheme, "form": form, "waiting": waiting,
        "columns": [(column, sort.explained[code]) for code, column in sort.columns.items()],
        "crumbs": crumbs(sort.title, request),
        "example_url": f"{reverse(sort.example)}?regeling={kept.scheme.code}",
    }, status)  # fmt: skip


def trying(
    request: HttpRequest, sort: Sort, file: Any, form: Any, trial: Any, *, summary: str, entries: Sequence[Any],
    row: Callable[[Any], dict[str, Any]], status: int, tiles: Sequence[dict[str, Any]] = (),
) -> HttpResponse:  # fmt: skip
    """What is wrong with it, and page by page what each row would do."""
    page, problems = Paginator(entries, PAGE).get_page(page_number(request)), trial.plan.problems
    return doing.again(request, "importing/try.html", {
        "sort": sort, "scheme": file.scheme, "file": file, "form": form, "plan": trial.plan, "token": trial.token,
        "summary": summary, "problems": problems[:MOST_PROBLEMS], "more_problems": len(problems) - MOST_PROBLEMS,
        "tiles": tiles, "page": page, "rows": [row(entry) for entry in page], "total": len(entries),
        "crumbs": crumbs("Proef", request, (sort.title, sort.choose)),
    }, status)  # fmt: skip
