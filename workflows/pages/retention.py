"""Bewaartermijn on the page of a case, and holding up its end (bevriezen)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.models import Case, RetentionHold
from workflows.destroying import holds
from workflows.destroying.due import judge
from workflows.forms.destruction import HoldForm, LiftForm
from workflows.pages import doing
from workflows.pages.frame import visible_case_or_404, visitor
from workflows.pages.keeping import Kept, keeper, kept_or_404
from workflows.pages.keeping import page as kept_page


def told(request: HttpRequest, case: Case) -> dict[str, Any]:
    """For the aside of a case that ended. A fixed number of queries."""
    if case.closed_at is None:
        return {}
    me = visitor(request)
    [judged] = judge([case], today=me.today)
    placed = RetentionHold.objects.filter(case=case, lifted_at=None)
    return {"retention": {
        "term": judged.term, "obstacles": judged.obstacles if judged.term and judged.term.is_over(me.today) else [],
        "holds": list(placed.select_related("ground", "placed_by__person__name", "stood_in_by__name")),
        "may_hold": case.scheme_id in me.keeping(holds.STEP),
    }}  # fmt: skip


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, case_id: int) -> HttpResponse:
    case, kept = _case(request, case_id)
    form = HoldForm(doing.sent(request), offers=kept.offers)

    def do() -> None:
        holds.hold(
            keeper=keeper(request, form), case=case, kind=form.cleaned_data["kind"], ground=form.cleaned_data["note"]
        )
        messages.success(request, "De zaak is bevroren. Zij wordt niet vernietigd tot u dat opheft.")

    return kept_page(
        request, form, do, title="Zaak bevriezen", submit="Bevriezen", icon="lock",
        lead=f"{case.number}, {case.get_kind_display().lower()}",
        explanation="Een bevroren zaak wordt niet vernietigd, ook niet als de bewaartermijn voorbij is.",
        done=reverse("case", args=[case.pk]), context={"crumbs": _crumbs(case, "Zaak bevriezen", request)},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, case_id: int, hold_id: int) -> HttpResponse:
    case, kept = _case(request, case_id)
    placed = RetentionHold.objects.select_related("case__scheme", "ground").filter(case=case, pk=hold_id).first()
    if placed is None:
        raise Http404
    form = LiftForm(doing.sent(request), offers=kept.offers)

    def do() -> None:
        holds.lift(keeper=keeper(request, form), placed=placed, reason=form.cleaned_data["note"])
        messages.success(request, "De bevriezing is opgeheven.")

    return kept_page(
        request, form, do, title="Bevriezing opheffen", submit="Opheffen", icon="lock-open",
        lead=f"{case.number}, bevroren om: {placed.get_kind_display()}", explanation=str(placed.ground),
        done=reverse("case", args=[case.pk]), context={"crumbs": _crumbs(case, "Bevriezing opheffen", request)},
    )  # fmt: skip


def _case(request: HttpRequest, case_id: int) -> tuple[Case, Kept]:
    """One that ended, for whom the regeling lets do this. For anybody else there is no such page."""
    case = visible_case_or_404(request, case_id)
    if case.closed_at is None:
        raise Http404
    return case, kept_or_404(request, holds.STEP, case.scheme)


def _crumbs(case: Case, title: str, request: HttpRequest) -> list[dict[str, str]]:
    return [
        {"label": "Opdrachten", "url": reverse("cases")},
        {"label": str(case.title), "url": reverse("case", args=[case.pk])},
        {"label": title, "url": request.path},
    ]
