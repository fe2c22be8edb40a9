"""Spoed: whoever the regeling names decides an open step of a body at once; the body says afterwards what it thinks.

Who may is a binding, "<step>.urgent". Bound to the body's own members, it is its chair who may. What the law gives to a
body in meeting (Wgr 22) nobody can take from it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from cases import selectors as cases
from cases.models import Ballot, UrgentDecision
from cases.services import ballots as change
from cases.services import meetings as rows
from cases.services.ballots import Ballotpaper, SecretCounts
from escalation.models import Deadline
from escalation.queue import enqueue
from escalation.rules.terms import AMSTERDAM, end_of
from roles import selectors as roles
from roles.authorize import Kind, NotAllowed, Wanted
from roles.models import Appointment, Body, StepBinding
from roles.rules import council
from roles.rules.verdict import Refused
from workflows.ballots import check_record, stand_ins
from workflows.engine import Stale, Work, move
from workflows.meetings.agenda import put_ratification
from workflows.meetings.sitting import secretaries
from workflows.nodes import Collective, Wait
from workflows.services import check_rounds
from workflows.tasks import DECISIONS

SPOED = "Spoedregeling van het gremium"


def decide_urgently(
    *, user_id: int, case_id: int, task_id: int, appointment_id: int, proposal: str, ground: str,
    substitution_id: int | None = None,
) -> UrgentDecision:  # fmt: skip
    """Decide now; the case goes on, and the body is asked to ratify at its next meeting, within its term."""

    def wanted(work: Work) -> Wanted:
        return for_urgent(work, appointment_id, ground=ground)

    with move(
        case_id=case_id, task_id=task_id, user_id=user_id, appointment_id=appointment_id, verb="decide_urgently",
        substitution_id=substitution_id, ground=ground, wanted=wanted,
    ) as work:  # fmt: skip
        node, task = work.node, work.task
        assert task is not None
        _check_proposal(work, proposal)
        if not ground.strip():
            raise NotAllowed(Refused("Schrijf op waarom dit niet kan wachten tot de vergadering.", SPOED))
        body = Body.objects.get(positions=task.position_id)
        due = end_of(work.actor.today + timedelta(days=roles.rule_in_force(body).urgent_days))
        urgent = rows.decide_urgently(
            case=work.case, step=node.name, task_id=task.pk, body=body, proposal=proposal, ground=ground.strip(),
            by=work.actor, at=work.now, ratify_before=due,
        )  # fmt: skip
        Deadline.objects.create(
            case=work.case, effect=Deadline.Effect.RATIFY, starts_at=work.now, due_at=due,
            target=due.astimezone(AMSTERDAM).date(),
        )  # fmt: skip
        work.pen.tell("ratify", task=task, position=task.position_id)
        work.details |= {"urgent": urgent.pk, "ratify_before": due.date().isoformat()}
        work.flags.append("urgent")
        decided = DECISIONS[work.process.flow_class.code].get(node.name)
        if decided is not None:
            decided(work, proposal, defer_until=None)
        work.finish(proposal)
        enqueue("escalation.sign_root")
    put_ratification(urgent)
    return urgent


def may_decide(work: Work) -> set[int]:
    """The positions that may decide this step urgently: the binding of its domain goes before the one of all."""
    step = f"{work.node.name}.urgent"
    bound = StepBinding.objects.filter(
        scheme=work.case.scheme_id, flow=work.process.flow_class.code, step=step,
        domain__in=("", work.domain),
    )  # fmt: skip
    last = bound.order_by("-domain").first()
    if last is None or last.body_id is None:
        return set()
    return {position.pk for position in last.body.positions.filter(role=last.role_id)} if last.body else set()


def for_urgent(work: Work, appointment_id: int | None = None, *, ground: str = "") -> Wanted:
    """What deciding urgently asks. Raises NotAllowed where nobody may."""
    if not isinstance(work.node, Collective) or work.task is None or work.task.part:
        raise NotAllowed(Refused("Over deze stap besluit geen gremium.", "Procesbeschrijving"))
    body = Body.objects.get(positions=work.task.position_id)
    if roles.rule_in_force(body).by_law:
        raise NotAllowed(
            Refused(
                f"{body} besluit alleen in vergadering; niemand kan in zijn plaats besluiten, ook niet met spoed.",
                council.IN_MEETING,
            )
        )
    positions = may_decide(work)
    if not positions:
        raise NotAllowed(Refused("Deze regeling wijst niemand aan die hier met spoed mag besluiten.", SPOED))
    hat = Appointment.objects.select_related("position").filter(pk=appointment_id or 0).first()
    if hat is not None and hat.position.body_id == body.pk and hat.kind != Appointment.Kind.CHAIR:
        raise NotAllowed(Refused(f"Met spoed besluit alleen de voorzitter van {body}.", SPOED))
    return Wanted(
        verb="decide_urgently", duty=work.node.vote_duty, kind=Kind.INDIVIDUAL, scheme_id=work.case.scheme_id,
        flow=work.process.flow_class.code, chains=work.case.chains, domain=work.domain, ground=ground,
        position_id=hat.position_id if hat is not None and hat.position_id in positions else min(positions),
    )  # fmt: skip


def proposals(work: Work) -> list[str]:
    """What may be decided urgently: putting off is not urgent."""
    return [outcome.code for outcome in work.node.outcomes if not isinstance(outcome.target, Wait)]


def _check_proposal(work: Work, proposal: str) -> None:
    assert work.task is not None
    check_rounds(work, work.node, proposal)
    if proposal not in proposals(work):
        raise NotAllowed(Refused("Aanhouden kan niet met spoed; laat het gremium dat zelf doen.", SPOED))
    current = cases.current_ballot(work.task.pk)
    if current is not None and current.state in (Ballot.State.VOTING, Ballot.State.RECORDED):
        raise Stale("Het gremium is hier zelf al aan het besluiten. Wacht dat af.")


def ratify(
    *, urgent: UrgentDecision, user_id: int, appointment_id: int, meeting_date: date, present: Sequence[int],
    papers: Mapping[int, Ballotpaper], meeting_id: int, correlation: UUID, words: str = "", form: str = "",
    minority: str = "", explanation: str = "", secret_counts: SecretCounts | None = None, second_call: bool = False,
    closed_doors: bool = False, substitution_id: int | None = None,
) -> Ballot:  # fmt: skip
    """What the meeting said of it: carried, then it is ratified; otherwise it is not, and the body's words say why."""
    with _of_case(urgent, "ratify", user_id, appointment_id, substitution_id, duty="record") as work:
        if urgent.state != UrgentDecision.State.PENDING:
            raise Stale("Over dit spoedbesluit heeft het gremium zich al uitgesproken.")
        work.correlation = correlation
        form = form or (Ballot.Form.VOTES if papers else Ballot.Form.HAMMERED)
        rule = roles.rule_in_force(urgent.body)
        check_record(work, rule, meeting_date, papers, form, second_call, secret_counts, explanation)
        ballot = change.open_ballot(
            case=work.case, step=urgent.step, task_id=urgent.task, body=urgent.body, rule=rule, by=work.actor,
            at=work.now, way=Ballot.Way.MEETING, proposal=urgent.proposal, defer_until=None,
            meeting_date=meeting_date, form=form, second_call=second_call, closed_doors=closed_doors,
            secret_counts=secret_counts, meeting_id=meeting_id, ratifies=urgent,
        )  # fmt: skip
        outcome = change.record_meeting(
            ballot=ballot, present=present, papers=papers, minority=minority, explanation=explanation, by=work.actor,
            at=work.now, stand_ins=stand_ins(work, ballot, meeting_date),
        )  # fmt: skip
        work.details |= {"ballot": ballot.number, "urgent": urgent.pk, "tally": ballot.tally}
        if outcome.quorate:
            _said(work, urgent, carried=outcome.carried, words=words.strip())
        else:
            work.outcome = "no_quorum"
    return ballot


