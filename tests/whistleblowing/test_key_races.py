"""Keys that are changed by several at once: one after the other, and never fewer than must be left."""

import pytest

from escalation.whistleblowing.models import Envelope, Keyholder, Proposal
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import holders, intake, keys, sharing
from escalation.whistleblowing.services.intake import Told
from roles.authorize import NotAllowed
from tests.races import at_once
from tests.whistleblowing.keyholders import Channel, enrol, new_handler, reads, seat, vault_of, words_of
from tests.whistleblowing.rows import a_report

pytestmark = pytest.mark.usefixtures("committed")

OTHER = "een heel andere wachtzin dan die"


def refusals(found: list[object]) -> list[NotAllowed]:
    assert not [each for each in found if isinstance(each, Exception) and not isinstance(each, NotAllowed)], found
    return [each for each in found if isinstance(each, NotAllowed)]


def proposed(target: Keyholder, by: str) -> int:
    opened = vault_of(by)
    holders.propose_end(seat=seat(by), by=opened, holder_id=target.pk)
    with sealed(holder=opened.holder.pk):
        return Proposal.objects.get(kind=Proposal.Kind.REMOVE, holder=target).pk


def test_somebody_who_enrols_twice_at_once_has_one_key() -> None:
    found = at_once(lambda: enrol("silke"), lambda: enrol("silke"))
    assert len(refusals(found)) == 1
    assert Keyholder.objects.count() == 1


def test_of_two_keys_that_may_not_both_end_one_does() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    first, second = proposed(people.silke, "hanna"), proposed(people.tariq, "hanna")
    paper = keys.open_once(holder=people.otto, passphrase=people.paper)
    end = [lambda number=each: holders.end(seat=seat("otto"), by=paper, proposal_id=number) for each in (first, second)]
    assert len(refusals(at_once(*end))) == 1
    with sealed(report=made.id):
        left = set(Envelope.objects.values_list("holder__kind", flat=True))
    assert left == {Keyholder.Kind.HANDLER, Keyholder.Kind.ESCROW}


def test_a_key_is_ended_once_however_many_agree_at_once() -> None:
    people = Channel()
    number = proposed(people.tariq, "silke")
    hanna = vault_of("hanna")
    paper = keys.open_once(holder=people.otto, passphrase=people.paper)
    found = at_once(
        lambda: holders.end(seat=seat("hanna"), by=hanna, proposal_id=number),
        lambda: holders.end(seat=seat("otto"), by=paper, proposal_id=number),
    )
    assert len(refusals(found)) == 1
    assert seat("tariq").holder is None


def test_a_passphrase_that_two_windows_change_at_once_is_one_of_the_two() -> None:
    enrol("silke")
    before = seat("silke")
    words = [OTHER, "en weer een heel andere zin"]
    change = [lambda new=each: keys.change_passphrase(seat=before, old=words_of("silke"), new=new) for each in words]
    assert len(refusals(at_once(*change))) == 1
    after = keys.held(seat("silke"))
    opening = [lambda each=each: keys.open_once(holder=after, passphrase=each) for each in words]
    assert len(refusals(at_once(*opening))) == 1


@pytest.mark.parametrize("attempt", range(2))
def test_a_report_that_comes_in_while_a_handler_is_admitted_is_not_lost_to_them(attempt: int) -> None:
    people = Channel()
    new_handler()
    fresh, silke = enrol("dagmar"), vault_of("silke")
    told = Told(identity=intake.ANONYMOUS, name="", contact="", what="Er ging iets mis.")
    [made, admitted] = at_once(
        lambda: intake.submit(channel=people.silke.channel, told=told),
        lambda: holders.admit(seat=seat("silke"), by=silke, holder_id=fresh.pk),
    )
    assert not isinstance(made, Exception), made
    assert not isinstance(admitted, Exception), admitted
    offered = {str(each.report_id) for each in sharing.to_give(vault_of("silke"), fresh)}
    assert reads(vault_of("dagmar")) | offered == {str(made.report)}
    assert offered == set(), "who comes in first is waited for"


def test_a_key_that_ends_while_a_report_comes_in_gets_no_envelope() -> None:
    people = Channel()
    number = proposed(people.tariq, "silke")
    hanna = vault_of("hanna")
    told = Told(identity=intake.ANONYMOUS, name="", contact="", what="Er ging iets mis.")
    [made, ended] = at_once(
        lambda: intake.submit(channel=people.silke.channel, told=told),
        lambda: holders.end(seat=seat("hanna"), by=hanna, proposal_id=number),
    )
    assert not isinstance(made, Exception), made
    assert not isinstance(ended, Exception), ended
    with sealed(report=made.report):
        assert people.tariq.pk not in set(Envelope.objects.values_list("holder", flat=True))


def test_many_visits_at_once_all_open() -> None:
    silke = enrol("silke")
    found = at_once(*[lambda: keys.unlock(holder=silke, passphrase=words_of("silke"))] * 7)
    assert len({*found}) == 7
    assert all(keys.opened(token) for token in found)
