"""A story is data: who asks for what, and what happened to it, a line a move (fixtures/demo-*.toml)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from audit import clock
from cases.models import Case
from cases.rules.amendment import Proposal
from cases.selectors.evaluation import open_improvements
from cases.services.amendment import Wish
from cases.services.commission import Kader, Request
from cases.services.municipal import Reference
from config.demo import awarding, buying, evaluating, tendering
from config.demo import players as p
from config.demo.paper import pdf
from escalation.models import Deadline
from escalation.services.ladder import Promise
from roles.models import Appointment, Dispensation
from workflows import ballots, barriers, clockwork, escalations, services
from workflows.afterwards import note_reference
from workflows.amendments import propose_amendment
from workflows.meetings import decide_urgently
from workflows.models import CaseTask

Story = dict[str, Any]
Line = Sequence[Any]


def perform(story: Story, *, moments: Sequence[datetime]) -> Case:
    """The first moment is the submission; each next one is a line of the script."""
    with clock.moved_to(moments[0]):
        case = submit(story)
    for moment, line in zip(moments[1:], story["script"], strict=True):
        with clock.moved_to(moment):
            play(case, line)
    return case


def submit(story: Story) -> Case:
    me = p.hat(story["by"])
    papers = [pdf(name, level) for name, level in story.get("documents", [])]
    request = request_of(story, me)
    return services.submit(**p.who(me), request=request, documents=papers, version=story.get("version"))


def play(case: Case, line: Line) -> None:
    """One line: days after the one before, what happened, and how."""
    _, verb, *arguments = line
    VERBS[verb](case, *arguments)


def request_of(story: Story, me: Appointment) -> Request:
    scheme, scale = me.position.body.scheme.code, story.get("scale", "regional")
    shares = {
        organisation.pk: Decimal(thousands) * 1000
        for organisation, thousands in zip(p.municipalities(scheme), story["thousands"], strict=True)
        if thousands
    }
    texts = {name: story[name] for name in ("title", "occasion", "aim", "target_group", "intended_result")}
    partners = [each.pk for each in p.partner_regions(scheme)] if scale == "supraregional" else []
    start = clock.today() + timedelta(days=story["starts_in"])
    criteria = [
        Kader(criterion=criterion, norm=norm, measurement=how, measured_on=start + timedelta(days=365))
        for criterion, norm, how in story["criteria"]
    ]
    return Request(
        **texts, risks=story.get("risks", ""), domain=story["domain"], scale=scale, start_date=start,
        years=story["years"], shares=shares, criteria=criteria, partners=partners,
        care_form=story.get("care_form", ""), asks_colleges=story.get("asks_colleges", "nothing"),
        replies=evaluating.replies(open_improvements(me.position.body.scheme, story["domain"])),
    )  # fmt: skip


def _align(case: Case, answers: dict[str, Any] | None = None, only: Sequence[str] | None = None) -> None:
    p.align(case, answers, only=only)


def _step(case: Case, username: str, step: str, outcome: str, values: dict[str, Any] | None = None) -> None:
    """A step of one person; `documents` are names with their classification."""
    _complete(p.hat(username), p.open_task(case, step), outcome, values)


def _do(case: Case, step: str, outcome: str, values: dict[str, Any] | None = None) -> None:
    """A step by the first of those who have it."""
    _complete(p.holder(case, step), p.open_task(case, step), outcome, values)


def _decide_locally(case: Case, outcome: str, values: dict[str, Any] | None = None) -> None:
    _do(case, "local_decision", outcome, {**p.college_says(case, outcome), **(values or {})})


def _college(case: Case, municipality: str, outcome: str, values: dict[str, Any] | None = None) -> None:
    """What the college of one municipality decided; who has its mandate records it."""
    asked = CaseTask.objects.filter(case=case, finished=None, flow_task__endswith=".college_consent")
    task = asked.get(organisation__code=municipality)
    given = {**p.college_says(case, outcome), **(values or {})}
    _complete(p.holder(case, "college_consent", task.organisation_id), task, outcome, given)


def _take_in(case: Case, outcome: str = "complete", values: dict[str, Any] | None = None) -> None:
    """The intake, with who is who: the chairs of the bodies that decide, and who writes the hoe-voorstel."""
    roles = {} if outcome == "questions" else {
        "board_client": p.chair_of(case, "pho_decision").pk,
        "official_client": p.chair_of(case, "rmt_validation").pk,
        "owner": p.chair_of(case, "db_decision").pk, "project_lead": p.holder(case, "approach").pk,
    }  # fmt: skip
    _do(case, "intake", outcome, {**roles, **(values or {})})


def _propose(case: Case, values: dict[str, Any] | None = None) -> None:
    given: dict[str, Any] = {
        "strategy": "Open house per perceel, met een kwaliteitstoets bij toelating.",
        "planning": "Marktverkenning in twee maanden, toelating vanaf het tweede kwartaal.",
        "approach_risks": "Aanbieders vragen tijd voor de administratie.", "hours": 320, "cost": 28_000,
        "within_budget": True, "within_capacity": True, "criteria_agreed": True,
        "documents": [["Plan van aanpak", "internal"]],
    } | (values or {})  # fmt: skip
    given["cost"] = Decimal(given["cost"])
    _do(case, "approach", "proposed", given)


def _record(case: Case, step: str, proposal: str, options: dict[str, Any] | None = None) -> None:
    given = dict(options or {})
    votes = {name: (choice, words) for name, (choice, words) in given.pop("votes", {}).items()}
    if proposal == "defer":
        given["defer_until"] = clock.today() + timedelta(days=given.pop("days", 30))
    papers = [pdf(name, level) for name, level in given.pop("documents", [])]
    p.record(case, step, proposal, votes=votes, documents=papers, **given)


def _meet(case: Case, step: str, proposal: str, options: dict[str, Any] | None = None) -> None:
    _record(case, step, proposal, options)
    p.confirm(case, step)


def _dispense(case: Case, who: str, duty: str, ground: str, by: Sequence[str], reason: str) -> None:
    """Somebody asks that who takes this case in may, whatever the separation of duties says; a second person agrees."""
    person = p.holder(case, "intake").person_id
    barriers.request_dispensation(**p.who(p.hat(who)), case_id=case.pk, person=person, duty=duty, words=ground)
    asked = Dispensation.objects.get(chain=case.chain, person=person, duty=duty)
    barriers.approve_dispensation(
        **p.who(p.hat(*by)), case_id=case.pk, dispensation_id=asked.pk, reason=reason
    )  # fmt: skip


def _decide_urgently(case: Case, step: str, proposal: str, ground: str) -> None:
    """By the chair; the body is asked to ratify at its next meeting."""
    task, chair = p.open_task(case, step), p.chair_of(case, step)
    decide_urgently(**p.who(chair), case_id=case.pk, task_id=task.pk, proposal=proposal, ground=ground)


def _amend(case: Case, username: str, change: str, reason: str, values: dict[str, Any], script: Sequence[Line]) -> None:
    """A change of what was granted, in a case of its own; its lines happen on the same day."""
    amount = Decimal(values["amount"]) if "amount" in values else None
    proposal = Proposal(
        change=change, effective_on=clock.today() + timedelta(days=values.get("in_days", 60)), amount=amount,
        years=values.get("years"), texts={},
    )  # fmt: skip
    wish = Wish(proposal=proposal, reason=reason)
    own = propose_amendment(**p.who(p.hat(username)), case_id=case.pk, wish=wish)
    for line in script:
        play(own, [0, *line])


def _agree(case: Case) -> None:
    """Everybody whom a change touches agrees with it."""
    for task in CaseTask.objects.filter(case=case, finished=None, flow_task__endswith=".amendment_alignment"):
        me = p.holder(case, "amendment_alignment", task.organisation_id)
        _complete(me, task, "answered", {"stance": "agree", "note": "Akkoord."})


def _escalate(case: Case, username: str, category: str, reason: str, values: dict[str, Any] | None = None) -> None:
    """About one of the steps that wait, or the case as a whole."""
    given = dict(values or {})
    step = given.pop("step", "")
    escalations.open_escalation(
        **p.who(p.hat(username)), case_id=case.pk, category=category, reason=reason,
        task_id=p.open_task(case, step).pk if step else None, **given,
    )  # fmt: skip


def _escalated(case: Case, *line: Any) -> None:
    """What happens in the escalation about this case."""
    own = Case.objects.filter(parent=case, kind=Case.Kind.ESCALATION).latest("pk")
    play(own, [0, *line])


def _buy(case: Case, step: str, options: dict[str, Any] | None = None) -> None:
    """A step of what is bought for this commission; of a body, the meeting in which it agrees."""
    own = buying.procurement_of(case)
    if step in buying.PROPOSALS:
        _meet(own, step, buying.PROPOSALS[step], options)
    elif step in buying.BY_THE_CLOCK:
        _clock(own)
    else:
        BUYING[step](own, **(options or {}))


BUYING: dict[str, Callable[..., None]] = {
    **buying.STEPS,
    **tendering.STEPS,
    **awarding.STEPS,
}


def _bought(case: Case, *line: Any) -> None:
    """What else happens in what is bought for this commission."""
    play(buying.procurement_of(case), [0, *line])


def _note(case: Case, username: str, values: dict[str, Any]) -> None:
    """What a municipality keeps of it: its own number, and that its raad was informed."""
    me = p.hat(username)
    assert me.organisation_id is not None
    reference = Reference(own_reference=values["number"], college_on=clock.today() - timedelta(days=values["days_ago"]))
    note_reference(**p.who(me), case_id=case.pk, organisation_id=me.organisation_id, reference=reference)


def _open_round(case: Case, step: str, proposal: str, days: int) -> None:
    """Until five o'clock on a working day."""
    closing = localtime(clock.now()).replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=days)
    while closing.weekday() > 4:
        closing += timedelta(days=1)
    p.open_round(case, step, proposal, closes_at=closing)


