"""Playing a case by the names of the cast: each helper does one move, in the hat that fits."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from audit import clock
from audit.services import acting
from cases.models import Ballot, Case
from cases.services.commission import Kader, Request
from config.demo import players
from config.demo.players import ACCOUNT_MANAGERS, ALDERMEN, MEETINGS, confirm, hat, open_round, open_task, who
from escalation.models import Deadline
from roles.authorize import NotAllowed
from workflows import ballots, clockwork, services
from workflows.models import CaseTask

__all__ = ["ACCOUNT_MANAGERS", "ALDERMEN", "MEETINGS", "confirm", "hat", "open_round", "open_task", "who"]

AGREED: dict[str, Any] = dict.fromkeys(("political", "content", "back_office", "operations"), "agree")
PAST_POLICY = {"content": "disagree", "note": "Past niet bij ons beleid."}


def a_request(**changes: Any) -> Request:
    """Something that seven municipalities might want."""
    amounts = (310_000, 280_000, 420_000, 890_000, 910_000, 2_300_000, 950_000)
    shares = {each.pk: Decimal(amount) for each, amount in zip(players.municipalities(), amounts, strict=True)}
    values: dict[str, Any] = {
        "title": "Ambulante jeugdhulp 2028", "domain": "youth", "scale": "regional",
        "occasion": "De contracten lopen af.", "aim": "Minder wisselingen van aanbieder.",
        "target_group": "Jeugdigen tot 18 jaar.", "intended_result": "Een wachttijd van hoogstens zes weken.",
        "risks": "Krapte op de arbeidsmarkt.", "start_date": in_days(400), "years": 4, "shares": shares,
        "criteria": [
            Kader(
                criterion="Wachttijd", norm="Hoogstens 6 weken", measurement="Berichtenverkeer",
                measured_on=in_days(800),
            )
        ],
    }  # fmt: skip
    return Request(**(values | changes))


def submitted(by: str = "marleen", **changes: Any) -> Case:
    return services.submit(**who(hat(by)), request=a_request(**changes))


def open_steps(case: Case) -> list[str]:
    """The names of the steps that wait, without parts; each once."""
    waiting = CaseTask.objects.filter(case=case, finished=None, flow_task_type__in=["HUMAN", "TIMER"])
    tasks = waiting.order_by("id")
    return list(dict.fromkeys(task.flow_task.name for task in tasks))


def do(username: str, case: Case, step: str, outcome: str, *, body: str = "", **values: Any) -> None:
    players.do(hat(username, body), case, step, outcome, **values)


def as_submitter(case: Case, step: str, outcome: str, **values: Any) -> None:
    players.do(case.submitted_by, case, step, outcome, **values)


def align(case: Case, *, disagreeing: Sequence[str] = (), silent: Sequence[str] = ()) -> None:
    """Every municipality answers, by its account manager."""
    answers = dict.fromkeys(disagreeing, PAST_POLICY)
    players.align(case, answers, only=[name for name in ACCOUNT_MANAGERS if name not in silent])


def take_in(case: Case, outcome: str = "complete", **values: Any) -> None:
    do("gijs", case, "intake", outcome, **values)


def propose(case: Case, **changes: Any) -> None:
    values: dict[str, Any] = {
        "strategy": "Open house per perceel.", "hours": 320, "planning": "Gunning in september.",
        "cost": Decimal(28_000), "within_budget": True, "within_capacity": True, "criteria_agreed": True,
    }  # fmt: skip
    do("femke", case, "approach", "proposed", **(values | changes))


def meet(case: Case, step: str, proposal: str, *, against: Sequence[str] = (), **options: Any) -> None:
    """The secretary records a meeting with everybody present; the chair confirms."""
    record(case, step, proposal, against=against, **options)
    if CaseTask.objects.filter(case=case, finished=None, part="confirm").exists():
        confirm(case, step)


def record(case: Case, step: str, proposal: str, *, against: Sequence[str] = (), **options: Any) -> None:
    votes = dict.fromkeys(against, ("against", "Te duur."))
    players.record(case, step, proposal, votes=votes, **options)


def brought_to(step: str, **request: Any) -> Case:
    """A case that went the straight way and now waits at this step."""
    case = submitted(**request)
    straight: dict[str, Callable[[], None]] = {
        "municipal_alignment": lambda: align(case),
        "intake": lambda: take_in(case),
        "approach": lambda: propose(case),
        "rmt_validation": lambda: meet(case, "rmt_validation", "positive"),
        "pho_decision": lambda: meet(case, "pho_decision", "grant"),
    }
    for at, go in straight.items():
        if at == step:
            break
        go()
    return case


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def voting(name: str, case: Case, step: str, choice: str = "for", motivation: str = "") -> Callable[[], None]:
    """A member's vote, to be cast when called; looked up now, so that a race is only about the vote."""
    me = hat(name, MEETINGS[step][1])
    task = CaseTask.objects.filter(case=case, part="vote", seat=me, flow_task__endswith=f".{step}").latest("id")
    vote = {**who(me), "case_id": case.pk, "task_id": task.pk, "choice": choice, "motivation": motivation}
    return lambda: ballots.cast_vote(**vote)


