"""The lane has a connection of its own, which an ordinary test rolls back like the other."""

from collections.abc import Iterator

import pytest
from django.db import transaction


@pytest.fixture
def lane(db: None) -> Iterator[None]:
    """For tests that commit nothing."""
    atomic = transaction.atomic(using="sealed")
    atomic._from_testcase = True  # type: ignore[attr-defined]
    with atomic:
        yield
        transaction.set_rollback(True, using="sealed")
