"""What somebody begins under a contract, each with a small page; and what they keep of it: figures and products."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from cases.models import Addendum, Case, Contract
from cases.rules.addendum import value_of, warning
from cases.selectors.contracts import as_it_stands
from roles.selectors import Offer
from workflows import contract_care, contract_figures, preview
from workflows.contract_care import ADDENDUM, ENQUIRY, REQUALIFICATION, REVIEW, Asker, Sort
from workflows.contract_figures import KEEP_KPIS, KEEP_PRODUCTS
from workflows.engine import Work
from workflows.fitness import Unfit
from workflows.forms.actions import ActionForm
from workflows.forms.contract_care import (
    HINTS,
    AddendumForm,
    EnquiryForm,
    MeasureForm,
    ProductForm,
    RequalificationForm,
    ReviewForm,
)
from workflows.pages import beginning, doing
from workflows.pages.actions import Words
from workflows.pages.cared import Care
from workflows.pages.frame import current_user, visible_case_or_404, visitor

CONTRACTS = ("Contracten", "contracts")


@dataclass(frozen=True, slots=True)
class Beginning:
    """The words of one page, and what it begins."""

    sort: Sort
    form: type[ActionForm]
    service: Callable[..., Case]
    words: Words


TALK = Beginning(REVIEW, ReviewForm, contract_care.open_review, Words(
    title="Contractgesprek openen",
    lead="Naast de gesprekken die volgens de cyclus vanzelf opengaan. Wie het voorbereidt, krijgt een taak.",
    submit="Gesprek openen", told="Contractgesprek {number} is geopend.", icon="message-2",
))  # fmt: skip
REASSESS = Beginning(REQUALIFICATION, RequalificationForm, contract_care.request_requalification, Words(
    title="Herbeoordeling aanvragen",
    lead="De MGR gaat na of de aanbieder nog aan het contract voldoet. Daarna wordt besloten of het contract doorgaat.",
    submit="Aanvragen", told="Herbeoordeling {number} is aangevraagd.", icon="scale",
))  # fmt: skip
QUESTION = Beginning(ENQUIRY, EnquiryForm, contract_care.ask, Words(
    title="Vraag stellen over het contract",
    lead="De contractbeheerder antwoordt binnen de termijn. Helpt het antwoord niet, dan kunt u één keer heropenen.",
    submit="Vraag versturen", told="Vraag {number} is gesteld.", icon="message-question",
))  # fmt: skip


@require_http_methods(["GET", "POST"])
def open_review(request: HttpRequest, case_id: int) -> HttpResponse:
    return _begin(request, case_id, TALK)


@require_http_methods(["GET", "POST"])
def requalify(request: HttpRequest, case_id: int) -> HttpResponse:
    return _begin(request, case_id, REASSESS)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, case_id: int) -> HttpResponse:
    return _begin(request, case_id, QUESTION)


def _begin(request: HttpRequest, case_id: int, one: Beginning) -> HttpResponse:
    contract = contract_or_404(request, case_id)
    offers = _offers(request, contract, one.sort)
    return beginning.page(
        request, one.words, contract.case, lambda form: one.service(
            asker=_asker(request, form), case_id=contract.pk, **form.values()
        ), offers=offers, form_class=one.form, top=CONTRACTS,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def propose_addendum(request: HttpRequest, case_id: int) -> HttpResponse:
    """Choose what changes; fill it in; what it is worth and what the law says of it stands above before it is sent."""
    contract = contract_or_404(request, case_id)
    offers, today = _offers(request, contract, ADDENDUM), visitor(request).today
    change = request.GET.get("soort", "")
    if change not in Addendum.Change.values or not (offers or request.method == "POST"):
        status = doing.UNFIT if request.method == "POST" else doing.OK if offers else doing.FORBIDDEN
        kinds = [(each.value, each.label, HINTS[each]) for each in Addendum.Change]
        return doing.again(
            request, "contracts/addendum_kinds.html", _about(contract, "Addendum voorstellen", request.path)
            | {"kinds": kinds, "offers": offers}, status,
        )  # fmt: skip
    now = as_it_stands(contract, today)
    form = AddendumForm(doing.sent(request), change=change, now=now, today=today, offers=offers)
    status, shown = doing.OK, {}
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            value = value_of(now, form.proposal)
            shown = {"value": value, "warning": warning(now, value, form.cleaned_data["ground_in_law"])}
            made: list[Case] = []
            if "send" in request.POST:
                status = doing.attempt(form, lambda: made.append(_propose(request, contract, form)))
            if made:
                messages.success(request, f"Addendum {made[0].number} is voorgesteld. De jurist is nu aan zet.")
                return redirect("case", made[0].pk)
            status = doing.OK if "send" not in request.POST else status
    context = _about(contract, "Addendum voorstellen", request.path) | {
        "form": form, "shown": [form], "offers": offers, "preview": shown, "change": Addendum.Change(change),
        "hint": HINTS[Addendum.Change(change)], "contract": contract,
    }  # fmt: skip
    return doing.again(request, "contracts/addendum_form.html", context, status)


def _propose(request: HttpRequest, contract: Contract, form: AddendumForm) -> Case:
    try:
        return contract_care.propose_addendum(asker=_asker(request, form), case_id=contract.pk, **form.wish)
    except Unfit as unfit:
        form.show(unfit.problems)
        raise


@require_http_methods(["GET", "POST"])
def kpis(request: HttpRequest, case_id: int) -> HttpResponse:
    """The figures of a contract through time; and who keeps them adds one."""
    contract = contract_or_404(request, case_id, running=False)
    work, care = preview.as_found(contract.case.process, visitor(request).now), Care(contract)
    offers = _keeping(request, work, "measure", KEEP_KPIS) if contract.case.is_running else []
    form = MeasureForm(doing.sent(request), offers=offers, kpis=[each.kpi for each in care.figures])
    status = doing.OK
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: contract_figures.measure(
                user_id=current_user(request).pk, case_id=contract.pk, **form.who, **form.values()
            ) and None)  # fmt: skip
            if status == doing.OK:
                messages.success(request, "De meting is vastgelegd.")
                return redirect("contract-kpis", contract.pk)
    context = _about(contract, "KPI’s", request.path) | {
        "form": form, "shown": [form], "offers": offers, "care": care, "contract": contract,
    }  # fmt: skip
    return doing.again(request, "contracts/kpis.html", context, status)


PRODUCT = Words(
    title="Product toevoegen",
    lead="Alleen zolang het contract wordt geregistreerd; daarna komt er een product bij met een addendum.",
    submit="Product toevoegen", told="Het product is toegevoegd.", icon="clipboard-text",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def add_product(request: HttpRequest, case_id: int) -> HttpResponse:
    contract = contract_or_404(request, case_id)
    work = preview.as_found(contract.case.process, visitor(request).now)
    offers = _keeping(request, work, "add_product", KEEP_PRODUCTS)
    form = ProductForm(doing.sent(request), offers=offers, initial={"valid_from": contract.starts_on})
    status = doing.OK if offers else doing.FORBIDDEN
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: _add(request, contract, form))
            if status == doing.OK and not form.errors:
                messages.success(request, PRODUCT.told)
                return redirect("case", contract.pk)
            status = status if status != doing.OK else doing.UNFIT
    return _page(request, PRODUCT, contract, form, offers, status)


def _add(request: HttpRequest, contract: Contract, form: ProductForm) -> None:
    try:
        contract_figures.add_product(user_id=current_user(request).pk, case_id=contract.pk, **form.who, **form.values())
    except Unfit as unfit:
        for problem in unfit.problems:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)


def contract_or_404(request: HttpRequest, case_id: int, *, running: bool = True) -> Contract:
    """Of a case that the visitor may see, and that is a contract."""
    case = visible_case_or_404(request, case_id)
    if case.kind != Case.Kind.CONTRACT or (running and not case.is_running):
        raise Http404
    contract = Contract.objects.select_related("provider", "lot").get(pk=case.pk)
    contract.case = case
    return contract


def _offers(request: HttpRequest, contract: Contract, sort: Sort) -> list[Offer]:
    allowed = contract_care.starters(contract.case.scheme, sort)
    found = preview.offers(current_user(request).pk, lambda: contract_care.wanted(contract, sort))
    return [
        offer for offer in found
        if offer.hat.position.pk in allowed and contract_care.uses(contract, offer.hat.appointment.organisation)
    ]  # fmt: skip


def _keeping(request: HttpRequest, work: Work, verb: str, step: str) -> list[Offer]:
    allowed = contract_figures.keepers(work.case.scheme, step)
    found = preview.offers(current_user(request).pk, lambda: contract_figures.to_keep(work, verb))
    return [offer for offer in found if offer.hat.position.pk in allowed]


def _asker(request: HttpRequest, form: Any) -> Asker:
    return Asker(user_id=current_user(request).pk, **form.who)


def _page(
    request: HttpRequest, action: Words, contract: Contract, form: Any, offers: list[Offer], status: int
) -> HttpResponse:
    context = _about(contract, action.title, request.path) | {
        "action": action, "form": form, "shown": [form], "offers": offers, "subject": str(contract.case.title),
        "refusal": preview.refusal(offers),
    }  # fmt: skip
    return doing.again(request, "case/action.html", context, status)


def _about(contract: Contract, title: str, path: str) -> dict[str, Any]:
    return {
        "case": contract.case, "title": title, "crumbs": beginning.crumbs(contract.case, title, path, CONTRACTS),
    }  # fmt: skip
