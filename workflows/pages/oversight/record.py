"""One row of any kind: its versions, what each changed, and by which act."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit.models import Act
from audit.services import looked
from cases.models import Meeting
from workflows.pages.acts import told
from workflows.pages.casefile import CaseFile
from workflows.pages.frame import visible_case_or_404, visitor
from workflows.pages.oversight.overviews import actor_of, crumbs, scopes
from workflows.pages.oversight.past import ASSESSED, NEVER, shown_of
from workflows.pages.oversight.trail import supervised_case_or_404
from workflows.pages.oversight.words import Words
from workflows.selectors import acts, past
from workflows.selectors.past import Version

LONGEST_KEY = 18  # digits
KINDS = ("case", "meeting", "scheme")


@require_safe
def record(request: HttpRequest, table: str, key: str) -> HttpResponse:
    """Where the row came to be says who may see it. What another case changed in it, is told of who may see that."""
    if table not in past.tables() or not key.isascii() or not key.isdigit() or len(key) > LONGEST_KEY:
        raise Http404
    found = past.versions({table: [key]})
    if not found or found[0].model in NEVER:
        raise Http404
    versions, flow = _readable(request, found)
    me = visitor(request)
    looked(chain=found[0].chain, actor=actor_of(me), subject=f"record/{table}/{key}")
    words = Words(versions, me.scopes, flow)
    known = acts.spoken(acts.seen(Act.objects.filter(pk__in=[each.act_id for each in versions]), scopes(me)))
    by_act = {each.act.pk: each for each in told(known)}
    cases = acts.cases_of(each.act.chain for each in by_act.values())
    title = words.title(versions[-1])
    return render(request, "oversight/record.html", {
        "title": title, "crumbs": crumbs(title, request.path, *_above(found[0].chain, cases)),
        "versions": [
            {
                "version": after, "number": place, "act": by_act.get(after.act_id), "case": cases.get(after.chain),
                "what": {"+": "Toegevoegd", "-": "Verwijderd"}.get(after.kind, "Gewijzigd"),
                "fields": words.changes(before, None if after.kind == "-" else after),
            }
            for place, (before, after) in reversed(list(enumerate(zip([None, *versions], versions, strict=False), 1)))
        ],
    })  # fmt: skip


def _readable(request: HttpRequest, found: list[Version]) -> tuple[list[Version], Any]:
    """The versions, and the flow that names their steps; 404 for who may not see where the row came to be."""
    kind, _, number = found[0].chain.partition("/")
    me = visitor(request)
    if kind == "case":
        case = supervised_case_or_404(request, int(number))
        file = CaseFile(request, visible_case_or_404(request, case.pk, destroyed_too=True))
        versions, _withheld = shown_of(request, file, found)
        if not versions:
            raise Http404
        return versions, file.flow
    if found[0].model in ASSESSED or kind not in KINDS or not _of_scheme(kind, int(number)) & me.supervised:
        raise Http404
    return found, None


def _of_scheme(kind: str, number: int) -> set[int]:
    if kind == "scheme":
        return {number}
    return set(Meeting.objects.filter(pk=number).values_list("body__scheme", flat=True))


def _above(chain: str, cases: Any) -> list[tuple[str, str]]:
    case = cases.get(chain)
    return [(case.number, reverse("case-trail", args=[case.pk]))] if case else []
