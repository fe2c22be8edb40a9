"""Keys of handlers: made, opened, changed, admitted, ended, renewed and recovered; nothing is lost, nobody gets in."""

import json
from datetime import timedelta

import pytest

from audit import clock
from audit.models import Act
from cases.rules import sealing
from config.demo.players import hat
from escalation.whistleblowing import chain, keyring
from escalation.whistleblowing.models import Envelope, Identity, Keyholder, Notice, Proposal, Visit
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import Fact
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import holders, identities, keys, sharing
from escalation.whistleblowing.services.keys import Opened
from roles.authorize import NotAllowed
from roles.services import end_appointment
from tests.whistleblowing.keyholders import Channel, enrol, envelopes_of, new_handler, reads, seat, vault_of, words_of
from tests.whistleblowing.rows import Made, a_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]

OTHER = "een heel andere wachtzin dan die"


def an_identity(made: Made, *readers: Keyholder, name: str = "M. Elder") -> bytes:
    """Shut to every pair of these; its key."""
    key = vault.new_key()
    with sealed(report=made.id):
        Identity.objects.create(
            report_id=made.id, number=1, body=vault.box(key, name.encode(), about=("identity", str(made.id), "1")),
            envelopes=sealing.seal_key(
                key, tender=identities.label(made.id, 1), openers=[bytes(each.public_key) for each in readers]
            ),
        )  # fmt: skip
    return key


def identity_key(made: Made, first: Opened, second: Opened) -> bytes | None:
    """What two find together, each with all keys that they have."""
    with sealed(holder=first.holder.pk):
        identity = Identity.objects.get(report=made.id)
        left = identities.peeled(identity, first)
    with sealed(holder=second.holder.pk):
        return identities.finished(identity, left, second)


def act(made: Made, by: Keyholder, verb: str, **details: str) -> None:
    with sealed(holder=by.pk):
        number = chain.count(made.keys.desk)
        fact = Fact(verb, clock.now(), f"holder/{by.pk}", details)
        chain.append(report=made.id, desk_public=made.desk_public, series=made.keys.desk, number=number, fact=fact)


def proposal(kind: str = Proposal.Kind.RECOVER) -> int:
    with sealed(holder=1):
        return Proposal.objects.get(kind=kind).pk


# One's own key


def test_a_channel_says_what_it_lacks_until_two_handlers_and_an_escrow_key_are_there() -> None:
    channel = seat("silke").channel
    assert [len(keys.missing(channel)), "nog geen" in " ".join(keys.missing(channel))] == [2, True]
    enrol("silke")
    enrol("hanna")
    assert "één" in keys.missing(channel)[0]
    enrol("tariq")
    [lacking] = keys.missing(channel)
    assert "noodsleutel" in lacking
    keys.enrol_escrow(seat=seat("otto"))
    assert keys.missing(channel) == []


def test_a_visit_opens_with_the_passphrase_and_with_the_token_that_the_browser_has() -> None:
    silke = enrol("silke")
    with pytest.raises(NotAllowed, match="past niet"):
        keys.unlock(holder=silke, passphrase=words_of("tariq"))
    token = keys.unlock(holder=silke, passphrase=f"  {words_of('silke')} ")
    found = keys.opened(token)
    assert found is not None
    assert vault.public_of(found.private) == bytes(silke.public_key)
    assert found.private.hex() not in repr(found)
    with sealed():
        [visit] = Visit.objects.all()
    assert bytes.fromhex(token) not in {bytes(visit.token), bytes(visit.wrapped)}
    for wrong in ("", "geen bewijs", token[:-2], "00" * 32, token + "00", "é" * 64):
        assert keys.opened(wrong) is None


def test_a_visit_ends_after_twenty_minutes_in_which_nobody_looked() -> None:
    token = keys.unlock(holder=enrol("silke"), passphrase=words_of("silke"))
    begun = clock.now()
    with sealed():
        Visit.objects.update(expires_at=begun + timedelta(minutes=2))
    assert keys.opened(token)
    with sealed():
        assert Visit.objects.get().expires_at > begun + timedelta(minutes=19)
        Visit.objects.update(expires_at=begun - timedelta(seconds=1))
    assert keys.opened(token) is None