def _said(work: Work, urgent: UrgentDecision, *, carried: bool, words: str) -> None:
    if not carried and not words:
        raise NotAllowed(
            Refused(
                "Schrijf op wat het gremium zei en wat er nu moet gebeuren: het bekrachtigt dit besluit niet.", SPOED
            )
        )
    state = UrgentDecision.State.RATIFIED if carried else UrgentDecision.State.NOT_RATIFIED
    rows.ratify(urgent=urgent, state=state, words=words)
    work.outcome, work.motivation = state, words
    if not carried:
        work.flags.append("not-ratified")
    for deadline in _deadlines(urgent):
        deadline.state, deadline.ended_at = Deadline.State.ENDED, work.now
        deadline.save(update_fields=["state", "ended_at"])
    for missed in _deadlines(urgent, state=Deadline.State.FIRED):  # said after all; it stays missed
        missed.ended_at = work.now
        missed.save(update_fields=["ended_at"])


def confirm(
    *, urgent: UrgentDecision, user_id: int, appointment_id: int, correlation: UUID,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Whoever presided confirms that the body ratified it."""
    ballot = urgent.ballots.filter(state=Ballot.State.RECORDED).select_related("case").last()
    if ballot is None:
        return
    with _of_case(urgent, "confirm", user_id, appointment_id, substitution_id, duty="confirm") as work:
        work.correlation = correlation
        change.confirm(ballot=ballot, by=work.actor, at=work.now)
        work.outcome = UrgentDecision.State.RATIFIED
        work.details |= {"ballot": ballot.number, "urgent": urgent.pk, "tally": ballot.tally, "voted": {
            "capacity": work.actor.capacity, "duty": work.node.vote_duty, "people": cases.voters(ballot),
        }}  # fmt: skip


def send_back(
    *, urgent: UrgentDecision, words: str, user_id: int, appointment_id: int, correlation: UUID,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """The record of what the body said is wrong: it is to be recorded again, and the term runs on."""
    if urgent.state == UrgentDecision.State.PENDING:
        return
    with _of_case(urgent, "send_back", user_id, appointment_id, substitution_id, duty="confirm") as work:
        work.correlation = correlation
        work.outcome, work.motivation = "sent_back", words
        ballot = urgent.ballots.filter(state=Ballot.State.RECORDED).select_related("case").last()
        if ballot is not None:
            change.send_back(ballot=ballot, words=words)
        rows.ratify(urgent=urgent, state=UrgentDecision.State.PENDING, words="")
        for deadline in _deadlines(urgent, state=Deadline.State.ENDED):
            deadline.state, deadline.ended_at = Deadline.State.ARMED, None
            deadline.save(update_fields=["state", "ended_at"])


def lapse(deadline: Deadline) -> bool:
    """Its term passed without a word of the body: that is put on record, and the secretary hears of it."""
    with move(case_id=deadline.case_id, verb="deadline", after_end=True, while_suspended=True) as work:
        deadline.refresh_from_db()
        if deadline.state != Deadline.State.ARMED or deadline.due_at > work.now:
            raise Stale("Deze termijn loopt niet meer.")
        pending = UrgentDecision.objects.filter(
            case=deadline.case_id, decided_at=deadline.starts_at, state=UrgentDecision.State.PENDING
        ).first()
        if pending is None:
            raise Stale("Het gremium heeft zich al uitgesproken.")
        deadline.state, deadline.fired_at = Deadline.State.FIRED, work.now
        deadline.save(update_fields=["state", "fired_at"])
        work.outcome = "unratified"
        work.details |= {"due": deadline.due_at.isoformat(), "urgent": pending.pk}
        work.flags.append("not-ratified")
        for position in secretaries(pending.body):
            work.pen.tell("unratified", position=position)
    return True


def _deadlines(urgent: UrgentDecision, state: str = Deadline.State.ARMED) -> list[Deadline]:
    """By case and by when it began: it hangs on no task, and its end moves when the case stood still."""
    found = Deadline.objects.filter(case=urgent.case_id, effect=Deadline.Effect.RATIFY, starts_at=urgent.decided_at)
    return list(found.filter(state=state))


def _of_case(
    urgent: UrgentDecision, verb: str, user_id: int, appointment_id: int, substitution_id: int | None, *, duty: str
) -> Any:
    """A move about a step that is over, in a case that may be closed: by a member of the body, or its secretary."""

    def wanted(work: Work) -> Wanted:
        hat = Appointment.objects.select_related("position").get(pk=appointment_id)
        own = hat.position_id if hat.position.body_id == urgent.body_id else None
        office = duty == "record"
        if office:
            own = own if own in secretaries(urgent.body) else None
        if own is None:
            raise NotAllowed(Refused("Dit doet alleen het gremium zelf.", SPOED))
        return Wanted(
            verb=verb, duty=duty, kind=Kind.OFFICE if office else Kind.VOTE, scheme_id=work.case.scheme_id,
            flow=work.process.flow_class.code, chains=work.case.chains, position_id=own,
            domain=work.domain,
        )  # fmt: skip

    return move(
        case_id=urgent.case_id, task_id=urgent.task, user_id=user_id, appointment_id=appointment_id, verb=verb,
        substitution_id=substitution_id, wanted=wanted, while_suspended=True, after_end=True, again=True,
    )  # fmt: skip
