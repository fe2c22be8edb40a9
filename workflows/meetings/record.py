"""After the meeting: the secretary records it once, whoever presided confirms the decision list or sends it back.

Each decision is a move of its own case, whole or not at all; an item of which somebody was first is told, and the rest
goes on. Everything shares one transaction and one correlation: two secretaries wait for one another.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases import selectors as cases
from cases.models import AgendaItem, Ballot, Meeting, Presence, UrgentDecision
from cases.services import meetings as rows
from cases.services.ballots import Ballotpaper, SecretCounts
from escalation.queue import enqueue
from roles import selectors as roles
from roles.authorize import NotAllowed
from roles.models import Person
from roles.rules.verdict import Refused
from roles.selectors.standing_in import sitting_in
from workflows import ballots
from workflows.engine import Gone, Stale
from workflows.meetings import urgency
from workflows.meetings.papers import draw_up
from workflows.meetings.sitting import FLOW, ORDER, Sitting, presider, secretaries, sitting
from workflows.models import CaseTask

DECIDED, POSTPONED, NOTED = "decided", "postponed", "noted"
RECORDABLE = (Meeting.State.PLANNED, Meeting.State.HELD)
TO_TREAT = (AgendaItem.State.OPEN, AgendaItem.State.FAILED, AgendaItem.State.POSTPONED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What happened to one item. `words`: what was said of a point, or of a decision that was not ratified."""

    item_id: int
    how: str = DECIDED
    proposal: str = ""
    form: str = ""
    papers: Mapping[int, Ballotpaper] = field(default_factory=dict)
    secret_counts: SecretCounts | None = None
    defer_until: date | None = None
    minority: str = ""
    explanation: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that could not be recorded or confirmed, and why."""

    item: AgendaItem
    reason: str


def record(
    *, user_id: int, meeting_id: int, appointment_id: int, presence: Mapping[int, str],
    treatments: Sequence[Treatment], revision: int, substitution_id: int | None = None,
) -> list[Failure]:  # fmt: skip
    """Who was there, and what became of each item; what is not named stays open, and may be recorded later.

    `revision` is the record that the secretary saw: Stale when somebody was first.
    """
    with sitting(
        meeting_id=meeting_id, verb="record_agenda", states=RECORDABLE, user_id=user_id,
        appointment_id=appointment_id, substitution_id=substitution_id,
    ) as now_sitting:  # fmt: skip
        meeting = now_sitting.meeting
        if meeting.revision != revision:
            raise Stale("Iemand anders legde deze vergadering intussen vast. Bekijk eerst wat er staat.")
        if meeting.starts_at > now_sitting.now:
            raise NotAllowed(Refused("Deze vergadering moet nog beginnen. Leg haar vast als zij is gehouden.", ORDER))
        quorate = _attendance(meeting, presence, now_sitting.by.today)
        there = [member for member, state in presence.items() if state == Presence.State.PRESENT]
        who: dict[str, Any] = {"user_id": user_id, "appointment_id": appointment_id, "substitution_id": substitution_id}
        results = [
            _treated(now_sitting, item, treatment, there, who) for item, treatment in _paired(meeting, treatments)
        ]
        with now_sitting.act("record_agenda", duty="record") as act:
            rows.hold(meeting=meeting, presence=presence, stand_ins=in_place(now_sitting), quorate=quorate)
            for result in results:
                rows.settle(item=result.item, state=result.state, ballot=result.ballot, words=result.words)
            act.documents = draw_up(now_sitting)
            act.details = {"present": len(there), "items": {str(each.item.pk): each.state for each in results}}
            chair = presider(meeting)
            if chair is not None:
                now_sitting.tell("list_to_confirm", seat=chair.pk)
    return [Failure(each.item, each.words) for each in results if each.state == AgendaItem.State.FAILED]


@dataclass(frozen=True, slots=True)
class _Result:
    item: AgendaItem
    state: str
    ballot: Ballot | None = None
    words: str = ""


def _attendance(meeting: Meeting, presence: Mapping[int, str], today: date) -> bool:
    """Whether there are enough. Of each member it is said whether they were there."""
    members = roles.members(meeting.body, today)
    if set(presence) != {member.pk for member in members} or not set(presence.values()) <= set(Presence.State.values):
        raise NotAllowed(Refused("Geef van ieder lid, en van niemand anders, aan of het aanwezig was.", ORDER))
    if Presence.State.PRESENT not in presence.values():
        raise NotAllowed(Refused("Zonder iemand aanwezig is er niet vergaderd. Laat de vergadering vervallen.", ORDER))
    earlier = {row.appointment_id: row.state for row in meeting.presence.all()}
    live = meeting.ballots.filter(state__in=[Ballot.State.RECORDED, Ballot.State.CONFIRMED])
    if earlier and earlier != dict(presence) and live.exists():
        raise NotAllowed(
            Refused("Met deze presentielijst is al besloten. Laat de voorzitter de lijst eerst terugsturen.", ORDER)
        )
    rule, there = roles.rule_in_force(meeting.body), sum(s == Presence.State.PRESENT for s in presence.values())
    needed, size = rule.quorum_numerator * len(members), rule.quorum_denominator * there
    return size > needed if rule.quorum_exceeds else size >= needed


def in_place(sitting: Sitting) -> dict[int, Person]:
    """Who took whose place in this meeting as a whole, by the member's appointment."""
    meeting = sitting.meeting
    members = roles.members(meeting.body, sitting.by.today)
    return sitting_in(members, timezone.localdate(meeting.starts_at), flow=FLOW)


