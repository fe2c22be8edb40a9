"""What a step of an escalation writes down. The act in its chain is open already."""

from dataclasses import dataclass
from datetime import date, datetime

from audit import texts
from cases.models import Case
from cases.services.access import admit
from escalation.models import Escalation, Measure
from escalation.rules.ladder import may_promise
from escalation.services.messages import notify
from roles.authorize import NotAllowed
from roles.models import Appointment, Organisation, Recusal
from roles.rules.verdict import Refused

WHY_KEPT_OUT = "Deze escalatie gaat over deze persoon."
SECRET_TITLE = "Vertrouwelijke escalatie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is escalated, and why."""

    category: str
    reason: str
    opening: str = Escalation.Opening.PERSON
    origin: str = ""
    step: str = ""
    step_label: str = ""
    task: int | None = None
    holds: bool = False
    about: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A measure as somebody fills it in."""

    what: str
    who: str
    due_on: date


def open_case(
    *, case_id: int, number: str, parent: Case, organisation: Organisation, submitted_by: Appointment, at: datetime,
    complaint: Complaint, reporter: int | None, level: int,
) -> Escalation:  # fmt: skip
    """The case under the one that it is about. About a person: nobody may know of it but who has to handle it."""
    secret = complaint.about is not None
    case = Case(
        pk=case_id, scheme=parent.scheme, kind=Case.Kind.ESCALATION, number=number, organisation=organisation,
        submitted_by=submitted_by, phase="reported", opened_at=at, parent=parent, subject=parent.top,
        confidential=secret,
    )  # fmt: skip
    category = Escalation.Category(complaint.category)
    about = f"{complaint.step_label}, {parent.title}" if complaint.step_label else str(parent.title)
    title = SECRET_TITLE if secret else f"Escalatie {category.label.lower()}: {about}"
    case.title = texts.write(case.chain, title)
    case.save(force_insert=True)
    escalation = Escalation(
        case=case, category=category, reason=texts.write(case.chain, complaint.reason), opening=complaint.opening,
        origin=complaint.origin, step=complaint.step, task=complaint.task, holds=complaint.holds,
        about_id=complaint.about, level=level,
    )  # fmt: skip
    escalation.save(force_insert=True)
    if complaint.about is not None:
        admit(case=case, person_id=reporter)
        Recusal.objects.create(
            person_id=complaint.about, chain=case.chain, ground=texts.write(case.chain, WHY_KEPT_OUT), imposed=True,
            declared_at=at,
        )  # fmt: skip
    return escalation


def promise(*, escalation: Escalation, level: int, given: Promise, today: date, at: datetime) -> Measure:
    """What is done about it, by whom and when. Raises NotAllowed."""
    verdict = may_promise(due_on=given.due_on, today=today)
    if isinstance(verdict, Refused):
        raise NotAllowed(verdict)
    chain = escalation.case.chain
    return Measure.objects.create(
        escalation=escalation, level=level, what=texts.write(chain, given.what), who=texts.write(chain, given.who),
        due_on=given.due_on, recorded_at=at,
    )  # fmt: skip


def reach(*, escalation: Escalation, level: int, by: int | None) -> None:
    """The level on which it stands; who handed it in hears of it, unless they did it themselves."""
    if escalation.level == level:
        return
    template = "escalation_raised" if level > escalation.level else "escalation_lowered"
    notify(template=template, case=escalation.case, person_id=escalation.case.submitted_by.person_id, by=by)
    escalation.level = level
    escalation.save(update_fields=["level"])


def take_line(*, escalation: Escalation, words: str) -> None:
    """What is said to who asks from outside."""
    escalation.spokesperson_line = texts.write(escalation.case.chain, words)
    escalation.save(update_fields=["spokesperson_line"])


def release(*, escalation: Escalation) -> None:
    """It stops the step no longer."""
    escalation.holds = False
    escalation.save(update_fields=["holds"])
