"""A case as it was, and what became different between two moments. Each reading is recorded: it shows everything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit.models import Act
from audit.services import looked
from cases.models import (
    Case,
    Document,
    DocumentVersion,
    Eligibility,
    Opener,
    Score,
    SealedTender,
    SealKey,
    Tender,
    TenderDesk,
    TenderDocument,
    TenderLot,
)
from roles.models import Absence
from ui.fields import MomentField
from workflows.models import CaseTask
from workflows.pages.acts import told
from workflows.pages.casefile import CaseFile
from workflows.pages.frame import Visitor, visitor
from workflows.pages.listing import Filters
from workflows.pages.oversight.overviews import crumbs
from workflows.pages.oversight.trail import case_tabs, supervised_case_or_404
from workflows.pages.oversight.words import Words, capital
from workflows.pages.reading import actor_of
from workflows.pages.shelf import levels_for
from workflows.pages.wording import title_of, whose
from workflows.secrecy import positions_in
from workflows.selectors import past
from workflows.selectors.past import Moment, Version

FIRST, LAST = 2000, 2099
NEVER = {Absence, SealedTender, SealKey, TenderDesk, Opener}  # nobody has to say why; under seal
ASSESSED = {Score, Tender, TenderLot, TenderDocument, Eligibility}  # assessors work apart: after the end only


class DayField(MomentField):
    """Within living planning, as other dates are: a year of 1 or 9999 is no moment of a case."""

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value and not FIRST <= value.year <= LAST:
            raise forms.ValidationError(f"Vul een jaar in van {FIRST} tot en met {LAST}.", code="out_of_range")


def number(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=2**31 - 1)


class PastForm(Filters):
    op = DayField(label="Op", required=False)
    nr = number("Of na handeling nr.")

    def moment(self, acts: Sequence[Act]) -> Moment | None:
        return moment_of(self.asked.get("op"), self.asked.get("nr"), acts)


class DifferenceForm(Filters):
    van = DayField(label="Van", required=False)
    van_nr = number("Of na handeling nr.")
    tot = DayField(label="Tot", required=False)
    tot_nr = number("Of na handeling nr.")


def moment_of(at: datetime | None, act_number: int | None, acts: Sequence[Act]) -> Moment | None:
    """A minute includes all of it; the number of an act goes before it. None: nothing that fits was asked."""
    if act_number is not None:
        act = next((each for each in acts if each.seq == act_number), None)
        return Moment(act.at, act.pk) if act else None
    return Moment(at + timedelta(minutes=1) - timedelta(microseconds=1)) if at else None


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was; `url`: its versions."""

    title: str
    url: str
    facts: Sequence[tuple[str, str]]


@require_safe
def past_of_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """As it is now, when no moment was asked."""
    case = supervised_case_or_404(request, case_id)
    file, me = CaseFile(request, case), visitor(request)
    form = PastForm(request.GET)
    last = file.acts[-1]
    moment = form.moment(file.acts) or Moment(last.at, last.pk)
    _note(request, me, case)
    shown, withheld = shown_of(request, file, past.versions(past.touched(file.acts)))
    rows = list(past.standing(shown, moment).values())
    words = Words(rows, me.scopes, file.flow)
    before = [act for act in file.acts if moment.holds(act.at, act.pk)]
    bound = positions_in(past.bindings(case.process, file.acts, moment))
    return render(request, "oversight/past.html", {
        "case": case, "form": form, "moment": moment, "tabs": case_tabs(case, "case-past"),
        "fits": form.is_valid() and (moment.act != last.pk or not form.asked or form.asked.get("nr") == last.seq),
        "after": told(before[-1:])[0] if before else None, "following": _beside(file.acts, before, 1),
        "previous": _beside(file.acts, before, -1), "groups": grouped(rows, words), "withheld": withheld,
        "waiting": [(title_of(task), whose(task)) for task in _open_at(file.tasks, moment)],
        "appointments": past.appointments(bound, moment), "mandates": past.mandates(case.scheme, bound, moment),
        "crumbs": case_crumbs(case, "Zoals het was", request.path),
    })  # fmt: skip


