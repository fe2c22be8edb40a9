"""Moves by the names of the cast, each in the hat that fits. The demo tells its stories with these; tests play them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from audit import clock
from cases.models import Case
from cases.services.ballots import Ballotpaper
from cases.services.documents import Paper
from roles.models import Appointment, Organisation
from roles.models.fields import holding_on
from workflows import ballots, services
from workflows.models import CaseTask

ALDERMEN = ("noor", "daan", "fatima", "joris", "lotte", "karim", "ilse")
ACCOUNT_MANAGERS = ("els", "marleen", "henk", "inge", "paul", "soraya", "tom")
MEETINGS = {"rmt_validation": ("wim", "rmt"), "pho_decision": ("anouk", "pho"), "db_decision": ("bram", "db")}


def hat(username: str, body: str = "") -> Appointment:
    """The appointment of somebody today, in a body where there is more than one."""
    found = Appointment.objects.filter(holding_on(clock.today()), person__user__username=username)
    if body:
        found = found.filter(position__body__code=body)
    return found.select_related("person__user", "position__body", "position__role").order_by("id")[0]


def who(me: Appointment) -> dict[str, Any]:
    """How services want to know who asks."""
    return {"user_id": me.person.user_id, "appointment_id": me.pk}


def municipalities() -> list[Organisation]:
    return list(Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY).order_by("name"))


def open_task(case: Case, step: str, *, part: str = "") -> CaseTask:
    """The first open task of a step."""
    found = CaseTask.objects.filter(case=case, finished=None, part=part, flow_task__endswith=f".{step}")
    task: CaseTask = found.select_related("seat__person__user").order_by("id")[0]
    return task


def do(me: Appointment, case: Case, step: str, outcome: str, **values: Any) -> None:
    """One person's step."""
    services.complete(**who(me), case_id=case.pk, task_id=open_task(case, step).pk, outcome=outcome, **values)


def align(case: Case, answers: Mapping[str, Mapping[str, Any]], *, only: Sequence[str] = ACCOUNT_MANAGERS) -> None:
    """The municipalities answer, by their account managers; who is not among `answers` agrees with everything."""
    for name in only:
        me = hat(name)
        task = CaseTask.objects.filter(case=case, finished=None, organisation=me.organisation_id).first()
        if task is not None:
            agreed = dict.fromkeys(("political", "content", "back_office", "operations"), "agree")
            values = {**agreed, **answers.get(name, {})}
            services.complete(**who(me), case_id=case.pk, task_id=task.pk, outcome="answered", **values)


def record(
    case: Case, step: str, proposal: str, *, votes: Mapping[str, tuple[str, str]] | None = None,
    absent: Sequence[str] = (), **options: Any,
) -> None:  # fmt: skip
    """The secretary records a meeting of today: who does not vote otherwise was in favour."""
    secretary, body = MEETINGS[step]
    members = Appointment.objects.filter(
        holding_on(clock.today()), position__body__code=body, kind__in=["member", "chair"]
    ).select_related("person__user")
    present = {member.person.user.username: member.pk for member in members if member.person.user is not None}
    for name in absent:
        del present[name]
    papers = {
        present[name]: Ballotpaper(choice=choice, motivation=words)
        for name, (choice, words) in (votes or {}).items()
        if name in present
    }
    ballots.record_meeting(
        **who(hat(secretary, body)), case_id=case.pk, task_id=open_task(case, step).pk, proposal=proposal,
        meeting_date=clock.today(), present=list(present.values()), papers=papers, **options,
    )  # fmt: skip


def confirm(case: Case, step: str) -> None:
    """By whom the row is for: the chair, or who stands in for a recused one."""
    task = open_task(case, step, part="confirm")
    assert task.seat is not None
    ballots.confirm(**who(task.seat), case_id=case.pk, task_id=task.pk)


def open_round(
    case: Case, step: str, proposal: str, *, days: int = 7, closes_at: datetime | None = None, **options: Any
) -> None:
    """The secretary opens a round in writing."""
    secretary, body = MEETINGS[step]
    ballots.open_round(
        **who(hat(secretary, body)), case_id=case.pk, task_id=open_task(case, step).pk, proposal=proposal,
        closes_at=closes_at or clock.now() + timedelta(days=days), **options,
    )  # fmt: skip


def vote(name: str, case: Case, step: str, choice: str = "for", motivation: str = "") -> None:
    """A member's own vote."""
    me = hat(name, MEETINGS[step][1])
    task = CaseTask.objects.filter(case=case, part="vote", seat=me, flow_task__endswith=f".{step}").latest("id")
    ballots.cast_vote(**who(me), case_id=case.pk, task_id=task.pk, choice=choice, motivation=motivation)


def close_round(case: Case, step: str) -> None:
    """The secretary closes it before its time."""
    secretary, body = MEETINGS[step]
    ballots.close_round(**who(hat(secretary, body)), case_id=case.pk, task_id=open_task(case, step).pk)


def add_paper(me: Appointment, case: Case, paper: Paper) -> None:
    services.add_document(**who(me), case_id=case.pk, paper=paper)
