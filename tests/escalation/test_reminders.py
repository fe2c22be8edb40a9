"""Reminders of terms: at the moments that a regeling wants, each once, while there is something to be reminded of."""

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from audit import clock
from audit.services import acting
from cases.models import Case
from config.demo.players import hat, who
from config.worker import Worker
from escalation import services as escalation
from escalation.models import Deadline, Notice, ReminderMoment
from escalation.rules.reminders import latest, moment, upcoming
from escalation.rules.terms import end_of
from escalation.services import reminders
from tests.races import at_once
from tests.workflows import play
from workflows import reminding, services

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MOMENTS = [-5, -1, 0, 1, 5]


def day(text: str) -> datetime:
    return end_of(date.fromisoformat(text))


def morning(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T08:00").replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("last_day", "working_days", "expected"),
    [
        ("2026-11-20", -5, "2026-11-13"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-22", -1, "2026-11-20"),  # a Sunday
        ("2026-12-28", -1, "2026-12-24"),  # Christmas
        ("2026-05-13", 1, "2026-05-18"),  # Ascension Day, and the day after by decree
        ("2026-11-20", 0, "2026-11-20"),
    ],
)
def test_a_moment_lies_so_many_working_days_from_the_last_day(last_day: str, working_days: int, expected: str) -> None:
    assert moment(day(last_day), working_days) == morning(expected)


def test_on_the_day_itself_never_after_the_term_has_ended() -> None:
    due = datetime(2026, 11, 20, 6, 0, tzinfo=AMSTERDAM)
    assert moment(due, 0) == due


def test_one_is_planned_at_a_time_and_what_is_past_is_passed_by() -> None:
    due = day("2026-11-20")
    found = [upcoming(due, MOMENTS, morning(now)) for now in ("2026-11-01", "2026-11-13", "2026-11-20", "2026-11-27")]
    assert [each and each.working_days for each in found] == [-5, -1, 1, None]


def test_after_days_without_a_worker_only_the_last_one_counts() -> None:
    due = day("2026-11-20")
    found = latest(due, MOMENTS, -5, morning("2026-11-24"))
    assert found is not None
    assert found.working_days == 1


def told(case: Case) -> list[str]:
    found = Notice.objects.filter(case=case, template__startswith="reminder").order_by("created_at", "id")
    return list(found.values_list("template", flat=True))


def minute(at: datetime) -> None:
    """The clock comes round, and the worker does what it is given."""
    with clock.moved_to(at):
        escalation.tick()
        Worker().run_until_done()


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_somebody_is_reminded_at_each_moment_once_and_after_the_end_the_director_hears_it_too() -> None:
    case = play.brought_to("intake")
    escalation.tick()
    deadline = Deadline.objects.get(case=case, state="armed")
    assert deadline.reminding == -5
    for days in MOMENTS:
        at = moment(deadline.due_at, days) + timedelta(minutes=1)
        minute(at)
        minute(at + timedelta(minutes=1))
        minute(at + timedelta(minutes=7))
    assert told(case) == [
        "reminder_before", "reminder_before", "reminder_today", "reminder_after", "reminder_after",
    ]  # fmt: skip
    breached = Notice.objects.filter(case=case, template="breached")
    assert {each.position_id for each in breached} == {hat("helene").position_id}
    assert breached.count() == 2
    deadline.refresh_from_db()
    assert deadline.remind_at is None


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_who_took_the_task_up_is_reminded_instead_of_the_role() -> None:
    case = play.brought_to("intake")
    task, gijs = play.open_task(case, "intake"), hat("gijs")
    services.reassign(**who(gijs), case_id=case.pk, task_id=task.pk, to=gijs.pk)
    escalation.tick()
    deadline = Deadline.objects.get(case=case, state="armed")
    minute(moment(deadline.due_at, -5) + timedelta(minutes=1))
    [notice] = Notice.objects.filter(case=case, template="reminder_before")
    assert (notice.person, notice.position) == (gijs.person, None)


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_of_what_is_done_or_stands_still_nobody_is_reminded() -> None:
    done, still = play.brought_to("intake"), play.brought_to("intake", title="Nog een")
    escalation.tick()
    dates = {each.case_id: each.due_at for each in Deadline.objects.filter(state="armed")}
    play.take_in(done)
    services.suspend(**who(still.submitted_by), case_id=still.pk, reason="Wacht.")
    for days in MOMENTS:
        minute(moment(dates[still.pk], days) + timedelta(minutes=1))
    assert told(still) == []
    assert [each.step for each in Notice.objects.filter(case=done, template__startswith="reminder")] != ["Intake"]
    assert not Notice.objects.filter(case=done, template__startswith="reminder", step="Intake").exists()


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_who_moves_the_end_moves_the_reminders() -> None:
    case = play.brought_to("intake")
    escalation.tick()
    deadline = Deadline.objects.get(case=case, state="armed")
    with acting(chain=case.chain, verb="test_clock"):
        Deadline.objects.filter(pk=deadline.pk).update(due_at=deadline.due_at + timedelta(days=14))
    escalation.tick()
    deadline.refresh_from_db()
    assert (deadline.reminding, deadline.remind_at) == (-5, moment(deadline.due_at, -5))


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_two_workers_at_once_remind_once(races: int) -> None:
    for number in range(races):
        case = play.brought_to("intake", title=f"Opdracht {number}")
        reminders.claim()
        deadline = Deadline.objects.get(case=case, state="armed")
        with clock.moved_to(moment(deadline.due_at, -5) + timedelta(minutes=1)):
            answers = at_once(*[partial(reminding.remind, deadline.pk)] * 3)
        assert sorted(answers) == [0, 0, 1]
        assert told(case) == ["reminder_before"]


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_whoever_has_not_voted_is_reminded_of_the_round() -> None:
    case = play.brought_to("pho_decision")
    play.open_round(case, "pho_decision", "grant")
    escalation.tick()
    play.voting("noor", case, "pho_decision")()
    closing = Deadline.objects.get(case=case, effect="round")
    minute(moment(closing.due_at, -1) + timedelta(minutes=1))
    asked = Notice.objects.filter(case=case, template="reminder_before", seat__isnull=False)
    assert {each.seat_id for each in asked} == {hat(name, "pho").pk for name in play.ALDERMEN if name != "noor"}


def test_a_regeling_has_moments_of_its_own_or_those_of_all(db: None) -> None:
    scheme = hat("helene").position.body.scheme
    assert reminders.moments_of({scheme.pk})[scheme.pk] == {-5: False, -1: False, 0: False, 1: True, 5: True}
    reminders.adopt_reminders(scheme=scheme, rows=[{"working_days": -3}])
    assert reminders.moments_of({scheme.pk})[scheme.pk] == {-3: False}
    assert reminders.adopt_reminders(scheme=None, rows=[{"working_days": -9}]) == [], "what is there stays"
    assert ReminderMoment.objects.filter(scheme=None).count() == 5
