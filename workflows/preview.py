"""What doing a task would mean, read without a lock: which hats fit, and what each outcome leads to.

Nothing here decides. The move itself asks the same again under the lock of the case.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from roles import selectors as roles
from roles.authorize import Authority, Kind, NotAllowed, Wanted
from roles.models import Position
from roles.rules.verdict import Refused
from roles.selectors import Offer
from workflows import asks
from workflows.activations import SKIPPED
from workflows.engine import Work
from workflows.flows import current
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import By, Collective, Each, Finish, Fork, Gate, Meet, Outcome, Step, Wait
from workflows.pen import Pen


def as_found(process: CaseProcess, now: datetime, task: CaseTask | None = None) -> Work:
    """The case as a move would find it, for questions only."""
    if task is not None:
        task.process = process
    return Work(
        case=process.case, process=process, pen=Pen(process, now=now, ids=[]), now=now, act=0, task=task
    )  # fmt: skip


def wanted_for(work: Work) -> Wanted:
    """What doing this task asks, whatever kind of task it is."""
    assert work.task is not None
    match work.task.part:
        case CaseTask.Part.VOTE:
            return asks.for_member(work)
        case CaseTask.Part.CONFIRM:
            return asks.for_chair(work, "confirm")
        case _ if isinstance(work.node, Collective):
            return asks.for_secretary(work, "open_ballot")
        case _:
            return asks.for_step(work)


def offers(user_id: int, wanted: Callable[[], Wanted]) -> list[Offer]:
    """The hats that fit, each with what the rules say of it; none where the task asks for something else."""
    try:
        return roles.hats_for(user_id, wanted())
    except NotAllowed:
        return []


def submitting(user_id: int, positions: set[int], scheme_id: int) -> list[Offer]:
    """The hats in which somebody may submit."""
    flow = current("commissioning")
    wanted = Wanted(
        verb="submit", duty=flow.submit.duty, kind=Kind.INDIVIDUAL, scheme_id=scheme_id, flow=flow.code,
        domain_known=False,
    )  # fmt: skip
    return [offer for offer in roles.hats_for(user_id, wanted) if offer.hat.position.pk in positions]


def mandate_of(found: Iterable[Offer]) -> str:
    """The mandate that the first allowed hat would rely on."""
    allowed = [offer.verdict for offer in found if isinstance(offer.verdict, Authority)]
    return allowed[0].mandate if allowed else ""


def refusal(found: Sequence[Offer]) -> Refused | None:
    """Why none of the hats will do; nothing where one will, or where there is none."""
    reasons = [offer.verdict for offer in found if isinstance(offer.verdict, Refused)]
    return reasons[0] if reasons and len(reasons) == len(found) else None


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows on an outcome, in words."""

    code: str
    label: str
    words: str


def consequences(work: Work) -> list[Consequence]:
    """Each outcome of the step with what follows on it and whose turn it will be. One query for the names of roles."""
    targets = [(outcome, list(_ahead(_behind(outcome, work), work))) for outcome in work.node.outcomes]
    queues = _queues(work.process, [node for _, nodes in targets for node, _ in nodes])
    return [
        Consequence(
            outcome.code,
            outcome.label,
            " ".join(_told(node, condition, queues, work.process) for node, condition in nodes),
        )
        for outcome, nodes in targets
        if outcome.code != work.node.at_deadline
    ]


def _behind(outcome: Outcome, work: Work) -> Any:
    """Where an outcome leads; past a join where it is known which way it goes on from there."""
    name = BEHIND.get((work.node.name, outcome.code))
    return outcome.target if name is None else getattr(work.process.flow_class, name)


# What the gate behind the join answers when a level of an escalation ended so, whatever goes on beside it.
BEHIND = {
    ("operational", "rise"): "tactical",
    ("operational_consent", "agree"): "resolved",
    ("operational_consent", "rise"): "tactical",
}


