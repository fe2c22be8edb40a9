"""Many at the same moment: fifty reports, and answers to one report, with the stretching of receipts one at a time."""

from collections.abc import Callable
from functools import partial
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from escalation.whistleblowing.models import Envelope, Message, Report
from escalation.whistleblowing.sealed import sealed
from tests.client import Client
from tests.races import at_once
from tests.whistleblowing.cast import acts_of, holders, waiting
from tests.whistleblowing.reporting import Reporter

FIFTY = 50
THREADS = BoundedSemaphore(8)  # of the README's gunicorn; who comes while all are taken waits at its door


class AtTheDoor(Client):
    """Waits for a thread of the server, which has given back its connections when it takes on the next."""

    def request(self, **request: Any) -> Any:
        with THREADS:
            try:
                return super().request(**request)
            finally:
                connections.close_all()


@pytest.fixture(autouse=True)
def _forgetful(committed: None) -> None:
    caches["memory"].clear()


def told(number: int) -> str:
    """Reports, comes back, and says what they read."""
    reporter = Reporter(AtTheDoor())
    receipt = reporter.sends(what=f"Melding {number}.", documents=SimpleUploadedFile(f"{number}.txt", b"bewijs"))
    return reporter.returns(receipt).page


@pytest.mark.long
def test_fifty_reports_come_in_at_once_and_each_reads_their_own() -> None:
    silke = holders()["silke"]
    pages = at_once(*(partial(told, number) for number in range(FIFTY)))
    for number, page in enumerate(pages):
        assert isinstance(page, str), page
        assert f"Melding {number}." in page
        assert f"{number}.txt" in page
    with sealed(holder=silke.pk):
        assert Report.objects.count() == Message.objects.count() == FIFTY
    assert not waiting()


@pytest.mark.long
def test_answers_to_one_report_at_once_are_all_kept_and_each_has_its_act() -> None:
    silke = holders()["silke"]
    reporter = Reporter()
    receipt = reporter.sends(what="Iets")
    tokens = [Reporter().returns(receipt) for _ in range(4)]
    calls: list[Callable[[], Reporter]] = [
        partial(each.does, "antwoord", words=f"Antwoord {number}") for number, each in enumerate(tokens)
    ]
    assert [each.answer.status_code for each in at_once(*calls)] == [200] * 4
    assert [verb for verb, _ in acts_of(silke)] == ["receive", *["add"] * 4]
    page = reporter.returns(receipt).page
    assert all(f"Antwoord {number}" in page for number in range(4))


def test_the_same_page_sent_many_times_at_once_is_one_report() -> None:
    silke = holders()["silke"]
    document = SimpleUploadedFile("bewijs.txt", b"bewijs")
    reporter = Reporter().begins().previews(what="Eén keer", documents=document)
    preview = reporter.hidden("concept")
    answers = at_once(*(partial(Reporter().does, "verstuur", concept=preview) for _ in range(4)))
    assert len({each.receipt for each in answers}) == 1
    with sealed(holder=silke.pk):
        assert Envelope.objects.filter(holder=silke.row).count() == 1
    assert not waiting()
    assert Reporter().returns(answers[0].receipt).downloads() == b"bewijs", "none of the others took it back"
