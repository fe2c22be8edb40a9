"""The lane has a connection of its own, which an ordinary test rolls back like the other."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import transaction

from tests.whistleblowing.cast import Holder, holders
from tests.whistleblowing.reporting import Reporter


@pytest.fixture
def lane(db: None) -> Iterator[None]:
    """For tests that commit nothing."""
    atomic = transaction.atomic(using="sealed")
    atomic._from_testcase = True  # type: ignore[attr-defined]
    with atomic:
        yield
        transaction.set_rollback(True, using="sealed")


@pytest.fixture
def cast(lane: None) -> dict[str, Holder]:
    """Who handles reports, with their keys. Nobody knocked here before."""
    caches["memory"].clear()
    return holders()


@pytest.fixture
def zwaluw(cast: dict[str, Holder]) -> Reporter:
    """Somebody with something to report."""
    return Reporter()
