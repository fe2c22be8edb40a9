"""Importing appointments: choose a file, see row by row what it would do, and then all of it or nothing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from roles import services
from roles.models import Appointment, AppointmentFile, Body, Organisation, Position
from roles.models.bodies import Capacity
from roles.rules import sheet
from roles.rules.appointing import Entry, Plan, Status
from roles.rules.roster import COLUMNS, Wish
from workflows import register
from workflows.forms.register import ConfirmForm, FileForm
from workflows.pages import doing
from workflows.pages.files import Sort, choosing, trying
from workflows.pages.frame import current_user
from workflows.pages.keeping import Kept, attempt, csv_file, keeper, kept_or_404

EXAMPLE = [
    ("s.vandalen@gemeente.example", "Sietske van Dalen", "lid", "", "ja"),
    ("", "Teun Hoeben", "voorzitter", "30-06-2030", "nee"),
]
EXPLAINED = {
    "account": "Gebruikersnaam of e-mailadres. Leeg: wie niet zelf inlogt, of wie aan de naam al te herkennen is.",
    "name": "Voor- en achternaam, zoals op het scherm.",
    "body": "De code of naam van het gremium, zoals op de pagina Rollen.",
    "role": "De rol in dat gremium, zoals op de pagina Rollen.",
    "kind": "Lid, plaatsvervangend lid, voorzitter, plaatsvervangend voorzitter of secretaris. Leeg: lid.",
    "weight": "Een heel getal. Leeg: 1.",
    "organisation": "De gemeente of organisatie die iemand vertegenwoordigt.",
    "valid_from": "De eerste dag: 01-07-2026 of 2026-07-01.",
    "valid_until": "De laatste dag. Leeg: tot nader order. Bij een lopende benoeming: die eindigt dan.",
    "reads_from": "Alleen voor toezicht: leest de zaken die vanaf deze dag liepen. Leeg: alle.",
    "reads_until": "En tot en met deze dag.",
    "ends_previous": "Ja: wie deze zetel namens dezelfde organisatie heeft, eindigt de dag ervoor. Leeg: nee.",
}
SORT = Sort(
    title="Benoemingen importeren", choose="register-import", example="register-example", trial="register-try",
    discard="register-discard", submit="Alles importeren", about="Wie",
    stopped="Er wordt niets geïmporteerd zolang er een fout in staat",
    means="Alles hieronder gebeurt, of niets. Iedere wijziging wordt vastgelegd met uw naam en hoed.",
    columns=COLUMNS, explained=EXPLAINED,
)  # fmt: skip
STATUSES = {
    Status.BAD: ("Fout", "danger", "alert-circle"),
    Status.NEW: ("Nieuwe benoeming", "safe", "plus"),
    Status.ENDS: ("Beëindigt", "warning", "history"),
    Status.UNCHANGED: ("Staat er al", "plain", "check"),
}
VIEWS = {"fout": Status.BAD, "nieuw": Status.NEW, "eindigt": Status.ENDS, "staat-er-al": Status.UNCHANGED}


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Choose a file; nothing happens yet but looking at it."""
    kept = kept_or_404(request, "import_appointments")
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    status = doing.OK
    if form.is_bound:
        if form.is_valid():
            name, content = form.cleaned_data["file"]
            user = current_user(request)
            file = services.keep_file(scheme=kept.scheme, user_id=user.pk, name=name, content=content)
            return redirect("register-try", file.pk)
        status = doing.UNFIT
    waiting = AppointmentFile.objects.filter(scheme=kept.scheme, user=current_user(request)).first()
    return choosing(request, SORT, kept, form, waiting, status)


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """A file to begin with: people who do not exist, in seats that this regeling has."""
    scheme = kept_or_404(request, "import_appointments").scheme
    governing = Position.objects.filter(body__scheme=scheme, body__kind__in=(Body.Kind.BOARD, Body.Kind.CLIENT))
    seats = governing.exclude(role__capacity=Capacity.ADVISER).select_related("body", "role")
    rows = [
        [account, name, seat.body.code, seat.role.label, kind, "1", "", "01-07-2026", until, ends]
        for (account, name, kind, until, ends), seat in zip(EXAMPLE, seats.order_by("-body__kind", "pk"), strict=False)
    ]
    return csv_file("benoemingen.csv", sheet.written([column.heading for column in COLUMNS.values()], rows))


