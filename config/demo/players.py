"""Moves by the people of a case, each in the hat that fits. The demo tells its stories with these; tests play them.

Who does what is read from what the case is bound to, so that these play for any regeling.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from audit import clock
from cases.models import Case, CollegeDecision
from cases.services.ballots import Ballotpaper
from cases.services.consents import PartnerAnswer
from cases.services.documents import Paper
from roles.models import Appointment, Body, Organisation
from roles.models.fields import holding_on
from workflows import ballots, services
from workflows.models import CaseProcess, CaseTask

MEMBERS = (Appointment.Kind.MEMBER, Appointment.Kind.CHAIR)
AGREED: dict[str, Any] = dict.fromkeys(("political", "content", "back_office", "operations"), "agree")


def hat(username: str, body: str = "") -> Appointment:
    """The appointment of somebody today, in a body where there is more than one."""
    found = _today().filter(person__user__username=username)
    if body:
        found = found.filter(position__body__code=body)
    return found[0]


def who(me: Appointment) -> dict[str, Any]:
    """How services want to know who asks."""
    return {"user_id": me.person.user_id, "appointment_id": me.pk}


def holder(case: Case, step: str, organisation_id: int | None = None) -> Appointment:
    """Who does a step of this case; of a step of each municipality, for which one."""
    bound = CaseProcess.objects.get(case=case).bindings[step]
    position = bound[str(organisation_id)] if isinstance(bound, dict) else bound
    return _today().filter(position=position)[0]


def body_of(case: Case, step: str) -> Body:
    """Which body decides in a collective step of this case."""
    return Body.objects.get(positions=CaseProcess.objects.get(case=case).bindings[step])


def members_of(case: Case, step: str) -> list[Appointment]:
    """Who votes in it today."""
    return list(_today().filter(position__body=body_of(case, step), kind__in=MEMBERS))


def chair_of(case: Case, step: str) -> Appointment:
    """Who presides over it."""
    return next(member for member in members_of(case, step) if member.kind == Appointment.Kind.CHAIR)


def on_staff(scheme_id: int) -> list[Appointment]:
    """Who works for the MGR today, each person once."""
    found = _today().filter(position__body__scheme=scheme_id, position__body__kind=Body.Kind.STAFF)
    return list({each.person_id: each for each in found}.values())


def municipalities(scheme: str) -> list[Organisation]:
    return _organisations(scheme, Organisation.Kind.MUNICIPALITY)


def partner_regions(scheme: str) -> list[Organisation]:
    return _organisations(scheme, Organisation.Kind.PARTNER)


def open_task(case: Case, step: str, *, part: str = "") -> CaseTask:
    """The first open task of a step."""
    found = CaseTask.objects.filter(case=case, finished=None, part=part, flow_task__endswith=f".{step}")
    task: CaseTask = found.select_related("seat__person__user").order_by("id")[0]
    return task


def do(me: Appointment, case: Case, step: str, outcome: str, **values: Any) -> None:
    """One person's step."""
    services.complete(**who(me), case_id=case.pk, task_id=open_task(case, step).pk, outcome=outcome, **values)


def align(
    case: Case, answers: Mapping[str, Mapping[str, Any]] | None = None, *, only: Collection[str] | None = None
) -> None:
    """The municipalities answer, by their account managers; who is not among `answers` agrees with everything.

    `only`: by their usernames.
    """
    for me, task in _asked(case, "municipal_alignment"):
        name = me.person.user.username if me.person.user else ""
        if only is None or name in only:
            values = {**AGREED, **(answers or {}).get(name, {})}
            services.complete(**who(me), case_id=case.pk, task_id=task.pk, outcome="answered", **values)


def consent(case: Case, answers: Mapping[str, str] | None = None, *, silent: Collection[str] = ()) -> None:
    """The colleges decide on what is asked; by code of the municipality, who is not among `answers` consents."""
    for me, task in _asked(case, "college_consent"):
        code = task.organisation.code if task.organisation else ""
        if code not in silent:
            outcome = (answers or {}).get(code, "consent")
            services.complete(
                **who(me), case_id=case.pk, task_id=task.pk, outcome=outcome, **college_says(case, outcome)
            )