def test_a_visit_is_over_when_its_holder_shuts_it() -> None:
    silke, tariq = enrol("silke"), enrol("tariq")
    hers = keys.unlock(holder=silke, passphrase=words_of("silke"))
    his = keys.unlock(holder=tariq, passphrase=words_of("tariq"))
    keys.shut(holder=silke)
    assert keys.opened(hers) is None
    assert keys.opened(his)


@pytest.mark.parametrize("words", ["", "kort", "a" * 40, "ab ab ab ab ab ab ab ab"])
def test_a_weak_passphrase_is_refused(words: str) -> None:
    with pytest.raises(NotAllowed, match="16 tekens"):
        keys.enrol(seat=seat("silke"), passphrase=words)


def test_nobody_makes_a_second_key_beside_the_first() -> None:
    enrol("silke")
    with pytest.raises(NotAllowed, match="al een sleutel"):
        enrol("silke")


def test_the_escrow_key_opens_no_vault() -> None:
    otto, paper = keys.enrol_escrow(seat=seat("otto"))
    with pytest.raises(NotAllowed, match="opent de kluis niet"):
        keys.unlock(holder=otto, passphrase=paper)


def test_another_passphrase_opens_the_same_key_and_ends_the_first_and_every_visit() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    token = keys.unlock(holder=people.silke, passphrase=words_of("silke"))
    with pytest.raises(NotAllowed, match="past niet"):
        keys.change_passphrase(seat=seat("silke"), old=OTHER, new=OTHER)
    keys.change_passphrase(seat=seat("silke"), old=words_of("silke"), new=OTHER)
    assert keys.opened(token) is None
    with pytest.raises(NotAllowed, match="past niet"):
        vault_of("silke")
    assert reads(vault_of("silke", OTHER)) == {str(made.id)}


def test_a_passphrase_that_was_changed_meanwhile_is_not_changed_again_from_what_it_was() -> None:
    enrol("silke")
    before = seat("silke")
    keys.change_passphrase(seat=before, old=words_of("silke"), new=OTHER)
    with pytest.raises(NotAllowed, match="intussen gewijzigd"):
        keys.change_passphrase(seat=before, old=words_of("silke"), new="nog weer een andere zin")


def test_the_public_chain_says_that_a_key_was_made_and_nothing_of_what_it_opens() -> None:
    people = Channel()
    a_report(people.silke, people.tariq, people.otto)
    new_handler()
    holders.admit(seat=seat("silke"), by=vault_of("silke"), holder_id=enrol("dagmar").pk)
    done = Act.objects.filter(verb__endswith="_report_key").order_by("seq")
    assert [act.verb for act in done] == ["enrol_report_key"] * 4 + [
        "admit_report_key",
        "enrol_report_key",
        "admit_report_key",
    ]
    for each in done:
        assert set(json.loads(each.details)) == {"fingerprint"}


def test_whose_appointment_ended_changes_no_keys() -> None:
    enrol("silke")
    before = seat("silke")
    end_appointment(appointment=hat("silke"), last_day=clock.today() - timedelta(days=1), reason="Andere functie")
    with pytest.raises(NotAllowed):
        keys.change_passphrase(seat=before, old=words_of("silke"), new=OTHER)


# Admitting


def test_a_new_handler_reads_what_who_admits_them_may_see_and_nothing_before() -> None:
    people = Channel()
    both, hers = a_report(people.silke, people.tariq, people.otto), a_report(people.silke, people.otto)
    his = a_report(people.tariq, people.otto)
    new_handler()
    fresh = enrol("dagmar")
    assert fresh.admitted_at is None
    assert reads(vault_of("dagmar")) == set()
    assert holders.admit(seat=seat("silke"), by=vault_of("silke"), holder_id=fresh.pk) == 2
    assert reads(vault_of("dagmar")) == {str(both.id), str(hers.id)}
    assert sharing.share(seat=seat("tariq"), by=vault_of("tariq"), holder_id=fresh.pk) == 1
    assert reads(vault_of("dagmar")) == {str(each.id) for each in (both, hers, his)}


