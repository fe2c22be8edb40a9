"""Mandaten: who may decide what on whose behalf, version by version, and where it was relied on (Awb 10:1-10:9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.models import Domain, Scale
from roles import selectors
from roles.models import Mandate
from workflows.pages.acts import told
from workflows.pages.frame import visitor
from workflows.pages.roles import Status, chosen, period_status, tabs
from workflows.selectors import acts

SHOWN_ACTS = 50


@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    me = visitor(request)
    scheme = chosen(request, me)
    if scheme is None:
        return render(request, "roles/none.html", {"title": "Mandaten", "me": me})
    register = list(selectors.mandate_register(scheme))
    return render(
        request,
        "roles/mandates.html",
        {"scheme": scheme, "tabs": tabs(me, scheme), "rows": as_tree(register, me.now, me.today)},
    )


@require_safe
def mandate(request: HttpRequest, mandate_id: int) -> HttpResponse:
    me = visitor(request)
    chosen_version = Mandate.objects.filter(pk=mandate_id, scheme__in=me.schemes).select_related("scheme").first()
    if chosen_version is None:
        raise Http404
    register = list(selectors.mandate_register(chosen_version.scheme))
    shown = next(version for version in register if version.pk == mandate_id)
    relied = list(acts.relying_on(shown, me.scopes)[:SHOWN_ACTS])
    cases = acts.cases_of(act.chain for act in relied)
    return render(
        request,
        "roles/mandate.html",
        {
            "mandate": shown,
            "status": mandate_status(shown, me.now, me.today),
            "limits": limits(shown),
            "may_keep": shown.revoked_at is None and shown.scheme_id in me.keeping("keep_mandates"),
            "versions": [
                {"mandate": version, "status": mandate_status(version, me.now, me.today)}
                for version in register
                if version.number == shown.number
            ],
            "sub_mandates": [
                row for row in as_tree(register, me.now, me.today)
                if row.mandate.parent and row.mandate.parent.number == shown.number
            ],
            "relied": [{"told": each, "case": cases[each.act.chain]} for each in told(relied)],
            "sees_cases": bool(me.scopes),
            "crumbs": [
                {"label": "Mandaten", "url": reverse("mandates")},
                {"label": str(shown), "url": reverse("mandate", args=[shown.pk])},
            ],
        },
    )  # fmt: skip


def mandate_status(mandate: Mandate, now: datetime, today: date) -> Status:
    """A version ends by its date, or because it was revoked or followed by the next."""
    if mandate.revoked_at is not None and mandate.revoked_at <= now:
        return Status("Ingetrokken", "danger", "ban")
    return period_status(mandate.valid_from, mandate.valid_until, today)


def limits(mandate: Mandate) -> str:
    """For which commissions it holds."""
    parts = [Domain(mandate.domain).label] if mandate.domain in Domain.values else [mandate.domain or "alle domeinen"]
    parts.append(
        Scale(mandate.scale).label.lower() if mandate.scale in Scale.values else mandate.scale or "elke schaal"
    )
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Line:
    """One mandate in the register: the version that holds, or else the last, and how deep it was passed on."""

    mandate: Mandate
    status: Status
    limits: str
    depth: int
    versions: int


def as_tree(register: Iterable[Mandate], now: datetime, today: date) -> list[Line]:
    """Each mandate once, its sub-mandates beneath it."""
    by_number: dict[str, list[Mandate]] = {}
    for version in register:  # of each number the last version comes first
        by_number.setdefault(version.number, []).append(version)
    lines: list[Line] = []

    def add(number: str, depth: int) -> None:
        versions = by_number[number]
        current = next((each for each in versions if mandate_status(each, now, today).label == "Geldig"), versions[0])
        lines.append(Line(current, mandate_status(current, now, today), limits(current), depth, len(versions)))
        for below in sorted(by_number):
            parent = by_number[below][0].parent
            if parent is not None and parent.number == number:
                add(below, depth + 1)

    for number in sorted(by_number):
        if by_number[number][0].parent is None:
            add(number, 0)
    return lines
