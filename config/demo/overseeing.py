"""What is done about cases besides them: a sample with findings, noodtoegang that was judged, a case destroyed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from audit import clock
from audit.services import looked
from cases.models import AuditFinding, Case, Destruction, Document, Sample, SampleItem
from cases.services.improvements import Action
from config.demo import players as p
from roles.models import EmergencyAccess, Position, Scheme
from workflows import auditing, emergencies, improving
from workflows.destroying import lists
from workflows.destroying.carrying_out import carry_out
from workflows.exporting import forget
from workflows.register import Keeper
from workflows.selectors.samples import Narrowed

Data = dict[str, Any]
Event = tuple[datetime, Callable[[], None]]


class Sampled:
    """One steekproef as the story has it (fixtures/demo-*.toml): drawn, judged, and what came of its findings."""

    sample: Sample

    def __init__(self, scheme: str, data: Data) -> None:
        self.scheme, self.data = scheme, data
        self.found: list[AuditFinding] = []

    def events(self, drawn_at: datetime) -> list[Event]:
        judged_at = drawn_at + timedelta(days=2)
        events: list[Event] = [(drawn_at, self.draw), (judged_at, self.judge)]
        for place, told in enumerate(self.data["bevindingen"]):
            if "answer" in told:
                days, *answer = told["answer"]
                events.append((judged_at + timedelta(days=days), self._answering(place, *answer)))
            if "conclusion" in told:
                days, words = told["conclusion"]
                events.append((judged_at + timedelta(days=days), self._closing(place, words)))
        return events

    def draw(self) -> None:
        self.sample = auditing.draw(
            **self._auditor(), scheme=Scheme.objects.get(code=self.scheme), of="cases", way="random",
            purpose=self.data["purpose"], size=self.data["size"], narrowed=Narrowed(), seed=self.data["seed"],
        )  # fmt: skip

    def judge(self) -> None:
        """The first are found wanting, as many as the story has findings."""
        told = iter(self.data["bevindingen"])
        for item in self.sample.items.select_related("case").order_by("place"):
            if finding := next(told, None):
                auditing.judge(**self._auditor(), item_id=item.pk, judgement="finding", note=finding["words"])
                self.found.append(self._record(item, finding))
            else:
                auditing.judge(**self._auditor(), item_id=item.pk, judgement="fine")

    def _record(self, item: SampleItem, told: Data) -> AuditFinding:
        body, role = told["owner"]
        owner = Position.objects.get(body__scheme__code=self.scheme, body__code=body, role__code=role)
        due_on = clock.today() + timedelta(days=told["days"])
        return auditing.record(
            **self._auditor(), case_id=item.case_id, norm=told["norm"], words=told["words"], weight=told["weight"],
            action=Action(what=told["what"], owner=owner.pk, due_on=due_on), item_id=item.pk,
        )  # fmt: skip

    def _answering(self, place: int, who: str, status: str, words: str) -> Callable[[], None]:
        return lambda: improving.progress(
            **p.who(p.hat(who)), improvement_id=self.found[place].improvement_id, status=status, words=words
        )

    def _closing(self, place: int, words: str) -> Callable[[], None]:
        return lambda: auditing.close(**self._auditor(), finding_id=self.found[place].pk, conclusion=words)

    def _auditor(self) -> dict[str, Any]:
        return p.who(p.hat(self.data["by"]))


class Emergency:
    """One noodtoegang: taken, and judged by a second person when it was over."""

    taken: EmergencyAccess

    def __init__(self, scheme: str, data: Data) -> None:
        self.scheme, self.data = scheme, data

    def events(self, taken_at: datetime) -> list[Event]:
        read_at, judged_at = taken_at + timedelta(minutes=8), taken_at + timedelta(days=self.data["judged_after"])
        return [(taken_at, self.take), (read_at, self.read), (judged_at, self.judge)]

    def take(self) -> None:
        case = Case.objects.get(scheme__code=self.scheme, kind=Case.Kind.COMMISSION, title__content=self.data["title"])
        self.taken = emergencies.take(
            **p.who(p.hat(self.data["by"])), scheme=case.scheme, number=case.number, reason=self.data["reason"],
            hours=self.data["hours"],
        )  # fmt: skip

    def read(self) -> None:
        """The secret paper, as the page that serves it puts on record."""
        paper = Document.objects.get(case__pk=self.taken.chain.removeprefix("case/"), classification="secret")
        looked(chain=self.taken.chain, actor=self.taken.person.actor, subject=f"document/{paper.pk}/1")

    def judge(self) -> None:
        emergencies.review(
            **p.who(p.hat(*self.data["judged_by"])), emergency_id=self.taken.pk, judgement=self.data["judgement"],
            note=self.data["note"],
        )  # fmt: skip


class Destroyed:
    """One vernietigingslijst of what is due by then: drawn up, and approved by another."""

    listed: Destruction

    def __init__(self, scheme: str, data: Data) -> None:
        self.scheme, self.data = scheme, data

    def events(self, proposed_at: datetime) -> list[Event]:
        return [(proposed_at, self.propose), (proposed_at + timedelta(days=self.data["approved_after"]), self.approve)]

    def propose(self) -> None:
        self.listed = lists.propose(
            keeper=self._keeper("by"), scheme=Scheme.objects.get(code=self.scheme), year=clock.today().year, excepted={}
        )

    def approve(self) -> None:
        lists.approve(keeper=self._keeper("approved_by"), destruction=self.listed)

    def _keeper(self, who: str) -> Keeper:
        return Keeper(**p.who(p.hat(*self.data[who])))


def carry_out_destructions() -> None:
    """As the worker would: each case in a transaction of its own, and its files after that."""
    for destruction in Destruction.objects.filter(state=Destruction.State.APPROVED):
        carry_out(destruction.pk, forget=forget)
