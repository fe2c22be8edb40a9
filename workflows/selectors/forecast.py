"""Before a decision: who may decide, whether there are enough of them, and what a majority will be (domain §3.4, §4).

Whatever is impossible is told when a case starts, and not when the meeting is over. Nothing here decides: the move
itself asks the same again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cases.services.tallies import rule_of
from roles import selectors as roles
from roles.models import Absence, Appointment, Body, DecisionRule, Person, Position, in_place_of
from roles.rules import segregation
from roles.rules.segregation import OPPOSITE, Earlier, Kind, Pair
from roles.rules.verdict import Refused, Verdict
from roles.selectors import eligibility
from roles.selectors.standing_in import Stay, stays
from workflows import conditions
from workflows.activations import SKIPPED
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import By, Collective, Gate, Step
from workflows.rules import prospects
from workflows.rules.prospects import Prospect, Seat

VACANT_FOR = timedelta(days=365)
ANSWERED = (conditions.scale_is_local, conditions.scale_is_supraregional)  # from the day that a case is submitted


@dataclass(frozen=True, slots=True)
class Place:
    """One member, or who takes their place, and what stands in the way of their vote or marks it."""

    appointment: Appointment
    recused: bool
    earlier_hat: str = ""
    stand_in: Person | None = None
    absence: Absence | None = None  # away, and nobody takes their place

    @property
    def who(self) -> str:
        return in_place_of(self.appointment, self.stand_in)

    @property
    def away(self) -> str:
        """In words; nothing for who can come."""
        if self.absence is None:
            return ""
        until = self.absence.valid_until
        return f"afwezig tot en met {until:%d-%m-%Y}" if until else "afwezig"

    @property
    def whom(self) -> str:
        return str(self.appointment.organisation or "").removeprefix("gemeente ")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What makes the step impossible, or would if nothing changes."""

    step: str
    words: str
    article: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """One collective step of one case, on a day."""

    label: str
    body: Body
    places: Sequence[Place]
    vacant: Sequence[Appointment]
    prospect: Prospect | None
    obstacles: Sequence[Obstacle]
    duty: str = ""

    @property
    def may_vote(self) -> int:
        return sum(not place.recused for place in self.places)

    @property
    def flagged(self) -> list[Place]:
        return [place for place in self.places if place.earlier_hat and not place.recused]

    @property
    def recused(self) -> list[Place]:
        return [place for place in self.places if place.recused]

    @property
    def away(self) -> list[Place]:
        return [place for place in self.places if place.absence and not place.recused]

    @property
    def stood_in(self) -> list[Place]:
        return [place for place in self.places if place.stand_in]

    @property
    def short(self) -> bool:
        """As things stand too few will be able to vote."""
        return self.prospect is not None and bool(self.prospect.obstacles)

    @property
    def weighted(self) -> bool:
        return any(place.appointment.weight != 1 for place in self.places)


@dataclass(slots=True)
class Known:
    """What the database says of some cases and of the positions bound in them; read in a fixed number of queries."""

    on: date
    positions: dict[int, Position]
    holders: dict[int, list[Appointment]]
    members: dict[int, list[Appointment]]
    vacant: dict[int, list[Appointment]]
    rules: dict[int, DecisionRule]
    recused: dict[str, set[int]]
    conduct: dict[str, dict[int, set[Earlier]]]
    pairs: dict[tuple[int, str], list[Pair]]
    dispensed: dict[tuple[str, int], set[str]]
    stays: dict[int, Stay]

    def earlier(self, process: CaseProcess, person: int) -> set[Earlier]:
        return set().union(*(self.conduct.get(chain, {}).get(person, set()) for chain in process.case.chains))

    def excepted(self, process: CaseProcess, person: int) -> set[str]:
        return set().union(*(self.dispensed.get((chain, person), set()) for chain in process.case.chains))

    def is_recused(self, process: CaseProcess, person: int) -> bool:
        return any(person in self.recused.get(chain, set()) for chain in process.case.chains)


def of_tasks(tasks: Sequence[CaseTask], on: date) -> dict[int, Forecast]:
    """Of open collective tasks of any cases, by the task. Eleven queries, however many."""
    asked = [(task.process, task.flow_task) for task in tasks if isinstance(task.flow_task, Collective)]
    known = _read(asked, on)
    return {
        task.pk: _collective(known, task.process, task.flow_task)
        for task in tasks
        if isinstance(task.flow_task, Collective)
    }


