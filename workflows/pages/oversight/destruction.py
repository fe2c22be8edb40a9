"""Vernietiging: what is due, drawing up a list, judging it, and what became of it."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Destruction, DestructionItem
from roles.models import Scheme
from ui.fields import Option
from workflows.destroying import lists
from workflows.destroying.due import MOST, Judged, acted_in, by_year, due
from workflows.forms.destruction import APPROVE, JudgeForm, ProposeForm
from workflows.pages import doing
from workflows.pages.frame import Visitor, visitor
from workflows.pages.keeping import Kept, keeper, kept_or_404, tabs
from workflows.pages.oversight.overviews import crumbs
from workflows.selectors.sight import visible

TITLE = "Vernietiging"
LAST = 25
KINDS = {
    Destruction.State.PROPOSED: ("warning", "clock"), Destruction.State.APPROVED: ("neutral", "clock"),
    Destruction.State.DONE: ("safe", "circle-check"), Destruction.State.REJECTED: ("plain", "ban"),
}  # fmt: skip


def sees(me: Visitor) -> set[int]:
    """The regelingen of which this visitor draws up or judges lists, or sees what was done."""
    return me.keeping(lists.PROPOSE, lists.APPROVE) | me.supervised


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Per regeling: in which year how many terms end, what is due, and the lists."""
    me = visitor(request)
    schemes = [each for each in me.schemes if each.pk in sees(me)]
    if not schemes:
        raise Http404
    scheme = next((each for each in schemes if each.code == request.GET.get("regeling")), schemes[0])
    found = Destruction.objects.filter(scheme=scheme).select_related("proposer__name", "approver__name")
    now = due(scheme, until=me.today, today=me.today)
    return render(request, "oversight/destructions.html", {
        "crumbs": crumbs(TITLE, request.path), "scheme": scheme, "tabs": tabs(schemes, scheme),
        "years": [
            (str(year), f"{number} {'zaak' if number == 1 else 'zaken'}")
            for year, number in by_year(scheme, today=me.today)
        ],
        "due": len(now), "most": MOST,
        "may_propose": scheme.pk in me.keeping(lists.PROPOSE),
        "lists": [_row(each) for each in found.order_by("-pk")[:LAST]],
    })  # fmt: skip


def _row(destruction: Destruction) -> dict[str, Any]:
    kind, icon = KINDS[Destruction.State(destruction.state)]
    return {
        "list": destruction, "url": reverse("destruction", args=[destruction.pk]),
        "state": {"kind": kind, "icon": icon, "label": destruction.get_state_display()},
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Everything that is due, and what stays out."""
    me, kept = visitor(request), kept_or_404(request, lists.PROPOSE)
    found = due(kept.scheme, until=me.today, today=me.today)
    titles = _titles(me, [each.case.pk for each in found])
    form = ProposeForm(doing.sent(request), offers=kept.offers, due=[_option(each, titles) for each in found])
    made: list[Destruction] = []
    status = doing.OK
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: made.append(_proposed(request, form, kept.scheme, me.today.year)))
    if made:
        messages.success(request, "De lijst is opgesteld. Een ander keurt haar goed of wijst haar af.")
        return redirect("destruction", made[0].pk)
    return doing.again(request, "oversight/destruction_new.html", {
        "form": form, "scheme": kept.scheme, "found": found, "most": MOST,
        "crumbs": crumbs("Lijst opstellen", request.path, (TITLE, reverse("destructions"))),
        "back": f"{reverse('destructions')}?regeling={kept.scheme.code}",
    }, status)  # fmt: skip


def _proposed(request: HttpRequest, form: ProposeForm, scheme: Scheme, year: int) -> Destruction:
    return lists.propose(keeper=keeper(request, form), scheme=scheme, year=year, excepted=form.exceptions)


def _option(each: Judged, titles: dict[int, str]) -> tuple[int, Option]:
    assert each.term
    assert each.term.until
    until = date_format(each.term.until, "j F Y")
    hint = f"{each.case.get_kind_display()}, bewaard tot en met {until}: {each.term.rule.article}"
    return each.case.pk, Option(f"{each.case.number} {titles[each.case.pk]}", hint)


def _titles(me: Visitor, ids: list[int]) -> dict[int, str]:
    """What this visitor may not see has no title here either."""
    seen = visible(me.scopes).filter(pk__in=ids).select_related("title")
    return dict.fromkeys(ids, "(vertrouwelijk)") | {case.pk: str(case.title) for case in seen}


@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, destruction_id: int) -> HttpResponse:
    """One list, and judging it."""
    me, destruction = visitor(request), _destruction_or_404(request, destruction_id)
    kept = _judging(request, destruction)
    form = JudgeForm(doing.sent(request), offers=kept.offers) if kept else None
    status = doing.OK
    if request.method == "POST":
        if form is None:
            raise Http404
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: _judged(request, form, destruction))
            if status == doing.OK:
                return redirect("destruction", destruction.pk)
    items = list(destruction.items.select_related("case", "ground").order_by("pk"))
    titles = _titles(me, [item.case_id for item in items])
    return doing.again(request, "oversight/destruction.html", {
        "crumbs": crumbs(str(destruction), request.path, (TITLE, reverse("destructions"))), "form": form,
        **_row(destruction),
        "items": [(item, titles[item.case_id]) for item in items], "acted": _acted(destruction, items),
        "going": sum(item.state == DestructionItem.State.LISTED for item in items),
    }, status)  # fmt: skip


def _judged(request: HttpRequest, form: JudgeForm, destruction: Destruction) -> None:
    who = keeper(request, form)
    if form.cleaned_data["judgment"] == APPROVE:
        lists.approve(keeper=who, destruction=destruction)
        messages.success(request, "De lijst is goedgekeurd en wordt nu uitgevoerd.")
    else:
        lists.reject(keeper=who, destruction=destruction, reason=form.cleaned_data["reason"])
        messages.success(request, "De lijst is afgewezen. Er is niets vernietigd.")


def _judging(request: HttpRequest, destruction: Destruction) -> Kept | None:
    """While it waits, and for whom the regeling lets approve."""
    waits = destruction.state == Destruction.State.PROPOSED
    if not waits or destruction.scheme_id not in visitor(request).keeping(lists.APPROVE):
        return None
    return kept_or_404(request, lists.APPROVE, destruction.scheme)


def _acted(destruction: Destruction, items: list[DestructionItem]) -> list[str]:
    """In which of them the proposer had a hand: told, not forbidden."""
    return acted_in(destruction.proposer_id, [item.case_id for item in items]) if items else []


@require_safe
def certificate(request: HttpRequest, destruction_id: int) -> HttpResponseBase:
    destruction = _destruction_or_404(request, destruction_id)
    if not destruction.certificate:
        raise Http404
    response = FileResponse(default_storage.open(str(destruction.certificate.name)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="verklaring-{destruction}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _destruction_or_404(request: HttpRequest, destruction_id: int) -> Destruction:
    people = ("proposer__name", "approver__name", "proposed_by__position__role", "approved_by__position__role")
    found = Destruction.objects.select_related("scheme", *people).filter(
        pk=destruction_id, scheme__in=sees(visitor(request))
    )
    destruction = found.first()
    if destruction is None:
        raise Http404
    return destruction
