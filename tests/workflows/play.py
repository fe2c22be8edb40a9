"""Playing a case: each helper does one move, in the hat that fits. Names are of the cast of Limburg-Noord.

`scheme` and `scale` say otherwise: who acts there is found from what the case is bound to (`config.demo.players`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from audit import clock
from audit.services import acting
from cases.models import Ballot, Case
from cases.services.commission import Kader, Request
from config.demo import players
from config.demo.players import confirm, consent, decide_locally, hat, open_round, open_task, who
from escalation.models import Deadline
from roles.authorize import NotAllowed
from roles.models import Appointment
from tests.database import kept
from workflows import ballots, clockwork, services
from workflows.models import CaseTask
from workflows.nodes import Collective

__all__ = ["AGREED", "SCHEME", "confirm", "consent", "decide_locally", "hat", "open_round", "open_task", "who"]

ALDERMEN = ("noor", "daan", "fatima", "joris", "lotte", "karim", "ilse")
ACCOUNT_MANAGERS = ("els", "marleen", "henk", "inge", "paul", "soraya", "tom")
MEETINGS = {"rmt_validation": ("wim", "rmt"), "pho_decision": ("anouk", "pho"), "db_decision": ("bram", "db")}

SCHEME = "limburg-noord"  # where nobody says otherwise
AGREED = players.AGREED
PAST_POLICY = {"content": "disagree", "note": "Past niet bij ons beleid."}
AMOUNTS = (310, 280, 420, 890, 910, 2_300, 950, 60, 540, 130, 720)  # thousands of euros a year, by municipality
SUBMITTERS = {"limburg-noord": "marleen", "centraal-gelderland": "mehmet"}
HOMES = {"limburg-noord": "bergen", "centraal-gelderland": "doesburg"}
SCALES = ("local", "regional", "supraregional")


def a_request(*, scheme: str = SCHEME, scale: str = "regional", **changes: Any) -> Request:
    """Something that municipalities might want: of one of them, of all of them, or with a region beside them."""
    asked = players.municipalities(scheme)
    shares = {each.pk: Decimal(amount * 1000) for each, amount in zip(asked, AMOUNTS, strict=False)}
    if scale == "local":
        [home] = [each.pk for each in asked if each.code == HOMES[scheme]]
        shares = {home: shares[home]}
    values: dict[str, Any] = {
        "title": "Ambulante jeugdhulp 2028", "domain": "youth", "scale": scale, "care_form": "jeugd-ambulant",
        "partners": [each.pk for each in players.partner_regions(scheme)[:2]] if scale == "supraregional" else [],
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


def submitted(by: str = "", *, scheme: str = SCHEME, **changes: Any) -> Case:
    return services.submit(**who(hat(by or SUBMITTERS[scheme])), request=a_request(scheme=scheme, **changes))


def open_steps(case: Case) -> list[str]:
    """The names of the steps that wait, without parts; each once."""
    waiting = CaseTask.objects.filter(case=case, finished=None, flow_task_type__in=["HUMAN", "TIMER"])
    tasks = waiting.order_by("id")
    return list(dict.fromkeys(task.flow_task.name for task in tasks))


def skipped_steps(case: Case) -> list[str]:
    """The names of the steps that the regeling does not have, in the order in which they were passed."""
    tasks = CaseTask.objects.filter(case=case, outcome="skipped", status="DONE").order_by("id")
    return [task.flow_task.name for task in tasks]


def do(username: str, case: Case, step: str, outcome: str, *, body: str = "", **values: Any) -> None:
    players.do(hat(username, body), case, step, outcome, **values)


def as_submitter(case: Case, step: str, outcome: str, **values: Any) -> None:
    players.do(case.submitted_by, case, step, outcome, **values)


def as_bound(case: Case, step: str, outcome: str, **values: Any) -> None:
    """By whoever the regeling of the case says does it."""
    players.do(players.holder(case, step), case, step, outcome, **values)


def align(case: Case, *, disagreeing: Sequence[str] = (), silent: Sequence[str] = ()) -> None:
    """Every municipality answers, by its account manager."""
    answers = dict.fromkeys(disagreeing, PAST_POLICY)
    asked = [name for name in account_managers(case) if name not in silent] if silent else None
    players.align(case, answers, only=asked)


def account_managers(case: Case) -> list[str]:
    """Their usernames, of who is still asked."""
    tasks = CaseTask.objects.filter(case=case, finished=None, flow_task__endswith=".municipal_alignment")
    asked = tasks.order_by("organisation__name").values_list("organisation", flat=True)
    return [username(players.holder(case, "municipal_alignment", each)) for each in asked]


def username(me: Appointment) -> str:
    assert me.person.user is not None
    return me.person.user.username


def take_in(case: Case, outcome: str = "complete", **values: Any) -> None:
    as_bound(case, "intake", outcome, **values)


def propose(case: Case, **changes: Any) -> None:
    values: dict[str, Any] = {
        "strategy": "Open house per perceel.", "hours": 320, "planning": "Gunning in september.",
        "cost": Decimal(28_000), "within_budget": True, "within_capacity": True, "criteria_agreed": True,
    }  # fmt: skip
    as_bound(case, "approach", "proposed", **(values | changes))


def accept(case: Case, outcome: str = "accept", **values: Any) -> None:
    as_bound(case, "acceptance", outcome, **values)


def meet(case: Case, step: str, proposal: str, *, against: Sequence[str] = (), **options: Any) -> None:
    """The secretary records a meeting with everybody present; the chair confirms."""
    record(case, step, proposal, against=against, **options)
    if CaseTask.objects.filter(case=case, finished=None, part="confirm").exists():
        confirm(case, step)


def record(case: Case, step: str, proposal: str, *, against: Sequence[str] = (), **options: Any) -> None:
    votes = dict.fromkeys(against, ("against", "Te duur."))
    players.record(case, step, proposal, votes=votes, **options)


def ask_partners(case: Case, outcome: str = "consented", *, refusing: Collection[str] = ()) -> None:
    players.ask_partners(case, outcome, refusing=refusing)


@kept
def brought_to(step: str, *, by: str = "", scheme: str = SCHEME, scale: str = "regional", **request: Any) -> Case:
    """A case that went the straight way and now waits at this step."""
    case = submitted(by, scheme=scheme, scale=scale, **request)
    for _ in range(60):
        if step in open_steps(case):
            return case
        straight_on(case)
    raise AssertionError(f"{case} never came to {step}")


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def voting(name: str, case: Case, step: str, choice: str = "for", motivation: str = "") -> Callable[[], None]:
    """A member's vote, to be cast when called; looked up now, so that a race is only about the vote."""
    me = hat(name, players.body_of(case, step).code)
    task = CaseTask.objects.filter(case=case, part="vote", seat=me, flow_task__endswith=f".{step}").latest("id")
    vote = {**who(me), "case_id": case.pk, "task_id": task.pk, "choice": choice, "motivation": motivation}
    return lambda: ballots.cast_vote(**vote)


