"""Exporteren: ask for a file with cases, see how far it is, and get it. For whom the regeling binds to it.

What somebody asked for is theirs alone. Which cases and documents are in it, `workflows.exporting` says.
"""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import Case
from roles.models import Scheme
from ui.fields import CardField, DateField, Option
from workflows.exporting.choosing import Wish
from workflows.exporting.formats import FORMATS
from workflows.exporting.keeping import STEP, ask
from workflows.forms.hats import HatForm
from workflows.models import Export
from workflows.pages import doing
from workflows.pages.frame import current_user, visible_case_or_404, visitor
from workflows.pages.keeping import attempt, keeper, kept_or_404, tabs
from workflows.pages.shelf import size_of
from workflows.taken_out import KEPT, cancel, file_of

SHOWN = 20
KINDS = {
    Export.State.ASKED: ("neutral", "clock"), Export.State.BUSY: ("neutral", "clock"),
    Export.State.DONE: ("safe", "check"), Export.State.FAILED: ("danger", "alert-circle"),
    Export.State.CANCELLED: ("plain", "ban"), Export.State.FORGOTTEN: ("plain", "ban"),
    Export.State.UNSEEN: ("warning", "lock"),
}  # fmt: skip


class ExportForm(HatForm):
    """In which format, and which cases; of one case only the format."""

    format = CardField(
        label="In welk formaat?", choices=[(each.code, Option(each.label, each.hint)) for each in FORMATS.values()]
    )
    kind = forms.ChoiceField(
        label="Soort zaak", required=False, choices=[("", "Alle soorten"), *Case.Kind.choices],
    )  # fmt: skip
    state = forms.ChoiceField(label="Stand", required=False, choices=[("", "Alle standen"), *Case.State.choices])
    since = DateField(
        label="Sinds", required=False, earliest=date(2000, 1, 1),
        help_text="Alleen zaken waarin op die dag of later iets is gedaan.",
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case = case
        if case is not None:
            for name in ("kind", "state", "since"):
                del self.fields[name]

    @property
    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(
            case_id=self.case.pk if self.case else None, kind=given.get("kind", ""), state=given.get("state", ""),
            since=given.get("since"),
        )  # fmt: skip


@require_http_methods(["GET", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """Ask for one, and what one asked for in the last week."""
    case = _case(request)
    kept = kept_or_404(request, STEP, case.scheme if case else None)
    form = ExportForm(request.POST if request.method == "POST" else None, offers=kept.offers, case=case)
    status = doing.OK
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            asked: list[Export] = []
            status = attempt(form, lambda: asked.append(ask(
                keeper=keeper(request, form), scheme=kept.scheme, format=form.cleaned_data["format"], wish=form.wish,
            )))  # fmt: skip
            if asked:
                return redirect("export", asked[0].pk)
    found = Export.objects.filter(user=current_user(request), scheme=kept.scheme)[:SHOWN]
    return doing.again(request, "exports/exports.html", {
        "form": form, "case": case, "scheme": kept.scheme, "crumbs": _crumbs(),
        "tabs": [] if case else tabs(_schemes(request), kept.scheme), "rows": [_row(each) for each in found],
        "title": f"{case.number} exporteren" if case else "Exporteren",
    }, status)  # fmt: skip


@require_safe
def export(request: HttpRequest, export_id: int) -> HttpResponse:
    """How far it is: by itself where scripts run, and by a link where they do not."""
    found = _own_or_404(request, export_id)
    return render(request, "exports/export.html", {
        "export": found, "row": _row(found), "crumbs": _crumbs((found.name, reverse("export", args=[found.pk]))),
    })  # fmt: skip


@require_POST
def cancel_export(request: HttpRequest, export_id: int) -> HttpResponse:
    found = _own_or_404(request, export_id)
    cancel(found.pk)
    messages.info(request, "De uitvoer is afgebroken. Wat er al was, is weggegooid.")
    return redirect("export", found.pk)


@require_safe
def download(request: HttpRequest, export_id: int) -> HttpResponseBase:
    found = _own_or_404(request, export_id)
    if found.state != Export.State.DONE:
        raise Http404
    try:
        content = file_of(found.pk).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type=FORMATS[found.format].type_of(found.total))
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _case(request: HttpRequest) -> Case | None:
    """`?zaak=`: that one case, where the visitor may see it."""
    asked = request.GET.get("zaak", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 15):
        raise Http404
    return visible_case_or_404(request, int(asked))


def _own_or_404(request: HttpRequest, export_id: int) -> Export:
    """One's own, as long as one may still take cases out."""
    found = Export.objects.select_related("scheme").filter(pk=export_id, user=current_user(request)).first()
    if found is None:
        raise Http404
    kept_or_404(request, STEP, found.scheme)
    return found


def _schemes(request: HttpRequest) -> list[Scheme]:
    me = visitor(request)
    return [scheme for scheme in me.schemes if scheme.pk in me.keeping(STEP)]


def _row(export: Export) -> dict[str, Any]:
    kind, icon = KINDS[Export.State(export.state)]
    return {
        "export": export, "label": FORMATS[export.format].label if export.format in FORMATS else export.format,
        "status": {"kind": kind, "icon": icon, "label": export.get_state_display()},
        "size": size_of(export.size) if export.state == Export.State.DONE else "",
        "inside": export.total - export.left_out, "until": export.asked_at + timedelta(days=KEPT.days),
    }  # fmt: skip


def _crumbs(*below: tuple[str, str]) -> list[dict[str, str]]:
    named = [("Controle", reverse("audit")), ("Exporteren", reverse("exports")), *below]
    return [{"label": label, "url": url} for label, url in named]
