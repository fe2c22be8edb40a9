"""Appointing somebody, and ending that, one at a time and by hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from roles import selectors, services
from roles.models import Appointment, Organisation, Position
from roles.rules.appointing import Status
from workflows import register
from workflows.forms.register import AppointForm, EndForm
from workflows.models import CaseTask
from workflows.pages.frame import Visitor, visitor
from workflows.pages.keeping import found_appointment, keeper, kept_or_404, page, person_of


@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    kept = kept_or_404(request, "appoint")
    positions = list(
        Position.objects.filter(body__scheme=kept.scheme).select_related("body", "role").order_by("body", "id")
    )
    organisations = list(Organisation.objects.filter(scheme=kept.scheme).order_by("name"))
    about = person_of(request, kept.scheme)
    form = AppointForm(
        request.POST if request.method == "POST" else None, offers=kept.offers, positions=positions,
        organisations=organisations, initial={
            "valid_from": visitor(request).today, "position": request.GET.get("functie", ""),
            "name": str(about or ""), "account": about.user.get_username() if about and about.user else "",
        },
    )  # fmt: skip

    def do() -> None:
        lines = [form.as_line()]
        if problems := services.try_out(scheme=kept.scheme, lines=lines).plan.problems:
            form.show(problems)
            return
        plan = register.appoint(keeper=keeper(request, form), scheme=kept.scheme, lines=lines)
        for note in plan.entries[0].notes:
            messages.warning(request, note)
        unchanged = plan.entries[0].status is Status.UNCHANGED
        messages.success(
            request, "Deze benoeming staat er al." if unchanged else f"{form.cleaned_data['name']} is benoemd."
        )

    return page(
        request, form, do, title="Iemand benoemen", submit="Benoemen", icon="user-check", lead=kept.scheme.name,
        explanation="Dezelfde regels gelden als bij een import: een dubbele stoel wordt genoemd, en vanaf de "
        "rolscheiding geweigerd zonder ontheffing.",
        done=f"{reverse('roles')}?regeling={kept.scheme.code}",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Before it is done, what waits for this appointment is told, and to whom it goes."""
    appointment, kept = found_appointment(request, appointment_id, "appoint")
    form = EndForm(
        request.POST if request.method == "POST" else None, offers=kept.offers,
        initial={"last_day": visitor(request).today},
    )  # fmt: skip

    def do() -> None:
        moved = register.end_appointment(keeper=keeper(request, form), appointment=appointment, **form.values())
        went = f" {moved} open taken gingen naar een ander." if moved > 1 else " Eén open taak ging naar een ander."
        messages.success(request, f"De benoeming van {appointment.person} eindigt.{went if moved else ''}")

    return page(
        request, form, do, title="Benoeming beëindigen", submit="Beëindigen", icon="history",
        lead=f"{appointment.person}, {appointment.position}", explanation=what_follows(appointment, visitor(request)),
        done=reverse("person", args=[appointment.person_id]),
    )  # fmt: skip


def what_follows(appointment: Appointment, me: Visitor) -> str:
    """What becomes of the work that waits for this appointment, in words."""
    person = appointment.person
    open_tasks = CaseTask.objects.filter(finished=None)
    taken = open_tasks.filter(owner=person.user, position=appointment.position, seat=None).count() if person.user else 0
    parts = open_tasks.filter(seat=appointment)
    votes, records = parts.filter(part="vote").count(), parts.filter(part="confirm").count()
    successor = selectors.successor(appointment, me.today)
    told = [f"Opgepakte taken gaan terug naar de rol: nu {taken}."] if taken else []
    if votes and successor:
        told.append(f"Open stemmen gaan over op {successor.person}: nu {votes}.")
    elif votes:
        told.append(
            f"Er is geen opvolger: de zetel is vacant en telt niet mee in {votes} lopende stemming(en). "
            "Benoem eerst de opvolger als die moet kunnen stemmen."
        )
    if records:
        told.append(f"Te bevestigen besluiten gaan naar wie de voorzitter vervangt: nu {records}.")
    return " ".join(told) or "Er wacht geen open taak op deze benoeming."
