"""Importing older contracts: choose a file, see row by row what it would add, and then all of it or nothing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import HistoryFile
from cases.rules.history import COLUMNS, Entry, Plan, Status
from roles.rules import sheet
from roles.setup import FIXTURES
from ui.templatetags.ui import euro
from workflows import history, register
from workflows.forms.register import ConfirmForm, FileForm
from workflows.pages import doing
from workflows.pages.files import Sort, choosing, trying
from workflows.pages.frame import current_user
from workflows.pages.keeping import Kept, attempt, csv_file, keeper, kept_or_404

EXPLAINED = {
    "reference": "Het nummer van de opdracht in de oude administratie. Regels met hetzelfde kenmerk horen bij elkaar.",
    "title": "De titel van de opdracht; bij ieder kenmerk één.",
    "lot": "De naam of de code van het perceel.",
    "provider": "De naam. Een aanbieder die nog niet bekend is, wordt toegevoegd.",
    "procedure": f"Een van: {', '.join(history.OTHERS)}.",
    "starts_on": "De eerste dag: 01-07-2026 of 2026-07-01.",
    "ends_on": "De laatste dag, met de verlengingen die al zijn gebruikt.",
    "annual_amount": "In euro’s, zonder btw.",
    "option_times": "Hoe vaak nog kan worden verlengd. Leeg: niet.",
    "option_years": "Met hoeveel jaar per keer.",
    "municipalities": "Namen of codes, gescheiden door |. Leeg: alle gemeenten van de regeling.",
}
SORT = Sort(
    title="Oude contracten overnemen", choose="history-import", example="history-example", trial="history-try",
    discard="history-discard", submit="Alles overnemen", about="Contract",
    stopped="Er wordt niets overgenomen zolang er een fout in staat",
    means="Alles hieronder wordt overgenomen, of niets. Iedere zaak krijgt een vastlegging met uw naam en hoed, en is "
    "te herkennen als overgenomen.",
    columns=COLUMNS, explained=EXPLAINED,
)  # fmt: skip
STATUSES = {
    Status.BAD: ("Fout", "danger", "alert-circle"),
    Status.NEW: ("Wordt overgenomen", "safe", "plus"),
    Status.UNCHANGED: ("Staat er al", "plain", "check"),
}


class HistoryFileForm(FileForm):
    columns = COLUMNS


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Choose a file; nothing happens yet but looking at it."""
    kept = kept_or_404(request, history.STEP)
    form = HistoryFileForm(request.POST, request.FILES) if request.method == "POST" else HistoryFileForm()
    status = doing.OK
    if form.is_bound:
        if form.is_valid():
            name, content = form.cleaned_data["file"]
            user = current_user(request)
            file = history.keep_file(scheme=kept.scheme, user_id=user.pk, name=name, content=content)
            return redirect("history-try", file.pk)
        status = doing.UNFIT
    waiting = HistoryFile.objects.filter(scheme=kept.scheme, user=current_user(request)).first()
    return choosing(request, SORT, kept, form, waiting, status)


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """A file to begin with."""
    kept_or_404(request, history.STEP)
    return csv_file("contracten.csv", (FIXTURES / "contracten-voorbeeld.csv").read_bytes())


@require_http_methods(["GET", "POST"])
def try_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """What each row would add; and, when nothing is wrong, adding it."""
    file, kept = _found(request, file_id)
    status, content = doing.OK, bytes(file.content)
    form = ConfirmForm(request.POST if request.method == "POST" else None, offers=kept.offers)
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            done: list[Plan] = []
            status = attempt(form, lambda: done.append(register.import_history(
                keeper=keeper(request, form), scheme=kept.scheme, content=content, token=form.cleaned_data["token"]
            )))  # fmt: skip
            if status == doing.OK:
                file.delete()
                messages.success(request, f"Overgenomen: {in_words(done[0])}.")
                return redirect("contracts")
    trial = history.try_out(scheme=kept.scheme, lines=sheet.read(content, COLUMNS))
    return trying(
        request, SORT, file, form, trial, summary=in_words(trial.plan), entries=trial.plan.entries, row=_row,
        status=status,
    )  # fmt: skip


@require_POST
def discard(request: HttpRequest, file_id: int) -> HttpResponse:
    file, kept = _found(request, file_id)
    file.delete()
    messages.info(request, "Het bestand is weggegooid. Er is niets overgenomen.")
    return redirect(f"{reverse('history-import')}?regeling={kept.scheme.code}")


def _found(request: HttpRequest, file_id: int) -> tuple[HistoryFile, Kept]:
    """One's own file, as long as one may still import it."""
    file = HistoryFile.objects.select_related("scheme").filter(pk=file_id, user=current_user(request)).first()
    if file is None:
        raise Http404
    return file, kept_or_404(request, history.STEP, file.scheme)


def in_words(plan: Plan) -> str:
    """For instance: 4 contracten van 2 nieuwe opdrachten, 1 staat er al."""
    fresh, commissions = plan.having(Status.NEW), sum(entry.opens for entry in plan.entries)
    counts = [
        (len(fresh), "contract", "contracten"), (commissions, "nieuwe opdracht", "nieuwe opdrachten"),
        (len(plan.having(Status.UNCHANGED)), "staat er al", "staan er al"),
        (len(plan.having(Status.BAD)), "foute regel", "foute regels"),
    ]  # fmt: skip
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count) or "niets"


def _row(entry: Entry) -> dict[str, Any]:
    label, kind, icon = STATUSES[entry.status]
    wish = entry.wish
    what = ""
    if wish is not None:
        what = f"{wish.starts_on:%d-%m-%Y} tot en met {wish.ends_on:%d-%m-%Y}, {euro(wish.annual_amount)} per jaar"
    return {
        "line": entry.line, "status": {"label": label, "kind": kind, "icon": icon}, "notes": entry.notes,
        "problems": entry.problems, "name": f"{wish.number} · {wish.provider}" if wish else "", "what": what,
        "does": ["Opent de opdracht en haar inkoop."] if entry.opens else [],
    }  # fmt: skip
