"""Een wijziging voorstellen: which kind, what becomes of it, and only then the proposal (domain §5.1.10)."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases import selectors as cases
from cases.models import Amendment, Case
from cases.rules.amendment import shares_after
from roles.selectors import Offer
from workflows import amendments, preview
from workflows.fitness import Unfit
from workflows.forms.amendment import WishForm, mark
from workflows.forms.papers import paper_set
from workflows.pages import doing
from workflows.pages.changed import note, rows
from workflows.pages.frame import current_user, visible_case_or_404

HINTS = {
    Amendment.Change.SCOPE: "Doel, doelgroep, beoogd resultaat of risico’s krijgen andere woorden.",
    Amendment.Change.AMOUNT: "De raming wordt hoger of lager; ieders aandeel gaat in dezelfde verhouding mee.",
    Amendment.Change.TERM: "De opdracht loopt langer of korter.",
    Amendment.Change.JOIN: "Een gemeente die nog niet meedeed, doet voortaan mee.",
    Amendment.Change.LEAVE: "Een gemeente die meedeed, doet niet langer mee.",
}


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, case_id: int) -> HttpResponse:
    """Choose what changes; fill it in and look at what follows; propose it. Who may not, is told."""
    case = visible_case_or_404(request, case_id)
    if case.kind != Case.Kind.COMMISSION or case.state != Case.State.GRANTED:
        raise Http404
    offers = _offers(request, case)
    change = request.GET.get("soort", "")
    posted = request.method == "POST"
    if change not in Amendment.Change.values or not (offers or posted):
        status = doing.UNFIT if posted else doing.OK if offers else doing.FORBIDDEN
        context = _about(case) | {"kinds": _kinds(), "offers": offers}
        return doing.again(request, "amendments/kinds.html", context, status)
    return _form(request, case, change, offers)


def _form(request: HttpRequest, case: Case, change: str, offers: list[Offer]) -> HttpResponse:
    now = amendments.standing(case)
    municipalities = doing.municipalities(case.scheme)
    data = request.POST if request.method == "POST" else None
    form = WishForm(
        data, change=change, commission=cases.written_out(case.commission), now=now, municipalities=municipalities,
        offers=offers,
    )  # fmt: skip
    papers = paper_set(data, request.FILES or None)
    shown: dict[str, Any] = {}
    status = doing.OK
    if papers.growing:
        doing.unjudged(form, papers)
    elif data is not None:
        status = doing.UNFIT
        if all([form.is_valid(), papers.is_valid()]):
            status = doing.attempt(form, lambda: shown.update(_preview(form, case, municipalities)))
            status = status if shown else max(status, doing.UNFIT)
            if shown and "propose" in data and form.cleaned_data["seen"] == shown["mark"]:
                made: list[Case] = []
                status = doing.attempt(form, lambda: made.append(_propose(request, case, form, papers)))
                if made:
                    messages.success(
                        request, f"Wijziging {made[0].number} is voorgesteld. De gemeenten zijn nu aan zet."
                    )
                    return redirect("case", made[0].pk)
    context = _about(case) | {
        "form": form, "papers": papers, "shown": [form, papers], "change": Amendment.Change(change), "preview": shown,
        "hint": HINTS[Amendment.Change(change)],
    }  # fmt: skip
    return doing.again(request, "amendments/propose.html", context, status)


def _preview(form: WishForm, case: Case, municipalities: list[Any]) -> dict[str, Any]:
    """What becomes of the shares and the term. Raises NotAllowed."""
    wish = form.wish()
    try:
        now = amendments.check_wish(case, wish)
    except Unfit as unfit:
        form.show(unfit.problems)
        return {}
    amendments.check_changeable(case, wish.proposal.change)
    after = shares_after(now, wish.proposal)
    total = sum(after.values(), Decimal(0))
    years = wish.proposal.years or now.years
    return {
        "rows": rows({each.pk: each for each in municipalities}, now.shares, after),
        "before": case.commission.annual_amount, "after": total,
        "years_before": now.years, "years_after": years, "mark": mark(after, years),
        "note": note(
            amount_before=case.commission.annual_amount, years_before=now.years, amount_after=total, years_after=years,
        ),
    }  # fmt: skip


def _propose(request: HttpRequest, case: Case, form: WishForm, papers: Any) -> Case:
    return amendments.propose_amendment(
        user_id=current_user(request).pk, case_id=case.pk, wish=form.wish(), documents=papers.papers(), **form.who
    )


def _offers(request: HttpRequest, case: Case) -> list[Offer]:
    allowed = amendments.proposers(case, case.process)
    found = preview.offers(current_user(request).pk, lambda: amendments.wanted(case, case.process))
    return [offer for offer in found if offer.hat.position.pk in allowed]


def _kinds() -> list[tuple[str, str, str]]:
    return [(change.value, str(change.label), HINTS[change]) for change in Amendment.Change]


def _about(case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "crumbs": [
            {"label": "Opdrachten", "url": reverse("cases")},
            {"label": str(case.title), "url": reverse("case", args=[case.pk])},
            {"label": "Wijziging voorstellen", "url": reverse("amend", args=[case.pk])},
        ],
    }
