"""Inschrijven: the one page for who has no account, at the address that stands in the notice (ADR 34).

Nothing here reads or sets a cookie: there is no session that another site could ride on, and so nothing for a CSRF
token to protect; a browser that refuses cookies tenders as well. It says how many tendered to nobody.
"""

import hashlib
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from audit import clock
from cases.models import TenderDesk
from cases.rules import files
from cases.selectors import tenders as found
from cases.services.envelopes import Envelope
from roles.authorize import NotAllowed
from workflows import tendering
from workflows.forms.sealing import read_sealed
from workflows.forms.tender import TenderForm, WithdrawForm
from workflows.pages import doing
from workflows.tendering import Receipt

CLOSED, TOO_OFTEN, TOO_MUCH = 403, 429, 413
ATTEMPTS, WINDOW = 20, 600  # from one address, in seconds; kept in memory, where no dump finds who tendered


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "POST"])
def tender(request: HttpRequest, address: str) -> HttpResponse:
    desk = _desk_or_404(address)
    if not found.is_open(desk, clock.now()):
        return _closed(request, desk)
    lots = list(desk.procurement.lots.select_related("lot"))
    if request.method == "GET":
        return _page(request, desk, TenderForm(lots=lots))
    if _too_often(request, address):
        read_sealed(request, None)
        return _page(request, desk, TenderForm(lots=lots), TOO_OFTEN)
    envelope = Envelope(address)
    try:
        if problem := read_sealed(request, envelope):
            return _page(request, desk, TenderForm(lots=lots), TOO_MUCH, problem=problem)
        form = TenderForm(request.POST, request.FILES, lots=lots)
        if form.is_valid() and (receipt := _hand_in(form, address, envelope)):
            return _received(request, desk, form, receipt)
    finally:
        envelope.discard()
    if not found.is_open(_desk_or_404(address), clock.now()):
        return _closed(request, desk)
    return _page(request, desk, form, doing.UNFIT)


def _hand_in(form: TenderForm, address: str, envelope: Envelope) -> Receipt | None:
    """Nothing: the refusal is on the form."""
    try:
        receipt = tendering.hand_in(
            address=address, envelope=envelope, bid=form.bid(), instead_of=form.cleaned_data["instead_of"]
        )
    except NotAllowed as refusal:
        form.add_error(None, refusal.reason)
        return None
    envelope.keep()
    return receipt


def _received(request: HttpRequest, desk: TenderDesk, form: TenderForm, receipt: Receipt) -> HttpResponse:
    given = form.cleaned_data
    context = _about(desk) | {
        "receipt": receipt, "names": [files.safe_name(each.name) for each in given["documents"]],
        "replaced": bool(given["instead_of"].strip()),
    }  # fmt: skip
    return _private(render(request, "tenders/received.html", context))


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, address: str) -> HttpResponse:
    """Before the closing, with the code."""
    desk = _desk_or_404(address)
    if not found.is_open(desk, clock.now()):
        return _closed(request, desk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    status = doing.OK
    if request.method == "POST":
        status = doing.UNFIT
        if _too_often(request, address):
            form.add_error(None, "Te vaak geprobeerd. Wacht tien minuten.")
            status = TOO_OFTEN
        elif form.is_valid():
            try:
                at = tendering.withdraw(address=address, code=form.cleaned_data["code"])
                return _private(render(request, "tenders/withdrawn.html", _about(desk) | {"at": at}))
            except NotAllowed as refusal:
                form.add_error(None, refusal.reason)
    return _private(render(request, "tenders/withdraw.html", _about(desk) | {"form": form}, status=status))


# No session: who tenders has none, and who has one is treated alike (config.signing_in.middleware).
tender.opens_by_key = withdraw.opens_by_key = True  # type: ignore[attr-defined]


def _desk_or_404(address: str) -> TenderDesk:
    desk = found.desk_at(address)
    if desk is None or desk.procurement.published_at is None:
        raise Http404
    return desk


def _about(desk: TenderDesk) -> dict[str, object]:
    return {
        "desk": desk, "procurement": desk.procurement, "subject": str(desk.procurement.case.title),
        "scheme": desk.procurement.case.scheme,
    }  # fmt: skip


def _page(
    request: HttpRequest, desk: TenderDesk, form: TenderForm, status: int = doing.OK, *, problem: str = ""
) -> HttpResponse:
    context = _about(desk) | {"form": form, "problem": problem, "too_often": status == TOO_OFTEN}
    return _private(render(request, "tenders/tender.html", context, status=status))


def _closed(request: HttpRequest, desk: TenderDesk) -> HttpResponse:
    """What was sent all the same is read to its end, so that the browser shows this page, and kept nowhere."""
    if request.method == "POST":
        read_sealed(request, None)
    now: datetime = clock.now()
    published = desk.procurement.published_at
    context = _about(desk) | {"now": now, "early": published is not None and now < published}
    return _private(render(request, "tenders/closed.html", context, status=CLOSED))


def _too_often(request: HttpRequest, address: str) -> bool:
    """Counted in the memory of this process."""
    who = str(get_adapter().get_client_ip(request))
    key = "tender:" + hashlib.sha256(f"{who} {address}".encode()).hexdigest()
    memory = caches["memory"]
    memory.add(key, 0, WINDOW)
    try:
        return bool(memory.incr(key) > ATTEMPTS)
    except ValueError:  # it ran out between the two
        return False


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