def closing(case: Case, step: str) -> Callable[[], None]:
    """The secretary closes a round before its time."""
    me, task = who(players.holder(case, step)), open_task(case, step)
    return lambda: ballots.close_round(**me, case_id=case.pk, task_id=task.pk)


def aligning(name: str, case: Case) -> Callable[[], None]:
    """One municipality agrees with everything."""
    me = hat(name)
    task = CaseTask.objects.get(case=case, finished=None, organisation=me.organisation_id)
    return lambda: services.complete(**who(me), case_id=case.pk, task_id=task.pk, outcome="answered", **AGREED)


def consenting(case: Case, municipality: str, outcome: str = "consent") -> Callable[[], None]:
    """One college decides."""
    task = CaseTask.objects.get(
        case=case, finished=None, organisation__code=municipality, flow_task__endswith=".college_consent"
    )
    me, says = players.holder(case, "college_consent", task.organisation_id), players.college_says(case, outcome)
    return lambda: services.complete(**who(me), case_id=case.pk, task_id=task.pk, outcome=outcome, **says)


def make_due(deadline: Deadline) -> None:
    """As if its time had passed; only an act may move a date."""
    with acting(chain="system", verb="test_clock"):
        Deadline.objects.filter(pk=deadline.pk).update(due_at=clock.now() - timedelta(seconds=1))


def end(case: Case) -> str:
    """Bring a case from wherever it is to an end along the straight way; withdraw where the rules leave no other."""
    for _ in range(90):
        case.refresh_from_db()
        if not case.is_running:
            return case.state
        try:
            straight_on(case)
        except NotAllowed:
            services.withdraw(**who(case.submitted_by), case_id=case.pk, reason="Er is geen andere weg.")
    raise AssertionError(f"{case} goes round: {open_steps(case)}")


def straight_on(case: Case) -> None:
    """The first open step goes the straight way, whatever the regeling of the case."""
    if case.state == Case.State.SUSPENDED:
        services.resume(**who(case.submitted_by), case_id=case.pk)
        return
    step = open_steps(case)[0]
    if isinstance(getattr(case.process.flow_class, step), Collective):
        _decide(case, step, PROPOSALS[step])
    elif step == "pho_deferred":
        deadline = Deadline.objects.get(case=case, state="armed")
        make_due(deadline)
        clockwork.fire(deadline.pk)
    else:
        STRAIGHT[step](case)


PROPOSALS: Mapping[str, str] = {
    "adopt_approach": "adopt", "rmt_validation": "positive", "pho_decision": "grant", "db_decision": "agree",
    "ab_decision": "agree",
}  # fmt: skip
STRAIGHT: dict[str, Callable[[Case], None]] = {
    "municipal_alignment": align,
    "alignment_question": partial(as_submitter, step="alignment_question", outcome="without", motivation="Door."),
    "intake": take_in,
    "supplement": partial(as_submitter, step="supplement", outcome="supplemented", answer="Zie bijlage."),
    "reconsider": partial(as_submitter, step="reconsider", outcome="persist", motivation="Het is nodig."),
    "approach": propose,
    "local_decision": decide_locally,
    "partner_consent": ask_partners,
    "college_consent": consent,
    "consent_question": partial(as_submitter, step="consent_question", outcome="without", motivation="Door."),
    "acceptance": accept,
}


def _decide(case: Case, step: str, proposal: str) -> None:
    """Whatever stage the ballot is in, one move further."""
    parts = CaseTask.objects.filter(case=case, finished=None, flow_task__endswith=f".{step}")
    if parts.filter(part="confirm").exists():
        confirm(case, step)
        return
    waiting = parts.filter(part="vote").select_related("seat__person__user")
    if waiting.exists():
        for task in waiting:
            assert task.seat is not None
            voting(username(task.seat), case, step, motivation="Akkoord.")()
        return
    running = Ballot.objects.filter(case=case, step=step, state="voting").exists()
    if running:
        closing(case, step)()
    else:
        record(case, step, proposal)