@require_http_methods(["GET", "POST"])
def try_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """What each row would do; and, when nothing is wrong, doing it."""
    file, kept = found_file(request, file_id)
    status, content = doing.OK, bytes(file.content)
    form = ConfirmForm(request.POST if request.method == "POST" else None, offers=kept.offers)
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            done: list[Plan] = []
            status = attempt(form, lambda: done.append(register.import_file(
                keeper=keeper(request, form), scheme=kept.scheme, content=content, token=form.cleaned_data["token"]
            )))  # fmt: skip
            if status == doing.OK:
                services.discard_file(file=file)
                messages.success(request, f"Geïmporteerd: {in_words(done[0])}.")
                return redirect(f"{reverse('register')}?regeling={kept.scheme.code}")
    trial = services.try_out(scheme=kept.scheme, lines=sheet.read(content, COLUMNS))
    shown = VIEWS.get(request.GET.get("toon", ""))
    entries = trial.plan.having(shown) if shown else list(trial.plan.entries)
    places = Position.objects.filter(body__scheme=kept.scheme).select_related("body", "role")
    names = {place.pk: str(place) for place in places}
    organisations = dict(Organisation.objects.filter(scheme=kept.scheme).values_list("pk", "name"))
    return trying(
        request, SORT, file, form, trial, summary=in_words(trial.plan), entries=entries, status=status,
        row=lambda entry: as_row(entry, names, organisations), tiles=tiles(trial.plan, shown),
    )  # fmt: skip


@require_POST
def discard(request: HttpRequest, file_id: int) -> HttpResponse:
    file, kept = found_file(request, file_id)
    services.discard_file(file=file)
    messages.info(request, "Het bestand is weggegooid. Er is niets geïmporteerd.")
    return redirect(f"{reverse('register-import')}?regeling={kept.scheme.code}")


def found_file(request: HttpRequest, file_id: int) -> tuple[AppointmentFile, Kept]:
    """One's own file, as long as one may still import it."""
    file = AppointmentFile.objects.select_related("scheme").filter(pk=file_id, user=current_user(request)).first()
    if file is None:
        raise Http404
    return file, kept_or_404(request, "import_appointments", file.scheme)


def in_words(plan: Plan) -> str:
    """For instance: 2 benoemingen, 1 nieuwe persoon, 1 beëindigd."""
    counts = [
        (len(plan.having(Status.NEW)), "benoeming", "benoemingen"),
        (sum(entry.registers for entry in plan.entries), "nieuwe persoon", "nieuwe personen"),
        (sum(len(entry.endings) for entry in plan.entries), "beëindigd", "beëindigd"),
        (len(plan.having(Status.UNCHANGED)), "staat er al", "staan er al"),
        (len(plan.having(Status.BAD)), "foute regel", "foute regels"),
    ]
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count) or "niets"


def tiles(plan: Plan, shown: Status | None) -> list[dict[str, Any]]:
    made = [
        {
            "label": "Alle regels",
            "count": len(plan.entries),
            "url": "?",
            "current": shown is None,
            "hint": "",
            "kind": "",
        }
    ]
    for code, status in VIEWS.items():
        count = len(plan.having(status))
        made.append({
            "label": STATUSES[status][0], "count": count, "url": f"?toon={code}", "current": shown is status,
            "hint": "", "kind": "danger" if status is Status.BAD and count else "",
        })  # fmt: skip
    return made


def as_row(entry: Entry, places: dict[int, str], organisations: dict[int, str]) -> dict[str, Any]:
    """One row of the trial, in words."""
    label, kind, icon = STATUSES[entry.status]
    return {
        "line": entry.line, "status": {"label": label, "kind": kind, "icon": icon}, "notes": entry.notes,
        "problems": entry.problems, "name": entry.wish.person.name if entry.wish else "",
        "what": _what(entry.wish, places, organisations) if entry.wish else "", "does": list(_does(entry)),
    }  # fmt: skip


def _what(wish: Wish, places: dict[int, str], organisations: dict[int, str]) -> str:
    parts = [f"{places[wish.place.id]}, als {Appointment.Kind(wish.kind).label.lower()}"]
    if wish.organisation is not None:
        parts.append(f"namens {organisations[wish.organisation]}")
    parts.append(
        f"van {wish.valid_from:%d-%m-%Y}" + (f" tot en met {wish.valid_until:%d-%m-%Y}" if wish.valid_until else "")
    )
    return ", ".join(parts)


def _does(entry: Entry) -> list[str]:
    told = []
    if entry.registers and entry.wish is not None:
        account = entry.wish.person.account
        told.append(f"Nieuwe persoon, account {account}." if account else "Nieuwe persoon, zonder account.")
    told += [f"De benoeming van {each.person} eindigt op {each.last_day:%d-%m-%Y}." for each in entry.endings]
    return told
