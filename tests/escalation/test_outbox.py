"""The outbox: each message has one row and each letter one Message-ID, whatever fails and however often it is tried."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from audit import clock
from config.worker import Worker
from escalation import services as escalation
from escalation.models import Mail, Message, Notice
from escalation.rules.rhythm import PAUSES
from escalation.services import outbox
from tests.escalation.mailing import give_addresses, letter_to, mail_server, told, words_of
from tests.races import at_once
from tests.workflows import play

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_two_ticks_at_once_make_each_row_once(races: int) -> None:
    give_addresses()
    for _ in range(races):
        case = play.submitted()
        asked = Notice.objects.filter(case=case).count()
        assert not [answer for answer in at_once(*[outbox.claim] * 3) if isinstance(answer, Exception)]
        rows = list(Message.objects.filter(notice__case=case).values_list("notice", "person"))
        assert len(rows) == len(set(rows))
        assert {notice for notice, _ in rows} == set(Notice.objects.filter(case=case).values_list("pk", flat=True))
        assert asked == Notice.objects.filter(case=case).exclude(sent_at=None).count()
    claimed = [job.args["mail_id"] for job in ProcrastinateJob.objects.filter(task_name="escalation.send_mail")]
    assert len(claimed) == len(set(claimed)), "and each letter is handed out once"


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_a_letter_that_is_sent_twice_is_seen_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is killed between sending and writing that down."""
    give_addresses()
    play.submitted()
    outbox.claim()
    letter = letter_to("soraya")

    def killed(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_mark", killed)
        with pytest.raises(SystemExit):
            outbox.deliver(mail_id=letter.pk, attempt=0)
    assert len(sent.outbox) == 1
    assert not outbox.deliver(mail_id=letter.pk, attempt=0), "the job that is handed out again does nothing"
    assert outbox.claim() == 0, "not so soon"
    with clock.moved_to(clock.now() + timedelta(minutes=6)):
        outbox.claim()
        Worker().run_until_done()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("sent", 2)
    ids = [each.message()["Message-ID"] for each in sent.outbox if "soraya" in each.to[0]]
    assert ids == [letter.message_id] * 2
    assert Mail.objects.filter(person=letter.person).count() == 1


@pytest.mark.usefixtures("committed")
def test_two_jobs_for_one_letter_send_it_once() -> None:
    give_addresses()
    play.submitted()
    outbox.claim()
    letter = letter_to("soraya")
    answers = at_once(*[lambda: outbox.deliver(mail_id=letter.pk, attempt=0)] * 3)
    assert sorted(answers) == [False, False, True]
    assert len(sent.outbox) == 1


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_a_real_server_that_fails_at_first_gets_the_same_letter_again(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    give_addresses()
    case = play.submitted(title="Ambulante jeugdhulp voor Sofie")
    outbox.claim()
    letter = letter_to("soraya")
    with mail_server() as (port, server), caplog.at_level(logging.DEBUG):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
        server.answers = ["451 straks weer"]
        assert not outbox.deliver(mail_id=letter.pk, attempt=0)
        letter.refresh_from_db()
        assert (letter.state, letter.trouble, letter.attempts) == ("failed", "other", 1)
        assert letter.due_at - clock.now() < PAUSES[0]
        with clock.moved_to(clock.now() + timedelta(minutes=2)):
            escalation.tick()
            Worker().run_until_done()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("sent", 2)
    theirs = [each for each in server.letters if "soraya" in each["To"]]
    assert [each["Message-ID"] for each in theirs] == [letter.message_id] * 2
    read = [words_of(each) for each in server.letters]
    assert not [words for words in read if "Sofie" in words]
    assert case.number in words_of(theirs[0])
    assert "voorbeeld.test" not in caplog.text, "no address in the log"
    assert "berichten/" not in caplog.text


@pytest.fixture
def refused(db: None, settings: Settings) -> Callable[[str], Mail]:
    """The letter to somebody after the server said that it does not know them."""

    def refuse(name: str) -> Mail:
        give_addresses()
        play.submitted()
        outbox.claim()
        letter = letter_to(name)
        with mail_server() as (port, server):
            settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
            server.refuses = f"{name}@voorbeeld.test"
            outbox.deliver(mail_id=letter.pk, attempt=0)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        letter.refresh_from_db()
        return letter

    return refuse


@pytest.mark.long
def test_an_address_that_is_refused_is_not_tried_again(refused: Callable[[str], Mail]) -> None:
    letter = refused("soraya")
    assert (letter.state, letter.trouble, letter.attempts) == ("dead", "refused", 1)


@pytest.mark.long
def test_a_server_that_is_not_there_is_tried_for_two_days_and_then_given_up(db: None, settings: Settings) -> None:
    give_addresses()
    play.submitted()
    outbox.claim()
    letter = letter_to("soraya")
    with mail_server() as (port, _):
        pass
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
    for attempt in range(len(PAUSES) + 1):
        outbox.deliver(mail_id=letter.pk, attempt=attempt)
        letter.refresh_from_db()
        assert letter.state == ("failed" if attempt < len(PAUSES) else "dead")
    assert letter.trouble == "unreachable"


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_who_has_no_address_has_one_letter_that_waits_for_it() -> None:
    give_addresses(but="soraya")
    play.submitted()
    outbox.claim()
    first = letter_to("soraya")
    assert (first.state, first.trouble) == ("dead", "no_address")
    play.submitted(title="Vervoer 2029")
    with clock.moved_to(clock.now() + timedelta(minutes=11)):
        outbox.claim()
    assert letter_to("soraya") == first
    assert first.messages.count() == len(told("soraya")) == 2


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_after_days_without_a_worker_everybody_gets_one_letter() -> None:
    give_addresses()
    start = clock.now()
    for number in range(3):
        case = play.brought_to("rmt_validation", title=f"Opdracht {number}")
        play.record(case, "rmt_validation", "positive")
    with clock.moved_to(start + timedelta(days=40)):
        for _ in range(4):
            escalation.tick()
            Worker().run_until_done()
        letters = Mail.objects.values_list("person", flat=True)
        assert len(letters) == len(set(letters)) > 10
        assert max(letter.messages.count() for letter in Mail.objects.all()) > 2
