"""Inkoopplanning: what is planned, bought, and about to end in a year, as far as somebody may see it (domain §5.9).

Of each sort a bounded number of rows is read from an index, so that a year costs the same however many cases run.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cases.models import AwardNotice, Case, Domain, Meeting, PlanningItem
from escalation.rules.terms import day_of
from roles.models import Organisation
from roles.selectors import Hat, Scope
from workflows.models import CaseTask
from workflows.rules.figures import Key
from workflows.selectors import figures, meetings
from workflows.selectors.figures import Whose

SHOWN = 30  # rows of one sort; of one sort alone, a page
MANY = 1000  # in a file


class Sort:
    PLANNED = "gepland"
    RUNNING = "lopend"
    ENDING = "contract"
    MEETING = "vergadering"


SORTS = {
    Sort.PLANNED: "Geplande inkoop", Sort.RUNNING: "Lopende inkoop", Sort.ENDING: "Contracten die eindigen",
    Sort.MEETING: "Vergaderingen",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which part of the calendar; None and "": all. `today` says until which year procurements of now reach."""

    whose: Whose
    hats: Sequence[Hat]
    year: int
    today: date
    domain: str = ""
    sorts: Collection[str] = tuple(SORTS)
    page: int = 1
    size: int = SHOWN

    @property
    def days(self) -> tuple[date, date]:
        return date(self.year, 1, 1), date(self.year, 12, 31)

    @property
    def domains(self) -> list[str]:
        return [self.domain] if self.domain else list(Domain.values)

    @property
    def start(self) -> int:
        return (self.page - 1) * self.size


@dataclass(slots=True, kw_only=True)
class Entry:
    """One row: what it is about, and its moments as planned and as they came."""

    sort: str
    label: str
    note: str
    domain: str = ""
    case: Case | None = None
    item: PlanningItem | None = None
    meeting: Meeting | None = None
    planned: dict[str, date] = field(default_factory=dict)
    real: dict[str, date] = field(default_factory=dict)
    phases: list[tuple[str, date, date]] = field(default_factory=list)
    ends_on: date | None = None
    ends_at_most: date | None = None


def visible_items(scopes: Sequence[Scope]) -> QuerySet[PlanningItem]:
    """Of a regeling whose cases one sees, all; for one organisation, its own and what is for the whole region."""
    schemes = [scope.id for scope in scopes if scope.on == "scheme"]
    organisations = [scope.id for scope in scopes if scope.on == "organisation"]
    theirs = Organisation.objects.filter(pk__in=organisations)
    shared = Q(organisation=None, scheme__in=theirs.values("scheme"))
    return PlanningItem.objects.filter(Q(scheme__in=schemes) | Q(organisation__in=organisations) | shared)


def entries(wish: Wish) -> list[Entry]:
    """Of each sort that is asked for, in the order of its dates. At most eight queries."""
    found: list[Entry] = []
    if Sort.PLANNED in wish.sorts:
        found += _planned(wish)
    if Sort.RUNNING in wish.sorts:
        found += _running(wish)
    if Sort.ENDING in wish.sorts:
        found += _ending(wish)
    if Sort.MEETING in wish.sorts:
        found += _meetings(wish)
    return found


def _planned(wish: Wish) -> list[Entry]:
    first, last = wish.days
    rows = visible_items(wish.whose.scopes).filter(
        state=PlanningItem.State.PLANNED, prepare_on__lte=last, starts_on__gte=first, domain__in=wish.domains
    )
    if wish.whose.scheme is not None:
        rows = rows.filter(scheme=wish.whose.scheme)
    if wish.whose.municipality is not None:
        region = Organisation.objects.filter(pk=wish.whose.municipality).values("scheme")
        rows = rows.filter(Q(organisation=wish.whose.municipality) | Q(organisation=None, scheme__in=region))
    shown = rows.select_related("title", "organisation", "scheme").order_by("starts_on", "pk")
    return [
        Entry(
            sort=Sort.PLANNED, label=str(item.title), note=str(item.organisation or item.scheme), domain=item.domain,
            item=item, planned=moments_of(item),
        )
        for item in shown[wish.start : wish.start + wish.size]
    ]  # fmt: skip


def moments_of(item: PlanningItem) -> dict[str, date]:
    return {name: getattr(item, name) for name in ("prepare_on", "market_on", "award_on", "starts_on")}