def college_says(case: Case, outcome: str) -> dict[str, Any]:
    """What stands in the letter of a college."""
    note = "Eerst de evaluatie afwachten." if outcome == "refuse" else ""
    return {
        "decider": CollegeDecision.Decider.COLLEGE, "decided_on": clock.today(), "reference": f"B&W {case.number}",
        "note": note,
    }  # fmt: skip


def decide_locally(case: Case, outcome: str = "grant") -> None:
    """The one municipality decides, by who has the mandate of its college."""
    values = college_says(case, outcome) | {"decider": CollegeDecision.Decider.DELEGATE}
    do(holder(case, "local_decision"), case, "local_decision", outcome, **values)


def ask_partners(case: Case, outcome: str = "consented", *, refusing: Collection[str] = ()) -> None:
    """The answers of the regions beside this one are recorded; by code, who is not refusing consents."""
    answers = {
        partner.organisation_id: PartnerAnswer(
            answer="refused" if partner.organisation.code in refusing else "consented", answered_on=clock.today(),
            reference=f"Brief {partner.organisation}"[:60],
        )
        for partner in case.commission.partners.select_related("organisation")
    }  # fmt: skip
    do(holder(case, "partner_consent"), case, "partner_consent", outcome, answers=answers)


def record(
    case: Case, step: str, proposal: str, *, votes: Mapping[str, tuple[str, str]] | None = None,
    absent: Sequence[str] = (), **options: Any,
) -> None:  # fmt: skip
    """The secretary records a meeting of today: who does not vote otherwise was in favour."""
    members = members_of(case, step)
    present = {member.person.user.username: member.pk for member in members if member.person.user is not None}
    for name in absent:
        del present[name]
    papers = {
        present[name]: Ballotpaper(choice=choice, motivation=words)
        for name, (choice, words) in (votes or {}).items()
        if name in present
    }
    ballots.record_meeting(
        **who(holder(case, step)), case_id=case.pk, task_id=open_task(case, step).pk, proposal=proposal,
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
    ballots.open_round(
        **who(holder(case, step)), case_id=case.pk, task_id=open_task(case, step).pk, proposal=proposal,
        closes_at=closes_at or clock.now() + timedelta(days=days), **options,
    )  # fmt: skip


def vote(name: str, case: Case, step: str, choice: str = "for", motivation: str = "") -> None:
    """A member's own vote."""
    me = hat(name, body_of(case, step).code)
    task = CaseTask.objects.filter(case=case, part="vote", seat=me, flow_task__endswith=f".{step}").latest("id")
    ballots.cast_vote(**who(me), case_id=case.pk, task_id=task.pk, choice=choice, motivation=motivation)


def close_round(case: Case, step: str) -> None:
    """The secretary closes it before its time."""
    ballots.close_round(**who(holder(case, step)), case_id=case.pk, task_id=open_task(case, step).pk)


def add_paper(me: Appointment, case: Case, paper: Paper) -> None:
    services.add_document(**who(me), case_id=case.pk, paper=paper)


def _today() -> "QuerySet[Appointment]":
    holding = Appointment.objects.filter(holding_on(clock.today()))
    return holding.select_related("person__user", "position__body", "position__role").order_by("id")


def _organisations(scheme: str, kind: str) -> list[Organisation]:
    return list(Organisation.objects.filter(scheme__code=scheme, kind=kind).order_by("name"))


def _asked(case: Case, step: str) -> list[tuple[Appointment, CaseTask]]:
    """The open tasks of a step of each municipality, with who does them; in the order of the regeling."""
    asked = CaseTask.objects.filter(case=case, finished=None, flow_task__endswith=f".{step}")
    tasks = asked.select_related("organisation").order_by("organisation__name")
    bound: dict[str, int] = CaseProcess.objects.get(case=case).bindings.get(step, {})
    holders = {each.position_id: each for each in _today().filter(position__in=bound.values()).reverse()}
    return [(holders[bound[str(task.organisation_id)]], task) for task in tasks]