def _paired(meeting: Meeting, treatments: Sequence[Treatment]) -> list[tuple[AgendaItem, Treatment]]:
    """In the order of the cases: that is how two meetings at once do not wait for each other."""
    items = {item.pk: item for item in meeting.items.select_related("meeting", "case", "urgent__case", "urgent__body")}
    paired = []
    for treatment in treatments:
        item = items.get(treatment.item_id)
        if item is None:
            raise Gone(treatment.item_id)
        if item.state not in TO_TREAT:
            raise Stale("Een van deze punten is al vastgelegd. Bekijk eerst wat er staat.")
        paired.append((item, treatment))
    return sorted(paired, key=lambda pair: (pair[0].case_id or 0, pair[0].pk))


def _treated(
    now_sitting: Sitting, item: AgendaItem, treatment: Treatment, present: Sequence[int], who: dict[str, Any]
) -> _Result:
    """One item; what a rule refuses, or somebody did first, is told and changes nothing."""
    if treatment.how == POSTPONED:
        return _Result(item, AgendaItem.State.POSTPONED, words=treatment.words)
    if item.kind == AgendaItem.Kind.POINT:
        return _Result(item, AgendaItem.State.DONE, words=treatment.words)
    meeting, ballot = now_sitting.meeting, None
    common: dict[str, Any] = {
        **who, "meeting_date": timezone.localdate(meeting.starts_at), "present": list(present),
        "papers": treatment.papers, "form": treatment.form, "minority": treatment.minority,
        "explanation": treatment.explanation, "secret_counts": treatment.secret_counts, "meeting_id": meeting.pk,
        "second_call": _called_anew(meeting, item), "closed_doors": meeting.closed_doors or item.closed,
        "correlation": now_sitting.correlation,
    }  # fmt: skip
    try:
        if item.kind == AgendaItem.Kind.RATIFICATION:
            assert item.urgent is not None
            ballot = urgency.ratify(urgent=item.urgent, words=treatment.words, **common)
        else:
            assert item.case_id is not None
            assert item.task is not None
            ballots.record_meeting(
                case_id=item.case_id, task_id=item.task, proposal=treatment.proposal,
                defer_until=treatment.defer_until, **common,
            )  # fmt: skip
            ballot = cases.current_ballot(item.task)
    except (NotAllowed, Gone) as refusal:
        return _Result(item, AgendaItem.State.FAILED, words=getattr(refusal, "reason", "Deze taak is er niet meer."))
    return _Result(item, AgendaItem.State.DONE, ballot=ballot, words=treatment.words)


def _called_anew(meeting: Meeting, item: AgendaItem) -> bool:
    """Whether the quorum is not asked of this item: it was on the agenda of the meeting that could not be opened."""
    first = meeting.second_call_of_id
    return first is not None and AgendaItem.objects.filter(meeting=first, task=item.task, kind=item.kind).exists()


