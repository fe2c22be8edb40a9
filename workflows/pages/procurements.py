"""Inkopen: beginning one by hand, and the list of all."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case, Domain, Instrument, Procedure
from workflows import preview, procurements
from workflows.flows.procurement import ProcurementFlow
from workflows.pages import beginning
from workflows.pages.actions import Words
from workflows.pages.casefile import STATES
from workflows.pages.frame import current_user, up_to, visible_case_or_404, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number
from workflows.selectors import procurements as find
from workflows.selectors.inbox import PAGE

START = Words(
    title="Inkoop starten",
    lead="Onder deze opdracht begint een inkoopproces. U legt eerst het projectteam vast; daarna begint de verkenning.",
    submit="Inkoop starten", told="Inkoop {number} is gestart.", icon="send",
)  # fmt: skip
STANDS = {"lopend": find.RUNNING, "afgesloten": find.ENDED}


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, case_id: int) -> HttpResponse:
    """Of a granted commission; who may not begin one is told."""
    case = visible_case_or_404(request, case_id)
    if case.kind != Case.Kind.COMMISSION or case.state != Case.State.GRANTED:
        raise Http404
    allowed = procurements.starters(case.scheme)
    found = preview.offers(current_user(request).pk, lambda: procurements.wanted(case))
    offers = [offer for offer in found if offer.hat.position.pk in allowed]
    return beginning.page(
        request, START, case, lambda form: procurements.start_procurement(
            user_id=current_user(request).pk, case_id=case.pk, **form.who
        ), offers=offers, refused=beginning.refusal(procurements.check_startable, case),
    )  # fmt: skip


class RegisterFilters(Filters):
    stand = choice(
        "Stand", "Alle standen",
        [("lopend", "Lopend"), ("afgesloten", "Afgesloten"), *((each.value, str(each.label)) for each in find.ENDED)],
    )  # fmt: skip
    fase = choice("Fase", "Alle fasen", list(ProcurementFlow.phases.items()))
    procedure = choice("Procedure", "Alle procedures", list(Procedure.choices))
    instrument = choice("Instrument", "Alle instrumenten", list(Instrument.choices))
    domein = choice("Domein", "Alle domeinen", list(Domain.choices))
    regeling = choice("Regeling", "Alle regelingen", [])

    def __init__(self, *args: Any, schemes: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        if len(schemes) < 2:
            del self.fields["regeling"]
        else:
            self.fields["regeling"].choices += schemes  # type: ignore[attr-defined]

    @property
    def wish(self) -> find.Wish:
        asked = self.asked
        states = STANDS.get(asked.get("stand", ""), (asked["stand"],) if "stand" in asked else None)
        return find.Wish(
            states=states or (*find.RUNNING, *find.ENDED), phase=asked.get("fase", ""),
            procedure=asked.get("procedure", ""), instrument=asked.get("instrument", ""),
            domain=asked.get("domein", ""), scheme=int(asked["regeling"]) if "regeling" in asked else None,
        )  # fmt: skip


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every procurement that the visitor may know of."""
    me = visitor(request)
    filters = RegisterFilters(request.GET, schemes=[(scheme.pk, scheme.name) for scheme in me.schemes])
    number = page_number(request)
    found, total = find.register(me.scopes, filters.wish, number)
    context = {
        "filters": filters, "rows": [_row(case) for case in found], "total": up_to(total),
        "page": numbered(total, number, PAGE), "me": me,
    }  # fmt: skip
    return render(request, "procurements/register.html", context)


def _row(case: Case) -> dict[str, Any]:
    kind, icon = STATES[Case.State(case.state)]
    return {
        "case": case, "procurement": case.procurement, "look": {"kind": kind, "icon": icon},
        "phase": ProcurementFlow.phases.get(case.phase, ""), "domain": case.top.commission.get_domain_display(),
    }  # fmt: skip
