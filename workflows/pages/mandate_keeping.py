"""The mandate register as it is kept: the next version of a mandate, seen before it is made; and revoking one."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from roles import selectors
from roles.models import Mandate
from roles.rules.money import euros
from workflows import register
from workflows.forms.mandates import ChangeMandateForm, RevokeMandateForm
from workflows.pages import doing
from workflows.pages.frame import visitor
from workflows.pages.keeping import Kept, crumbs, keeper, kept_or_404, page
from workflows.pages.mandates import limits

CHANGEABLE = ("label", "legal_basis", "max_amount", "domain", "scale", "valid_until", "sub_mandate_allowed")


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, mandate_id: int) -> HttpResponse:
    mandate, kept = found(request, mandate_id)
    initial = {name: getattr(mandate, name) for name in CHANGEABLE} | {"valid_from": visitor(request).today}
    form = ChangeMandateForm(request.POST if request.method == "POST" else None, offers=kept.offers, initial=initial)
    tried = form.is_bound and "preview" in request.POST and form.is_valid()

    def do() -> None:
        made = register.change_mandate(keeper=keeper(request, form), mandate=mandate, **form.values())
        messages.success(request, f"Mandaat {made} is vastgelegd.")

    context: dict[str, Any] = {
        "mandate": mandate, "now_covers": covers(mandate), "resting": resting_on(mandate),
        "will_cover": covers(as_it_would_be(mandate, form)) if tried else [],
    }  # fmt: skip
    about = {
        "title": f"Mandaat {mandate.number} wijzigen", "submit": "Nieuwe versie vastleggen", "icon": "pencil",
        "lead": mandate.label,
        "explanation": "Een versie wijzigt nooit: dit wordt de volgende. Wat is besloten, blijft op die van toen.",
    }  # fmt: skip
    done = reverse("mandate", args=[mandate.pk])
    if tried:
        return doing.again(request, "register/mandate.html", {
            **about, **context, "form": form, "back": done, "crumbs": crumbs(about["title"], request),
        })  # fmt: skip
    return page(request, form, do, **about, done=done, context=context, template="register/mandate.html")


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, mandate_id: int) -> HttpResponse:
    mandate, kept = found(request, mandate_id)
    form = RevokeMandateForm(request.POST if request.method == "POST" else None, offers=kept.offers)

    def do() -> None:
        register.revoke_mandate(keeper=keeper(request, form), mandate=mandate, reason=form.cleaned_data["reason"])
        messages.success(request, f"Mandaat {mandate.number} is ingetrokken.")

    return page(
        request, form, do, title=f"Mandaat {mandate.number} intrekken", submit="Intrekken", icon="ban",
        lead=mandate.label, explanation="Het eindigt meteen, met wat erop rust. Wat al is besloten, blijft besloten.",
        done=reverse("mandate", args=[mandate.pk]), template="register/mandate.html",
        context={"mandate": mandate, "now_covers": covers(mandate), "resting": resting_on(mandate), "will_cover": []},
    )  # fmt: skip


def found(request: HttpRequest, mandate_id: int) -> tuple[Mandate, Kept]:
    """The version that holds or will; what was followed or revoked is not changed any more."""
    me = visitor(request)
    asked: QuerySet[Mandate] = Mandate.objects.filter(pk=mandate_id, scheme__in=me.schemes, revoked_at=None)
    mandate = asked.select_related("scheme", "receiving__body", "receiving__role", "granting__body__scheme").first()
    if mandate is None:
        raise Http404
    return mandate, kept_or_404(request, "keep_mandates", mandate.scheme)


def as_it_would_be(mandate: Mandate, form: Any) -> Mandate:
    """In memory only."""
    values = {name: form.cleaned_data[name] for name in (*CHANGEABLE, "valid_from")}
    fixed = {name: getattr(mandate, name) for name in ("number", "power", "receiving", "granting")}
    return Mandate(**values, **fixed, version=mandate.version + 1)


def covers(mandate: Mandate) -> list[tuple[str, str]]:
    """What somebody may decide by it, in words."""
    until = f" tot en met {mandate.valid_until:%d-%m-%Y}" if mandate.valid_until else ""
    return [
        ("Wie", str(mandate.receiving)),
        ("Waarover", f"{mandate.label} ({limits(mandate)})"),
        ("Bedrag", f"tot en met {euros(mandate.max_amount)}" if mandate.max_amount is not None else "zonder grens"),
        ("Wanneer", f"vanaf {mandate.valid_from:%d-%m-%Y}{until}"),
        ("Ondermandaat", "toegestaan" if mandate.sub_mandate_allowed else "niet toegestaan"),
        ("Grondslag", mandate.legal_basis),
    ]


def resting_on(mandate: Mandate) -> list[Mandate]:
    """The sub-mandates that get a next version too, or end with it. One query."""
    register_of = selectors.mandate_register(mandate.scheme)
    return list(register_of.filter(parent=mandate, revoked_at=None))
