"""What time does in the lane, and how little of it shows."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from audit import clock
from audit.models import Act
from escalation.models import Mail, Message
from escalation.whistleblowing.models import Keyholder, Notice, Report, Tally, Term
from escalation.whistleblowing.rules import terms
from escalation.whistleblowing.sealed import ask, sealed
from escalation.whistleblowing.services import clock as lane_clock
from escalation.whistleblowing.services import terms as change
from roles.models import Scheme
from tests.whistleblowing.rows import a_holder, a_report

MONDAY = datetime(2031, 3, 3, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("received", "acknowledge", "inform"),
    [
        ("2026-05-07", "2026-05-14", "2026-08-14"),  # Hemelvaart: no shift (domain §6)
        ("2026-04-28", "2026-05-05", "2026-08-05"),
        ("2025-12-25", "2026-01-01", "2026-04-01"),
        ("2026-11-23", "2026-11-30", "2027-02-28"),  # the last day of a month that is shorter
    ],
)
def test_the_two_terms_are_hard(received: str, acknowledge: str, inform: str) -> None:
    day = datetime.fromisoformat(received).date()
    assert terms.acknowledge_by(day).last.isoformat() == acknowledge
    assert terms.inform_at_the_latest(day).last.isoformat() == inform
    assert terms.inform_by(terms.acknowledge_by(day).last).last.isoformat() == inform


@pytest.fixture
def people(committed: None) -> dict[str, Keyholder]:
    User.objects.filter(username__in=["silke", "tariq", "hanna", "otto"]).update(email="iemand@example.nl")
    found = {"silke": a_holder("silke"), "tariq": a_holder("tariq")}
    return found | {
        "hanna": a_holder("hanna", Keyholder.Kind.DEPUTY),
        "otto": a_holder("otto", Keyholder.Kind.ESCROW),
    }


def told(at: datetime) -> set[str]:
    """Who got a notice in this hour."""
    with sealed(clock=True):
        found = Notice.objects.filter(at=change.to_the_hour(at)).values_list("holder__person_id", flat=True)
        people = list(found)
    return {user.username for user in User.objects.filter(person__in=people)}


def test_a_term_that_nears_is_told_to_who_handles_it_and_one_that_is_missed_to_the_keeper_of_the_escrow_too(
    people: dict[str, Keyholder],
) -> None:
    with clock.moved_to(MONDAY):
        lane_clock.tick()  # everybody's weekly one
        made = a_report(people["silke"], people["otto"])
    with clock.moved_to(MONDAY + 4 * DAY):
        lane_clock.tick()
        assert told(MONDAY + 4 * DAY) == set()
    with clock.moved_to(MONDAY + 6 * DAY):
        lane_clock.tick()
        lane_clock.tick()
        assert told(MONDAY + 6 * DAY) == {"silke"}
    with clock.moved_to(MONDAY + 8 * DAY):
        lane_clock.tick()
        assert {"silke", "otto"} <= told(MONDAY + 8 * DAY)
    with sealed(clock=True):
        [late] = Term.objects.filter(report=made.id, missed_at__isnull=False)
        assert (late.kind, Tally.objects.get().acknowledged_late) == (Term.Kind.ACKNOWLEDGE, 1)


def test_a_term_that_is_met_or_of_a_closed_report_tells_nobody(people: dict[str, Keyholder]) -> None:
    with clock.moved_to(MONDAY):
        met, closed = a_report(people["silke"]), a_report(people["silke"])
        with sealed(report=met.id):
            change.acknowledged(report=met.id, at=MONDAY)
            change.informed(report=met.id, at=MONDAY)
        with sealed(report=closed.id):
            Report.objects.filter(pk=closed.id).update(closed_at=MONDAY)
    with clock.moved_to(MONDAY + 200 * DAY):
        lane_clock.tick()
    with sealed(clock=True):
        assert not Term.objects.filter(missed_at__isnull=False).exists()


@pytest.mark.long
def test_a_mail_goes_at_fixed_hours_at_least_weekly_in_words_that_say_nothing(people: dict[str, Keyholder]) -> None:
    sent = []
    with clock.moved_to(MONDAY):
        a_report(people["silke"], words="Fraude met zorggeld")
    for hour in range(24 * 8):
        at = MONDAY + timedelta(hours=hour)
        with clock.moved_to(at):
            lane_clock.tick()
        sent += [at.astimezone().hour] * len(mail.outbox)
        letters = {(letter.subject, letter.body) for letter in mail.outbox}
        mail.outbox.clear()
        assert len(letters) <= 1
        for subject, body in letters:
            assert not {"meld", "misstand", "fraude", "klokken", "termijn"} & {*f"{subject} {body}".lower().split()}
    assert len(sent) >= 2 * len(people)
    assert not Mail.objects.exists()
    assert not Message.objects.exists()


class Patchy(EmailBackend):
    """A mail server that is away until some moment."""

    back_at = MONDAY
    tried: ClassVar[list[datetime]] = []

    def send_messages(self, messages: Any) -> int:
        self.tried.append(timezone.localtime(clock.now()))
        if clock.now() < self.back_at:
            raise ConnectionRefusedError("by the letter about fraude")
        return int(super().send_messages(messages))


@pytest.fixture
def patchy(settings: Settings) -> Iterator[type[Patchy]]:
    settings.EMAIL_BACKEND = f"{Patchy.__module__}.{Patchy.__qualname__}"
    Patchy.back_at = MONDAY
    yield Patchy
    Patchy.tried.clear()


def live(begin: datetime, end: datetime, *, every: int) -> None:
    """The clock ticks so many minutes apart."""
    while begin < end:
        with clock.moved_to(begin):
            lane_clock.tick()
        begin += timedelta(minutes=every)


@pytest.mark.long
def test_a_mail_that_fails_is_tried_thrice_in_each_mail_hour_until_the_server_is_back(
    people: dict[str, Keyholder], patchy: type[Patchy]
) -> None:
    User.objects.exclude(username="silke").update(email="")
    patchy.back_at = MONDAY + 3 * DAY
    live(MONDAY, MONDAY + 4 * DAY, every=10)
    failed = [at for at in patchy.tried if at < patchy.back_at]
    assert len(failed) == 27
    assert Counter(failed_at.hour for failed_at in failed) == {8: 9, 13: 9, 17: 9}
    assert [at.hour for at in patchy.tried if at >= patchy.back_at] == [13]
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["iemand@example.nl"], lane_clock.SUBJECT)


@pytest.mark.long
def test_no_week_of_failures_outlives_the_next_weekly_notice(
    people: dict[str, Keyholder], patchy: type[Patchy]
) -> None:
    User.objects.exclude(username="silke").update(email="")
    patchy.back_at = MONDAY + 10 * DAY
    live(MONDAY, MONDAY + 11 * DAY, every=60)
    assert len(mail.outbox) == 1
    assert max(Counter(at.date() for at in patchy.tried).values()) == 3


@pytest.mark.long
def test_a_mail_does_not_tell_at_which_minute_something_came_in(
    people: dict[str, Keyholder], patchy: type[Patchy]
) -> None:
    eight = datetime(2031, 3, 3, 8, 0, tzinfo=timezone.get_current_timezone())
    for minute in (0, 42):
        with clock.moved_to(eight + timedelta(minutes=minute)), sealed(clock=True):
            Notice.objects.all().delete()
            for holder in people.values():
                ask(lane_clock.LEAVE, [holder.pk])
        live(eight + timedelta(minutes=minute), eight + timedelta(hours=6), every=6)
        assert {at.hour for at in patchy.tried} == {13}
        patchy.tried.clear()


def test_all_that_shows_outside_the_lane_is_that_its_head_was_cited(people: dict[str, Keyholder]) -> None:
    before = Act.objects.count()
    with clock.moved_to(MONDAY):
        a_report(people["silke"])
        lane_clock.tick()
    with clock.moved_to(MONDAY + 9 * DAY):
        lane_clock.tick()
    assert [act.verb for act in Act.objects.order_by("id")[before:]] == ["anchor_sealed", "anchor_sealed"]


def test_figures_are_told_of_years_that_are_over_in_bands(people: dict[str, Keyholder]) -> None:
    scheme = Scheme.objects.get(code="limburg-noord")
    channel = people["silke"].channel_id
    with sealed(clock=True):
        for year, count in ((2029, 6), (2030, 1), (2031, 3)):
            for _ in range(count):
                ask(lane_clock.COUNT, [channel, year, "received"])
        ask(lane_clock.COUNT, [channel, 2030, "inform"])
    before, late = (2029, "5-9", True, True), (2030, "0-4", True, False)
    for moment, told in ((MONDAY, [before]), (MONDAY.replace(month=5), [late, before])):
        with clock.moved_to(moment), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM sealed_figures(%s)", [scheme.pk])
            assert cursor.fetchall() == told, "not while a term of that year may still be missed"
