"""Verbeterpunten: the register of actions, each with its progress, and what its owner says of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case, Domain, Improvement
from roles.rules.sheet import streamed
from workflows import improving, preview
from workflows.engine import Work
from workflows.forms.improvements import HandOverActionForm, ProgressForm
from workflows.models import CaseProcess
from workflows.pages import doing
from workflows.pages.frame import Visitor, current_user, up_to, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number
from workflows.selectors import improvements as find
from workflows.selectors.inbox import PAGE
from workflows.selectors.sight import visible

STANDS = [
    ("staand", "Open of in uitvoering"), ("te-laat", "Te laat"),
    *((str(each.value), str(each.label)) for each in find.SHOWN),
]  # fmt: skip
ORIGINS = [
    (Case.Kind.EVALUATION, "Evaluatie"), (Case.Kind.REVIEW, "Contractgesprek"), (find.FINDING, "Bevinding"),
]  # fmt: skip
HEADINGS = (
    "Nummer", "Verbeterpunt", "Stand", "Actiehouder", "In de persoon van", "Uiterlijk", "Domein", "Komt uit",
    "Regeling", "Reden van vervallen",
)  # fmt: skip


class RegisterFilters(Filters):
    stand = choice("Stand", "Alle standen", STANDS)
    domein = choice("Domein", "Alle domeinen", list(Domain.choices))
    uit = choice("Komt uit", "Alles", [(str(value), label) for value, label in ORIGINS])
    van = choice("Actiehouder", "Iedereen", [("mij", "Mijn rollen")])

    def wish(self, me: Visitor) -> find.Wish:
        asked = self.asked
        stand = asked.get("stand", "")
        statuses = find.STANDING if stand in ("staand", "te-laat") else (stand,) if stand else find.SHOWN
        return find.Wish(
            statuses=statuses, domain=asked.get("domein", ""), kind=asked.get("uit", ""), late=stand == "te-laat",
            of=[hat.position.pk for hat in me.hats] if asked.get("van") else None,
        )  # fmt: skip


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every action that the visitor may know of, what is due first first."""
    me, filters, number = visitor(request), RegisterFilters(request.GET), page_number(request)
    rows, total = find.register(me.scopes, me.hats, filters.wish(me), me.today, number)
    context = {
        "filters": filters, "rows": rows, "total": up_to(total), "page": numbered(total, number, PAGE),
        "figures": find.figures(me.scopes, me.hats, me.today), "me": me, "today": me.today,
        "query": request.GET.urlencode(), "several": len(me.schemes) > 1,
    }  # fmt: skip
    return render(request, "improvements/register.html", context)


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same, with its filters, for a spreadsheet."""
    me, filters = visitor(request), RegisterFilters(request.GET)
    rows = find.every(me.scopes, me.hats, filters.wish(me), me.today)
    response = StreamingHttpResponse(
        streamed(HEADINGS, (_line(each) for each in rows)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="verbeterpunten-{me.today}.csv"'
    return response


def _line(each: Improvement) -> list[str]:
    return [
        str(each.pk), str(each.what), each.get_status_display(), str(each.owner),
        str(each.named.person) if each.named else "", each.due, each.get_domain_display(), each.origin.number,
        each.scheme.name, str(each.dropped_because or ""),
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def improvement(request: HttpRequest, improvement_id: int) -> HttpResponse:
    """One action: what became of it, who answered to it in a new commission, and where its owner says it stands."""
    row = _found_or_404(request, improvement_id)
    work = _work(row, request)
    offers = preview.offers(current_user(request).pk, lambda: improving.for_owner(work, row))
    form = ProgressForm(doing.sent(request), offers=offers, improvement=row)
    status = _attempt(form, improving.progress, request, row)
    if form.is_bound and status == doing.OK:
        messages.success(request, "De stand van het verbeterpunt is vastgelegd.")
        return redirect("improvement", row.pk)
    allowed = improving.keepers(row)
    context = _about(request, row) | {
        "form": form, "shown": [form], "offers": offers, "refusal": preview.refusal(offers),
        "may_hand_over": row.is_open and any(hat.position.pk in allowed for hat in visitor(request).hats),
    }  # fmt: skip
    return doing.again(request, "improvements/improvement.html", context, status)


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, improvement_id: int) -> HttpResponse:
    """To another action owner; who may not, does not find the page."""
    row = _found_or_404(request, improvement_id)
    work, allowed = _work(row, request), improving.keepers(row)
    offers = [
        offer
        for offer in preview.offers(current_user(request).pk, lambda: improving.for_keeper(work, row))
        if offer.hat.position.pk in allowed
    ]
    if not row.is_open or not offers:
        raise Http404
    form = HandOverActionForm(doing.sent(request), offers=offers, known=find.owners(row.scheme, visitor(request).today))
    status = _attempt(form, improving.hand_over, request, row)
    if form.is_bound and status == doing.OK:
        messages.success(request, "Het verbeterpunt is overgedragen.")
        return redirect("improvement", row.pk)
    context = _about(request, row) | {"form": form, "shown": [form], "refusal": preview.refusal(offers)}
    context["crumbs"].append({"label": "Overdragen", "url": request.path})
    return doing.again(request, "improvements/hand_over.html", context, status)


def _attempt(form: Any, service: Callable[..., None], request: HttpRequest, row: Improvement) -> int:
    if not form.is_bound:
        return doing.OK
    if not form.is_valid():
        return doing.UNFIT
    return doing.attempt(form, lambda: service(
        user_id=current_user(request).pk, improvement_id=row.pk, **form.who, **form.values()
    ))  # fmt: skip


def _found_or_404(request: HttpRequest, improvement_id: int) -> Improvement:
    me = visitor(request)
    row = find.readable(me.scopes, me.hats).filter(pk=improvement_id).select_related(*find.READ).first()
    if row is None:
        raise Http404
    return row


def _work(row: Improvement, request: HttpRequest) -> Work:
    process: CaseProcess = row.origin.process
    return preview.as_found(process, visitor(request).now)


def _about(request: HttpRequest, row: Improvement) -> dict[str, Any]:
    said = ("text", "author__person__name", "author__position__role", "stood_in_by__name")
    answered = row.answers.select_related("note", "commission__case__title")
    seen = visible(visitor(request).scopes)
    cases = set(seen.filter(pk__in=[row.origin_id, *answered.values_list("commission", flat=True)]).values_list(
        "pk", flat=True
    ))  # fmt: skip
    return {
        "improvement": row, "late": row.is_late(visitor(request).today), "notes": list(row.notes.select_related(*said)),
        "answers": [each for each in answered if each.commission_id in cases], "sees_origin": row.origin_id in cases,
        "answers_for": improving.answers_for(row), "crumbs": [
            {"label": "Verbeterpunten", "url": reverse("improvements")},
            {"label": f"Verbeterpunt {row.pk}", "url": reverse("improvement", args=[row.pk])},
        ],
    }  # fmt: skip
