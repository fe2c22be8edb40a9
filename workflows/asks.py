"""What each move asks of whoever makes it. Pages ask the same beforehand, to show which hat fits (`preview`)."""

from roles.authorize import Kind, NotAllowed, Wanted
from roles.rules.verdict import Refused
from workflows.engine import Work
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import By, Collective

OWNERS_DECISION = "Besluit van de eigenaar in deze zaak"  # in the place of a mandate


def for_step(work: Work, *, ground: str = "") -> Wanted:
    """Doing a step."""
    node, case, task = work.node, work.case, work.task
    assert task is not None
    # The owner's own decision in this case takes the place of a mandate.
    power = "" if work.content.agreed_by_owner else node.power
    return Wanted(
        verb="complete", duty=node.duty, kind=node.kind, scheme_id=case.scheme_id, flow=work.process.flow_class.code,
        chains=case.chains, position_id=task.position_id, seat_id=task.seat_id, power=power,
        amount=work.content.cost if power else None, domain=work.domain, scale=work.scale,
        ground=ground,
    )  # fmt: skip


def for_secretary(work: Work, verb: str) -> Wanted:
    """Putting something to the vote, and recording what came of it."""
    if not isinstance(work.node, Collective):
        raise NotAllowed(Refused("Over deze stap besluit geen gremium.", "Procesbeschrijving"))
    return _in_body(work, verb, part=CaseTask.Part.STEP, kind=Kind.OFFICE, duty=work.node.duty)


def for_member(work: Work) -> Wanted:
    """A vote in one's own seat."""
    duty = work.node.vote_duty if isinstance(work.node, Collective) else ""
    return _in_body(work, "vote", part=CaseTask.Part.VOTE, kind=Kind.VOTE, duty=duty)


def for_chair(work: Work, verb: str) -> Wanted:
    """Saying that the record is right, or that it is not."""
    return _in_body(work, verb, part=CaseTask.Part.CONFIRM, kind=Kind.VOTE, duty="confirm")


def for_any_hat(work: Work, verb: str) -> Wanted:
    """Something that is no judgement in the case: any hat of this regeling will do."""
    return _office(work, verb, None)


def for_position(work: Work, verb: str, position_id: int) -> Wanted:
    """Something that is no judgement, and belongs to one role."""
    return _office(work, verb, position_id)


def for_submitter(work: Work, verb: str) -> Wanted:
    """What the role that submitted may do with its case."""
    return _office(work, verb, submitter_of(work.process))


def submitter_of(process: CaseProcess) -> int:
    """The role that submitted, by a step that comes back to it: it alone may withdraw, suspend and resume."""
    nodes = process.flow_class.instance.nodes()
    own = next((node for node in nodes if getattr(node, "by", None) is By.SUBMITTER), None)
    return int(process.case.submitted_by.position_id if own is None else process.bindings[own.name])


def for_role(work: Work, verb: str) -> Wanted:
    """What the role whose task it is may do with it, besides doing it."""
    return _office(work, verb, work.task.position_id if work.task else None)


def _in_body(work: Work, verb: str, *, part: str, kind: Kind, duty: str) -> Wanted:
    task = work.task
    if task is None or task.part != part:
        raise NotAllowed(Refused("Deze taak vraagt iets anders.", "Procesbeschrijving"))
    return Wanted(
        verb=verb, duty=duty, kind=kind, scheme_id=work.case.scheme_id, flow=work.process.flow_class.code,
        chains=work.case.chains, position_id=task.position_id, seat_id=task.seat_id if part else None,
        domain=work.domain,
    )  # fmt: skip


def _office(work: Work, verb: str, position_id: int | None) -> Wanted:
    return Wanted(
        verb=verb, duty="", kind=Kind.OFFICE, scheme_id=work.case.scheme_id, flow=work.process.flow_class.code,
        chains=work.case.chains, position_id=position_id, domain=work.domain,
    )  # fmt: skip
