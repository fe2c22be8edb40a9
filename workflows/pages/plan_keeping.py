"""Keeping the planning: a procurement that is to come, other moments for it, and that it will not be."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.models import PlanningItem
from roles.models import Scheme
from roles.services import keeping
from workflows import plans
from workflows.fitness import Unfit
from workflows.forms.planning import DropForm, PlanForm
from workflows.pages import doing
from workflows.pages.frame import current_user, visitor
from workflows.plans import STEP
from workflows.register import Keeper


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """A new one. Who keeps no planning does not find the page."""
    me = visitor(request)
    kept = [scheme for scheme in me.schemes if scheme.pk in me.keeping(STEP)]
    asked = request.GET.get("regeling", "")
    scheme = next((each for each in kept if each.code == asked), kept[0] if kept else None)
    if scheme is None:
        raise Http404
    return _page(request, scheme, None, [each for each in kept if each != scheme])


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One that is planned: changed, or dropped."""
    rows = PlanningItem.objects.filter(scheme__in=visitor(request).keeping(STEP))
    found = rows.select_related("title", "note", "scheme", "origin", "commission__case").filter(pk=item_id).first()
    if found is None:
        raise Http404
    return _page(request, found.scheme, found, [])


def _page(request: HttpRequest, scheme: Scheme, found: PlanningItem | None, elsewhere: list[Scheme]) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    drops = data is not None and "drop" in data
    offers = keeping.offers(current_user(request).pk, scheme, STEP)
    form = PlanForm(
        None if drops else data, offers=offers, participants=doing.municipalities(scheme), item=found
    )  # fmt: skip
    away = DropForm(data if drops else None, offers=offers, prefix="weg") if found is not None else None
    status = doing.OK
    if data is not None:
        asked: Any = away if drops and away is not None else form
        status = doing.UNFIT
        if asked.is_valid():
            done: list[str] = []
            status = doing.attempt(asked, lambda: done.append(_do(request, scheme, found, form, away, drops)))
            if done and done[0]:
                messages.success(request, done[0])
                return redirect("planning")
            status = max(status, doing.UNFIT)
    label = str(found.title) if found is not None else "Inkoop plannen"
    return doing.again(request, "planning/item.html", {
        "form": form, "away": away, "shown": [form, *([away] if away else [])], "item": found, "scheme": scheme,
        "elsewhere": elsewhere, "title": label,
        "crumbs": [{"label": "Inkoopplanning", "url": reverse("planning")}, {"label": label, "url": request.path}],
    }, status)  # fmt: skip


def _do(
    request: HttpRequest, scheme: Scheme, found: PlanningItem | None, form: PlanForm, away: DropForm | None, drops: bool
) -> str:
    """What was done, in words; nothing where something does not fit, which then stands beside its field."""
    user = current_user(request).pk
    if drops and found is not None and away is not None:
        plans.drop_plan(
            keeper=Keeper(user_id=user, **away.who), item=found, reason=away.cleaned_data["reason"]
        )  # fmt: skip
        return "De geplande inkoop is vervallen."
    keeper = Keeper(user_id=user, **form.who)
    try:
        if found is None:
            plans.plan_procurement(keeper=keeper, scheme=scheme, wanted=form.plan())
            return "De inkoop staat in de planning."
        plans.change_plan(keeper=keeper, item=found, wanted=form.plan())
    except Unfit as unfit:
        form.show(list(unfit.problems))
        return ""
    return "De planning is gewijzigd."