def test_whom_a_report_is_about_is_left_out_and_does_not_learn_of_it() -> None:
    people = Channel()
    about_her, other = (a_report(people.silke, people.tariq, people.otto) for _ in range(2))
    new_handler()
    fresh = enrol("dagmar")
    holders.admit(seat=seat("silke"), by=vault_of("silke"), holder_id=fresh.pk, without={about_her.id})
    assert reads(vault_of("dagmar")) == {str(other.id)}
    assert envelopes_of(about_her, fresh) == set()


def test_who_declared_to_be_involved_gets_nothing_of_it_with_any_later_key() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    act(made, people.tariq, "check_conflict", outcome="involved")
    with sealed(holder=people.tariq.pk):
        Envelope.objects.filter(report=made.id, holder=people.tariq).delete()
    assert sharing.to_give(vault_of("silke"), people.tariq) == []
    keyholders_left = holders.renew(seat=seat("tariq"), old=words_of("tariq"), new=OTHER)
    assert reads(vault_of("tariq", OTHER)) == set()
    assert sharing.to_give(vault_of("silke"), keyholders_left) == []


def test_nobody_admits_themselves_and_no_deputy_gets_reports_by_it() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    assert reads(vault_of("hanna")) == set()
    assert people.hanna.pk not in envelopes_of(made, people.silke)
    with pytest.raises(NotAllowed, match="Een ander"):
        holders.admit(seat=seat("silke"), by=vault_of("silke"), holder_id=people.silke.pk)


def test_who_was_not_admitted_admits_nobody() -> None:
    Channel()
    new_handler("dagmar")
    new_handler("gijs")
    fresh = enrol("gijs")
    enrol("dagmar")
    with pytest.raises(NotAllowed, match="toegelaten sleutel"):
        holders.admit(seat=seat("dagmar"), by=vault_of("dagmar"), holder_id=fresh.pk)


def test_an_identity_is_sealed_to_a_new_key_by_a_second_person() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    key = an_identity(made, people.silke, people.tariq, people.otto)
    new_handler()
    holders.admit(seat=seat("silke"), by=vault_of("silke"), holder_id=enrol("dagmar").pk)
    dagmar, tariq = vault_of("dagmar"), vault_of("tariq")
    assert identity_key(made, tariq, dagmar) is None
    with pytest.raises(NotAllowed, match="Een ander"):
        holders.seal_identities(seat=seat("silke"), by=vault_of("silke"), proposal_id=proposal())
    assert holders.seal_identities(seat=seat("tariq"), by=tariq, proposal_id=proposal()) == 1
    assert identity_key(made, tariq, dagmar) == key
    assert identity_key(made, dagmar, vault_of("silke")) == key
    assert identity_key(made, dagmar, dagmar) is None
    assert holders.proposals(seat("silke").channel, people.silke) == []


def test_who_renewed_their_key_is_still_the_second_person_for_an_identity() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    key = an_identity(made, people.silke, people.tariq, people.otto)
    holders.renew(seat=seat("silke"), old=words_of("silke"), new=OTHER)
    new_handler()
    holders.admit(seat=seat("tariq"), by=vault_of("tariq"), holder_id=enrol("dagmar").pk)
    silke = vault_of("silke", OTHER)
    assert holders.seal_identities(seat=seat("silke"), by=silke, proposal_id=proposal()) == 1
    assert identity_key(made, silke, vault_of("dagmar")) == key


# Ending


