"""Onbestelbare e-mail: to whom, and why; never what it says. Whoever the regeling binds sends it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from escalation.selectors import dead_mail, mail_figures
from workflows import register
from workflows.forms.messages import ResendForm
from workflows.pages import doing
from workflows.pages.frame import visitor
from workflows.pages.keeping import attempt, crumbs, keeper, kept_or_404, tabs

STEP = "resend_mail"


@require_http_methods(["GET", "POST"])
def undelivered(request: HttpRequest) -> HttpResponse:
    """What lies here, what is still being tried, and what waits for a signed root."""
    kept, me = kept_or_404(request, STEP), visitor(request)
    dead = dead_mail(kept.scheme)
    form = ResendForm(request.POST if request.method == "POST" else None, offers=kept.offers, dead=dead)
    status = doing.OK
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            chosen = form.cleaned_data["mails"]
            status = attempt(
                form, lambda: register.resend_mail(keeper=keeper(request, form), scheme=kept.scheme, mail_ids=chosen)
            )
            if status == doing.OK:
                messages.success(request, f"{len(chosen)} e-mails worden binnen een minuut opnieuw geprobeerd.")
                return redirect(request.get_full_path())
    return doing.again(request, "register/mail.html", {
        "scheme": kept.scheme, "form": form, "dead": dead, "figures": mail_figures(kept.scheme),
        "tabs": tabs([each for each in me.schemes if each.pk in me.keeping(STEP)], kept.scheme),
        "crumbs": crumbs("Onbestelbare e-mail", request),
    }, status)  # fmt: skip