def _vote(case: Case, step: str, votes: dict[str, Any]) -> None:
    """By name; "rest" stands for everybody who did not vote yet."""
    votes = dict(votes)
    rest = votes.pop("rest", None)
    if rest is not None:
        waiting = CaseTask.objects.filter(case=case, finished=None, part="vote", flow_task__endswith=f".{step}")
        names = waiting.values_list("seat__person__user__username", flat=True)
        votes = dict.fromkeys(names, rest) | votes
    for name, (choice, words) in votes.items():
        p.vote(name, case, step, choice, words)


def _clock(case: Case) -> None:
    """Whatever is due by now."""
    for deadline in Deadline.objects.filter(case=case, state="armed", due_at__lte=clock.now()).order_by("due_at"):
        clockwork.fire(deadline.pk)


def _by_submitter(call: Callable[..., None]) -> Callable[[Case, str], None]:
    def perform_it(case: Case, words: str) -> None:
        call(**p.who(case.submitted_by), case_id=case.pk, reason=words)

    return perform_it


def _complete(me: Appointment, task: CaseTask, outcome: str, values: dict[str, Any] | None) -> None:
    given = dict(values or {})
    papers = [pdf(name, level) for name, level in given.pop("documents", [])]
    if "promise" in given:
        what, who, days = given["promise"]
        given["promise"] = Promise(what=what, who=who, due_on=clock.today() + timedelta(days=days))
    services.complete(**p.who(me), case_id=task.case_id, task_id=task.pk, outcome=outcome, documents=papers, **given)