def test_a_handler_who_leaves_mid_case_takes_nothing_along_and_the_others_read_on() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    token = keys.unlock(holder=people.tariq, passphrase=words_of("tariq"))
    holders.propose_end(seat=seat("silke"), by=vault_of("silke"), holder_id=people.tariq.pk)
    assert keys.opened(token), "one person decides nothing"
    number = proposal(Proposal.Kind.REMOVE)
    for name in ("silke", "tariq"):
        with pytest.raises(NotAllowed, match="Een ander"):
            holders.end(seat=seat(name), by=vault_of(name), proposal_id=number)
    holders.end(seat=seat("hanna"), by=vault_of("hanna"), proposal_id=number)
    assert keys.opened(token) is None
    assert envelopes_of(made, people.silke) == {people.silke.pk, people.otto.pk}
    assert reads(vault_of("silke")) == {str(made.id)}
    assert seat("tariq").holder is None
    assert holders.proposals(people.silke.channel, people.silke) == []
    with pytest.raises(NotAllowed, match="er niet meer"):
        holders.end(seat=seat("hanna"), by=vault_of("hanna"), proposal_id=number)


def test_the_keeper_of_the_escrow_key_may_be_the_second_person_with_the_paper() -> None:
    people = Channel()
    holders.propose_end(seat=seat("silke"), by=vault_of("silke"), holder_id=people.tariq.pk)
    by = keys.open_once(holder=people.otto, passphrase=people.paper)
    holders.end(seat=seat("otto"), by=by, proposal_id=proposal(Proposal.Kind.REMOVE))
    assert seat("tariq").holder is None


def test_a_key_does_not_end_while_too_few_would_be_left_whatever_for() -> None:
    """The words are the same for the channel and for one report: they do not tell that there is one."""
    people = Channel()
    a_report(people.tariq, people.otto)
    with pytest.raises(NotAllowed, match="Een ander stelt voor"):
        holders.propose_end(seat=seat("tariq"), by=vault_of("tariq"), holder_id=people.tariq.pk)
    with pytest.raises(NotAllowed) as of_one_report:
        holders.propose_end(seat=seat("silke"), by=vault_of("silke"), holder_id=people.tariq.pk)
    holders.propose_end(seat=seat("silke"), by=vault_of("silke"), holder_id=people.hanna.pk)
    holders.end(seat=seat("tariq"), by=vault_of("tariq"), proposal_id=proposal(Proposal.Kind.REMOVE))
    with pytest.raises(NotAllowed) as none:
        holders.propose_end(seat=seat("silke"), by=vault_of("silke"), holder_id=people.otto.pk)
    assert of_one_report.value.reason == none.value.reason == holders.TOO_FEW


# Renewing and recovering


def test_a_renewed_key_opens_all_that_the_earlier_one_did_and_that_one_nothing() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    key = an_identity(made, people.silke, people.tariq, people.otto)
    before = vault_of("silke")
    for old, new in ((words_of("silke"), OTHER), (OTHER, words_of("silke"))):  # twice: keys are handed on
        with pytest.raises(NotAllowed, match="past niet"):
            holders.renew(seat=seat("silke"), old="dat is niet de wachtzin", new=new)
        holders.renew(seat=seat("silke"), old=old, new=new)
    after = vault_of("silke")
    assert after.private != before.private
    assert reads(after) == {str(made.id)}
    assert reads(before) == set()
    assert after.holder.admitted_at is not None
    assert identity_key(made, after, vault_of("tariq")) == key
    assert identity_key(made, vault_of("tariq"), after) == key
    with pytest.raises(NotAllowed, match="beëindigd"):
        keys.open_once(holder=Keyholder.objects.get(pk=people.silke.pk), passphrase=words_of("silke"))


