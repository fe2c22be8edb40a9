"""Sleutels: one's own key, the vault that it opens, and the escrow key (ADR 47). No address says whose."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from escalation.whistleblowing.forms.keys import ChangeForm, NewKeyForm, RenewPaperForm, UnlockForm
from escalation.whistleblowing.models import Keyholder
from escalation.whistleblowing.pages import visits
from escalation.whistleblowing.pages.guard import for_keyholders
from escalation.whistleblowing.seats import Seat
from escalation.whistleblowing.services import holders, keys
from roles.authorize import NotAllowed
from ui.passphrases import PaperForm

OK, UNFIT, TOO_OFTEN = 200, 422, 429
ATTEMPTS, WINDOW = 10, 600  # at one passphrase, in seconds; counted in memory
WAIT = "Te vaak een wachtzin geprobeerd. Wacht tien minuten."
ESCROW = Keyholder.Kind.ESCROW

Do = Callable[[dict[str, Any]], HttpResponseBase]


@for_keyholders
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Where every page of the desk sends who has not opened the vault."""
    if seat.holder is None or seat.kind == ESCROW:
        return redirect("report-keys")

    def do(given: dict[str, Any]) -> HttpResponseBase:
        token = keys.unlock(holder=keys.held(seat), passphrase=given["passphrase"])
        answer = redirect("reports-desk")
        visits.remember(answer, token)
        return answer

    return _page(request, seat, UnlockForm, do, "Kluis openen", "open", guesses=True)


@for_keyholders
@require_POST
def shut(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    if found := visits.opened(request, seat):
        keys.shut(holder=found.holder)
    answer = redirect("report-keys")
    visits.forget(answer)
    messages.success(request, "De kluis is dicht.")
    return answer


@for_keyholders
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """The escrow key gets a passphrase for paper, another key one that its holder chose."""
    if seat.kind == ESCROW:
        return _page(request, seat, PaperForm, lambda given: _paper(request, *keys.enrol_escrow(seat=seat)),
                     "Noodsleutel aanmaken", "enrol_escrow")  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponseBase:
        made = keys.enrol(seat=seat, passphrase=given["passphrase"])
        waits = " Een andere behandelaar moet haar nog toelaten." if made.admitted_at is None else ""
        return _done(request, f"Uw sleutel is aangemaakt.{waits}")

    return _page(request, seat, NewKeyForm, do, "Sleutel aanmaken", "enrol")


@for_keyholders
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Another passphrase for the same key."""
    if seat.holder is None or seat.kind == ESCROW:
        return redirect("report-keys")

    def do(given: dict[str, Any]) -> HttpResponseBase:
        keys.change_passphrase(seat=seat, old=given["old"], new=given["passphrase"])
        return _done(request, "Uw wachtzin is gewijzigd. De vorige opent niets meer.")

    return _page(request, seat, ChangeForm, do, "Wachtzin wijzigen", "change", guesses=True)


@for_keyholders
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Another key, for who has the passphrase of the one they hold."""
    if seat.holder is None:
        return redirect("report-keys")
    if seat.kind == ESCROW:
        return _page(request, seat, RenewPaperForm,
                     lambda given: _paper(request, *holders.renew_escrow(seat=seat, old=given["old"])),
                     "Noodsleutel vernieuwen", "renew", guesses=True)  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponseBase:
        holders.renew(seat=seat, old=given["old"], new=given["passphrase"])
        return _done(request, "U hebt een nieuwe sleutel. De vorige opent niets meer.")

    return _page(request, seat, ChangeForm, do, "Sleutel vernieuwen", "renew", guesses=True)


@for_keyholders
@require_http_methods(["GET", "POST"])
def lost(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """A new key that opens nothing until two others agree."""
    if seat.holder is None:
        return redirect("report-keys")
    if seat.kind == ESCROW:
        return _page(request, seat, PaperForm,
                     lambda given: _paper(request, *holders.replace_escrow(seat=seat)),
                     "Noodsleutel vervangen", "lost_escrow")  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponseBase:
        holders.ask_recovery(seat=seat, passphrase=given["passphrase"])
        return _done(request, "Het herstel is gevraagd. Een andere behandelaar keurt het goed, daarna de bewaarder.")

    return _page(request, seat, NewKeyForm, do, "Wachtzin kwijt", "lost")


@for_keyholders
@require_POST
def withdraw(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """A key that was never admitted."""
    try:
        holders.withdraw(seat=seat)
    except NotAllowed as refusal:
        messages.error(request, refusal.reason)
        return redirect("report-keys")
    return _done(request, "Die sleutel is ingetrokken.")


def crumbs(title: str = "", address: str = "") -> list[dict[str, str]]:
    """The way back to the desk."""
    above = [
        {"label": "Meldpunt", "url": reverse("reports-desk")},
        {"label": "Sleutels", "url": reverse("report-keys")},
    ]
    return [*above, {"label": title, "url": address}] if title else above


def tried_too_often(seat: Seat) -> bool:
    """Counted in the memory of this process, for one person."""
    memory, key = caches["memory"], f"vault:{seat.person.pk}"
    memory.add(key, 0, WINDOW)
    try:
        return bool(memory.incr(key) > ATTEMPTS)
    except ValueError:  # it ran out between the two
        return False


def _page(
    request: HttpRequest, seat: Seat, kind: type[forms.Form], do: Do, title: str, about: str, *, guesses: bool = False
) -> HttpResponseBase:
    options: dict[str, Any] = {"user": request.user} if issubclass(kind, NewKeyForm) else {}
    form = kind(request.POST if request.method == "POST" else None, **options)
    status = OK
    if form.is_bound:
        status = UNFIT
        if guesses and tried_too_often(seat):
            status = TOO_OFTEN
            form.add_error(None, WAIT)
        elif form.is_valid():
            try:
                return do(form.cleaned_data)
            except NotAllowed as refusal:
                form.add_error(None, refusal.reason)
    context = {
        "form": form, "title": title, "about": about, "seat": seat, "crumbs": crumbs(title, request.path),
        "submit": "Herstel vragen" if about == "lost" else title,
    }  # fmt: skip
    return render(request, "whistleblowing/keys/own.html", context, status=status)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    answer = redirect("report-keys")
    visits.forget(answer)
    return answer


def _paper(request: HttpRequest, made: Keyholder, passphrase: str) -> HttpResponse:
    """Shown here and now, and nowhere else or ever after."""
    return render(request, "whistleblowing/keys/paper.html", {"holder": made, "passphrase": passphrase})
