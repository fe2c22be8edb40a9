"""Audit: what happened, for whom the regeling lets see it ("see_audit"), or only how much ("see_audit_totals")."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from audit import roots, selectors
from roles.models import Person
from roles.models.bodies import Capacity
from roles.selectors import Scope
from ui.fields import DateField
from workflows.pages import urgent
from workflows.pages.acts import VERBS, names_of, told
from workflows.pages.frame import Visitor, up_to, visible_case_or_404, visitor
from workflows.pages.listing import Filters, choice, numbered, page_number
from workflows.selectors import acts
from workflows.selectors.inbox import MANY

PAGE = 50
SHOWN_LOOKS = 100


class ActFilters(Filters):
    hoedanigheid = choice("Hoedanigheid", "Alle hoedanigheden", Capacity.choices)
    handeling = choice("Handeling", "Alle handelingen", sorted(VERBS.items(), key=lambda verb: verb[1]))
    van = DateField(label="Van", required=False)
    tot = DateField(label="Tot en met", required=False)
    vlag = choice("Bijzonderheid", "Met en zonder", [("ja", "Dubbele hoedanigheid")])

    def __init__(self, data: Any, *, people: list[Person]) -> None:
        super().__init__(data)
        self.fields = {"wie": choice("Wie", "Iedereen", [(person.pk, str(person)) for person in people]), **self.fields}

    @property
    def wish(self) -> acts.Wish:
        asked = self.asked
        return acts.Wish(
            person=int(asked["wie"]) if "wie" in asked else None,
            capacity=asked.get("hoedanigheid", ""),
            verb=asked.get("handeling", ""),
            since=asked.get("van"),
            until=asked.get("tot"),
            flagged="vlag" in asked,
        )


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Of the regelingen whose audit pages one sees; for anybody else there is no such page."""
    me = visitor(request)
    if not me.audited:
        raise Http404
    audited = [scheme for scheme in me.schemes if scheme.pk in me.audited]
    root, totals = roots.last_root(), selectors.totals(acts.chains_of(audited))
    context: dict[str, Any] = {
        "figures": [("Ketens", thousands(totals.chains)), ("Handelingen", thousands(totals.acts))],
        "root": root,
        "root_rows": about(root) if root else [],
        "me": me,
    }
    if me.supervised:
        filters = ActFilters(request.GET, people=people(me.supervised))
        found = acts.latest(scopes(me), filters.wish)
        total = found[:MANY].count()
        page = numbered(total, page_number(request), PAGE)
        shown = list(found[(page.number - 1) * PAGE : page.number * PAGE])
        cases = acts.cases_of(shown)
        context |= {
            "filters": filters,
            "page": page,
            "total": up_to(total),
            "rows": [{"told": each, "case": cases.get(each.act.chain)} for each in told(shown)],
        }
    return render(request, "audit/overview.html", context)


@require_safe
def case_trail(request: HttpRequest, case_id: int) -> HttpResponse:
    """Everything that was done in one case, in its order."""
    case = visible_case_or_404(request, case_id)
    if case.scheme_id not in visitor(request).supervised:
        raise Http404
    return render(
        request,
        "audit/case_trail.html",
        {
            "case": case,
            "trail": told(selectors.trail(case.chain), selectors.rectifications(case.chain)),
            "looks": looks(case.chain),
            "urgent": urgent.told(case),
            "crumbs": [
                {"label": "Audit", "url": reverse("audit")},
                {"label": case.number, "url": reverse("case-trail", args=[case.pk])},
            ],
        },
    )


def about(root: roots.Root) -> list[tuple[str, str]]:
    """A root covers every regeling; how much that is, is nobody's to know who sees one."""
    at = localtime(datetime.fromisoformat(root.at))
    return [
        ("Ondertekend", f"{date_format(at, 'D j b Y')} om {at:%H.%M} uur, als nummer {root.number}"),
        ("Dekt", "alles wat tot dat moment is vastgelegd, in alle ketens"),
    ]


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def scopes(me: Visitor) -> list[Scope]:
    """What they see of the regelingen that they supervise."""
    bodies = [hat.position.body for hat in me.hats if hat.position.body.scheme_id in me.supervised]
    own: dict[str, set[int | None]] = {
        "scheme": {*me.supervised}, "organisation": {body.organisation_id for body in bodies},
    }  # fmt: skip
    return [scope for scope in me.scopes if scope.id in own.get(scope.on, ())]


def people(schemes: Collection[int]) -> list[Person]:
    found = Person.objects.filter(appointments__position__body__scheme__in=schemes)
    return list(found.distinct().select_related("name").order_by("name__content"))


def looks(chain: str) -> list[dict[str, Any]]:
    """Who read what is confidential in this case. Two queries."""
    records = list(selectors.looks(chain)[:SHOWN_LOOKS])
    names = names_of(record.actor for record in records)
    return [
        {"record": record, "who": names.get(record.actor, record.actor), "what": what(record.subject)}
        for record in records
    ]


def what(subject: str) -> str:
    """For instance document/12 in words."""
    kind, _, number = subject.partition("/")
    return f"Document {number}" if kind == "document" else subject
