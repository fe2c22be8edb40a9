"""Beheer: what there is to keep of a regeling, for whom the regeling says."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from roles.models import Appointment, Position, Scheme
from roles.services.keeping import ELSEWHERE
from workflows.models import CaseTask
from workflows.pages.frame import Visitor, visitor
from workflows.pages.keeping import tabs

# The step that a regeling binds, its page, and what it is for.
ENTRIES = [
    ("import_appointments", "register-import", "upload", "Benoemingen importeren",
     "Na verkiezingen: een bestand, eerst op proef."),
    ("import_history", "history-import", "file-spreadsheet", "Oude contracten overnemen",
     "Wat liep voordat dit register er was: een bestand, eerst op proef."),
    ("appoint", "register-appoint", "user-check", "Iemand benoemen", "Eén benoeming, met de hand."),
    ("see_double_seats", "double-seats", "users", "Dubbele stoelen", "Wie opdrachtgever en eigenaar tegelijk is."),
    ("exempt", "exempt", "shield-check", "Ontheffing vastleggen", "Het algemeen bestuur staat een dubbele stoel toe."),
    ("migrate_flow", "versions", "route", "Procesversies",
     "Op welke versie van hun proces zaken lopen, en ze overzetten."),
    ("keep_terms", "terms", "clock", "Termijnen", "Hoe lang er voor iedere stap is, en wat dat wordt."),
    ("resend_mail", "undelivered", "send", "Onbestelbare e-mail", "Wat niet aankwam, en het opnieuw versturen."),
    ("set_segregation_date", "segregation", "calendar", "Rolscheiding",
     "De datum die het algemeen bestuur vaststelt, en wat die betekent."),
]  # fmt: skip


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What there is to keep, for this visitor."""
    me = visitor(request)
    kept = me.kept
    schemes = [scheme for scheme in me.schemes if kept.get(scheme.pk, set()) - ELSEWHERE]
    if not schemes:
        raise Http404
    scheme = next((each for each in schemes if each.code == request.GET.get("regeling")), schemes[0])
    return render(request, "register/overview.html", {
        "scheme": scheme, "tabs": tabs(schemes, scheme),
        "entries": [
            {"url": f"{reverse(name)}?regeling={scheme.code}", "icon": icon, "label": label, "note": note}
            for step, name, icon, label, note in ENTRIES if step in kept[scheme.pk]
        ],
        "vacant": vacant(scheme, me) if "appoint" in kept[scheme.pk] else [],
        "may_appoint": "appoint" in kept[scheme.pk],
    })  # fmt: skip


def vacant(scheme: Scheme, me: Visitor) -> list[Position]:
    """Positions with open tasks that nobody holds: work that would lie still. Two queries."""
    waiting = CaseTask.objects.filter(finished=None, seat=None, position__body__scheme=scheme)
    found = Position.objects.filter(pk__in=waiting.values("position"))
    holding = Appointment.objects.filter(position__body__scheme=scheme, valid_from__lte=me.today)
    holding = holding.exclude(valid_until__lt=me.today)
    return list(found.exclude(pk__in=holding.values("position")).select_related("body", "role").order_by("body", "id"))
