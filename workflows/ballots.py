"""What a body does in a collective step: a round in writing or the record of a meeting, votes, and the confirmation.

The step stays one task, of the secretary. Members and chair get rows of their own beside it (`CaseTask.part`), so that
each finds their share among their tasks.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from cases import selectors as cases
from cases.models import Ballot, Choice, Seat
from cases.rules.minutes import may_say
from cases.services import ballots as change
from cases.services.ballots import Ballotpaper, SecretCounts
from cases.services.documents import Paper
from escalation.models import Deadline
from escalation.queue import enqueue
from escalation.rules.terms import AMSTERDAM
from roles import selectors as roles
from roles.authorize import NotAllowed, Wanted
from roles.models import Body, DecisionRule, Person
from roles.rules import council
from roles.rules.segregation import DOUBLE_HAT
from roles.rules.verdict import Granted, Refused
from roles.selectors.standing_in import sitting_in
from roles.services.cases import note_recusal
from workflows import asks, leaving
from workflows.engine import Stale, Work, move
from workflows.models import CaseTask
from workflows.services import add_papers, check_rounds
from workflows.settling import ballot_of, end_of_step, hand_over, invite, lapsed, settle
from workflows.tasks import DECISIONS

LONGEST_ROUND = timedelta(days=60)
NEEDS_MOTIVATION = (Choice.FOR_WITH_REMARK, Choice.AGAINST)


def open_round(
    *, user_id: int, case_id: int, task_id: int, appointment_id: int, proposal: str, closes_at: datetime,
    defer_until: date | None = None, number: int | None = None, substitution_id: int | None = None,
    documents: Sequence[Paper] = (),
) -> None:  # fmt: skip
    """The secretary puts a proposal to a vote in writing (schriftelijke ronde), until a moment.

    `number` is the ballot of the step that this was meant to be: Stale when it is not the next one any more.
    """
    with _as_secretary(user_id, case_id, task_id, appointment_id, substitution_id, "open_ballot") as work:
        rule = roles.rule_in_force(_body(work))
        if rule.by_law or not rule.written_allowed:
            article = council.IN_MEETING if rule.by_law else rule.basis
            raise _refused("Dit gremium besluit alleen in vergadering. Leg de vergadering vast.", article)
        if not work.now < closes_at <= work.now + LONGEST_ROUND:
            raise _refused(f"Kies een sluiting in de komende {LONGEST_ROUND.days} dagen.", rule.basis)
        ballot = _new_ballot(work, rule, proposal, defer_until, number, way=Ballot.Way.WRITTEN, closes_at=closes_at)
        add_papers(work, documents)
        for seat in ballot.seats.filter(recused=False):
            invite(work, part=CaseTask.Part.VOTE, seat_id=seat.appointment_id, due_at=closes_at)
        assert work.task is not None
        Deadline.objects.create(
            case=work.case, task=work.task.pk, effect=Deadline.Effect.ROUND, starts_at=work.now,
            target=closes_at.astimezone(AMSTERDAM).date(), due_at=closes_at,
        )  # fmt: skip


def cast_vote(
    *, user_id: int, case_id: int, task_id: int, appointment_id: int, choice: str, motivation: str = "",
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """A member votes for themselves, and may vote again until the round closes."""

    def wanted(work: Work) -> Wanted:
        return asks.for_member(work)

    with move(
        case_id=case_id, task_id=task_id, user_id=user_id, appointment_id=appointment_id, verb="vote", again=True,
        substitution_id=substitution_id, wanted=wanted,
    ) as work:  # fmt: skip
        assert work.task is not None
        ballot = _voting(work)
        if choice not in Choice.values:
            raise _refused("Kies voor, voor met kanttekening, tegen of onthouding.", "Besluitregel")
        flagged = DOUBLE_HAT in work.flags
        if not motivation.strip() and (flagged or choice in NEEDS_MOTIVATION):
            why = (
                "U trad in deze zaak eerder op met een andere hoed. Motiveer uw stem."
                if flagged
                else "Motiveer uw kanttekening of tegenstem."
            )
            raise _refused(why, "Rolzuiverheid" if flagged else "Besluitregel")
        seat = Seat.objects.select_related("appointment").get(ballot=ballot, appointment=work.task.seat_id)
        change.cast(ballot=ballot, seat=seat, paper=Ballotpaper(choice=choice, motivation=motivation.strip()),
                    flagged=flagged, at=work.now, by=work.actor)  # fmt: skip
        work.outcome = choice
        work.details["ballot"] = ballot.number
        if work.task.finished is None:
            work.task.outcome = "voted"
            work.end_part(work.task)


def close_round(
    *, user_id: int, case_id: int, task_id: int, appointment_id: int, substitution_id: int | None = None
) -> None:
    """The secretary closes a round before its time, when everybody has voted."""
    with _as_secretary(user_id, case_id, task_id, appointment_id, substitution_id, "close_ballot") as work:
        ballot = _voting(work)
        missing = ballot.seats.filter(recused=False, vote=None).count()
        if missing:
            raise _refused(
                f"Nog {missing} van de leden hebben niet gestemd. De ronde sluit vanzelf op haar sluitingstijd.",
                "Besluitregel: vervroegd sluiten kan als allen hebben gestemd",
            )
        settle(work, ballot)


def record_meeting(
    *, user_id: int, case_id: int, task_id: int, appointment_id: int, proposal: str, meeting_date: date,
    present: Sequence[int], papers: Mapping[int, Ballotpaper], defer_until: date | None = None, minority: str = "",
    explanation: str = "", number: int | None = None, substitution_id: int | None = None,
    documents: Sequence[Paper] = (), form: str = "", second_call: bool = False, closed_doors: bool = False,
    secret_counts: SecretCounts | None = None, meeting_id: int | None = None, correlation: UUID | None = None,
) -> None:  # fmt: skip
    """The secretary records what a meeting decided; without a vote for somebody present, that member was in favour.

    `form` is how it voted; without one, a hamerstuk where nobody's vote is given. `number` as for `open_round`. With a
    meeting it is one item of its agenda, and `correlation` ties it to the others.
    """
    form = form or (Ballot.Form.VOTES if papers else Ballot.Form.HAMMERED)
    with _as_secretary(user_id, case_id, task_id, appointment_id, substitution_id, "record_meeting") as work:
        work.correlation = correlation
        rule = roles.rule_in_force(_body(work))
        check_record(work, rule, meeting_date, papers, form, second_call, secret_counts, explanation)
        ballot = _new_ballot(
            work, rule, proposal, defer_until, number, way=Ballot.Way.MEETING, meeting_date=meeting_date, form=form,
            second_call=second_call, closed_doors=closed_doors, secret_counts=secret_counts, meeting_id=meeting_id,
        )  # fmt: skip
        entitled = set(ballot.seats.values_list("appointment", flat=True))
        if not set(present) <= entitled or not set(papers) <= set(present):
            raise _refused(
                "Kies als aanwezigen alleen leden van dit gremium; wie niet aanwezig was, stemt niet.", rule.basis
            )
        change.record_meeting(
            ballot=ballot, present=present, papers=papers, minority=minority, explanation=explanation,
            by=work.actor, at=work.now, stand_ins=stand_ins(work, ballot, meeting_date),
        )  # fmt: skip
        add_papers(work, documents)
        settle(work, ballot)


def stand_ins(work: Work, ballot: Ballot, on: date) -> dict[int, Person]:
    """Who sits in whose place, by the appointment, for this case on that day."""
    seats = [seat.appointment for seat in ballot.seats.select_related("appointment__position__body")]
    return sitting_in(seats, on, flow=work.process.flow_class.code, domain=work.domain, chains=work.case.chains)


def check_record(
    work: Work, rule: DecisionRule, meeting_date: date, papers: Mapping[int, Ballotpaper], form: str,
    second_call: bool, secret_counts: SecretCounts | None, explanation: str,
) -> None:  # fmt: skip
    """Raises NotAllowed for what no record of this body may say."""
    if meeting_date > work.actor.today:
        raise _refused("De vergadering ligt in de toekomst. Leg haar vast als zij is gehouden.", rule.basis)
    if any(p.choice in NEEDS_MOTIVATION and not p.motivation.strip() for p in papers.values()) and not rule.by_law:
        raise _refused("Geef bij elke kanttekening of tegenstem de motivering.", rule.basis)
    verdict = may_say(
        by_law=rule.by_law, basis=rule.basis, form=form, second_call=second_call, by_name=bool(papers),
        counted=secret_counts is not None, explanation=explanation,
    )  # fmt: skip
    if not isinstance(verdict, Granted):
        raise NotAllowed(verdict)


def confirm(
    *, user_id: int, case_id: int, task_id: int, appointment_id: int, motivation: str = "",
    substitution_id: int | None = None, correlation: UUID | None = None,
) -> None:  # fmt: skip
    """The chair confirms: the decision stands, and the case goes on along it."""
    with _as_chair(user_id, case_id, task_id, appointment_id, substitution_id, "confirm") as work:
        work.correlation = correlation
        ballot = _recorded(work)
        change.confirm(ballot=ballot, by=work.actor, at=work.now)
        work.motivation = motivation
        work.details |= {"ballot": ballot.number, "tally": ballot.tally}
        if ballot.way == Ballot.Way.MEETING:  # what a member does counts, whoever wrote it down: view roles_conduct
            work.details["voted"] = {
                "capacity": work.actor.capacity, "duty": work.node.vote_duty, "people": cases.voters(ballot),
            }  # fmt: skip
        decided = DECISIONS[work.process.flow_class.code].get(work.node.name)
        if decided is not None:
            decided(work, ballot.proposal, defer_until=ballot.defer_until)
        end_of_step(work, ballot.proposal)
        enqueue("escalation.sign_root")


def send_back(
    *, user_id: int, case_id: int, task_id: int, appointment_id: int, words: str, substitution_id: int | None = None,
    correlation: UUID | None = None,
) -> None:  # fmt: skip
    """The chair does not recognise the record; the secretary makes another."""
    with _as_chair(user_id, case_id, task_id, appointment_id, substitution_id, "send_back") as work:
        work.correlation = correlation
        ballot = _recorded(work)
        change.send_back(ballot=ballot, words=words)
        work.motivation = words
        work.outcome = "sent_back"
        assert work.task is not None
        work.end_part(work.task)
        host = CaseTask.objects.get(pk=work.task.host_id)
        work.pen.tell("sent_back", task=host, position=host.position_id, by=work.actor.person_id)
        lapsed(work, ballot)


def recuse(*, user_id: int, case_id: int, appointment_id: int, ground: str, substitution_id: int | None = None) -> None:
    """Somebody declares an interest and stays out of the case; what only they could do goes to another member."""

    with move(
        case_id=case_id, user_id=user_id, appointment_id=appointment_id, verb="declare_recusal", while_suspended=True,
        substitution_id=substitution_id, wanted=lambda work: asks.for_any_hat(work, "declare_recusal"),
    ) as work:  # fmt: skip
        person_id = work.actor.person_id
        note_recusal(person_id=person_id, chain=work.case.chain, ground=ground)
        theirs = CaseTask.objects.filter(process=work.process, finished=None, seat__person=person_id)
        leaving.leave_seats(work, person_id)
        for part in theirs.exclude(part=CaseTask.Part.STEP):
            work.end_part(part, status="CANCELED")
        for ballot in cases.running_ballots(work.case):
            change.leave_seats(ballot=ballot, person_id=person_id)
        for part in theirs.filter(part=CaseTask.Part.CONFIRM):
            recorded = cases.current_ballot(part.host_id)
            assert recorded is not None
            change.leave_seats(ballot=recorded, person_id=person_id)
            hand_over(work, recorded, part)


def _new_ballot(
    work: Work, rule: DecisionRule, proposal: str, defer_until: date | None, number: int | None, **way: Any
) -> Ballot:
    check_rounds(work, work.node, proposal)
    assert work.task is not None
    if number is not None and number != cases.next_ballot(work.task.pk):
        raise Stale("Dit besluit is al vastgelegd. Open de taak opnieuw om te zien hoe zij ervoor staat.")
    current = cases.current_ballot(work.task.pk)
    if current is not None and current.state in (Ballot.State.VOTING, Ballot.State.RECORDED):
        raise Stale("Er loopt al een besluit in deze stap. Rond dat eerst af.")
    if proposal == "defer":
        if defer_until is None or not work.actor.today < defer_until <= work.actor.today + timedelta(days=366):
            raise _refused("Kies tot welke datum het besluit wordt aangehouden, binnen een jaar.", rule.basis)
    else:
        defer_until = None
    work.outcome = proposal
    return change.open_ballot(
        case=work.case, step=work.node.name, task_id=work.task.pk, body=rule.body, rule=rule, by=work.actor,
        at=work.now, proposal=proposal, defer_until=defer_until, **way,
    )  # fmt: skip


def _voting(work: Work) -> Ballot:
    ballot = ballot_of(work)
    if ballot.state != Ballot.State.VOTING or (ballot.closes_at is not None and work.now >= ballot.closes_at):
        raise Stale("De stemronde is gesloten. Een stem kan niet meer worden uitgebracht of gewijzigd.")
    return ballot


def _recorded(work: Work) -> Ballot:
    ballot = ballot_of(work)
    if ballot.state != Ballot.State.RECORDED:
        raise Stale("Dit besluit is al bevestigd of vervallen.")
    return ballot


def _body(work: Work) -> Body:
    assert work.task is not None
    assert work.task.position_id is not None
    return Body.objects.get(positions=work.task.position_id)


def _as_secretary(
    user_id: int, case_id: int, task_id: int, appointment_id: int, substitution_id: int | None, verb: str
) -> Any:
    def wanted(work: Work) -> Wanted:
        return asks.for_secretary(work, verb)

    return move(
        case_id=case_id, task_id=task_id, user_id=user_id, appointment_id=appointment_id, verb=verb,
        substitution_id=substitution_id, wanted=wanted,
    )  # fmt: skip


def _as_chair(
    user_id: int, case_id: int, task_id: int, appointment_id: int, substitution_id: int | None, verb: str
) -> Any:
    def wanted(work: Work) -> Wanted:
        return asks.for_chair(work, verb)

    return move(
        case_id=case_id, task_id=task_id, user_id=user_id, appointment_id=appointment_id, verb=verb,
        substitution_id=substitution_id, wanted=wanted,
    )  # fmt: skip


def _refused(reason: str, article: str) -> NotAllowed:
    return NotAllowed(Refused(reason, article))