def test_a_lost_passphrase_takes_a_second_person_and_the_paper() -> None:
    people = Channel()
    made, hers = a_report(people.silke, people.tariq, people.otto), a_report(people.silke, people.otto)
    key = an_identity(made, people.silke, people.tariq, people.otto)
    fresh = holders.ask_recovery(seat=seat("silke"), passphrase=OTHER)
    assert reads(vault_of("silke", OTHER)) == set()
    number = proposal()
    with pytest.raises(NotAllowed, match="keurt dit eerst goed"):
        holders.recover(seat=seat("otto"), passphrase=people.paper, proposal_id=number)
    with pytest.raises(NotAllowed):
        holders.approve_recovery(seat=seat("silke"), by=vault_of("silke", OTHER), proposal_id=number)
    with pytest.raises(NotAllowed, match="herstel met de noodsleutel"):
        holders.admit(seat=seat("tariq"), by=vault_of("tariq"), holder_id=fresh.pk)
    holders.approve_recovery(seat=seat("tariq"), by=vault_of("tariq"), proposal_id=number)
    with pytest.raises(NotAllowed, match="past niet"):
        holders.recover(seat=seat("otto"), passphrase=OTHER, proposal_id=number)
    with pytest.raises(NotAllowed, match="noodsleutel bewaart"):
        holders.recover(seat=seat("tariq"), passphrase=words_of("tariq"), proposal_id=number)
    assert holders.recover(seat=seat("otto"), passphrase=people.paper, proposal_id=number) == 2
    after = vault_of("silke", OTHER)
    assert reads(after) == {str(made.id), str(hers.id)}
    assert people.silke.pk not in envelopes_of(made, people.tariq)
    assert identity_key(made, vault_of("tariq"), after) == key
    assert identity_key(made, after, vault_of("tariq")) == key


def test_who_finds_the_paper_with_the_first_passphrase_after_all_takes_the_new_key_back() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    holders.ask_recovery(seat=seat("silke"), passphrase=OTHER)
    with pytest.raises(NotAllowed, match="wacht al"):
        holders.ask_recovery(seat=seat("silke"), passphrase=OTHER)
    holders.withdraw(seat=seat("silke"))
    assert reads(vault_of("silke")) == {str(made.id)}
    with pytest.raises(NotAllowed, match="al toegelaten"):
        holders.withdraw(seat=seat("silke"))


def test_another_escrow_key_takes_the_place_of_one_whose_paper_was_lost() -> None:
    people = Channel()
    made, his = a_report(people.silke, people.tariq, people.otto), a_report(people.tariq, people.otto)
    fresh = holders.ask_recovery(seat=seat("otto"), passphrase=OTHER)
    holders.admit(seat=seat("silke"), by=vault_of("silke"), holder_id=fresh.pk, without={made.id})
    assert keys.missing(people.silke.channel) == []
    sharing.share(seat=seat("tariq"), by=vault_of("tariq"), holder_id=fresh.pk)
    assert reads(keys.open_once(holder=fresh, passphrase=OTHER)) == {str(made.id), str(his.id)}
    assert Keyholder.objects.get(pk=people.otto.pk).ended_at


def test_what_was_destroyed_holds_up_no_key() -> None:
    people = Channel()
    gone, made = a_report(people.silke, people.tariq, people.otto), a_report(people.silke, people.tariq, people.otto)
    keyring.shred(gone.id)
    holders.renew(seat=seat("silke"), old=words_of("silke"), new=OTHER)
    assert reads(vault_of("silke", OTHER)) == {str(made.id)}


def test_the_others_hear_that_there_is_something_to_do() -> None:
    people = Channel()
    holders.ask_recovery(seat=seat("silke"), passphrase=OTHER)
    with sealed(clock=True):
        told = set(Notice.objects.values_list("holder", flat=True))
    assert told == {people.tariq.pk, people.hanna.pk, people.otto.pk}


def test_nothing_that_is_kept_of_keys_is_a_key_or_a_passphrase() -> None:
    people = Channel()
    vault_of("tariq")
    holders.renew(seat=seat("silke"), old=words_of("silke"), new=OTHER)
    private = vault_of("silke", OTHER).private
    with sealed():
        kept = repr([*Keyholder.objects.values(), *Visit.objects.values()])
        raw = b"".join(bytes(each.wrapped) + bytes(each.salt) for each in Keyholder.objects.all())
    for secret in (words_of("tariq"), words_of("silke"), OTHER, people.paper):
        assert secret not in kept
        assert secret.encode() not in raw
    assert private not in raw
