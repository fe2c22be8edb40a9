"""What is signalled, and what is planned. The act in the chain of the case, or of the regeling, is open already."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from audit import texts
from cases.models import Case, Commission, PlanningItem, PolicySignal
from cases.rules.planning import Moments, may_change
from cases.services.words import rewrite, write
from roles.authorize import Authority, NotAllowed
from roles.models import Organisation, Scheme
from roles.rules.verdict import Granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What somebody sees coming."""

    title: str
    domain: str
    scale: str
    change: str
    effective_on: date
    source: str
    effect: str
    advice_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A procurement to come; without an organisation of the whole region."""

    title: str
    domain: str
    moments: Moments
    organisation_id: int | None = None
    annual_amount: Decimal | None = None
    note: str = ""


def open_signal(
    *, case_id: int, number: str, scheme: Scheme, organisation: Organisation, by: Authority, at: datetime,
    sighting: Sighting,
) -> PolicySignal:  # fmt: skip
    """A case of its own, under nothing."""
    case = Case(
        pk=case_id, scheme=scheme, kind=Case.Kind.SIGNAL, number=number, organisation=organisation,
        submitted_by_id=by.appointment_id, phase="signalled", opened_at=at,
    )  # fmt: skip
    case.title = write(case, sighting.title)
    case.save(force_insert=True)
    signal = PolicySignal(
        case=case, domain=sighting.domain, scale=sighting.scale, effective_on=sighting.effective_on,
        advice_asked=sighting.advice_asked, change=write(case, sighting.change), source=write(case, sighting.source),
        effect=write(case, sighting.effect),
    )  # fmt: skip
    signal.save(force_insert=True)
    return signal


def advise(*, signal: PolicySignal, advice: str) -> None:
    signal.advice = rewrite(signal.case, signal.advice, advice)
    signal.save(update_fields=["advice"])


def plan(*, scheme: Scheme, wanted: Plan, origin: Case | None = None) -> PlanningItem:
    """A new one."""
    item = PlanningItem(scheme=scheme, origin=origin)
    _write(item, wanted)
    item.save(force_insert=True)
    return item


def change(*, item: PlanningItem, wanted: Plan) -> None:
    """Other moments, or other words. Raises NotAllowed."""
    _check(item)
    _write(item, wanted)
    item.save()


def drop(*, item: PlanningItem) -> None:
    """It will not be bought after all; why is in the act. Raises NotAllowed."""
    _check(item)
    item.state = PlanningItem.State.DROPPED
    item.save(update_fields=["state"])


def take_up(*, item: PlanningItem, commission: Commission) -> None:
    """A commission was submitted for it. Raises NotAllowed."""
    _check(item)
    item.state, item.commission = PlanningItem.State.TAKEN_UP, commission
    item.save(update_fields=["state", "commission"])


def locked(item: PlanningItem) -> PlanningItem:
    """As it stands now, and until this transaction ends."""
    rows = PlanningItem.objects.select_for_update(of=("self",)).select_related("title", "note", "scheme")
    return rows.get(pk=item.pk)


def _check(item: PlanningItem) -> None:
    verdict = may_change(planned=item.state == PlanningItem.State.PLANNED)
    if not isinstance(verdict, Granted):
        raise NotAllowed(verdict)


def _write(item: PlanningItem, wanted: Plan) -> None:
    chain, moments = item.scheme.chain, wanted.moments
    item.domain, item.organisation_id, item.annual_amount = wanted.domain, wanted.organisation_id, wanted.annual_amount
    item.prepare_on, item.market_on = moments.prepare_on, moments.market_on
    item.award_on, item.starts_on = moments.award_on, moments.starts_on
    if item.title_id is None or item.title.content != wanted.title:
        item.title = texts.write(chain, wanted.title)
    old = item.note.content if item.note is not None else ""
    if old != wanted.note:
        item.note = texts.write(chain, wanted.note) if wanted.note else None