def _running(wish: Wish) -> list[Entry]:
    first, last = wish.days
    since = date(2000, 1, 1) if wish.year <= wish.today.year else first
    ids = figures.behind(
        wish.whose, Key.BUYING, wish.domains, first=since, last=last.replace(year=wish.year + 10), page=wish.page,
        size=wish.size, oldest_first=True,
    )  # fmt: skip
    found = [case for case in figures.in_order(ids, "procurement", "process") if case.opened_at.year <= wish.year]
    planned = {
        item.commission_id: item for item in PlanningItem.objects.filter(commission__in=[c.top.pk for c in found])
    }
    sent = dict(AwardNotice.objects.filter(procurement__in=[case.pk for case in found]).values_list(
        "procurement", "sent_on"
    ))  # fmt: skip
    phases = _phases(found, wish.today)
    return [_of_procurement(case, planned.get(case.top.pk), sent.get(case.pk), phases[case.pk]) for case in found]


def _of_procurement(
    case: Case, item: PlanningItem | None, sent: date | None, phases: list[tuple[str, date, date]]
) -> Entry:
    procurement = case.procurement
    planned = moments_of(item) if item is not None else {}
    if case.commissioned is not None:
        planned = {"starts_on": case.commissioned.start_date} | planned
    real = {"prepare_on": day_of(case.opened_at)}
    if procurement.published_at:
        real["market_on"] = day_of(procurement.published_at)
    if sent:
        real["award_on"] = sent
    return Entry(
        sort=Sort.RUNNING, label=str(case.title), note=f"{case.number} · {case.organisation}", domain=case.domain,
        case=case, planned=planned, real=real, phases=phases,
    )  # fmt: skip


def _phases(cases: Sequence[Case], today: date) -> dict[int, list[tuple[str, date, date]]]:
    """From when to when each phase lasted; where it still does, until today. One query."""
    by_id = {case.pk: case for case in cases}
    spans: dict[int, dict[str, tuple[date, date]]] = defaultdict(dict)
    steps = CaseTask.objects.filter(case__in=by_id, part="", flow_task_type__in=("HUMAN", "TIMER")).exclude(
        outcome="skipped"
    )
    for task in steps.exclude(status="CANCELED").order_by("id"):
        node: Any = task.flow_task
        label = by_id[task.case_id].process.flow_class.phases[node.phase]
        began, ended = day_of(task.created), day_of(task.finished) if task.finished else today
        first, last = spans[task.case_id].get(label, (began, ended))
        spans[task.case_id][label] = (min(first, began), max(last, ended))
    return defaultdict(list, {
        number: [(label, *span) for label, span in found.items()] for number, found in spans.items()
    })  # fmt: skip


def _ending(wish: Wish) -> list[Entry]:
    first, last = wish.days
    ids = figures.behind(
        wish.whose, Key.EXPIRING, wish.domains, first=first, last=last, page=wish.page, size=wish.size,
        oldest_first=True,
    )  # fmt: skip
    return [
        Entry(
            sort=Sort.ENDING, label=f"{case.contract.provider}: {case.contract.lot}",
            note=f"{case.number} · {case.organisation}", domain=case.domain, case=case,
            real={"starts_on": case.contract.starts_on}, ends_on=case.contract.ends_on,
            ends_at_most=case.contract.ends_at_most if case.contract.options_left else None,
        )
        for case in figures.in_order(ids, "contract__provider", "contract__lot")
    ]  # fmt: skip


def _meetings(wish: Wish) -> list[Entry]:
    first, last = wish.days
    rows = meetings.visible(wish.hats, wish.whose.scopes).filter(starts_at__date__range=(first, last))
    if wish.whose.scheme is not None:
        rows = rows.filter(body__scheme=wish.whose.scheme)
    rows = rows.exclude(state=Meeting.State.CANCELLED).select_related("body__scheme").order_by("starts_at", "pk")
    return [
        Entry(
            sort=Sort.MEETING, label=str(meeting.body), note=str(meeting.body.scheme), meeting=meeting,
            real={"held_on": day_of(meeting.starts_at)},
        )
        for meeting in rows[wish.start : wish.start + wish.size]
    ]  # fmt: skip


def totals(wish: Wish) -> dict[str, int]:
    """How many there are of what figures are kept of. One query."""
    first, last = wish.days
    since = date(2000, 1, 1) if wish.year <= wish.today.year else first
    spans = {Key.BUYING: (since, last.replace(year=wish.year + 10)), Key.EXPIRING: (first, last)}
    found = [each for each in figures.sums(wish.whose, spans) if each.detail in wish.domains]
    return {
        Sort.RUNNING: sum(each.count for each in found if each.key == Key.BUYING),
        Sort.ENDING: sum(each.count for each in found if each.key == Key.EXPIRING),
    }