def closing(case: Case, step: str) -> Callable[[], None]:
    """The secretary closes a round before its time."""
    me, task = who(hat(*MEETINGS[step])), open_task(case, step)
    return lambda: ballots.close_round(**me, case_id=case.pk, task_id=task.pk)


def aligning(name: str, case: Case) -> Callable[[], None]:
    """One municipality agrees with everything."""
    me = hat(name)
    task = CaseTask.objects.get(case=case, finished=None, organisation=me.organisation_id)
    return lambda: services.complete(**who(me), case_id=case.pk, task_id=task.pk, outcome="answered", **AGREED)


def make_due(deadline: Deadline) -> None:
    """As if its time had passed; only an act may move a date."""
    with acting(chain=f"case/{deadline.case_id}", verb="test_clock"):
        Deadline.objects.filter(pk=deadline.pk).update(due_at=clock.now() - timedelta(seconds=1))


def end(case: Case) -> str:
    """Bring a case from wherever it is to an end along the straight way; withdraw where the rules leave no other."""
    for _ in range(60):
        case.refresh_from_db()
        if not case.is_running:
            return case.state
        try:
            straight_on(case)
        except NotAllowed:
            services.withdraw(**who(case.submitted_by), case_id=case.pk, reason="Er is geen andere weg.")
    raise AssertionError(f"{case} goes round: {open_steps(case)}")


def straight_on(case: Case) -> None:
    if case.state == Case.State.SUSPENDED:
        services.resume(**who(case.submitted_by), case_id=case.pk)
        return
    step = open_steps(case)[0]
    if step in MEETINGS:
        _decide(case, step, {"rmt_validation": "positive", "pho_decision": "grant", "db_decision": "agree"}[step])
    elif step == "pho_deferred":
        deadline = Deadline.objects.get(case=case, state="armed")
        make_due(deadline)
        clockwork.fire(deadline.pk)
    else:
        STRAIGHT[step](case)


STRAIGHT: dict[str, Callable[[Case], None]] = {
    "municipal_alignment": lambda case: align(case),
    "alignment_question": lambda case: as_submitter(case, "alignment_question", "without", motivation="Wij gaan door."),
    "intake": lambda case: take_in(case),
    "supplement": lambda case: as_submitter(case, "supplement", "supplemented", answer="Zie bijlage."),
    "reconsider": lambda case: as_submitter(case, "reconsider", "persist", motivation="Het is nodig."),
    "approach": lambda case: propose(case),
    "acceptance": lambda case: do("helene", case, "acceptance", "accept"),
}


def _decide(case: Case, step: str, proposal: str) -> None:
    """Whatever stage the ballot is in, one move further."""
    if CaseTask.objects.filter(case=case, finished=None, part="confirm").exists():
        confirm(case, step)
        return
    waiting = CaseTask.objects.filter(case=case, finished=None, part="vote").select_related("seat__person__user")
    if waiting.exists():
        for task in waiting:
            voting(task.seat.person.user.username, case, step, motivation="Akkoord.")()
        return
    running = Ballot.objects.filter(case=case, step=step, state="voting").exists()
    if running:
        closing(case, step)()
    else:
        record(case, step, proposal)
