"""Contracten: the register of what was agreed on with whom, until when, and what it costs at most."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.models import Case, Contract, Domain
from escalation.rules.terms import months_from
from roles.rules.sheet import streamed
from ui.templatetags.ui import euro
from workflows.pages.frame import Visitor, up_to, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number, words
from workflows.selectors import contracts as find
from workflows.selectors.inbox import PAGE

STANDS = {
    "lopend": find.RUNNING, "geeindigd": (Case.State.ENDED,), "ingetrokken": (Case.State.WITHDRAWN,),
    "alle": (*find.RUNNING, Case.State.ENDED, Case.State.WITHDRAWN),
}  # fmt: skip
SOON = [(6, "Binnen een half jaar"), (12, "Binnen een jaar"), (18, "Binnen anderhalf jaar")]
HEADINGS = [
    "Nummer", "Aanbieder", "Perceel", "Domein", "Gaat in op", "Loopt tot en met", "Verlengingen over",
    "Jaren per verlenging", "Bedrag per jaar", "Plafond", "Stand", "Inkoop", "Overgenomen",
]  # fmt: skip


class RegisterFilters(Filters):
    zoek = words("Zoeken")
    aanbieder = choice("Aanbieder", "Alle aanbieders", [])
    perceel = choice("Perceel", "Alle percelen", [])
    domein = choice("Domein", "Alle domeinen", list(Domain.choices))
    stand = choice(
        "Stand", "Lopend", [("geeindigd", "Geëindigd"), ("ingetrokken", "Ingetrokken"), ("alle", "Alle")]
    )  # fmt: skip
    eindigt = choice("Eindigt", "Wanneer ook", SOON)

    def __init__(self, data: Any, me: Visitor) -> None:
        super().__init__(data)
        providers, lots = find.market(me.scopes)
        self.me = me
        self.fields["aanbieder"].choices = [("", "Alle aanbieders"), *((each.pk, each.name) for each in providers)]  # type: ignore[attr-defined]
        self.fields["perceel"].choices = [("", "Alle percelen"), *((each.pk, each.name) for each in lots)]  # type: ignore[attr-defined]

    @property
    def wish(self) -> find.Wish:
        asked, order = self.asked, self.data.get("volgorde", "")
        return find.Wish(
            words=asked.get("zoek", ""), domain=asked.get("domein", ""),
            provider=int(asked["aanbieder"]) if "aanbieder" in asked else None,
            lot=int(asked["perceel"]) if "perceel" in asked else None,
            states=STANDS[asked.get("stand", "lopend")],
            ends_before=months_from(self.me.today, int(asked["eindigt"])) if "eindigt" in asked else None,
            order=order if order in find.ORDERS else "einde",
        )  # fmt: skip


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every contract that the visitor may know of: who sees the commission, sees what came of it."""
    me = visitor(request)
    filters = RegisterFilters(request.GET, me)
    wish, number = filters.wish, page_number(request)
    found, total = find.register(me.scopes, wish, number)
    sums = find.totals(me.scopes, wish, me.today)
    return render(request, "contracts/register.html", {
        "filters": filters, "rows": [row(contract, me.today) for contract in found], "total": up_to(total), "me": me,
        "page": numbered(total, number, PAGE), "several": len(me.schemes) > 1, "query": request.GET.urlencode(),
        "figures": [
            ("Contracten", sums.count), ("Aanbieders", sums.providers),
            ("Samen per jaar", euro(sums.annual_amount)),
            ("Eindigt binnen een half jaar", sums.soon),
        ],
    })  # fmt: skip


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same, with the same filters, for a spreadsheet."""
    me = visitor(request)
    wish = RegisterFilters(request.GET, me).wish
    response = StreamingHttpResponse(streamed(HEADINGS, _lines(me, wish)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="contracten-{me.today}.csv"'
    return response


def _lines(me: Visitor, wish: find.Wish) -> Iterator[list[str]]:
    for each in find.every(me.scopes, wish):
        yield [
            each.case.number, each.provider.name, each.lot.name, each.lot.get_domain_display(), _day(each.starts_on),
            _day(each.ends_on), str(each.options_left), str(each.option_years), _amount(each.annual_amount),
            _amount(each.ceiling), stand(each, me.today)["label"], each.case.parent.number if each.case.parent else "",
            "ja" if each.case.imported else "nee",
        ]  # fmt: skip


def row(contract: Contract, today: date) -> dict[str, Any]:
    return {"contract": contract, "stand": stand(contract, today), "soon": soon(contract, today)}


def stand(contract: Contract, today: date) -> dict[str, str]:
    """For instance "Loopt" or "Nog niet ingegaan", with its look."""
    if not contract.case.is_running:
        return {"label": contract.case.get_state_display(), "kind": "plain", "icon": "circle-check"}
    if contract.case.state == Case.State.SUSPENDED:
        return {"label": "Opgeschort", "kind": "warning", "icon": "player-pause"}
    if today < contract.starts_on:
        return {"label": "Nog niet ingegaan", "kind": "plain", "icon": "clock"}
    if contract.closing:
        return {"label": "Loopt af", "kind": "warning", "icon": "clock"}
    return {"label": "Loopt", "kind": "safe", "icon": "circle-check"}


def soon(contract: Contract, today: date) -> str:
    """Until when it needs attention; empty where there is time."""
    if not contract.case.is_running or contract.ends_on > months_from(today, find.SOON):
        return ""
    return "Voorbij de einddatum" if contract.ends_on < today else "Eindigt binnen een half jaar"


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def _amount(value: Any) -> str:
    return str(value).replace(".", ",")
