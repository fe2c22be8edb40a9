"""One row of any kind: its versions, what each changed, and by which act. And one act: the rows that it changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit import roots
from audit.models import Act
from audit.services import looked
from cases.models import Case, Document, DocumentVersion, Meeting
from workflows.pages.acts import told
from workflows.pages.casefile import CaseFile
from workflows.pages.frame import visitor
from workflows.pages.listing import Filters
from workflows.pages.oversight.overviews import crumbs, scopes
from workflows.pages.oversight.past import ASSESSED, NEVER, DayField, address, moment_of, shown_of
from workflows.pages.oversight.trail import supervised_case_or_404
from workflows.pages.oversight.words import Words
from workflows.pages.reading import actor_of
from workflows.selectors import acts, past
from workflows.selectors.past import Version

LONGEST_KEY = 18  # digits
BOUNDED = {Document, DocumentVersion}  # of a meeting: its own pages say who may read them
IN_CHAIN = {"scheme": "het register van de regeling", "meeting": "een vergadering"}
WHAT = {"+": "Toegevoegd", "-": "Verwijderd", "~": "Gewijzigd"}


class OnForm(Filters):
    op = DayField(label="Zoals het was op", required=False)


@require_safe
def record(request: HttpRequest, table: str, key: str) -> HttpResponse:
    """Where the row came to be says who may see it. What another case changed in it, is told of who may see that."""
    if table not in past.tables() or not key.isascii() or not key.isdigit() or len(key) > LONGEST_KEY:
        raise Http404
    found = past.versions({table: [key]})
    versions, flow = _readable(request, found[0].chain, found) if found else ([], None)
    if not versions:
        raise Http404
    me = visitor(request)
    looked(chain=found[0].chain, actor=actor_of(me), subject=f"record/{table}/{key}")
    words = Words(versions, me.scopes, flow)
    known = acts.spoken(acts.seen(Act.objects.filter(pk__in=[each.act_id for each in versions]), scopes(me)))
    by_act = {each.act.pk: each for each in told(known)}
    cases = acts.cases_of(each.act.chain for each in by_act.values())
    title, form = words.title(versions[-1]), OnForm(request.GET)
    return render(request, "oversight/record.html", {
        "title": title, "form": form, "on": _on(form, versions, words),
        "crumbs": crumbs(title, request.path, *_above(found[0].chain, cases)),
        "versions": [
            {
                "version": after, "number": place, "act": by_act.get(after.act_id), "case": cases.get(after.chain),
                "where": _where(after.chain),
                "what": WHAT[after.kind], "fields": words.changes(before, None if after.kind == "-" else after),
            }
            for place, (before, after) in reversed(list(enumerate(zip([None, *versions], versions, strict=False), 1)))
        ],
    })  # fmt: skip


@require_safe
def act(request: HttpRequest, act_id: int) -> HttpResponse:
    """Its evidence, and what it changed, field by field."""
    me = visitor(request)
    known = acts.spoken(acts.seen(Act.objects.filter(pk=act_id), scopes(me))).first() if act_id < 2**63 else None
    if known is None:
        raise Http404
    [one] = told([known])
    case = acts.cases_of([known.chain]).get(known.chain)
    versions, flow = _readable(request, known.chain, past.versions(past.touched([known])))
    looked(chain=known.chain, actor=actor_of(me), subject=f"act/{known.seq}")
    words, title = Words(versions, me.scopes, flow), f"Handeling nr. {known.seq}"
    return render(request, "oversight/act.html", {
        "told": one, "case": case, "root": roots.covering(known.chain, known.seq), "title": title,
        "prev": bytes(known.prev).hex(), "where": _where(known.chain),
        "crumbs": crumbs(title, request.path, *_above(known.chain, {known.chain: case})),
        "rows": list(_changed(versions, known.pk, words)),
    })  # fmt: skip


def _on(form: OnForm, versions: Sequence[Version], words: Words) -> dict[str, Any] | None:
    """The whole row as it stood at a moment, where one was asked."""
    moment = moment_of(form.asked.get("op"), None, [])
    if moment is None:
        return None
    held = [number for number, version in enumerate(versions, 1) if moment.holds(version.at, version.act_id)]
    last = versions[held[-1] - 1] if held else None
    there = last is not None and last.kind != "-"
    facts = [(said.label, said.value) for said in words.fields(last)] if last is not None and there else []
    return {"at": moment.at, "number": held[-1] if held else 0, "there": there, "facts": facts}


def _changed(versions: Sequence[Version], act_id: int, words: Words) -> Any:
    """Each row that this act changed: how it stood before, and after."""
    by_row: dict[past.Key, list[Version]] = {}
    for version in versions:
        by_row.setdefault(version.key, []).append(version)
    for row in by_row.values():
        own = [place for place, version in enumerate(row) if version.act_id == act_id]
        if not own:
            continue
        before, after = row[own[0] - 1] if own[0] else None, row[own[-1]]
        fields = words.changes(before, None if after.kind == "-" else after)
        if fields:
            what = "Toegevoegd" if before is None else WHAT[after.kind]
            yield {"title": words.title(after), "url": address(after), "what": what, "fields": fields}


def _readable(request: HttpRequest, chain: str, found: Sequence[Version]) -> tuple[list[Version], Any]:
    """Of what came to be in this chain, what the visitor may see; and the flow that names its steps."""
    kind, _, number = chain.partition("/")
    if kind == "case":
        file = CaseFile(request, supervised_case_or_404(request, int(number)))
        return shown_of(request, file, found)[0], file.flow
    schemes = {int(number)} if kind == "scheme" else _of_meeting(number) if kind == "meeting" else set()
    if not schemes & visitor(request).supervised:
        raise Http404
    return [version for version in found if version.model not in NEVER | ASSESSED | BOUNDED], None


def _of_meeting(number: str) -> set[int]:
    return set(Meeting.objects.filter(pk=number).values_list("body__scheme", flat=True))


def _where(chain: str) -> str:
    """Of what is in no case: whose acts these are."""
    return IN_CHAIN.get(chain.partition("/")[0], "")


def _above(chain: str, cases: Mapping[str, Case | None]) -> list[tuple[str, str]]:
    case = cases.get(chain)
    return [(case.number, reverse("case-trail", args=[case.pk]))] if case else []