def confirm_list(
    *, user_id: int, meeting_id: int, appointment_id: int, revision: int, remark: str = "",
    substitution_id: int | None = None,
) -> list[Failure]:  # fmt: skip
    """The decision list stands, and with it each decision on it that this chair may confirm. The rest is told."""
    who: dict[str, Any] = {"user_id": user_id, "appointment_id": appointment_id, "substitution_id": substitution_id}
    with sitting(
        meeting_id=meeting_id, verb="confirm_list", states=[Meeting.State.HELD], as_chair=True, **who
    ) as now_sitting:
        meeting = now_sitting.meeting
        _check_revision(meeting, revision)
        failures = _each(
            meeting,
            lambda item, part: ballots.confirm(
                case_id=part.case_id, task_id=part.pk, correlation=now_sitting.correlation, **who
            ),
            lambda item, urgent: urgency.confirm(urgent=urgent, correlation=now_sitting.correlation, **who),
        )
        with now_sitting.act("confirm_list", duty="confirm") as act:
            rows.confirm(meeting=meeting, by=now_sitting.by, at=now_sitting.now, remark=remark.strip())
            act.documents = draw_up(now_sitting)
            act.motivation = remark.strip()
            act.details = {"unconfirmed": [failure.item.pk for failure in failures]}
            now_sitting.tell("list_confirmed")
        enqueue("escalation.sign_root")
    return failures


def return_list(
    *, user_id: int, meeting_id: int, appointment_id: int, revision: int, words: str,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Whoever presided does not recognise it. What waits for confirmation lapses, and is recorded again."""
    who: dict[str, Any] = {"user_id": user_id, "appointment_id": appointment_id, "substitution_id": substitution_id}
    if not words.strip():
        raise NotAllowed(Refused("Schrijf op wat er niet klopt.", ORDER))
    with sitting(
        meeting_id=meeting_id, verb="return_list", states=[Meeting.State.HELD], as_chair=True, **who
    ) as now_sitting:
        meeting = now_sitting.meeting
        _check_revision(meeting, revision)
        if meeting.ballots.filter(state=Ballot.State.CONFIRMED).exists():
            raise NotAllowed(
                Refused(
                    "Een besluit op deze lijst is al bevestigd; wat daarin niet klopt vraagt een rectificatie.", ORDER
                )
            )
        failures = _each(
            meeting,
            lambda item, part: ballots.send_back(
                case_id=part.case_id, task_id=part.pk, words=words, correlation=now_sitting.correlation, **who
            ),
            lambda item, urgent: urgency.send_back(
                urgent=urgent, words=words, correlation=now_sitting.correlation, **who
            ),
        )
        if failures:
            raise NotAllowed(Refused(failures[0].reason, ORDER))
        with now_sitting.act("return_list") as act:
            act.motivation = words.strip()
            rows.return_list(meeting=meeting, words=words.strip())
            for position in secretaries(meeting.body):
                now_sitting.tell("list_sent_back", position=position)


def _check_revision(meeting: Meeting, revision: int) -> None:
    if meeting.revision != revision:
        raise Stale("De besluitenlijst is intussen gewijzigd. Lees haar opnieuw.")
    if meeting.decision_list_id is None or not meeting.items.exclude(state=AgendaItem.State.OPEN).exists():
        raise Stale("Er is nog niets vastgelegd van deze vergadering.")


def _each(
    meeting: Meeting, decision: Callable[[AgendaItem, CaseTask], None],
    ratification: Callable[[AgendaItem, UrgentDecision], None],
) -> list[Failure]:  # fmt: skip
    """Do this to whatever on the list waits for the chair; what a rule refuses is told and the rest goes on."""
    failures = []
    for item in meeting.items.select_related("ballot", "urgent__case", "urgent__body").order_by("case_id", "pk"):
        if item.ballot is None:
            continue
        try:
            with transaction.atomic():
                if item.kind == AgendaItem.Kind.RATIFICATION:
                    assert item.urgent is not None
                    ratification(item, item.urgent)
                elif item.ballot.state == Ballot.State.RECORDED:
                    waiting = CaseTask.objects.filter(
                        host=item.ballot.task, part=CaseTask.Part.CONFIRM, finished=None
                    ).first()
                    if waiting is not None:
                        decision(item, waiting)
        except (NotAllowed, Gone) as refusal:
            failures.append(Failure(item, getattr(refusal, "reason", "Deze taak is er niet meer.")))
    return failures