@require_safe
def difference(request: HttpRequest, case_id: int) -> HttpResponse:
    """Field by field, of every row that differs. Without moments: what the last act changed."""
    case = supervised_case_or_404(request, case_id)
    file, me = CaseFile(request, case), visitor(request)
    form = DifferenceForm(request.GET)
    asked, last = form.asked, file.acts[-1]
    until = moment_of(asked.get("tot"), asked.get("tot_nr"), file.acts) or Moment(last.at, last.pk)
    since = moment_of(asked.get("van"), asked.get("van_nr"), file.acts) or _before(until, file.acts)
    if (since.at, since.act or 0) > (until.at, until.act or 0):
        since, until = until, since
    _note(request, me, case)
    shown, withheld = shown_of(request, file, past.versions(past.touched(file.acts)))
    was, became = past.standing(shown, since), past.standing(shown, until)
    words = Words([*was.values(), *became.values()], me.scopes, file.flow)
    return render(request, "oversight/difference.html", {
        "case": case, "form": form, "since": since, "until": until, "withheld": withheld,
        "tabs": case_tabs(case, "case-difference"), "rows": differing(was, became, words),
        "acts": told([act for act in file.acts if until.holds(act.at, act.pk) and not since.holds(act.at, act.pk)]),
        "crumbs": case_crumbs(case, "Verschil tussen twee momenten", request.path),
    })  # fmt: skip


def differing(
    was: Mapping[past.Key, Version], became: Mapping[past.Key, Version], words: Words
) -> list[dict[str, Any]]:
    """Of each row that differs: its fields; or that it came, or went."""
    found = []
    for key in sorted(was.keys() | became.keys(), key=lambda key: (key[0], len(key[1]), key[1])):
        before, after = was.get(key), became.get(key)
        if fields := words.changes(before, after):
            version = after or before
            assert version is not None
            what = "Toegevoegd" if before is None else "Verwijderd" if after is None else "Gewijzigd"
            found.append({"title": words.title(version), "url": address(version), "what": what, "fields": fields})
    return found


def grouped(rows: Sequence[Version], words: Words) -> list[tuple[str, list[Row]]]:
    """By kind, in the order in which they came to be: the case itself first, then what it is about."""
    kinds: dict[str, list[Row]] = {}
    for version in sorted(
        rows, key=lambda row: (row.model is not Case, row.model._meta.db_table, str(row.pk).zfill(20))
    ):
        label = capital(str(version.model._meta.verbose_name_plural))
        facts = [(said.label, said.value) for said in words.fields(version)]
        kinds.setdefault(label, []).append(Row(words.title(version), address(version), facts))
    return list(kinds.items())


def shown_of(request: HttpRequest, file: CaseFile, found: Iterable[Version]) -> tuple[list[Version], int]:
    """Without what is under seal, what is still assessed, and papers that this visitor may not read; how many those
    are."""
    hidden = NEVER | (ASSESSED if file.case.is_running else set())
    levels = levels_for(request, file.case)
    closed = set(
        Document.objects.filter(case=file.case).exclude(classification__in=levels).values_list("pk", flat=True)
    )
    if file.case.is_running:
        enclosed = TenderDocument.objects.filter(document__case=file.case)
        closed |= set(enclosed.values_list("document", flat=True))

    def open_to(version: Version) -> bool:
        if version.model is Document:
            return version.pk not in closed
        if version.model is DocumentVersion:
            return version.values["document_id"] not in closed
        return version.model not in hidden

    return [version for version in found if open_to(version)], len(closed)


def address(version: Version) -> str:
    return reverse("record", args=[version.model._meta.db_table, str(version.pk)])


def case_crumbs(case: Case, title: str, path: str) -> list[dict[str, Any]]:
    return crumbs(title, path, (case.number, reverse("case-trail", args=[case.pk])))


def _note(request: HttpRequest, me: Visitor, case: Case) -> None:
    """Of an auditor every page of a case is on record already."""
    if not me.supervises and request.resolver_match is not None:
        looked(chain=case.chain, actor=actor_of(me), subject=f"page/{request.resolver_match.url_name}")


def _open_at(tasks: Iterable[CaseTask], moment: Moment) -> list[CaseTask]:
    """The steps that waited for somebody or for a date."""
    return [
        task for task in tasks
        if task.flow_task_type in ("HUMAN", "PART", "TIMER") and task.created <= moment.at
        and (task.finished is None or task.finished > moment.at)
    ]  # fmt: skip


def _beside(acts: Sequence[Act], before: Sequence[Act], way: int) -> int | None:
    """The number of the act after this moment, or of the one before the last."""
    place = len(before) - 1 + way
    return acts[place].seq if 0 <= place < len(acts) else None


def _before(until: Moment, acts: Sequence[Act]) -> Moment:
    """Before the last act of that moment."""
    inside = [act for act in acts if until.holds(act.at, act.pk)]
    return Moment(inside[-1].at, inside[-1].pk - 1) if inside else until
