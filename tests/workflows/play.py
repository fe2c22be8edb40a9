"""Playing a case by the names of the cast: each helper does one move, in the hat that fits."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from audit import clock
from audit.services import acting
from cases.models import Ballot, Case
from cases.services.ballots import Ballotpaper
from cases.services.commission import Kader, Request
from escalation.models import Deadline
from roles.authorize import NotAllowed
from roles.models import Appointment, Organisation
from roles.models.fields import holding_on
from workflows import ballots, clockwork, services
from workflows.models import CaseTask

ALDERMEN = ("noor", "daan", "fatima", "joris", "lotte", "karim", "ilse")
ACCOUNT_MANAGERS = ("els", "marleen", "henk", "inge", "paul", "soraya", "tom")


def hat(username: str, body: str = "", role: str = "") -> Appointment:
    """The appointment of somebody, in a body or role where there is more than one."""
    found = Appointment.objects.filter(holding_on(clock.today()), person__user__username=username)
    if body:
        found = found.filter(position__body__code=body)
    if role:
        found = found.filter(position__role__code=role)
    return found.select_related("person", "position__body", "position__role").order_by("id")[0]


def a_request(**changes: Any) -> Request:
    """Something that seven municipalities might want."""
    shares = {
        organisation.pk: Decimal(amount)
        for organisation, amount in zip(
            Organisation.objects.filter(kind="municipality").order_by("name"),
            (310_000, 280_000, 420_000, 890_000, 910_000, 2_300_000, 950_000),
            strict=True,
        )
    }
    values = dict(
        title="Ambulante jeugdhulp 2028", domain="youth", scale="regional", occasion="De contracten lopen af.",
        aim="Minder wisselingen van aanbieder.", target_group="Jeugdigen tot 18 jaar.",
        intended_result="Een wachttijd van hoogstens zes weken.", risks="Krapte op de arbeidsmarkt.",
        start_date=clock.today() + timedelta(days=400), years=4, shares=shares,
        criteria=[
            Kader(criterion="Wachttijd", norm="Hoogstens 6 weken", measurement="Berichtenverkeer",
                  measured_on=clock.today() + timedelta(days=800))
        ],
    )  # fmt: skip
    return Request(**(values | changes))


def submitted(by: str = "marleen", **changes: Any) -> Case:
    me = hat(by)
    return services.submit(user_id=me.person.user_id, appointment_id=me.pk, request=a_request(**changes))


def open_task(case: Case, step: str, *, organisation: int | None = None, part: str = "", user: str = "") -> CaseTask:
    """The open task of a step; of a municipality, or of a person, where it has several."""
    found = CaseTask.objects.filter(case=case, finished=None, part=part, flow_task__endswith=f".{step}")
    if organisation is not None:
        found = found.filter(organisation=organisation)
    if user:
        found = found.filter(seat__person__user__username=user)
    return found.order_by("id")[0]


def open_steps(case: Case) -> list[str]:
    """The names of the steps that wait, without parts; each once."""
    waiting = CaseTask.objects.filter(case=case, finished=None, flow_task_type__in=["HUMAN", "TIMER"])
    tasks = waiting.order_by("id")
    return list(dict.fromkeys(task.flow_task.name for task in tasks))


def do(username: str, case: Case, step: str, outcome: str, *, body: str = "", **values: Any) -> None:
    as_appointment(hat(username, body), case, step, outcome, **values)


def as_submitter(case: Case, step: str, outcome: str, **values: Any) -> None:
    as_appointment(case.submitted_by, case, step, outcome, **values)


def as_appointment(me: Appointment, case: Case, step: str, outcome: str, **values: Any) -> None:
    task = open_task(case, step)
    services.complete(
        user_id=me.person.user_id, case_id=case.pk, task_id=task.pk, appointment_id=me.pk, outcome=outcome, **values
    )


def align(case: Case, *, disagreeing: Sequence[str] = (), silent: Sequence[str] = ()) -> None:
    """Every municipality answers, by its account manager."""
    for name in ACCOUNT_MANAGERS:
        me = hat(name)
        open_for = CaseTask.objects.filter(case=case, finished=None, organisation=me.organisation_id)
        if name in silent or not open_for.exists():
            continue
        stance = "disagree" if name in disagreeing else "agree"
        services.complete(
            user_id=me.person.user_id, case_id=case.pk, task_id=open_for.get().pk, appointment_id=me.pk,
            outcome="answered", political="agree", content=stance, back_office="agree", operations="concern",
            note="Past niet bij ons beleid." if stance == "disagree" else "",
        )  # fmt: skip


def take_in(case: Case, outcome: str = "complete", **values: Any) -> None:
    do("gijs", case, "intake", outcome, **values)


def propose(case: Case, **changes: Any) -> None:
    values = dict(
        strategy="Open house per perceel.", hours=320, planning="Gunning in september.", cost=Decimal(28_000),
        within_budget=True, within_capacity=True, criteria_agreed=True,
    )  # fmt: skip
    do("femke", case, "approach", "proposed", **(values | changes))


MEETINGS = {"rmt_validation": ("wim", "rmt"), "pho_decision": ("anouk", "pho"), "db_decision": ("bram", "db")}


def meet(case: Case, step: str, proposal: str, *, against: Sequence[str] = (), **options: Any) -> None:
    """The secretary records a meeting with everybody present; the chair confirms."""
    record(case, step, proposal, against=against, **options)
    if CaseTask.objects.filter(case=case, finished=None, part="confirm").exists():
        confirm(case, step)


def record(case: Case, step: str, proposal: str, *, against: Sequence[str] = (), **options: Any) -> None:
    secretary, body = MEETINGS[step]
    me = hat(secretary, body)
    members = Appointment.objects.filter(
        holding_on(clock.today()), position__body__code=body, kind__in=["member", "chair"]
    ).select_related("person__user")
    ballots.record_meeting(
        user_id=me.person.user_id, case_id=case.pk, task_id=open_task(case, step).pk, appointment_id=me.pk,
        proposal=proposal, meeting_date=clock.today(), present=[member.pk for member in members],
        papers={
            member.pk: Ballotpaper(choice="against", motivation="Te duur.")
            for member in members
            if member.person.user.username in against
        },
        **options,
    )  # fmt: skip


def confirm(case: Case, step: str) -> None:
    """By whoever the row is for: the chair, or who stands in for a recused one."""
    task = open_task(case, step, part="confirm")
    assert task.seat is not None
    ballots.confirm(
        user_id=task.seat.person.user_id, case_id=case.pk, task_id=task.pk, appointment_id=task.seat_id
    )


def brought_to(step: str, **request: Any) -> Case:
    """A case that went the straight way and now waits at this step."""
    case = submitted(**request)
    for at, go in (
        ("municipal_alignment", lambda: align(case)),
        ("intake", lambda: take_in(case)),
        ("approach", lambda: propose(case)),
        ("rmt_validation", lambda: meet(case, "rmt_validation", "positive")),
        ("pho_decision", lambda: meet(case, "pho_decision", "grant")),
    ):
        if at == step:
            break
        go()
    return case


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def open_round(case: Case, step: str, proposal: str, *, days: int = 7, **options: Any) -> None:
    """The secretary opens a round in writing."""
    secretary, body = MEETINGS[step]
    me = hat(secretary, body)
    ballots.open_round(
        user_id=me.person.user_id, case_id=case.pk, task_id=open_task(case, step).pk, appointment_id=me.pk,
        proposal=proposal, closes_at=clock.now() + timedelta(days=days), **options,
    )  # fmt: skip


def voting(name: str, case: Case, step: str, choice: str = "for", motivation: str = "") -> Callable[[], None]:
    """A member's vote, to be cast when called; looked up now, so that a race is only about the vote."""
    me = hat(name, MEETINGS[step][1])
    task = CaseTask.objects.filter(case=case, part="vote", seat=me, flow_task__endswith=f".{step}").latest("id")

    def cast() -> None:
        ballots.cast_vote(
            user_id=me.person.user_id, case_id=case.pk, task_id=task.pk, appointment_id=me.pk, choice=choice,
            motivation=motivation,
        )  # fmt: skip

    return cast


