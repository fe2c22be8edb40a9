"""Noodtoegang: taking it, ending it, everything that was taken, what was read by it, and judging it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.models import AccessRecord
from cases.models import Case
from escalation.models import Deadline
from roles.models import EmergencyAccess
from workflows import emergencies
from workflows.forms.auditing import EndForm, ReviewForm, TakeForm
from workflows.pages import doing
from workflows.pages.frame import Visitor, current_user, sees_confidential, visitor
from workflows.pages.keeping import kept_or_404, page
from workflows.pages.listing import numbered, page_number
from workflows.pages.oversight.overviews import crumbs
from workflows.pages.reading import in_words, titles_of
from workflows.selectors.sight import visible

PAGE = 25
SHOWN_LOOKS = 200
READ = (
    "person__name", "reviewer__name", "reason", "note", "deadline", "appointment__position__role",
    "appointment__position__body__scheme",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A noodtoegang as a visitor may see it: of a case that is closed to them no title, and no way to it."""

    emergency: EmergencyAccess
    number: str
    case: Case | None
    now: datetime

    @property
    def running(self) -> bool:
        return self.emergency.until > self.now

    @property
    def late(self) -> bool:
        deadline: Deadline = self.emergency.deadline
        return not self.emergency.judgement and deadline.due_at <= self.now

    @property
    def status(self) -> dict[str, str]:
        if self.running:
            return {"kind": "warning", "icon": "lock-open", "label": "Loopt"}
        if self.emergency.judgement:
            fine = self.emergency.judgement == EmergencyAccess.Judgement.JUSTIFIED
            return {
                "kind": "safe" if fine else "danger", "icon": "shield-check" if fine else "alert-triangle",
                "label": self.emergency.get_judgement_display(),
            }  # fmt: skip
        if self.late:
            return {"kind": "danger", "icon": "clock", "label": "Niet op tijd nagekeken"}
        return {"kind": "neutral", "icon": "eye-check", "label": "Na te kijken"}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Everything, for who judges or audits; and what one took oneself. Five queries, however many there are."""
    me = visitor(request)
    if not allowed(me):
        raise Http404
    found, number = known(me), page_number(request)
    total = found.count()
    paged = numbered(total, number, PAGE)
    rows = list(found.select_related(*READ).order_by("-pk")[(paged.number - 1) * PAGE : paged.number * PAGE])
    return render(request, "oversight/emergencies.html", {
        "rows": shown(rows, me), "page": paged, "total": total, "crumbs": crumbs("Noodtoegang", request.path),
        "may_take": bool(me.keeping(emergencies.TAKE)),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    kept = kept_or_404(request, emergencies.TAKE)
    form = TakeForm(
        request.POST if request.method == "POST" else None, offers=kept.offers,
        initial={"number": request.GET.get("zaak", "")[:20], "hours": 4},
    )  # fmt: skip

    def do() -> None:
        emergencies.take(user_id=current_user(request).pk, scheme=kept.scheme, **form.who, **form.values())
        messages.warning(
            request, f"U hebt {form.cleaned_data['hours']} uur noodtoegang tot {form.cleaned_data['number']}. "
            "Alles wat u opent wordt vastgelegd.",
        )  # fmt: skip

    return page(
        request, form, do, title="Noodtoegang nemen", submit="Noodtoegang nemen", icon="lock-open",
        lead=kept.scheme.name,
        explanation="U kunt meteen lezen wat in deze ene zaak voor u gesloten is; handelen kunt u er niet. "
        "Wie aan de zaak deelneemt, hoort het. Een tweede persoon kijkt het achteraf na, met alles wat u opende. "
        "Inschrijvingen onder zegel blijven gesloten.",
        done=reverse("emergencies"), context={"crumbs": crumbs("Noodtoegang nemen", request.path, _list())},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest, emergency_id: int) -> HttpResponse:
    """One: why, what was read, and for a second person: whether it was right."""
    me = visitor(request)
    row = known(me).filter(pk=emergency_id).select_related(*READ).first() if allowed(me) else None
    if row is None:
        raise Http404
    [told] = shown([row], me)
    scheme, own = row.appointment.position.body.scheme, row.person.user_id == me.user.pk
    judges = scheme.pk in me.keeping(emergencies.REVIEW) and not own
    context: dict[str, Any] = {
        "shown": told, "looks": looks(row, named=told.case is not None), "judges": judges,
        "ends": own and told.running, "would_end": emergencies.would_end(row),
        "crumbs": crumbs(told.number, request.path, _list()), "title": f"Noodtoegang tot {told.number}",
    }  # fmt: skip
    if not judges:
        return doing.again(request, "oversight/emergency.html", context, _unfit(request))
    kept = kept_or_404(request, emergencies.REVIEW, scheme)
    form = ReviewForm(request.POST if request.method == "POST" else None, offers=kept.offers)

    def do() -> None:
        emergencies.review(
            user_id=current_user(request).pk, emergency_id=row.pk, **form.who, **form.values()
        )  # fmt: skip
        messages.success(request, "Uw oordeel is vastgelegd.")

    return page(
        request, form, do, title=context["title"], submit="Oordeel vastleggen", icon="shield-check", lead="",
        explanation="", done=request.path, context=context, template="oversight/emergency.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, emergency_id: int) -> HttpResponse:
    """By who took it; for anybody else there is no such page."""
    found = EmergencyAccess.objects.filter(pk=emergency_id, person__user=visitor(request).user)
    row = found.select_related(*READ).first()
    if row is None:
        raise Http404
    kept = kept_or_404(request, emergencies.TAKE, row.appointment.position.body.scheme)
    form = EndForm(request.POST if request.method == "POST" else None, offers=kept.offers)
    [told] = shown([row], visitor(request))

    def do() -> None:
        emergencies.end(user_id=current_user(request).pk, emergency_id=row.pk, **form.who)
        messages.success(request, f"Uw noodtoegang tot {told.number} is geëindigd.")

    return page(
        request, form, do, title="Noodtoegang beëindigen", submit="Nu beëindigen", icon="lock", lead=told.number,
        explanation="Wat in deze zaak voor u gesloten is, sluit meteen. Een tweede persoon kijkt uw noodtoegang na, "
        "met alles wat u opende.",
        done=reverse("emergency", args=[row.pk]),
        context={
            "crumbs": crumbs("Beëindigen", request.path, _list(), (told.number, reverse("emergency", args=[row.pk])))
        },
    )  # fmt: skip


def allowed(me: Visitor) -> bool:
    return bool(me.keeping(emergencies.TAKE, emergencies.REVIEW, "see_audit"))


def known(me: Visitor) -> QuerySet[EmergencyAccess]:
    """Of the regelingen that they judge or audit, and their own."""
    schemes = me.keeping(emergencies.REVIEW, "see_audit")
    return EmergencyAccess.objects.filter(
        Q(person__user=me.user) | Q(appointment__position__body__scheme__in=schemes)
    )  # fmt: skip


def shown(rows: list[EmergencyAccess], me: Visitor) -> list[Shown]:
    """Two queries."""
    ids = [row.case_id for row in rows]
    numbers = dict(Case.objects.filter(pk__in=ids).values_list("pk", "number"))
    open_to = visible(me.scopes).filter(pk__in=ids).select_related("title").in_bulk()
    return [Shown(row, numbers[row.case_id], open_to.get(row.case_id), me.now) for row in rows]


def looks(row: EmergencyAccess, *, named: bool) -> list[dict[str, Any]]:
    """What was opened in this case meanwhile, by who took it; papers by their title, to who sees the case (`named`) and
    unless they are secret. Two queries.
    """
    records = AccessRecord.objects.filter(
        chain=row.chain, actor=f"person/{row.person_id}", at__gte=row.opened_at, at__lt=row.until
    )
    found = list(records.order_by("at", "pk")[:SHOWN_LOOKS])
    titles = titles_of(record.subject for record in found) if named else {}
    return [{"at": record.at, "what": in_words(record.subject, titles)} for record in found]


def running_in(request: HttpRequest, case: Case) -> list[EmergencyAccess]:
    """For the page of a case, to who may know: those who read what is confidential in it. One query, or two."""
    found = EmergencyAccess.objects.filter(chain=case.chain, until__gt=visitor(request).now)
    rows = list(found.select_related("person__name", "reason", "appointment__position__role"))
    return rows if rows and sees_confidential(request, case) else []


def _unfit(request: HttpRequest) -> int:
    """There is no form for them; what was sent all the same does nothing."""
    return doing.UNFIT if request.method == "POST" else doing.OK


def _list() -> tuple[str, str]:
    return "Noodtoegang", reverse("emergencies")
