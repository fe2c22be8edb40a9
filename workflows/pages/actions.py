"""What somebody may do to a case besides a step: each a small page that says what it means, and one service."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from roles import selectors as roles
from roles.authorize import Wanted
from roles.rules.verdict import Refused
from workflows import asks, ballots, preview, services
from workflows.engine import Work
from workflows.forms.actions import ActionForm, CommentForm, HandOverForm, ReasonForm, RecuseForm
from workflows.pages import doing
from workflows.pages.asked import found_or_404
from workflows.pages.frame import current_user, visible_case_or_404, visitor
from workflows.pages.wording import title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What one page says."""

    title: str
    lead: str
    submit: str
    told: str
    icon: str = "check"


@dataclass(frozen=True, slots=True)
class Action:
    """The words of a page, what it asks of whom, and the service that does it."""

    words: Words
    verb: str = field(kw_only=True)
    asks: Callable[[Work, str], Wanted] = field(kw_only=True)
    service: Callable[..., object] = field(kw_only=True)


COMMENT = Action(
    Words(
        title="Opmerking plaatsen", lead="Een opmerking bindt niemand en houdt niets op.",
        submit="Opmerking plaatsen", told="Uw opmerking is geplaatst.", icon="message-2",
    ),
    verb="comment", asks=asks.for_any_hat, service=services.comment,
)  # fmt: skip
WITHDRAW = Action(
    Words(
        title="Opdracht intrekken",
        lead="De zaak eindigt: alle open taken vervallen. Dit kan niet ongedaan worden gemaakt; het dossier blijft.",
        submit="Opdracht intrekken", told="De opdracht is ingetrokken.", icon="ban",
    ),
    verb="withdraw", asks=asks.for_submitter, service=services.withdraw,
)  # fmt: skip
SUSPEND = Action(
    Words(
        title="Zaak opschorten", lead="Alle termijnen staan stil en niemand kan een stap doen, tot u de zaak hervat.",
        submit="Zaak opschorten", told="De zaak is opgeschort. De termijnen staan stil.", icon="player-pause",
    ),
    verb="suspend", asks=asks.for_submitter, service=services.suspend,
)  # fmt: skip
RESUME = Action(
    Words(
        title="Zaak hervatten", lead="Wat van iedere termijn over was, loopt verder vanaf nu.",
        submit="Zaak hervatten", told="De zaak is hervat. De termijnen lopen weer.", icon="player-play",
    ),
    verb="resume", asks=asks.for_submitter, service=services.resume,
)  # fmt: skip
RECUSE = Action(
    Words(
        title="Mij verschonen",
        lead="U hebt een belang bij deze zaak en blijft er daarom buiten. Uw open stem of taak gaat naar een ander.",
        submit="Verschoning vastleggen", told="Uw verschoning is vastgelegd. U handelt niet meer in deze zaak.",
    ),
    verb="declare_recusal", asks=asks.for_any_hat, service=ballots.recuse,
)  # fmt: skip
HAND_OVER = Action(
    Words(
        title="Taak overdragen",
        lead="Een collega met dezelfde rol vindt de taak onder Mijn taken. De termijn blijft dezelfde.",
        submit="Taak overdragen", told="De taak is overgedragen.", icon="user-share",
    ),
    verb="reassign", asks=asks.for_role, service=services.reassign,
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, case_id: int) -> HttpResponse:
    return page(request, COMMENT, found(request, case_id), CommentForm)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, case_id: int) -> HttpResponse:
    work = found(request, case_id)
    kind = work.case.get_kind_display()
    told = f"De {kind.lower()} is ingetrokken."
    words = replace(WITHDRAW.words, title=f"{kind} intrekken", submit=f"{kind} intrekken", told=told)
    return page(request, replace(WITHDRAW, words=words), work, ReasonForm)


@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, case_id: int) -> HttpResponse:
    return page(request, SUSPEND, found(request, case_id), ReasonForm)


@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, case_id: int) -> HttpResponse:
    return page(request, RESUME, found(request, case_id), ReasonForm)


@require_http_methods(["GET", "POST"])
def recuse(request: HttpRequest, case_id: int) -> HttpResponse:
    return page(request, RECUSE, found(request, case_id), RecuseForm)


@require_http_methods(["GET", "POST"])
def reassign(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    work = found_or_404(request, case_id, task_id)
    assert work.task is not None
    if work.task.position is None:
        raise Http404  # somebody's own vote goes to nobody else
    holders = roles.holders(work.task.position, visitor(request).today)
    return page(
        request, HAND_OVER, work, HandOverForm, subject=title_of(work.task), about={"task_id": task_id}, holders=holders
    )


def found(request: HttpRequest, case_id: int) -> Work:
    """The case, for a visitor who may see it, as it stands."""
    case = visible_case_or_404(request, case_id)
    return preview.as_found(case.process, visitor(request).now)


def page(
    request: HttpRequest, action: Action, work: Work, form_class: type[ActionForm], *, subject: str = "",
    about: dict[str, int] | None = None, offers: list[roles.Offer] | None = None, refused: Refused | None = None,
    **options: Any,
) -> HttpResponse:  # fmt: skip
    """The form in the hats that fit, and then the service; `about` are the numbers that it needs besides the case's.

    `refused` is why it cannot be done at all, in whatever hat.
    """
    if offers is None:
        offers = preview.offers(current_user(request).pk, lambda: action.asks(work, action.verb))
    if request.method == "POST":
        form = form_class(request.POST, request.FILES, offers=offers, **options)
    else:
        form = form_class(offers=offers, **options)
    status = doing.OK if offers else doing.FORBIDDEN
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            status = doing.attempt(form, lambda: action.service(
                user_id=current_user(request).pk, case_id=work.case.pk, **(about or {}), **form.who, **form.values()
            ))  # fmt: skip
            if status == doing.OK:
                messages.success(request, action.words.told)
                return redirect("case", work.case.pk)
    context = {
        "action": action.words, "case": work.case, "form": form, "shown": [form], "offers": offers,
        "subject": subject or str(work.case.title), "refusal": refused or preview.refusal(offers),
        "crumbs": _crumbs(work, action, request.path),
    }  # fmt: skip
    return doing.again(request, "case/action.html", context, status)


def _crumbs(work: Work, action: Action, path: str) -> list[dict[str, str]]:
    return [
        {"label": "Opdrachten", "url": reverse("cases")},
        {"label": str(work.case.title), "url": reverse("case", args=[work.case.pk])},
        {"label": action.words.title, "url": path},
    ]
