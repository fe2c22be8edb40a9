"""Everything that was done, for whom the regeling lets see it ("see_audit")."""

from collections.abc import Collection
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit import selectors
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
    """Of the regelingen whose cases one supervises; for anybody else there is no such page."""
    me = visitor(request)
    if not me.supervised:
        raise Http404
    filters = ActFilters(request.GET, people=people(me.supervised))
    found = acts.latest(scopes(me), filters.wish)
    total = found[:MANY].count()
    page = numbered(total, page_number(request), PAGE)
    shown = list(found[(page.number - 1) * PAGE : page.number * PAGE])
    cases = acts.cases_of(shown)
    return render(request, "oversight/acts.html", {
        "filters": filters, "page": page, "total": up_to(total),
        "rows": [{"told": each, "case": cases.get(each.act.chain)} for each in told(shown)],
        "crumbs": crumbs("Handelingen", request),
    })  # fmt: skip


@require_safe
def case_trail(request: HttpRequest, case_id: int) -> HttpResponse:
    """Everything that was done in one case, in its order."""
    case = visible_case_or_404(request, case_id)
    if case.scheme_id not in visitor(request).supervised:
        raise Http404
    return render(
        request,
        "oversight/case_trail.html",
        {
            "case": case,
            "trail": told(selectors.trail(case.chain), selectors.rectifications(case.chain)),
            "looks": looks(case.chain),
            "urgent": urgent.told(case),
            "crumbs": [
                {"label": "Controle", "url": reverse("audit")},
                {"label": case.number, "url": reverse("case-trail", args=[case.pk])},
            ],
        },
    )


def crumbs(title: str, request: HttpRequest) -> list[dict[str, str]]:
    return [{"label": "Controle", "url": reverse("audit")}, {"label": title, "url": request.path}]


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
