"""A simulated year: every deadline fires once, every message has one row, escalations rise as the rules say.

`--cases 300 -n 0` is the full size: workers are killed at random, and now and then the database; then the same year
undisturbed.
"""

from collections import Counter
from datetime import date

import pytest
from django.db.models import F
from pytest_django import Settings

from audit.models import Act
from audit.verify import verify
from cases.models import Case
from escalation.models import Deadline, Mail, Message, Notice
from escalation.services.terms import adopt_terms
from roles.models import Scheme
from tests.database import Clone
from tests.escalation.mailing import give_addresses, mail_server
from tests.workflows.year import Mortal, Year, in_process, quiet, trail

SEED = 20270104
FULL = 100  # from so many cases, workers and the database are killed
ESCALATING = ("intake", "approach", "acceptance")


@pytest.fixture
def size(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("--cases") or 6)


@pytest.mark.long
def test_the_same_seed_gives_the_same_year_whoever_dies_in_it(
    environment: dict[str, str], size: int, django_db_setup: Clone, settings: Settings
) -> None:
    trails, received = [], []
    for number in range(2):
        if number:
            django_db_setup.renew()
            settings.AUDIT_ROOTS.unlink()  # what was signed is about the other database
        _prepare()
        with mail_server() as (port, mailbox):
            settings.EMAIL_BACKEND = environment["EMAIL_BACKEND"] = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST = environment["EMAIL_HOST"] = "127.0.0.1"
            settings.EMAIL_PORT, environment["EMAIL_PORT"] = port, str(port)
            mortal = Mortal(environment, seed=number, often=0.25, databases=3)
            full = size >= FULL
            year = Year(SEED, size, work=mortal if full and not number else in_process, visits=60 if full else 12)
            try:
                year.run()
            finally:
                mortal.stop()
            received = [letter["Message-ID"] for letter in mailbox.letters]
        check_deadlines()
        check_messages(received)
        check_levels()
        assert verify().findings == []
        trails.append(trail())
        print(*_told(mortal, received), sep="\n")
    assert trails[0] == trails[1]


def _prepare() -> None:
    """Some terms of which a breach escalates by itself."""
    give_addresses()
    adopt_terms(
        scheme=Scheme.objects.get(code="limburg-noord"),
        rows=[
            {
                "flow": "commissioning", "step": step, "from": date(2026, 1, 2), "amount": 10,
                "trigger": "de taak is ontstaan", "article": "Afspraak van de regeling", "on_breach": "escalate",
            }
            for step in ESCALATING
        ],
    )  # fmt: skip


def check_deadlines() -> None:
    """What passed has fired, once, on its day; what did not, has not."""
    assert quiet()
    fired = Deadline.objects.filter(state=Deadline.State.FIRED)
    acts = Act.objects.filter(verb="deadline")
    assert fired.exists()
    assert not fired.filter(fired_at__lt=F("due_at")).exists()
    assert Counter(f"task/{task}" for task in fired.values_list("task", flat=True)) == Counter(
        acts.values_list("task", flat=True)
    )
    assert not Deadline.objects.filter(state=Deadline.State.ENDED, effect="term", ended_at__gt=F("due_at")).exists()
    assert not Deadline.objects.filter(state=Deadline.State.SUSPENDED).exclude(case__state="suspended").exists()


def check_messages(received: list[str]) -> None:
    """One row for each who hears of it, in one letter at most, under one Message-ID however often that is sent."""
    assert not Notice.objects.filter(sent_at=None).exists()
    told = Message.objects.values_list("notice", "person")
    assert len(told) == len(set(told))
    reminders = Notice.objects.filter(template__startswith="reminder").values_list(
        "task", "template", "position", "seat", "person", "created_at__date"
    )
    assert max(Counter(reminders).values(), default=1) == 1, "each moment once"
    sent = set(Mail.objects.filter(state=Mail.State.SENT).values_list("message_id", flat=True))
    assert sent == set(received)


def check_levels() -> None:
    """Each rise is one level, by the clock or by who handles it; without either it stays."""
    escalations = Case.objects.filter(kind=Case.Kind.ESCALATION).select_related("escalation")
    assert escalations.exists()
    for case in escalations:
        steps = ["operational", "tactical", "strategic", "board", "referral"]
        acts = Act.objects.filter(chain=case.chain, outcome="rise", verb__in=["deadline", "complete", "confirm"])
        risen = [act.step.rpartition("/")[2] for act in acts.order_by("seq")]
        assert risen == steps[: len(risen)], (case, risen)
        assert case.escalation.level == len(risen) + 1
    by_itself = Case.objects.filter(escalation__opening="deadline").values_list("escalation__origin", flat=True)
    assert len(by_itself) == len(set(by_itself))


def _told(mortal: Mortal, received: list[str]) -> list[str]:
    fired = Deadline.objects.filter(state="fired").count()
    levels = Counter(Case.objects.filter(kind="escalation").values_list("escalation__level", flat=True))
    return [
        f"{Case.objects.count()} zaken, {Act.objects.count()} handelingen, {fired} van {Deadline.objects.count()} "
        f"termijnen verstreken, {Message.objects.count()} berichten in {len(set(received))} brieven "
        f"({len(received)} keer verzonden), niveaus {dict(sorted(levels.items()))}, gestorven: {dict(mortal.died)}"
    ]
