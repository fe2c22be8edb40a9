"""Sleutels: an opener's own key, its passphrase, and the key for calamities (ADR 34)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cases.selectors import tenders as found
from roles.models import Person, Scheme
from workflows import tendering
from workflows.forms.tendering import ChangeForm, EnrolForm, EscrowForm
from workflows.pages import doing
from workflows.pages.frame import current_user, visitor
from workflows.pages.keeping import keeper, kept_or_404


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The keys of whoever opens, and the escrow key for whoever keeps it."""
    me = visitor(request)
    mine, escrow = me.keeping("hold_seal_key"), me.keeping("keep_escrow_key")
    if not mine | escrow:
        raise Http404
    person = Person.objects.get(user=me.user)
    rows = [
        {
            "scheme": scheme, "holds": scheme.pk in mine, "keeps": scheme.pk in escrow,
            "key": found.seal_key(person.pk, scheme.pk), "escrow": found.escrow_key(scheme.pk),
        }
        for scheme in Scheme.objects.filter(pk__in=mine | escrow).order_by("pk")
    ]  # fmt: skip
    return render(request, "tenders/keys.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """A new key; an earlier one goes on opening what was sealed to it, by nobody new."""
    kept = kept_or_404(request, "hold_seal_key")
    form = EnrolForm(_data(request), offers=kept.offers, user=current_user(request))

    def do() -> None:
        tendering.enrol_key(
            keeper=keeper(request, form), scheme=kept.scheme, passphrase=form.cleaned_data["passphrase"]
        )
        messages.success(request, "Uw sleutel is aangemaakt.")

    return _page(request, form, do, "Sleutel aanmaken", kept.scheme)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Another passphrase for the same key."""
    kept = kept_or_404(request, "hold_seal_key")
    form = ChangeForm(_data(request), offers=kept.offers, user=current_user(request))

    def do() -> None:
        given = form.cleaned_data
        tendering.change_passphrase(
            keeper=keeper(request, form), scheme=kept.scheme, old=given["old"], new=given["passphrase"]
        )
        messages.success(request, "Uw wachtzin is gewijzigd. De vorige opent niets meer.")

    return _page(request, form, do, "Wachtzin wijzigen", kept.scheme)


@require_http_methods(["GET", "POST"])
def escrow(request: HttpRequest) -> HttpResponse:
    """The passphrase is shown here and now, and nowhere else or ever after."""
    kept = kept_or_404(request, "keep_escrow_key")
    form = EscrowForm(_data(request), offers=kept.offers)
    made: list[Any] = []

    def do() -> None:
        made[:] = tendering.enrol_escrow(keeper=keeper(request, form), scheme=kept.scheme)

    if form.is_bound and form.is_valid() and doing.attempt(form, do) == doing.OK:
        response = render(request, "tenders/escrow_made.html", {"key": made[0], "passphrase": made[1]})
        response.headers["Cache-Control"] = "no-store"
        return response
    return _page(request, form, do, "Noodsleutel aanmaken", kept.scheme, done=False)


def _page(
    request: HttpRequest, form: Any, do: Any, title: str, scheme: Scheme, *, done: bool = True
) -> HttpResponse:  # fmt: skip
    status = doing.OK
    if form.is_bound and done:
        status = doing.attempt(form, do) if form.is_valid() else doing.UNFIT
        if status == doing.OK:
            return redirect("seal-keys")
    elif form.is_bound:
        status = doing.UNFIT
    crumbs = [{"label": "Sleutels", "url": reverse("seal-keys")}, {"label": title, "url": request.path}]
    context = {"form": form, "title": title, "scheme": scheme, "crumbs": crumbs}
    response = doing.again(request, "tenders/key.html", context, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
