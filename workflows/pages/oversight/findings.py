"""Bevindingen: recording one, how it stands with its action, and closing it or giving the answer back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.selectors import act_of
from cases.models import AuditFinding, SampleItem
from roles.models import Scheme
from workflows import auditing
from workflows.forms.auditing import ConcludeForm, FindingForm
from workflows.pages import doing
from workflows.pages.acts import told
from workflows.pages.frame import Visitor, current_user, visible_case_or_404, visitor
from workflows.pages.keeping import kept_or_404, page
from workflows.pages.listing import Filters, choice, numbered, page_number
from workflows.pages.oversight.overviews import crumbs
from workflows.selectors import samples as find
from workflows.selectors.improvements import owners
from workflows.selectors.sight import visible

PAGE = 25


class FindingFilters(Filters):
    stand = choice("Stand", "Alle standen", list(AuditFinding.State.choices))
    zwaarte = choice("Zwaarte", "Alles", list(AuditFinding.Weight.choices))

    @property
    def wish(self) -> dict[str, Any]:
        asked = self.asked
        names = {"stand": "state", "zwaarte": "weight"}
        return {names[name]: value for name, value in asked.items()}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Of cases that they may see. Two queries, however many there are."""
    me, filters, number = visitor(request), FindingFilters(request.GET), page_number(request)
    schemes = _schemes(me)
    if not schemes:
        raise Http404
    found = find.findings(me.scopes, schemes, **filters.wish)
    total = found.count()
    paged = numbered(total, number, PAGE)
    return render(request, "oversight/findings.html", {
        "rows": list(found[(paged.number - 1) * PAGE : paged.number * PAGE]), "page": paged, "total": total,
        "filters": filters, "today": me.today, "crumbs": crumbs("Bevindingen", request.path),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, case_id: int) -> HttpResponse:
    """About one case, from its trail or from what a sample drew (`?steekproef=12/3`)."""
    case = visible_case_or_404(request, case_id)
    kept = kept_or_404(request, auditing.STEP, case.scheme)
    item = _item(request, case_id)
    about = _number(request.GET.get("handeling", "")) or (item.number if item else None)
    form = FindingForm(
        doing.sent(request), offers=kept.offers, known=owners(case.scheme, visitor(request).today),
        item=item.pk if item else None,
        initial={"number": about, "words": str(item.note or "") if item else ""},
    )  # fmt: skip
    made: list[AuditFinding] = []

    def do() -> None:
        made.append(
            auditing.record(user_id=current_user(request).pk, case_id=case.pk, **form.who, **form.values())
        )  # fmt: skip
        messages.success(request, "De bevinding is vastgelegd; de actiehouder hoort het.")

    shown = page(
        request, form, do, title="Bevinding vastleggen", submit="Bevinding vastleggen", icon="flag",
        lead=f"{case.number} · {case.title}",
        explanation="De bevinding staat in de geschiedenis van de zaak. Wat u vraagt, komt als actie in het register.",
        done=reverse("case-trail", args=[case.pk]), context={"crumbs": crumbs("Vastleggen", request.path, _list())},
    )  # fmt: skip
    return redirect("finding", made[0].pk) if made else shown


@require_http_methods(["GET", "POST"])
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """For who examines, and for who answers for it. Closing it is the auditor's."""
    me = visitor(request)
    row = _found_or_404(me, finding_id)
    scheme = row.case.scheme
    examines = scheme.pk in me.keeping(auditing.STEP)
    act = act_of(row.case.chain, row.number) if row.number else None
    said = ("text", "author__person__name", "author__position__role", "stood_in_by__name")
    context: dict[str, Any] = {
        "finding": row, "examines": examines, "act": told([act])[0] if act else None,
        "sees_case": visible(me.scopes).filter(pk=row.case_id).exists(),
        "notes": row.improvement.notes.select_related(*said), "late": row.improvement.is_late(me.today),
        "crumbs": crumbs(str(row), request.path, _list()) if examines else [
            {"label": "Verbeterpunten", "url": reverse("improvements")}, {"label": str(row), "url": request.path},
        ],
    }  # fmt: skip
    if not examines or not row.is_open:
        status = doing.UNFIT if request.method == "POST" else doing.OK  # there is no form for them
        return doing.again(request, "oversight/finding.html", context, status)
    form = ConcludeForm(doing.sent(request), offers=kept_or_404(request, auditing.STEP, scheme).offers)

    def do() -> None:
        asked: dict[str, Any] = {"user_id": current_user(request).pk, "finding_id": row.pk, **form.who}
        if form.cleaned_data["does"] == "close":
            auditing.close(conclusion=form.cleaned_data["said"], **asked)
            messages.success(request, "De bevinding is afgesloten.")
        else:
            auditing.give_back(words=form.cleaned_data["said"], **asked)
            messages.success(request, "Het antwoord is teruggegeven; de actie staat weer open.")

    return page(
        request, form, do, title=str(row), submit="Vastleggen", icon="check", lead="", explanation="",
        done=request.path, context=context, template="oversight/finding.html",
    )  # fmt: skip


def _schemes(me: Visitor) -> list[Scheme]:
    return [scheme for scheme in me.schemes if scheme.pk in me.keeping(auditing.STEP, "see_audit")]


def _found_or_404(me: Visitor, finding_id: int) -> AuditFinding:
    """Who examines or audits, where they see the case; and the role whose action it is."""
    row = AuditFinding.objects.filter(pk=finding_id).select_related(*find.FINDING, "item__sample").first()
    if row is None:
        raise Http404
    audits = row.case.scheme in _schemes(me) and visible(me.scopes).filter(pk=row.case_id).exists()
    answers = any(hat.position.pk == row.improvement.owner_id for hat in me.hats)
    if not (audits or answers):
        raise Http404
    return row


def _item(request: HttpRequest, case_id: int) -> SampleItem | None:
    sample, _, place = request.GET.get("steekproef", "").partition("/")
    of, at = _number(sample), _number(place)
    if of is None or at is None:
        return None
    return SampleItem.objects.select_related("note").filter(
        sample=of, place=at, case=case_id
    ).first()  # fmt: skip


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _list() -> tuple[str, str]:
    return "Bevindingen", reverse("findings")
