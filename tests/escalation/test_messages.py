"""From a notice to a message for each person, and to one letter: to whom it concerns, without a word too many."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as sent
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import clock, roots
from audit.roots import sign_root
from cases.models import Case
from config.demo.players import hat, who
from escalation.models import Mail, MailPreference, Message, Notice
from escalation.rules.rhythm import mail_from
from escalation.rules.words import NOTICES, USUAL
from escalation.services import letters, outbox
from escalation.services.messages import expand, notify
from escalation.services.preferences import set_wishes
from roles.services import people, standing_in
from tests.escalation.mailing import give_addresses, letter_to, told, words_of
from tests.pages.world import _document
from tests.workflows import play
from workflows import services

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def addressed(db: None) -> None:
    give_addresses()


def wish(name: str, **rhythms: str) -> None:
    set_wishes(person_id=hat(name).person_id, wishes=USUAL | rhythms)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("rhythm", "now", "expected"),
    [
        ("at_once", "2026-11-20T12:00", "2026-11-20T12:00"),
        ("daily", "2026-11-20T06:00", "2026-11-20T07:30"),
        ("daily", "2026-11-20T07:30", "2026-11-21T07:30"),
        ("weekly", "2026-11-20T12:00", "2026-11-23T07:30"),
        ("weekly", "2026-11-23T07:29", "2026-11-23T07:30"),
        ("weekly", "2026-11-23T07:31", "2026-11-30T07:30"),
        ("daily", "2026-10-24T12:00", "2026-10-25T07:30"),  # winter time begins that night
        ("daily", "2027-03-27T12:00", "2027-03-28T07:30"),
        ("app", "2026-11-20T12:00", None),
    ],
)
def test_when_mail_goes(rhythm: str, now: str, expected: str | None) -> None:
    assert mail_from(rhythm, at(now)) == (at(expected) if expected else None)


@pytest.mark.long
@pytest.mark.usefixtures("addressed")
def test_who_is_asked_hears_it_and_whoever_stands_in_for_them() -> None:
    standing_in.substitute(
        appointment=hat("soraya"), person=hat("henk").person, valid_from=clock.today(), valid_until=None, reason="Ziek."
    )
    case = play.submitted()
    outbox.claim()
    assert told("soraya") == ["task_ready"]
    assert told("henk") == ["task_ready", "task_ready"], "their own, and the one of Venlo"
    assert told("noor") == []
    letter = letter_to("soraya")
    assert outbox.deliver(mail_id=letter.pk, attempt=0)
    [one] = [each for each in sent.outbox if each.to == ["soraya@voorbeeld.test"]]
    assert one.subject == "Rolzuiver: nieuwe taak"
    assert f"Gemeentelijke afstemming · {case.number}" in words_of(one.message())
    assert [kind for _, kind in one.alternatives] == ["text/html"]  # type: ignore[attr-defined]


@pytest.mark.long
@pytest.mark.usefixtures("addressed")
def test_everybody_with_a_part_hears_what_becomes_of_a_case_but_who_did_it() -> None:
    case = play.brought_to("intake")
    services.suspend(**who(case.submitted_by), case_id=case.pk, reason="Wacht op het Rijk.")
    outbox.claim()
    assert told("gijs") == ["task_ready", "suspended"]
    assert "suspended" in told("soraya"), "who answered before"
    assert "suspended" not in told("marleen"), "who did it"
    assert told("noor") == [], "who was not asked anything yet"


@pytest.mark.long
def test_who_is_sent_back_to_a_decision_and_an_end_are_told(db: None) -> None:
    case = play.brought_to("rmt_validation")
    play.record(case, "rmt_validation", "back_to_approach")
    play.confirm(case, "rmt_validation")
    play.end(case)
    expand()
    assert Notice.objects.filter(case=case, template="returned", step__startswith="Hoe-voorstel").exists()
    assert {"to_confirm"} <= set(told("marco"))
    assert told("marleen").count("ended") == 1
    assert {"decided", "ended"} <= set(told("soraya"))
    decided = Notice.objects.filter(case=case, template="decided").values_list("step", flat=True)
    assert {"RMT-validatie", "PHO-besluit"} <= set(decided)


@pytest.mark.long
@pytest.mark.usefixtures("addressed")
def test_a_digest_is_one_letter_and_what_was_read_is_not_in_it() -> None:
    wish("soraya", task="daily")
    for title in ("Een", "Twee", "Drie"):
        play.submitted(title=title)
    outbox.claim()
    assert not Mail.objects.filter(person=hat("soraya").person).exists(), "it waits for the morning"
    with clock.moved_to(clock.now() + timedelta(days=1)):
        outbox.claim()
        letter = letter_to("soraya")
        assert letter.messages.count() == 3
        outbox.deliver(mail_id=letter.pk, attempt=0)
    assert sent.outbox[0].subject == "Rolzuiver: 3 berichten"


@pytest.mark.usefixtures("addressed")
def test_who_wants_no_mail_gets_none_and_who_changes_their_mind_is_believed() -> None:
    wish("soraya", task="app")
    wish("tom", task="weekly")
    play.submitted()
    outbox.claim()
    assert told("soraya") == told("tom") == ["task_ready"]
    assert not Mail.objects.filter(person__in=[hat("soraya").person, hat("tom").person]).exists()
    wish("tom", task="at_once")
    outbox.claim()
    assert letter_to("tom").state == "queued"
    assert MailPreference.objects.filter(person=hat("tom").person).count() == len(USUAL)


@pytest.mark.long
@pytest.mark.usefixtures("addressed", "committed")
def test_a_decision_is_mailed_when_a_signed_root_covers_it_and_with_that_root() -> None:
    give_addresses()
    case = play.brought_to("rmt_validation")
    play.record(case, "rmt_validation", "positive")
    sign_root()
    play.confirm(case, "rmt_validation")
    outbox.claim()
    about = Message.objects.filter(notice__case=case, notice__template="decided")
    assert about.count() > 5
    assert not about.exclude(mail=None).exists(), "the root that there is does not know it yet"
    root = sign_root()
    assert root is not None
    with clock.moved_to(clock.now() + timedelta(minutes=11)):
        outbox.claim()
        assert set(about.values_list("root", "fingerprint")) == {(root.number, root.root)}
        message = about.filter(person=hat("soraya").person).get()
        assert message.mail is not None
        outbox.deliver(mail_id=message.mail.pk, attempt=0)
    words = words_of(sent.outbox[-1].message())
    assert root.root in words
    assert f"/audit/wortels/{root.number}/" in words
    assert roots.covering(case.chain, message.covers or 0) == root


@pytest.mark.usefixtures("addressed")
def test_nothing_is_mailed_of_what_its_reader_may_no_longer_see() -> None:
    play.submitted()
    outbox.claim()
    letter = letter_to("soraya")
    people.end_appointment(appointment=hat("soraya"), last_day=clock.today(), reason="Vertrokken.")
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert not outbox.deliver(mail_id=letter.pk, attempt=0)
    letter.refresh_from_db()
    assert (letter.state, sent.outbox) == ("dropped", [])


TELLING = ("Verraadtitel", "Verraaddoel", "Verraadgrond", "Verraadopmerking", "verraadstuk")


@pytest.fixture
def telling(db: None) -> Case:
    """A case that would betray itself by any of its words."""
    give_addresses()
    case = play.submitted(title=TELLING[0], aim=TELLING[1])
    services.comment(**who(case.submitted_by), case_id=case.pk, words=TELLING[3])
    return case


@pytest.mark.parametrize("level", ["public", "internal", "confidential", "secret"])
def test_no_letter_says_what_a_case_is_about_or_who_is_in_it(telling: Case, level: str) -> None:
    """Every template there is; of a case with papers under trust not even which case it is."""
    _document(telling, level)
    for template in NOTICES:
        notify(
            template=template, case=telling, person_id=hat("soraya").person_id, step="Gemeentelijke afstemming",
            by=hat("marleen").person_id,
        )  # fmt: skip
    expand()
    Message.objects.update(covers=None, mail_at=clock.now())
    outbox.compose()
    letter = letters.letter(letter_to("soraya"))
    assert letter is not None
    words = words_of(letter.message())
    names = [str(each.person) for each in (hat("marleen"), hat("soraya"), hat("gijs"))]
    for word in (*TELLING, *names, telling.scheme.name, "Bergen"):
        assert word not in words, word
    trusted = level in ("confidential", "secret")
    assert (telling.number in words, "Gemeentelijke afstemming" in words) == (not trusted, not trusted)
    assert f"{len(NOTICES) + 1} berichten" in words, "each of them is in it"


def test_expanding_many_notices_takes_as_many_queries_as_a_few(db: None) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            expand()
        return len(asked)

    play.submitted()
    few = queries()
    for number in range(4):
        play.submitted(title=f"Nog {number}")
    assert queries() <= few