def obstacles(process: CaseProcess, waiting: Iterable[str], on: date) -> list[Obstacle]:
    """What will not go through, of the steps that wait in a running case and those that may follow. Eleven queries."""
    to_come = _to_come(process, waiting)
    asked = [
        (process, node)
        for node in to_come
        if isinstance(node, Step)
        and node.task_type == "HUMAN"
        and node.by is By.SCHEME
        and process.bindings.get(node.name)
    ]
    known = _read(asked, on)
    found: list[Obstacle] = []
    for _, node in asked:
        if isinstance(node, Collective):
            found += _collective(known, process, node).obstacles
        else:
            found += _individual(known, process, node)
    return found


def _to_come(process: CaseProcess, waiting: Iterable[str]) -> list[Any]:
    """What lies straight ahead, the nearest first: no ways back, and past questions that are answered already."""
    nodes = {node.name: node for node in process.flow_class.instance.nodes()}
    ahead = [nodes[name] for name in waiting if name in nodes]
    found: dict[str, Any] = {}
    while ahead:
        node = ahead.pop(0)
        if node.name not in found:
            found[node.name] = node
            ahead += _next(node, process)
    return list(found.values())


def _next(node: Any, process: CaseProcess) -> list[Any]:
    match node:
        case Gate() if node.condition in ANSWERED:
            return [node.if_yes if node.condition(process) else node.if_no]
        case Gate():
            return [node.if_no, *([] if node.back else [node.if_yes])]
        case Step() if not node.is_bound(process):
            return [node.target_of(SKIPPED)]
        case Step():
            return [outcome.target for outcome in node.outcomes if not outcome.back]
        case _:
            return [edge.dst for edge in node._outgoing()]


def _read(asked: Sequence[tuple[CaseProcess, Step]], on: date) -> Known:
    bound = {int(process.bindings[node.name]) for process, node in asked if process.bindings.get(node.name)}
    positions = {each.pk: each for each in Position.objects.filter(pk__in=bound).select_related("body", "role")}
    bodies = {positions[process.bindings[node.name]].body_id for process, node in asked if isinstance(node, Collective)}
    chains = {chain for process, _ in asked for chain in process.case.chains}
    members, holders = eligibility.members_of_all(bodies, on), eligibility.holders_of_all(bound, on)
    return Known(
        on=on, positions=positions, holders=holders, members=members,
        stays=stays([seat for seats in (*members.values(), *holders.values()) for seat in seats], on),
        vacant=eligibility.left_vacant(bodies, on - VACANT_FOR, on),
        rules=eligibility.rules_of_all(bodies, on), recused=eligibility.recused_in(chains),
        conduct=roles.conduct(sorted(chains)),
        pairs=eligibility.pairs_of({process.case.scheme_id for process, _ in asked}),
        dispensed=eligibility.dispensed_in(chains),
    )  # fmt: skip


def _collective(known: Known, process: CaseProcess, node: Collective) -> Forecast:
    position, label = known.positions[process.bindings[node.name]], process.label_of(node)
    places = [_place(known, process, seat) for seat in known.members[position.body_id]]
    rule = known.rules.get(position.body_id)
    vacant = known.vacant[position.body_id]
    if rule is None:
        refusal = Obstacle(label, f"Voor {position.body} is geen besluitregel vastgesteld.", "Besluitregels")
        return Forecast(label, position.body, places, vacant, None, [refusal], node.vote_duty)
    prospect = _prospect(rule, places)
    found = [Obstacle(label, words, article) for words, article in prospect.obstacles]
    found += _office(known, process, node, places)
    return Forecast(label, position.body, places, vacant, prospect, found, node.vote_duty)


def _place(known: Known, process: CaseProcess, seat: Appointment) -> Place:
    opposite = OPPOSITE.get(seat.position.role.capacity)
    stay = known.stays[seat.pk]
    stand_in = stay.sits(**_matter(process)) if stay.substitutions else None
    person = stand_in.pk if stand_in else seat.person_id
    acted = any(each.capacity == opposite and each.duty for each in known.earlier(process, person))
    return Place(
        seat, recused=known.is_recused(process, seat.person_id) or known.is_recused(process, person),
        earlier_hat=segregation.DUTCH[opposite] if opposite and acted else "", stand_in=stand_in,
        absence=None if stand_in else stay.absence,
    )  # fmt: skip


