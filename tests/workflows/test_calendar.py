"""Kalender: what falls on which day, for whom, within their rights, by as many queries however much there is."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.timezone import localdate

from audit import clock, texts
from audit.services import acting
from cases.models import Case
from escalation.models import Deadline
from escalation.rules.terms import end_of
from roles.models import Recusal
from roles.selectors import hats, scopes
from roles.services import appoint, end_appointment, substitute
from tests.pages.world import CG, LN
from tests.workflows import meet, play
from tests.workflows.play import brought_to, hat, open_task, submitted, who
from tests.workflows.visits import page, queries
from workflows import meetings, services
from workflows.models import CaseProcess, CaseTask
from workflows.selectors import calendar
from workflows.selectors.calendar import Due, Whose, Wish

pytestmark = pytest.mark.django_db

NEXT = datetime(2027, 5, 12, 9, tzinfo=UTC)


def due(username: str, whose: Whose = Whose.MINE, **wish: Any) -> list[Due]:
    """What falls in the coming year."""
    user = User.objects.get(username=username).pk
    today = clock.today()
    asked = Wish(first=today - timedelta(days=30), last=today + timedelta(days=400), whose=whose, **wish)
    return calendar.due(asked, hats=hats(user), scopes=scopes(user))


def labels(username: str, whose: Whose = Whose.MINE, **wish: Any) -> list[str]:
    return [each.label for each in due(username, whose, **wish)]


def day_page(username: str, day: date, **query: str) -> str:
    return page(username, "/kalender/", {"dag": day.isoformat(), **query})


def set_dates(task: CaseTask, *, target: date, last: date) -> None:
    with acting(chain=task.case.chain, verb="test_clock"):
        for row in (task, Deadline.objects.get(task=task.pk)):
            row.target, row.due_at = target, end_of(last)
            row.save(update_fields=["target", "due_at"])


# --- What is on it


def test_ones_own_task_stands_on_its_last_day_and_apart_from_that_on_the_day_to_aim_for() -> None:
    case = brought_to("intake")
    task = open_task(case, "intake")
    aim, last = clock.today() + timedelta(days=20), clock.today() + timedelta(days=23)
    set_dates(task, target=aim, last=last)
    mine = due("gijs")
    assert [(each.sort, each.day, each.at) for each in mine] == [("target", aim, None), ("task", last, None)]
    on_the_day = day_page("gijs", last)
    assert reverse("task", args=[case.pk, task.pk]) in on_the_day
    assert f"streefdag {aim:%d-%m-%Y}" in on_the_day
    assert "Streefdag: Intake" in day_page("gijs", aim)


def test_what_is_late_stays_on_its_day_and_says_so() -> None:
    case = brought_to("intake")
    task = open_task(case, "intake")
    past = clock.today() - timedelta(days=3)
    set_dates(task, target=past, last=past)
    assert "Te laat: Intake" in day_page("gijs", past)
    assert "Te laat: Intake" in day_page("marleen", past, toon="mij"), "who handed it in sees it as a term of the case"
    Deadline.objects.get(task=task.pk)
    assert [each.sort for each in due("marleen")] == ["term"]


def test_a_round_a_meeting_and_a_vote_stand_at_their_time() -> None:
    case = brought_to("pho_decision")
    closes = (clock.now() + timedelta(days=6)).replace(microsecond=0)
    play.open_round(case, "pho_decision", "grant", closes_at=closes)
    meet.convened("pho", starts_at=closes + timedelta(days=1))
    assert labels("ilse") == ["Stem uitbrengen: PHO-besluit"], "her own vote says it; the round does not say it again"
    assert labels("anouk") == ["Sluiting stemronde: PHO-besluit"]
    shown = page("ilse", "/kalender/", {"dag": f"{localdate(closes) + timedelta(days=1)}"})
    assert "vergadering 1 van" in shown
    assert due("ilse")[0].at == closes


def test_what_was_put_off_and_what_must_be_ratified_stand_on_it() -> None:
    deferred = brought_to("pho_decision")
    until = play.in_days(40)
    play.meet(deferred, "pho_decision", "defer", defer_until=until)
    urgent = brought_to("pho_decision", title="Spoed")
    meet.urgently(urgent, by="ilse")
    waits = [each for each in due("noor", Whose.BODIES) if each.sort == "wait"]
    assert [(each.case_id, each.day) for each in waits] == [(deferred.pk, until - timedelta(days=1))]
    ratify = [each for each in due("noor") if each.sort == "ratify"]
    assert [(each.case_id, each.label) for each in ratify] == [(urgent.pk, "Bekrachtigen: PHO-besluit")]
    play.end(urgent)
    assert [each.case_id for each in due("noor") if each.sort == "ratify"] == [urgent.pk], "also when the case ended"


def test_what_begins_and_ends_of_ones_own_seats_stands_on_it() -> None:
    today, last = clock.today(), clock.today() + timedelta(days=10)
    substitute(appointment=hat("els"), person=hat("gijs").person, valid_from=today, valid_until=last, reason="Verlof")
    end_appointment(appointment=hat("femke"), last_day=last, reason="Andere baan")
    assert "U neemt waar voor: einde" in day_page("gijs", last)
    assert "Waarneming door: einde" in day_page("els", last)
    assert "Uw benoeming eindigt" in day_page("femke", last)
    assert "Uw benoeming eindigt" not in day_page("gijs", last)


def test_holidays_and_days_that_a_decree_equates_are_named() -> None:
    shown = page("marleen", "/kalender/", {"maand": "2027-05"})
    assert "Hemelvaartsdag" in shown
    assert "gelijkgestelde dag" in shown
    assert "Bevrijdingsdag" in shown


def test_a_meeting_that_was_called_off_is_struck_out_and_elsewhere_is_nothing() -> None:
    meeting = meet.convened("pho", starts_at=NEXT)
    meetings.cancel(**meet.by_secretary("pho"), meeting_id=meeting.pk, reason="Te weinig punten.")
    assert "Vervallen: " in day_page("ilse", NEXT.date())
    assert "Vervallen: " not in day_page("marleen", NEXT.date())


# --- For whom


def test_mine_my_bodies_and_all() -> None:
    case = brought_to("rmt_validation")
    assert labels("marleen") == ["Uiterste dag: RMT-validatie"], "she handed it in"
    assert labels("petra") == [], "the secretary has the turn"
    assert labels("petra", Whose.BODIES) == ["Uiterste dag: RMT-validatie"]
    assert labels("noor", Whose.BODIES) == []
    assert labels("noor", Whose.ALL) == ["Uiterste dag: RMT-validatie"]
    assert labels("wim") == ["RMT-validatie"]
    assert [each.case_id for each in due("victor", Whose.ALL)] == [case.pk]


@pytest.mark.parametrize("whose", Whose)
def test_nothing_is_told_of_a_case_that_somebody_may_not_see(whose: Whose) -> None:
    small = submitted(shares={hat(name).organisation_id: 1000 for name in ("marleen", "soraya")}, title="Klein")
    for username in ("els", "bea", "mallory", "gerben", "mehmet"):
        assert small.pk not in [each.case_id for each in due(username, whose)]
        shown = page(username, "/kalender/", {"toon": whose, "beeld": "lijst"})
        assert "Klein" not in shown


def test_a_case_that_is_suspended_or_about_oneself_has_no_days() -> None:
    case = brought_to("intake")
    assert labels("gijs") == ["Intake"]
    with acting(chain=case.chain, verb="test_recusal"):
        Recusal.objects.create(
            person=hat("gijs").person, chain=case.chain, ground=texts.write(case.chain, "Gaat over hem."), imposed=True,
            declared_at=clock.now(),
        )  # fmt: skip
    assert labels("gijs") == []
    assert labels("carla") == ["Intake"]
    services.suspend(**who(case.submitted_by), case_id=case.pk, reason="Wacht op de raad.")
    assert labels("carla") == []
    assert labels("marleen") == []


def test_who_sits_in_two_regelingen_may_look_at_one() -> None:
    here, there = brought_to("intake", title="Van hier"), brought_to("intake", scheme=CG)
    appoint(person=hat("victor").person, position=hat("cornelis").position, valid_from=clock.today())
    assert {each.case_id for each in due("victor", Whose.ALL)} == {here.pk, there.pk}
    assert [each.case_id for each in due("victor", Whose.ALL, schemes=[there.scheme_id])] == [there.pk]
    last = Deadline.objects.get(case=here, state="armed").due_at.date()
    assert str(here.title) in day_page("victor", last, toon="alles", regeling=LN)
    assert str(here.title) not in day_page("victor", last, toon="alles", regeling=CG)


# --- As a page


def test_a_month_has_whole_weeks_and_leads_on_and_back() -> None:
    shown = page("marleen", "/kalender/", {"maand": "2027-01"})
    assert shown.count('class="month__day') == 5 * 7
    assert "?maand=2026-12" in shown
    assert "?maand=2027-02" in shown
    assert page("marleen", "/kalender/", {"maand": "2027-02"}).count('class="month__day') == 4 * 7


def test_links_keep_what_was_chosen() -> None:
    shown = page("marleen", "/kalender/", {"maand": "2027-01", "toon": "alles", "beeld": "lijst"})
    assert "?maand=2027-02&amp;beeld=lijst&amp;toon=alles" in shown
    assert "?maand=2027-01&amp;toon=alles" in shown


@pytest.mark.parametrize(
    "value",
    [
        "zzz",
        "2026-13",
        "2026-00",
        "0001-01",
        "9999-12",
        "2026-1",
        "\u0662\u0660\u0662\u0666-\u0660\u0661",
        "x" * 5000,
        "\x00",
    ],
)
def test_garbage_in_the_address_gives_the_month_of_today_and_is_named(value: str) -> None:
    shown = page("marleen", "/kalender/", dict.fromkeys(("maand", "dag", "beeld", "toon", "regeling"), value))
    assert shown.count('class="month__day') in (28, 35, 42)
    assert "Niet gebruikt" in shown


def _copies(case: Case, first: int, last: int) -> None:
    """More cases that wait at the same step on the same day: a row of each kind for each."""
    task = CaseTask.objects.get(case=case, finished=None, flow_task_type="HUMAN")
    deadline, numbers = Deadline.objects.get(task=task.pk), range(first, last)
    with acting(chain=case.scheme.chain, verb="test_fill"):
        cases = Case.objects.bulk_create(_copy(case, number=f"OPD-2025-{number:04}") for number in numbers)
        runs = CaseProcess.objects.bulk_create(_copy(case.process, case=each) for each in cases)
        tasks = CaseTask.objects.bulk_create(_copy(task, case=run.case, process=run) for run in runs)
        Deadline.objects.bulk_create(_copy(deadline, case=each.case, task=each.pk) for each in tasks)


def _copy(row: Any, **changes: Any) -> Any:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return type(row)(**({field.name: getattr(row, field.name) for field in fields} | changes))


@pytest.mark.long
def test_a_month_takes_as_many_queries_with_three_cases_as_with_three_hundred() -> None:
    first = brought_to("intake")
    _copies(first, 1, 3)
    day = f"/kalender/?dag={Deadline.objects.get(case=first, state='armed').target}&toon=alles"
    looks = [("gijs", "/kalender/"), ("victor", day), ("victor", "/kalender/?toon=alles&beeld=lijst")]
    few = [queries(name, path) for name, path in looks]
    _copies(first, 3, 300)
    assert [queries(name, path) for name, path in looks] == few
    assert max(few) <= 12
    month = f"/kalender/?maand={Deadline.objects.filter(case=first).latest('id').target:%Y-%m}"
    assert "en nog 296" in page("gijs", month), "four are shown"
    assert "en nog 96 of meer" in page("victor", f"{month}&toon=alles"), "terms are counted up to a hundred"
    assert page("victor", day).count("calendar-entry__words") == 100
