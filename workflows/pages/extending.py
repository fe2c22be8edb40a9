"""Termijn verlengen: about one open task, by whoever the regeling lets extend terms."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from escalation.rules.extending import LONGEST_MONTHS
from escalation.rules.terms import day_of, months_from
from roles.models import Person
from roles.rules.verdict import Refused
from workflows import asks, extending, preview
from workflows.forms.actions import ExtendForm
from workflows.pages.actions import Action, Words, page
from workflows.pages.asked import found_or_404
from workflows.pages.frame import current_user, visitor
from workflows.pages.wording import title_of
from workflows.selectors.deadlines import running

EXTEND = Action(
    Words(
        title="Termijn verlengen",
        lead="De taak krijgt meer tijd. Wie haar heeft, ziet de nieuwe datum en dat er is verlengd.",
        submit="Termijn verlengen", told="De termijn is verlengd.", icon="calendar-due",
    ),
    verb="extend", asks=asks.for_any_hat, service=extending.extend,
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    """Only of an open task with a term of its own; for anything else there is no such page."""
    work, today = found_or_404(request, case_id, task_id), visitor(request).today
    assert work.task is not None
    deadline = running(task_id) if work.task.finished is None and extending.extendable(work.task) else None
    if deadline is None:
        raise Http404
    last = day_of(deadline.due_at)
    person = Person.objects.filter(user=current_user(request)).values_list("pk", flat=True).first() or 0
    verdicts = [
        extending.may_run_until(work, deadline, max(last, today) + timedelta(days=1)),
        extending.own_term(work, person),
    ]
    offers = preview.offers(current_user(request).pk, lambda: asks.for_any_hat(work, EXTEND.verb))
    return page(
        request, EXTEND, work, ExtendForm, subject=title_of(work.task), about={"task_id": task_id},
        offers=[offer for offer in offers if offer.hat.position.pk in extending.extenders(work)],
        refused=next((verdict for verdict in verdicts if isinstance(verdict, Refused)), None),
        earliest=max(last, today) + timedelta(days=1), latest=months_from(today, LONGEST_MONTHS),
        now_until=date_format(last, "l j F Y"),
    )  # fmt: skip
