"""A term is changed: what would hold from a day on, by whom the regeling binds to it, and never longer than the law."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from escalation.selectors import rules_of
from escalation.services import law_for
from workflows import register
from workflows.forms.terms import ChangeTermForm, as_given
from workflows.pages.frame import visitor
from workflows.pages.keeping import keeper, kept_or_404, page
from workflows.pages.terms import crumbs, facts, line_of, timed_or_404


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, flow: str, step: str) -> HttpResponse:
    """One step of a process, in one regeling."""
    kept, today = kept_or_404(request, "keep_terms"), visitor(request).today
    timed = timed_or_404(kept.scheme, flow, step)
    line = line_of(timed, list(rules_of(kept.scheme.pk).filter(flow=flow, step=step)), today)
    law = law_for(flow, step, today)
    form = ChangeTermForm(
        request.POST if request.method == "POST" else None, offers=kept.offers, has_law=law is not None,
        initial=as_given(line.term) | {"valid_from": today},
    )  # fmt: skip
    about = f"{reverse('term', args=[flow, step])}?regeling={kept.scheme.code}"

    def do() -> None:
        made = register.change_term(
            keeper=keeper(request, form), scheme=kept.scheme, flow=flow, step=step, term=form.term(line.term),
            valid_from=form.cleaned_data["valid_from"], reason=form.cleaned_data["reason"],
        )  # fmt: skip
        messages.success(request, f"{timed.label}: {made.term.words}, vanaf {made.valid_from:%d-%m-%Y}.")

    return page(
        request, form, do, title="Termijn wijzigen", submit="Vastleggen", icon="pencil", lead=timed.label,
        explanation="Dit geldt voor zaken die vanaf de gekozen dag beginnen. Lopende zaken houden hun termijnen.",
        done=about, template="terms/change.html",
        context={
            "facts": facts(line.term), "law": law,
            "crumbs": crumbs(kept.scheme, (timed.label, about), ("Wijzigen", request.get_full_path())),
        },
    )  # fmt: skip
