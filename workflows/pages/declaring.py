"""Belangenverklaring: before the first look into tenders (Aanbestedingswet 2012 art. 1.10b)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.models import Case
from cases.selectors import tenders as found
from roles.models import Person
from workflows import preview, tendering
from workflows.forms.tendering import DeclareForm
from workflows.pages import doing
from workflows.pages.frame import current_user, visible_case_or_404, visitor


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who tendered is named, and what they offer is not."""
    case = visible_case_or_404(request, case_id)
    if case.kind != Case.Kind.PROCUREMENT:
        raise Http404
    me = visitor(request)
    tenders = found.tenders_of_round(case.procurement)
    person = Person.objects.filter(user=me.user).first()
    if not tenders or person is None:
        raise Http404
    work = preview.as_found(case.process, me.now)
    offers = preview.offers(me.user.pk, lambda: tendering.to_declare(work))
    form = DeclareForm(request.POST if request.method == "POST" else None, offers=offers)
    status = doing.OK
    if form.is_bound:
        status = doing.attempt(form, lambda: _do(request, case, form)) if form.is_valid() else doing.UNFIT
        if status == doing.OK:
            return _onward(request, case, conflicted=form.cleaned_data["conflicted"] == "yes")
    context = {
        "case": case, "form": form, "tenders": tenders, "declared": found.declaration(case.procurement, person.pk),
        "crumbs": [
            {"label": str(case.title), "url": reverse("case", args=[case.pk])},
            {"label": "Belangenverklaring", "url": request.path},
        ],
    }  # fmt: skip
    return doing.again(request, "tenders/declare.html", context, status)


def _do(request: HttpRequest, case: Case, form: DeclareForm) -> None:
    given = form.cleaned_data
    tendering.declare(
        user_id=current_user(request).pk, case_id=case.pk, conflicted=given["conflicted"] == "yes",
        interest=given["interest"], **form.who,
    )  # fmt: skip


def _onward(request: HttpRequest, case: Case, *, conflicted: bool) -> HttpResponse:
    """Back to the task that asked for it."""
    task = request.GET.get("taak", "")
    if conflicted:
        messages.success(request, "Uw belang is vastgelegd. U blijft buiten deze zaak.")
    elif task.isascii() and task.isdigit() and len(task) < 16:
        return redirect("task", case.pk, int(task))
    else:
        messages.success(request, "Uw verklaring is vastgelegd.")
    return redirect("case", case.pk)
