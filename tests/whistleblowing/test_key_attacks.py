"""What a keyholder could send that no page offers them, and keys that would be lost in between."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from audit import clock
from audit.models import Act
from config.demo.players import hat
from escalation.whistleblowing.models import Envelope, Keyholder, Proposal
from escalation.whistleblowing.pages import visits
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import dossiers, holders, keys, sharing
from roles.authorize import NotAllowed
from roles.models import Person
from roles.services import appoint, end_appointment
from tests.whistleblowing.desk import Desk, declare
from tests.whistleblowing.keyholders import Channel, enrol, new_handler, reads, seat, vault_of, words_of
from tests.whistleblowing.rows import a_report
from tests.whistleblowing.test_keys import an_identity, proposal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]

OTHER = "een heel andere wachtzin dan die"


def also(username: str, like: str) -> None:
    """Somebody gets a second seat."""
    person = Person.objects.get(user__username=username)
    appoint(person=person, position=hat(like).position, valid_from=clock.today())


@pytest.mark.parametrize("who", ["tariq", "silke", "dagmar"])
def test_whose_key_is_to_end_cannot_turn_that_down_nor_who_asked_nor_who_was_never_admitted(who: str) -> None:
    people = Channel()
    new_handler("dagmar")
    enrol("dagmar")
    holders.propose_end(seat=seat("silke"), by=vault_of("silke"), holder_id=people.tariq.pk)
    number = proposal(Proposal.Kind.REMOVE)
    with pytest.raises(NotAllowed):
        holders.reject(seat=seat(who), by=vault_of(who), proposal_id=number)
    assert proposal(Proposal.Kind.REMOVE) == number
    holders.reject(seat=seat("hanna"), by=vault_of("hanna"), proposal_id=number)


def test_a_key_that_was_never_admitted_is_no_second_person() -> None:
    people = Channel()
    new_handler("dagmar")
    enrol("dagmar")
    holders.propose_end(seat=seat("silke"), by=vault_of("silke"), holder_id=people.tariq.pk)
    with pytest.raises(NotAllowed, match="toegelaten"):
        holders.end(seat=seat("dagmar"), by=vault_of("dagmar"), proposal_id=proposal(Proposal.Kind.REMOVE))


def test_the_keeper_of_the_escrow_key_does_not_become_a_reader_by_an_appointment_and_the_paper() -> None:
    people = Channel()
    a_report(people.silke, people.otto)
    also("otto", "silke")
    attempts: list[Callable[[], object]] = [
        lambda: holders.renew(seat=seat("otto"), old=people.paper, new=OTHER),
        lambda: holders.ask_recovery(seat=seat("otto"), passphrase=OTHER),
        lambda: keys.enrol(seat=seat("otto"), passphrase=OTHER),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed, match="andere functie"):
            attempt()
    assert not Keyholder.objects.filter(person_id=people.otto.person_id, kind=Keyholder.Kind.HANDLER).exists()


def test_a_handler_who_keeps_the_escrow_key_instead_reads_no_more_with_what_was_open() -> None:
    Channel()
    token = keys.unlock(holder=keys.held(seat("silke")), passphrase=words_of("silke"))
    end_appointment(appointment=hat("silke"), last_day=clock.today() - timedelta(days=1), reason="Andere functie")
    also("silke", "otto")

    class Request:
        COOKIES = {visits.COOKIE: token}

    assert visits.opened(Request, seat("silke")) is None  # type: ignore[arg-type]


def test_asking_for_a_lost_key_is_not_ended_as_if_it_were_an_identity_to_seal() -> None:
    people = Channel()
    a_report(people.silke, people.tariq, people.otto)
    holders.ask_recovery(seat=seat("tariq"), passphrase=OTHER)
    with pytest.raises(NotAllowed):
        holders.seal_identities(seat=seat("silke"), by=vault_of("silke"), proposal_id=proposal())
    assert proposal()


def test_an_identity_to_seal_does_not_hand_the_reports_of_one_to_another() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    an_identity(made, people.silke, people.tariq, people.otto)
    new_handler("dagmar")
    dagmar = enrol("dagmar")
    holders.admit(seat=seat("silke"), by=vault_of("silke"), holder_id=dagmar.pk)
    with pytest.raises(NotAllowed):
        holders.approve_recovery(seat=seat("tariq"), by=vault_of("tariq"), proposal_id=proposal())
    with pytest.raises(NotAllowed):
        holders.recover(seat=seat("otto"), passphrase=people.paper, proposal_id=proposal())
    assert seat("silke").holder == people.silke


def gone(made: object) -> Path:
    """As after a restore without the folder of keys."""
    [key] = Path(settings.SEALED_KEYS).glob(f"{made.id}")  # type: ignore[attr-defined]
    return key.rename(key.with_suffix(".elsewhere"))


def test_renewing_while_the_keys_of_reports_are_not_there_loses_nothing() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    elsewhere = gone(made)
    with pytest.raises(NotAllowed, match="map met sleutels"):
        holders.renew(seat=seat("silke"), old=words_of("silke"), new=OTHER)
    elsewhere.rename(elsewhere.with_suffix(""))
    assert reads(vault_of("silke")) == {str(made.id)}


def test_recovering_while_the_keys_of_reports_are_not_there_loses_nothing() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    holders.ask_recovery(seat=seat("silke"), passphrase=OTHER)
    holders.approve_recovery(seat=seat("tariq"), by=vault_of("tariq"), proposal_id=proposal())
    elsewhere = gone(made)
    with pytest.raises(NotAllowed, match="map met sleutels"):
        holders.recover(seat=seat("otto"), passphrase=people.paper, proposal_id=proposal())
    elsewhere.rename(elsewhere.with_suffix(""))
    assert holders.recover(seat=seat("otto"), passphrase=people.paper, proposal_id=proposal()) == 1


@pytest.mark.long
def test_sharing_a_report_later_stands_in_that_report_and_in_no_public_act() -> None:
    desk = Desk()
    new_handler("dagmar")
    dagmar = enrol("dagmar")
    report = desk.report().report
    declare(desk.silke, report)
    holders.admit(seat=seat("silke"), by=desk.silke, holder_id=dagmar.pk, without={report})
    before = Act.objects.count()
    assert sharing.share(seat=seat("silke"), by=desk.silke, holder_id=dagmar.pk) == 1
    assert Act.objects.count() == before
    shared = dossiers.dossier(vault_of("dagmar"), report).acts.facts[-1]
    assert (shared.verb, shared.by) == ("share", dossiers.called(desk.silke.holder))
    assert shared.details == {"with": dossiers.called(dagmar)}
    with sealed(holder=dagmar.pk):
        assert Envelope.objects.filter(holder=dagmar).count() == 1
