"""Many at once: each chain stays one row of acts."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from audit import selectors
from audit.services import acting
from tests.audit.conftest import found
from tests.audit.sample.models import Permit

WRITERS, ACTS = 8, 20


@pytest.mark.usefixtures("committed")
def test_a_chain_continues_under_eight_writers() -> None:
    def write(writer: int) -> None:
        for number in range(ACTS):
            with acting(chain="case/1", verb="open", actor=f"person/{writer}") as act:
                Permit.objects.create(order=f"{writer}.{number}")
                act.motivation = "omdat"
        connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert [act.seq for act in selectors.trail("case/1")] == list(range(1, WRITERS * ACTS + 1))
    assert found() == set()
