"""Signals and planned procurements by the names of the cast."""

from datetime import date
from typing import Any

from audit import clock
from cases.models import Case, PlanningItem
from cases.rules.planning import Moments
from cases.services.planning import Plan, Sighting
from config.demo import players
from config.demo.players import hat, who
from roles.models import Scheme
from tests.workflows import play
from workflows import plans, services, signals
from workflows.register import Keeper

REPORTERS = {"limburg-noord": "marleen", "centraal-gelderland": "mehmet"}


def signalled(by: str = "", *, scheme: str = play.SCHEME, **changes: Any) -> Case:
    """Somebody sees a law coming."""
    given: dict[str, Any] = {
        "title": "Nieuwe eisen aan verblijf", "domain": "youth", "scale": "regional", "change": "Kleinere groepen.",
        "effective_on": play.in_days(500), "source": "Wetsvoorstel groepsgrootte", "effect": "Minder plaatsen.",
    }  # fmt: skip
    sighting = Sighting(**(given | changes))
    return signals.report_signal(**who(hat(by or REPORTERS[scheme])), sighting=sighting)


def submitted_from(*, scheme: str = play.SCHEME, **origin: int) -> Case:
    """A commission that comes from a signal (`origin_id`) or a planned procurement (`item_id`)."""
    return services.submit(**who(hat(play.SUBMITTERS[scheme])), request=play.a_request(scheme=scheme), **origin)  # type: ignore[arg-type]


def advised(**options: Any) -> Case:
    case = signalled(**options)
    play.as_bound(case, "signal_advice", "advised", advice="Begin op tijd; de markt is klein.")
    return case


def moments(**changes: Any) -> Moments:
    given = dict(zip(Moments.__dataclass_fields__, (play.in_days(30 * n) for n in (2, 5, 9, 14)), strict=True))
    return Moments(**(given | changes))


def a_plan(**changes: Any) -> Plan:
    given: dict[str, Any] = {"title": "Dagbesteding opnieuw", "domain": "support", "moments": moments()}
    return Plan(**(given | changes))


def keeper(scheme: str = play.SCHEME) -> Keeper:
    """Whoever the regeling binds to its planning."""
    row = Scheme.objects.get(code=scheme).step_bindings.get(flow="register", step="keep_planning")
    me = players._today().filter(position__body=row.body, position__role=row.role)[0]
    return Keeper(user_id=who(me)["user_id"], appointment_id=me.pk)


def planned(scheme: str = play.SCHEME, **changes: Any) -> PlanningItem:
    return plans.plan_procurement(
        keeper=keeper(scheme), scheme=Scheme.objects.get(code=scheme), wanted=a_plan(**changes)
    )


def first_day(year: int = 0) -> date:
    return date(clock.today().year + year, 1, 1)
