"""Steekproeven: drawing one, what it was drawn from, and judging what was drawn."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case, Sample, SampleItem
from cases.rules import sampling
from roles.models import Scheme
from workflows import auditing
from workflows.forms.auditing import DrawForm, JudgeForm
from workflows.pages import doing
from workflows.pages.acts import VERBS
from workflows.pages.frame import Visitor, current_user, visitor
from workflows.pages.keeping import Kept, kept_or_404, page
from workflows.pages.listing import numbered, page_number
from workflows.pages.oversight.overviews import crumbs
from workflows.pages.reading import noted
from workflows.selectors import samples as find
from workflows.selectors.sight import visible

PAGE = 25
NARROWED = {"kind": "Soort zaak", "state": "Stand", "since": "Vanaf", "until": "Tot en met", "verb": "Handeling"}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Of the regelingen in which they examine, with how far each is. Four queries."""
    me = visitor(request)
    found, number = find.samples(_schemes_or_404(me)), page_number(request)
    total = found.count()
    paged = numbered(total, number, PAGE)
    rows = list(found[(paged.number - 1) * PAGE : paged.number * PAGE])
    counted = find.judged(rows)
    return render(request, "oversight/samples.html", {
        "rows": [{"sample": row, **_progress(row, counted)} for row in rows], "page": paged, "total": total,
        "crumbs": crumbs("Steekproeven", request.path),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest) -> HttpResponse:
    kept = kept_or_404(request, auditing.STEP)
    verbs = sorted(VERBS.items(), key=lambda verb: verb[1])
    form = DrawForm(request.POST if request.method == "POST" else None, offers=kept.offers, verbs=verbs)
    drawn: list[Sample] = []

    def do() -> None:
        drawn.append(
            auditing.draw(user_id=current_user(request).pk, scheme=kept.scheme, **form.who, **form.values())
        )  # fmt: skip

    shown = page(
        request, form, do, title="Steekproef trekken", submit="Trekken", icon="list-check", lead=kept.scheme.name,
        explanation="Wij trekken uit alles wat u mag zien, zonder wat vertrouwelijk is. De populatie, het filter en "
        "het zaadje liggen daarna vast: ieder kan dezelfde steekproef opnieuw trekken.",
        done=reverse("samples"), context={"crumbs": crumbs("Trekken", request.path, _list())},
    )  # fmt: skip
    return redirect("sample", drawn[0].pk) if drawn else shown


@require_safe
def sample(request: HttpRequest, sample_id: int) -> HttpResponse:
    """What was drawn, and why; drawn again, to see that it is the same. Six queries, however large it is."""
    me = visitor(request)
    row = _found_or_404(me, sample_id)
    items = list(row.items.select_related("case__title", "note"))
    readable = set(visible(me.scopes).filter(pk__in=[item.case_id for item in items]).values_list("pk", flat=True))
    return render(request, "oversight/sample.html", {
        "sample": row, "same": auditing.drawn_again(row), "narrowed": narrowed_in_words(row),
        "items": [shown(item, item.case_id in readable) for item in items],
        "judged": sum(bool(item.judgement) for item in items), "crumbs": crumbs(str(row), request.path, _list()),
    })  # fmt: skip


@require_safe
def population(request: HttpRequest, sample_id: int) -> HttpResponse:
    """What it was drawn from, as its hash was taken."""
    row = _found_or_404(visitor(request), sample_id)
    noted(visitor(request), row.scheme.chain, f"population/{row.pk}")
    text = "\n".join(sampling.unpack(bytes(row.population)))
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="steekproef-{row.pk}-populatie.txt"'
    return response


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, sample_id: int, place: int) -> HttpResponse:
    """One that was drawn: why, the way to it, and the auditor's judgement."""
    me = visitor(request)
    row = _found_or_404(me, sample_id)
    drawn = row.items.select_related("case__title", "note").filter(place=place).first()
    if drawn is None:
        raise Http404
    kept: Kept = kept_or_404(request, auditing.STEP, row.scheme)
    initial = {"judgement": drawn.judgement, "note": str(drawn.note or ""), "expected": drawn.judgement}
    form = JudgeForm(doing.sent(request), offers=kept.offers, initial=initial)

    def do() -> None:
        auditing.judge(user_id=current_user(request).pk, item_id=drawn.pk, **form.who, **form.values())
        messages.success(request, "Uw oordeel is vastgelegd.")

    following = row.items.filter(judgement="").exclude(pk=drawn.pk).values_list("place", flat=True).first()
    done = reverse("sample-item", args=[row.pk, following]) if following else reverse("sample", args=[row.pk])
    context: dict[str, Any] = {
        "sample": row, "item": shown(drawn, visible(me.scopes).filter(pk=drawn.case_id).exists()),
        "findings": drawn.findings.select_related("words"),
        "crumbs": crumbs(f"Nr. {place}", request.path, _list(), (str(row), reverse("sample", args=[row.pk]))),
    }  # fmt: skip
    return page(
        request, form, do, title=f"{row}, nr. {place}", submit="Oordeel vastleggen", icon="check", lead="",
        explanation="", done=done, context=context, template="oversight/sample_item.html",
    )  # fmt: skip


def shown(drawn: SampleItem, readable: bool) -> dict[str, Any]:
    return {
        "item": drawn, "case": drawn.case if readable else None, "readable": readable,
        "why": [(sampling.SIGNS[sign].label, times) for sign, times in drawn.signs.items()],
    }  # fmt: skip


def narrowed_in_words(row: Sample) -> list[tuple[str, str]]:
    words = {"kind": dict(Case.Kind.choices), "state": dict(Case.State.choices), "verb": VERBS}
    return [(NARROWED[name], str(words.get(name, {}).get(value, value))) for name, value in row.narrowed.items()]


def _schemes_or_404(me: Visitor) -> list[Scheme]:
    schemes = [scheme for scheme in me.schemes if scheme.pk in me.keeping(auditing.STEP)]
    if not schemes:
        raise Http404
    return schemes


def _found_or_404(me: Visitor, sample_id: int) -> Sample:
    row = Sample.objects.filter(scheme__in=_schemes_or_404(me), pk=sample_id).select_related(
        "scheme", "purpose", "drawn_by__person__name", "drawn_by__position__role"
    )
    found = row.first()
    if found is None:
        raise Http404
    return found


def _progress(row: Sample, judged: dict[int, tuple[int, int, int]]) -> dict[str, int]:
    drawn, done, findings = judged.get(row.pk, (0, 0, 0))
    return {"drawn": drawn, "judged": done, "findings": findings}


def _list() -> tuple[str, str]:
    return "Steekproeven", reverse("samples")