def _is_there(known: Known, process: CaseProcess, seat: Appointment) -> bool:
    """The holder, or who stands in for this case."""
    stay = known.stays[seat.pk]
    return not stay.away or (bool(stay.substitutions) and stay.covered(**_matter(process)))


def _matter(process: CaseProcess) -> dict[str, Any]:
    """What a substitution has to be for, to be for this case."""
    case = process.case
    return {"flow": process.flow_class.code, "domain": case.domain, "chains": case.chains}


def _prospect(rule: DecisionRule, places: Sequence[Place]) -> Prospect:
    members = [
        Seat(place.appointment.weight, recused=place.recused, flagged=bool(place.earlier_hat), away=bool(place.absence))
        for place in places
    ]
    if rule.by_law:
        return prospects.by_law(members)
    return prospects.by_rule(members, rule_of(rule), basis=rule.basis, written=rule.written_allowed)


def _office(known: Known, process: CaseProcess, node: Collective, places: Sequence[Place]) -> list[Obstacle]:
    """Somebody has to record it, and somebody else to confirm it."""
    label, position = process.label_of(node), process.bindings[node.name]
    recorders = [
        seat.person_id for seat in known.holders[position]
        if _is_there(known, process, seat) and not _refused(known, process, seat, duty=node.duty, kind=Kind.OFFICE)
    ]  # fmt: skip
    if not recorders:
        words = (
            "Niemand kan dit besluit vastleggen: het secretariaat is onbezet, afwezig, verschoond of deed hier al iets "
            "anders."
        )
        return [Obstacle(label, words, "Benoemingenregister")]
    coming = [place for place in places if not place.recused and not place.absence]
    voting = [place.appointment for place in coming if not place.stand_in] or [place.appointment for place in coming]
    chair = eligibility.presiding(voting)
    if chair is None:
        return []
    verdict = _refused(known, process, chair, duty=segregation.CONFIRM, kind=Kind.VOTE)
    if verdict:
        return [Obstacle(label, f"{chair.person} kan dit besluit niet bevestigen. {verdict.reason}", verdict.article)]
    pair = next((pair for pair in _pairs(known, process) if pair.counterpart(node.duty) == segregation.CONFIRM), None)
    both = recorders == [chair.person_id] and segregation.CONFIRM not in known.excepted(process, chair.person_id)
    if pair and both:
        words = f"{chair.person} is hier secretaris en voorzitter: wie het besluit vastlegt, bevestigt het niet."
        return [Obstacle(label, words, pair.article)]
    return []


def _individual(known: Known, process: CaseProcess, node: Step) -> list[Obstacle]:
    holders = known.holders[process.bindings[node.name]]
    position = known.positions[process.bindings[node.name]]
    verdicts = [_refused(known, process, seat, duty=node.duty, kind=node.kind) for seat in holders]
    there = [seat for seat in holders if _is_there(known, process, seat)]
    if holders and not there:
        words = f"Wie de rol {position} vervult, is nu afwezig en niemand neemt waar."
        return [Obstacle(process.label_of(node), words, "Waarneming")]
    if not holders:
        words = f"Niemand vervult nu de rol {position}."
        return [Obstacle(process.label_of(node), words, "Benoemingenregister")]
    refusals = [verdict for verdict in verdicts if verdict]
    if len(refusals) < len(holders):
        return []
    words = (
        f"Niemand in de rol {position} mag deze stap doen: wie het zou zijn, is verschoond of deed hier al iets anders."
    )
    return [Obstacle(process.label_of(node), words, refusals[0].article)]


def _refused(known: Known, process: CaseProcess, seat: Appointment, *, duty: str, kind: Kind) -> Refused | None:
    """What the choke point would say to the holder of this appointment, of what can be known beforehand."""
    earlier = known.earlier(process, seat.person_id)
    verdicts: tuple[Verdict, ...] = (
        segregation.recusal(recused=known.is_recused(process, seat.person_id)),
        segregation.pairs(
            kind=kind, duty=duty, earlier=earlier, named=_pairs(known, process),
            dispensed=known.excepted(process, seat.person_id),
        ),
        segregation.hats(
            kind=kind, capacity=seat.position.role.capacity, earlier=earlier, today=known.on, ground="",
            segregated_from=process.case.scheme.segregated_from,
        ),
    )  # fmt: skip
    return next((verdict for verdict in verdicts if isinstance(verdict, Refused)), None)


def _pairs(known: Known, process: CaseProcess) -> list[Pair]:
    code: Any = process.flow_class.code
    return known.pairs.get((process.case.scheme_id, code), [])
