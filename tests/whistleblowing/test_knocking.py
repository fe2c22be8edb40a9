"""What the time of an answer tells of a receipt. It is measured on request: `RECEIPTS=200 pytest …/test_knocking.py`.

Known and unknown ones in turn, stretched at next to no cost, so that it hides nothing; the medians have to differ less
than the same receipt does from time to time.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from unittest import mock

import pytest
from django.db import connections

from cases.rules.sealing import Cost
from escalation.whistleblowing import keyring
from escalation.whistleblowing.models import Visit
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import returning
from tests.whistleblowing.cast import Holder
from tests.whistleblowing.reporting import Reporter

TRIES = int(os.environ.get("RECEIPTS", "0"))


def test_a_known_and_an_unknown_receipt_take_the_same_steps(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    known = zwaluw.sends(what="Iets").replace(" ", "")
    assert _steps(lambda: returning.knock(known)) == _steps(lambda: returning.knock(vault.new_receipt()))


def _steps(knock: Callable[[], object]) -> list[str]:
    """Every key stretched, box opened, key read and question asked, in order."""
    steps: list[str] = []

    def noting(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def noted(*args: object, **options: object) -> object:
            steps.append(name)
            return function(*args, **options)

        return noted

    with (
        mock.patch.object(vault, "receipt_keys", noting("stretch", vault.receipt_keys)),
        mock.patch.object(keyring, "key_of", noting("shred key", keyring.key_of)),
        connections["sealed"].execute_wrapper(lambda run, sql, *rest: noting(sql.split(" ")[0], run)(sql, *rest)),
    ):
        knock()
    return steps


def test_an_unknown_receipt_leaves_a_row_that_opens_nothing(cast: dict[str, Holder]) -> None:
    assert returning.knock(vault.new_receipt()) is None
    with sealed():
        assert Visit.objects.get().holder is None


@pytest.mark.skipif(not TRIES, reason="measures; set RECEIPTS=200")
def test_the_medians_differ_less_than_they_spread(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    known = zwaluw.sends(what="Iets").replace(" ", "")
    with connections["owner"].cursor() as owner:
        owner.execute("SELECT iterations, memory, lanes FROM sealed.installation")
        cheap = owner.fetchone()
    took: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(TRIES):
        for is_known in random.sample([True, False], 2):
            receipt = known if is_known else vault.new_receipt()
            begun = time.perf_counter()
            returning.knock(receipt)
            took[is_known].append(1000 * (time.perf_counter() - begun))
        if turn == 0:
            took = {True: [], False: []}
    medians = {name: statistics.median(each) for name, each in took.items()}
    spread = statistics.median(abs(each - medians[True]) for each in took[True])
    told = f"known {medians[True]:.2f} ms, unknown {medians[False]:.2f} ms, spread {spread:.2f} ms"
    print(f"{TRIES} tries at {Cost(*cheap)}: {told}")
    assert abs(medians[True] - medians[False]) < spread