def _ahead(node: Any, work: Work, condition: str = "") -> Iterator[tuple[Any, str]]:
    """The steps and ends that may come next, past what is folded away; questions that can be answered now are.

    Where others have to answer too, it goes no further than the place where all of them meet.
    """
    match node:
        case Step() if not node.is_bound(work.process):
            yield from _ahead(node.target_of(SKIPPED), work, condition)
        case Step() | Finish():
            yield node, condition
        case Gate() if node.name in OPEN_QUESTIONS:
            if_yes, if_no = OPEN_QUESTIONS[node.name]
            yield from _ahead(node.if_yes, work, if_yes)
            yield from _ahead(node.if_no, work, if_no)
        case Gate():
            yield from _ahead(node.if_yes if node.condition(work.process) else node.if_no, work, condition)
        case Each() if node.beside is not None:
            yield from _both(node, work, condition)
        case Each():
            yield from _ahead(node.step, work, condition)
        case Fork():
            for branch in node.branches:
                yield from _ahead(branch, work, condition)
        case Meet() if not node.folded:
            yield node, condition
        case _:
            yield from _ahead(node.next, work, condition)


def _both(node: Each, work: Work, condition: str) -> Iterator[tuple[Any, str]]:
    """Who is asked in either branch; where that is nobody, what comes behind their join when nobody objects."""
    asked = [(node.step, condition)] if node.members(work.process) else []
    beside = list(_ahead(node.beside, work, condition))
    asked += [found for found in beside if not isinstance(found[0], Meet)]
    if asked:
        yield from asked
        return
    after: Any = beside[0][0].next
    while isinstance(after, Gate):
        after = after.if_yes if after.name in IF_NOBODY_OBJECTS else after.if_no
    yield from _ahead(after, work, condition)


# Questions that nobody can answer beforehand: what is said of yes and of no.
OPEN_QUESTIONS = dict.fromkeys(
    ("alignment_agreed", "amendment_agreed"),
    ("Als alle gemeenten akkoord zijn of niet tijdig antwoorden", "Als een gemeente niet akkoord is"),
) | {
    "tenders_came": ("Als er is ingeschreven", "Als niemand heeft ingeschreven"),
    "valid_tenders": ("Als er een geldige inschrijving is", "Als geen inschrijving geldig is"),
    "award_in_mandate": ("Als mandaten gunnen en tekenen dekken", "Anders"),
    "standstill_holds": ("Als de opschortende termijn geldt", "Anders"),
}
MEETING = {"consented": "de zaak gaat verder als alle gevraagde colleges en de eigenaar hebben geantwoord."}
IF_NOBODY_OBJECTS = ("colleges_consent",)  # behind the join of owner and colleges; the others are answered with no


def _queues(process: CaseProcess, nodes: Sequence[Any]) -> dict[str, str]:
    """Step name -> the role whose turn it will be."""
    bound = {node.name: process.bindings.get(node.name) for node in nodes if isinstance(node, Step)}
    labels = {
        position.pk: str(position)
        for position in Position.objects.select_related("role", "body").filter(
            pk__in=[value for value in bound.values() if isinstance(value, int)]
        )
    }
    return {name: labels[value] for name, value in bound.items() if isinstance(value, int)}


def _told(node: Any, condition: str, queues: dict[str, str], process: CaseProcess) -> str:
    if isinstance(node, Finish):
        words = f"de zaak eindigt: {node.label.lower()}."
    elif isinstance(node, Meet):
        words = MEETING.get(node.name, "de zaak gaat verder als de anderen klaar zijn.")
    elif isinstance(node, Wait):
        words = "de zaak wacht tot de gekozen datum en komt dan terug."
    elif node.by is By.ORGANISATION:
        words = f"{process.label_of(node)}, door iedere deelnemende gemeente."
    elif node.by is By.SEAT:
        words = f"{process.label_of(node)}, door ieder die daarvoor is aangewezen."
    else:
        words = f"{process.label_of(node)}, door {queues[node.name]}."
    return f"{condition}: {words}" if condition else words[:1].upper() + words[1:]
