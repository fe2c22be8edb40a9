"""One clock, of the database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from audit import clock, selectors
from tests.audit.conftest import open_permit
from tests.audit.sample.models import Permit

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def test_the_clock_tells_the_time() -> None:
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=30)


def test_a_day_begins_at_midnight_in_the_netherlands() -> None:
    with clock.moved_to(NEW_YEAR):
        assert clock.today() == date(2027, 1, 1)


def test_acts_and_versions_happen_when_the_clock_says() -> None:
    with clock.moved_to(NEW_YEAR):
        permit = open_permit()
    moments = [selectors.trail("case/1").get().at, Permit.history.get(id=permit.pk).history_date]
    assert all(timedelta() <= moment - NEW_YEAR < timedelta(seconds=30) for moment in moments)


def test_a_clock_moved_within_a_moved_clock_goes_back_to_it() -> None:
    with clock.moved_to(NEW_YEAR):
        with clock.moved_to(NEW_YEAR + timedelta(days=9)):
            assert clock.today() == date(2027, 1, 10)
        assert clock.today() == date(2027, 1, 1)
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=30)
