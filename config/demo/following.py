"""Contracts that run: taken over from an older register, and followed from then on (fixtures/demo-*.toml, contract).

Figures come each month and talks when the clock says so; what else happened is a line of a script, so many days ago.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from audit import clock
from cases.models import Case, Contract, Review
from cases.rules.addendum import Proposal
from cases.rules.period import last_day, months_later
from cases.services.improvements import Action
from config.demo import players as p
from escalation.models import Deadline
from roles.models import Appointment, Position, Scheme
from roles.selectors import holders
from workflows import clockwork, contract_care, contract_figures, talks
from workflows.contract_care import Asker
from workflows.history import import_history

Events = Iterator[tuple[datetime, Callable[[], None]]]
HEAD = "kenmerk;titel;perceel;aanbieder;procedure;van;tot en met;bedrag per jaar;verlengingen;jaren per verlenging"
MONTH = timedelta(days=30)
MONTHS = 12
OPEN_FOR = timedelta(days=70)  # the talks of the last weeks are still under way


class Followed:
    """All contracts of one regeling."""

    def __init__(self, scheme: str, told: Sequence[dict[str, Any]]) -> None:
        self.scheme, self.told = scheme, told

    def events(self, now: datetime, founded: datetime) -> Events:
        yield founded + timedelta(hours=1), lambda: self._take_over(now)
        yield founded + timedelta(hours=2), self._products
        for ago in range(MONTHS, 0, -1):
            moment = now - MONTH * ago + timedelta(hours=3)
            yield moment, lambda ago=ago: self._measure(ago)  # type: ignore[misc]
            yield moment + timedelta(minutes=7), self._open_talks
            if MONTH * ago > OPEN_FOR:
                yield moment + timedelta(days=20), self._hold_all
        yield now - timedelta(hours=5), self._open_talks
        for number, each in enumerate(self.told):
            for line in each.get("script", []):
                days, verb, *arguments = line
                moment = now - timedelta(days=days) + timedelta(minutes=number)
                yield moment, lambda each=each, verb=verb, given=arguments: self._play(each, verb, given)  # type: ignore[misc]

    def _take_over(self, now: datetime) -> None:
        """Begun in whole months before today, for so many years."""
        lines = [HEAD]
        for each in self.told:
            starts_on = months_later(localdate(now).replace(day=1), -each["months_ago"])
            times, years = each.get("options", [0, 0])
            lines.append(";".join([
                each["reference"], each["title"], each["lot"], each["provider"], "SAS", f"{starts_on:%d-%m-%Y}",
                f"{last_day(starts_on, each['years']):%d-%m-%Y}", str(each["thousands"] * 1000), str(times), str(years),
            ]))  # fmt: skip
        import_history(scheme=Scheme.objects.get(code=self.scheme), content="\n".join(lines).encode())

    def _products(self) -> None:
        for each in self.told:
            contract = self._contract(each)
            for code, name, unit, tariff in each.get("products", []):
                contract_figures.add_product(
                    **p.who(self._keeper(contract)), case_id=contract.pk, code=code, name=name, unit=unit,
                    tariff=Decimal(tariff), valid_from=contract.starts_on,
                )  # fmt: skip

    def _measure(self, ago: int) -> None:
        """What was measured so many months ago: the last value of each list is of last month."""
        period = months_later(clock.today().replace(day=1), -1)
        for each in self.told:
            contract = self._contract(each)
            for code, values in each.get("kpis", {}).items():
                if ago <= len(values) and contract.case.is_running:
                    contract_figures.measure(
                        **p.who(self._keeper(contract)), case_id=contract.pk, code=code, period=period,
                        value=Decimal(str(values[-ago])), source="Berichtenverkeer en declaraties",
                    )  # fmt: skip

    def _open_talks(self) -> None:
        """As the clock does each hour."""
        talks.open_due()

    def _hold_all(self) -> None:
        """Every talk that is open: prepared, held, written down and confirmed."""
        for case in Case.objects.filter(scheme__code=self.scheme, kind=Case.Kind.REVIEW, state=Case.State.OPEN):
            p.do(
                p.holder(case, "review_preparation"), case, "review_preparation", "prepared",
                preparation="Wachttijden, omzet en de acties van de vorige keer.",
            )  # fmt: skip
            p.do(
                p.holder(case, "review_talk"), case, "review_talk", "held", held_on=clock.today(),
                present="De directeur en de planner van de aanbieder; de accountmanager en de contractbeheerder.",
            )  # fmt: skip
            p.do(
                p.holder(case, "review_minutes"), case, "review_minutes", "written",
                minutes="De wachttijd is besproken en de aanbieder licht de omzet toe. Er zijn geen nieuwe risico’s.",
                actions=[self._action(case)],
            )  # fmt: skip
            p.do(p.holder(case, "review_confirmation"), case, "review_confirmation", "confirm")

    def _action(self, case: Case) -> Action:
        me, review = p.holder(case, "review_minutes"), Review.objects.select_related("contract__provider").get(pk=case)
        return Action(
            what=f"Nagaan of {review.contract.provider} de toegezegde plekken opent", owner=me.position_id,
            named=me.pk, due_on=clock.today() + timedelta(days=60),
        )  # fmt: skip

    def _play(self, each: dict[str, Any], verb: str, given: Sequence[Any]) -> None:
        getattr(self, f"_{verb}")(self._contract(each), *given)

    def _clock(self, contract: Contract) -> None:
        """Whatever is due by now."""
        for deadline in Deadline.objects.filter(case=contract.case, state="armed", due_at__lte=clock.now()):
            clockwork.fire(deadline.pk)

    def _decide(self, contract: Contract, outcome: str, words: str) -> None:
        p.do(p.holder(contract.case, "expiry_decision"), contract.case, "expiry_decision", outcome, motivation=words)

    def _addendum(self, contract: Contract, told: dict[str, Any], steps: Sequence[Sequence[Any]] = ()) -> None:
        amount = told.get("thousands")
        proposal = Proposal(
            change=told["change"], effective_on=clock.today() + timedelta(days=30),
            annual_amount=Decimal(amount * 1000) if amount else None,
            index=Decimal(told["index"]) if "index" in told else None,
        )  # fmt: skip
        case = contract_care.propose_addendum(
            asker=self._asker(told["by"]), case_id=contract.pk, proposal=proposal, ground=told["ground"],
            words={"words": told["words"], "reason": told["reason"]},
        )  # fmt: skip
        self._steps(case, steps)

    def _requalify(self, contract: Contract, by: str, reason: str, steps: Sequence[Sequence[Any]] = ()) -> None:
        case = contract_care.request_requalification(asker=self._asker(by), case_id=contract.pk, reason=reason)
        self._steps(case, steps)

    def _ask(
        self, contract: Contract, by: str, question: str, contact: str = "", steps: Sequence[Sequence[Any]] = ()
    ) -> None:
        case = contract_care.ask(asker=self._asker(by), case_id=contract.pk, question=question, contact=contact)
        self._steps(case, steps)

    def _steps(self, case: Case, steps: Sequence[Sequence[Any]]) -> None:
        """Each by whoever has it, on the same day."""
        for step, outcome, *values in steps:
            given = dict(values[0]) if values else {}
            for name in ("signed_on", "measures_due"):
                if name in given:
                    given[name] = clock.today() + timedelta(days=given[name])
            p.do(p.holder(case, step), case, step, outcome, **given)

    def _contract(self, each: dict[str, Any]) -> Contract:
        found = Contract.objects.select_related("case__scheme", "provider", "lot")
        return found.get(
            case__scheme__code=self.scheme, case__imported=True, provider__name=each["provider"], lot__code=each["lot"]
        )

    def _keeper(self, contract: Contract) -> Appointment:
        [position, *_] = contract_figures.keepers(contract.case.scheme, contract_figures.KEEP_KPIS)
        return holders(Position(pk=position))[0]

    def _asker(self, name: str) -> Asker:
        me = p.hat(name)
        assert me.person.user_id is not None
        return Asker(user_id=me.person.user_id, appointment_id=me.pk)
