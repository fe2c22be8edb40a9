"""Berichten: what one may see, read or not; how soon mail comes; and what could not be delivered."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import clock
from audit.models import Act
from audit.roots import sign_root
from cases.models import Case
from config.demo.players import hat
from escalation.models import Mail, Message
from escalation.services import outbox
from escalation.services.messages import expand
from roles.services import people
from tests.client import Client
from tests.escalation.mailing import give_addresses, letter_to
from tests.workflows import meet, play

BELL = re.compile(r'class="site-header__button bell".*?</a>', re.S)


def browser(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def bell(page: str) -> str:
    found = BELL.search(page)
    assert found
    return re.sub(r"<[^>]*>|\s+", " ", found[0]).strip()


@pytest.fixture
def case(db: None) -> Case:
    found = play.submitted(title="Vervoer in de regio")
    expand()
    return found


def test_a_message_is_new_until_it_is_followed_to_what_it_is_about(case: Case) -> None:
    soraya = browser("soraya")
    page = soraya.get(reverse("messages")).content.decode()
    assert "Nieuwe taak: Gemeentelijke afstemming" in page
    assert "Vervoer in de regio" in page
    assert re.sub(r"\D", "", bell(page)) == "1"
    message = Message.objects.get(person=hat("soraya").person)
    answer = soraya.get(reverse("message", args=[message.pk]))
    assert answer.headers["Location"] == reverse("task", args=[case.pk, message.notice.task])
    page = soraya.get(reverse("messages")).content.decode()
    assert "Nieuw</span>" not in page
    assert re.sub(r"\D", "", bell(page)) == ""


def test_all_are_read_at_once_and_the_list_can_be_narrowed(case: Case) -> None:
    soraya = browser("soraya")
    assert "Vervoer in de regio" in soraya.get(f"{reverse('messages')}?toon=nieuw&soort=task").content.decode()
    assert "Vervoer in de regio" not in soraya.get(f"{reverse('messages')}?soort=meeting").content.decode()
    soraya.post(reverse("read-messages"))
    assert "Vervoer in de regio" not in soraya.get(f"{reverse('messages')}?toon=nieuw").content.decode()
    assert not Message.objects.filter(person=hat("soraya").person, read_at=None).exists()
    assert Message.objects.filter(person=hat("tom").person, read_at=None).exists(), "those of others are not"


def test_nothing_is_seen_nor_counted_of_a_case_that_one_may_no_longer_see(case: Case) -> None:
    soraya = browser("soraya")
    message = Message.objects.get(person=hat("soraya").person)
    Message.objects.filter(pk=message.pk).update(person=hat("bea").person)
    bea = browser("bea")
    page = bea.get(reverse("messages")).content.decode()
    assert "Vervoer in de regio" not in page
    assert re.sub(r"\D", "", bell(page)) == ""
    assert bea.get(reverse("message", args=[message.pk])).status_code == 404
    assert soraya.get(reverse("message", args=[message.pk])).status_code == 404, "no longer theirs"


@pytest.mark.long
def test_the_list_and_the_bell_cost_the_same_whatever_there_is(case: Case) -> None:
    soraya = browser("soraya")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            soraya.get(reverse("messages"))
        return len(asked)

    queries()
    few = queries()
    for number in range(5):
        play.submitted(title=f"Nog {number}")
    expand()
    assert queries() == few


def test_a_body_hears_of_its_meetings(db: None) -> None:
    meeting = meet.convened("pho", starts_at=clock.now() + timedelta(days=9))
    expand()
    page = browser("noor").get(reverse("messages")).content.decode()
    assert "Vergadering belegd" in page
    message = Message.objects.get(person=hat("noor", "pho").person, notice__meeting=meeting)
    answer = browser("noor").get(reverse("message", args=[message.pk]))
    assert answer.headers["Location"] == reverse("meeting", args=[meeting.pk])
    assert not Message.objects.filter(person=hat("anouk").person, notice__meeting=meeting).exists(), "who convened it"


def test_somebody_says_how_soon_they_want_mail(case: Case) -> None:
    soraya, path = browser("soraya"), reverse("mail-preferences")
    assert "geen e-mailadres" in soraya.get(path).content.decode()
    wishes = dict.fromkeys(("task", "reminder", "decision", "progress", "meeting", "escalation"), "weekly")
    assert soraya.post(path, wishes | {"task": "ooit"}).status_code == 422
    assert soraya.post(path, wishes).status_code == 302
    assert set(hat("soraya").person.mail_preferences.values_list("rhythm", flat=True)) == {"weekly"}


@pytest.mark.usefixtures("committed")
def test_the_root_that_a_mail_cites_can_be_looked_up() -> None:
    play.submitted()
    root = sign_root()
    assert root is not None
    page = browser("soraya").get(reverse("signed-root", args=[root.number])).content.decode()
    assert root.root in page
    assert root.signature in page
    assert "case/" not in page
    assert browser("soraya").get(reverse("signed-root", args=[root.number + 1])).status_code == 404


def test_what_could_not_be_delivered_is_sent_again_by_whom_the_regeling_binds(db: None) -> None:
    play.submitted(title="Vervoer in de regio")
    outbox.claim()
    dead = letter_to("soraya")
    assert dead.state == "dead"
    bea, path = browser("bea"), reverse("undelivered")
    page = bea.get(path).content.decode()
    assert str(hat("soraya").person) in page
    assert "Vervoer in de regio" not in page
    give_addresses()
    hats = {"hat": str(hat("bea").pk)}
    assert bea.post(path, hats).status_code == 422
    assert bea.post(path, hats | {"mails": [dead.pk]}).status_code == 302
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("queued", 0)
    act = Act.objects.filter(chain=dead.scheme.chain).latest("seq")
    assert (act.verb, act.actor, act.data) == ("resend_mail", hat("bea").person.actor, {"mails": [dead.pk]})
    outbox.claim()
    assert outbox.deliver(mail_id=dead.pk, attempt=0)
    assert Mail.objects.get(pk=dead.pk).message_id == dead.message_id
    assert browser("soraya").get(path).status_code == 404


def test_who_left_sees_nothing_of_it_any_more(case: Case) -> None:
    message = Message.objects.get(person=hat("soraya").person)
    soraya = hat("soraya")
    people.end_appointment(appointment=soraya, last_day=clock.today(), reason="Vertrokken.")
    with clock.moved_to(clock.now() + timedelta(days=1)):
        client = browser("soraya")
        assert "Vervoer in de regio" not in client.get(reverse("messages")).content.decode()
        assert client.get(reverse("message", args=[message.pk])).status_code == 404