def closing(case: Case, step: str) -> Callable[[], None]:
    """The secretary closes a round before its time."""
    secretary, body = MEETINGS[step]
    me, task = hat(secretary, body), open_task(case, step)
    return lambda: ballots.close_round(
        user_id=me.person.user_id, case_id=case.pk, task_id=task.pk, appointment_id=me.pk
    )


def aligning(name: str, case: Case) -> Callable[[], None]:
    """One municipality agrees with everything."""
    me = hat(name)
    task = CaseTask.objects.get(case=case, finished=None, organisation=me.organisation_id)
    return lambda: services.complete(
        user_id=me.person.user_id, case_id=case.pk, task_id=task.pk, appointment_id=me.pk, outcome="answered",
        political="agree", content="agree", back_office="agree", operations="agree",
    )  # fmt: skip


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
            me = case.submitted_by
            services.withdraw(
                user_id=me.person.user_id, case_id=case.pk, appointment_id=me.pk, reason="Er is geen andere weg."
            )
    raise AssertionError(f"{case} goes round: {open_steps(case)}")


def straight_on(case: Case) -> None:
    if case.state == Case.State.SUSPENDED:
        me = case.submitted_by
        services.resume(user_id=me.person.user_id, case_id=case.pk, appointment_id=me.pk)
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