VERBS: dict[str, Callable[..., None]] = {
    **evaluating.VERBS,
    "align": _align,
    "agree": _agree,
    "step": _step,
    "do": _do,
    "college": _college,
    "local": _decide_locally,
    "partners": lambda case, outcome, *refusing: p.ask_partners(case, outcome, refusing=refusing),
    "intake": _take_in,
    "propose": _propose,
    "record": _record,
    "confirm": p.confirm,
    "meet": _meet,
    "round": _open_round,
    "vote": _vote,
    "close": p.close_round,
    "clock": _clock,
    "suspend": _by_submitter(services.suspend),
    "resume": _by_submitter(services.resume),
    "withdraw": _by_submitter(services.withdraw),
    "amend": _amend,
    "escalate": _escalate,
    "escalated": _escalated,
    "buy": _buy,
    "bought": _bought,
    "urgent": _decide_urgently,
    "note": _note,
    "comment": lambda case, name, words: services.comment(**p.who(p.hat(name)), case_id=case.pk, words=words),
    "paper": lambda case, name, title, level: p.add_paper(p.hat(name), case, pdf(title, level)),
    "dispense": _dispense,
    "recuse": lambda case, name, words: ballots.recuse(**p.who(p.hat(name)), case_id=case.pk, ground=words),
}
