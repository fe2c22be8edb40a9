"""Beginning a case under another: a small page that says what begins, one service, the page of the new case."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cases.models import Case
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from roles.selectors import Offer
from workflows import preview
from workflows.forms.actions import ActionForm
from workflows.pages import doing
from workflows.pages.actions import Words

COMMISSIONS = ("Opdrachten", "cases")


def page(
    request: HttpRequest, words: Words, about: Case, begin: Callable[[Any], Case], *, offers: list[Offer],
    form_class: type[ActionForm] = ActionForm, refused: Refused | None = None, top: tuple[str, str] = COMMISSIONS,
) -> HttpResponse:  # fmt: skip
    """`begin` gets the valid form and answers the case that began; `told` names it by its `{number}`.

    `refused` is why nothing can begin, in whatever hat; it is also what somebody reads who sends the form all the same.
    """
    form = form_class(None if refused else doing.sent(request), offers=offers)
    status = doing.FORBIDDEN if not offers else doing.OVERTAKEN if refused and request.method == "POST" else doing.OK
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            made: list[Case] = []
            status = doing.attempt(form, lambda: made.append(begin(form)))
            if made:
                messages.success(request, words.told.format(number=made[0].number))
                return redirect("case", made[0].pk)
    context = {
        "action": words, "case": about, "form": form, "shown": [form], "offers": offers, "subject": str(about.title),
        "refusal": refused or preview.refusal(offers), "crumbs": crumbs(about, words.title, request.path, top),
    }  # fmt: skip
    return doing.again(request, "case/action.html", context, status)


def crumbs(about: Case, title: str, path: str, top: tuple[str, str] = COMMISSIONS) -> list[dict[str, str]]:
    """From the list of its kind, by the page of the case."""
    label, listed = top
    return [
        {"label": label, "url": reverse(listed)},
        {"label": str(about.title), "url": reverse("case", args=[about.pk])},
        {"label": title, "url": path},
    ]


def refusal(check: Callable[[Case], object], about: Case) -> Refused | None:
    """What a service would say of it."""
    try:
        check(about)
    except NotAllowed as refused:
        return Refused(refused.reason, refused.article)
    return None
