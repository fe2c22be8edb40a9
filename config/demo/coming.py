"""What comes: signals of policy with what became of them, and procurements that are planned (fixtures/demo-*.toml)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from audit import clock
from cases.models import Case
from cases.rules.planning import MOMENTS, Moments
from cases.services.planning import Plan, Sighting
from config.demo import players as p
from config.demo import script
from roles.models import Appointment, Organisation, Scheme
from roles.models.fields import holding_on
from workflows import plans, services, signals
from workflows.register import Keeper

Events = Iterator[tuple[datetime, Callable[[], None]]]


class Signal:
    """One that somebody saw, a line of its script a move: days after the one before, what happened, and how."""

    case: Case

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told

    def events(self, moment: datetime) -> Events:
        yield moment, self._report
        for days, verb, *arguments in self.told["script"]:
            moment += timedelta(days=days)
            yield moment, lambda verb=verb, arguments=arguments: getattr(self, f"_{verb}")(*arguments)  # type: ignore[misc]

    def _report(self) -> None:
        told = self.told
        texts = {name: told[name] for name in ("title", "domain", "scale", "change", "source", "effect")}
        sighting = Sighting(
            **texts, effective_on=clock.today() + timedelta(days=told["starts_in"]),
            advice_asked=told.get("advice_asked", False),
        )  # fmt: skip
        self.case = signals.report_signal(**p.who(p.hat(told["by"])), sighting=sighting)

    def _advise(self, advice: str) -> None:
        p.do(p.holder(self.case, "signal_advice"), self.case, "signal_advice", "advised", advice=advice)

    def _plan(self, told: dict[str, Any]) -> None:
        wanted = _plan({"title": str(self.case.title), "domain": self.case.domain, **told}, None)
        p.do(p.holder(self.case, "signal_follow_up"), self.case, "signal_follow_up", "plan", plan=wanted)

    def _leave(self, reason: str) -> None:
        me = p.holder(self.case, "signal_follow_up")
        p.do(me, self.case, "signal_follow_up", "leave", motivation=reason)

    def _commission(self, story: script.Story) -> None:
        """Taken up by the commission that comes from it."""
        me = p.hat(story["by"])
        request = script.request_of({"domain": self.case.domain, "scale": self.case.scale, **story}, me)
        services.submit(**p.who(me), request=request, origin_id=self.case.pk)


class Planned:
    """A procurement that who keeps the planning put down."""

    def __init__(self, scheme: str, told: dict[str, Any]) -> None:
        self.scheme, self.told = scheme, told

    def events(self, moment: datetime) -> Events:
        yield moment, self._plan

    def _plan(self) -> None:
        scheme = Scheme.objects.get(code=self.scheme)
        code = self.told.get("municipality")
        whose = Organisation.objects.get(scheme=scheme, code=code) if code else None
        plans.plan_procurement(keeper=_keeper(scheme), scheme=scheme, wanted=_plan(self.told, whose))


def _plan(told: dict[str, Any], whose: Organisation | None) -> Plan:
    """Its moments are told in days from the day on which it is planned."""
    days = dict(zip(MOMENTS, told["in_days"], strict=True))
    return Plan(
        title=told["title"], domain=told["domain"], organisation_id=whose.pk if whose else None,
        moments=Moments(**{name: clock.today() + timedelta(days=number) for name, number in days.items()}),
        annual_amount=Decimal(told["thousands"]) * 1000, note=told.get("note", ""),
    )  # fmt: skip


def _keeper(scheme: Scheme) -> Keeper:
    bound = scheme.step_bindings.get(flow="register", step=plans.STEP)
    held = Appointment.objects.filter(
        holding_on(clock.today()), position__body=bound.body, position__role=bound.role
    ).select_related("person")
    return Keeper(user_id=held[0].person.user_id or 0, appointment_id=held[0].pk)
