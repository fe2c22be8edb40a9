"""Who the reporter is: two people, a reason and one look; and never one person alone, whatever keys they have."""

from itertools import chain
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.rules import sealing
from cases.rules.sealing import Broken
from escalation.whistleblowing import keyring
from escalation.whistleblowing.models import Identity
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import disclosure, dossiers, handling, identities, intake, returning
from escalation.whistleblowing.services.keys import Opened
from roles.authorize import NotAllowed
from tests.whistleblowing.desk import NAME, Desk, brought_to, declare, seen, step

pytestmark = pytest.mark.usefixtures("lane")


@pytest.fixture
def desk(lane: None) -> Desk:
    return Desk()


def ask(opened: Opened, report: UUID) -> None:
    disclosure.ask(opened=opened, report=report, seen=seen(opened, report), words="Voor het gesprek.")


def approve(opened: Opened, report: UUID) -> None:
    disclosure.approve(opened=opened, report=report, seen=seen(opened, report), words="Nodig.")


def look(opened: Opened, report: UUID) -> list[str]:
    known = disclosure.look(opened=opened, report=report, seen=seen(opened, report))
    return [each.name for each in known]


@pytest.mark.long
def test_it_takes_a_request_a_second_person_and_is_seen_once(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    with pytest.raises(NotAllowed, match="nog geen verzoek"):
        look(desk.silke, report)
    ask(desk.silke, report)
    with pytest.raises(NotAllowed, match="iemand anders"):
        approve(desk.silke, report)
    approve(desk.tariq, report)
    with pytest.raises(NotAllowed, match="nog geen verzoek van u"):
        look(desk.tariq, report)
    assert look(desk.silke, report) == [NAME]
    with pytest.raises(NotAllowed, match="nog geen verzoek van u"):
        look(desk.silke, report)
    found = dossiers.dossier(desk.tariq, report)
    assert [fact.verb for fact in found.acts.facts[-3:]] == ["request_identity", "approve_identity", "see_identity"]
    assert any("samen ingezien wie u bent" in each.words for each in found.of("talk"))
    assert not any(NAME in each.words for each in found.messages)


@pytest.mark.long
def test_two_requests_at_once_do_not_undo_each_other(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    ask(desk.silke, report)
    ask(desk.tariq, report)
    approve(desk.tariq, report)
    approve(desk.silke, report)
    assert look(desk.silke, report) == look(desk.tariq, report) == [NAME]


@pytest.mark.long
def test_a_deputy_who_came_in_later_opens_it_with_another(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    declare(desk.tariq, report, "involved")
    declare(desk.hanna, report)
    ask(desk.hanna, report)
    approve(desk.silke, report)
    assert look(desk.hanna, report) == [NAME]


def test_nobody_opens_an_identity_alone_with_every_key_and_row_there_is(desk: Desk) -> None:
    """Also after another approved it for somebody else."""
    report = brought_to(desk, "admit")
    ask(desk.silke, report)
    approve(desk.tariq, report)
    with sealed(report=report):
        identity = Identity.objects.get(report=report)
    shred = keyring.key_of(report)
    about = ("identity", str(report), "1")
    inner = vault.unbox(shred, bytes(identity.body), about=("shredded", *about))
    for one in (desk.tariq, desk.hanna, desk.otto):
        private = X25519PrivateKey.from_private_bytes(one.private)
        own = sealing.fingerprint(bytes(one.holder.public_key))
        label = identities.label(report, 1)
        peeled = sealing.peel(identity.envelopes, tender=label, private=private) if own in identity.envelopes else {}
        kept = [layer for left in (identity.peeled or {}).values() for each in left.values() for layer in each.values()]
        firsts = [sealing.fingerprint(bytes(each.holder.public_key)) for each in (desk.silke, desk.tariq, desk.otto)]
        for layer in chain(peeled.values(), kept):
            for first in firsts:
                with pytest.raises(Broken):
                    sealing.finish({own: layer}, tender=label, first=first, private=private)
        with pytest.raises(Broken):
            vault.unbox(one.private, inner, about=about)


def test_an_anonymous_reporter_has_no_identity_to_ask_for(desk: Desk) -> None:
    report = brought_to(desk, "admit", identity=intake.ANONYMOUS)
    with pytest.raises(NotAllowed, match="bleef anoniem"):
        ask(desk.silke, report)


def test_a_name_that_was_given_later_is_seen_with_the_first(desk: Desk) -> None:
    sent = desk.report()
    for each in (desk.silke, desk.tariq):
        declare(each, sent.report)
    token = returning.knock(sent.receipt)
    assert token
    returning.give_name(visitor=returning.visitor(token), identity=intake.CONFIDENTIAL, name="Roos W.", contact="06")
    ask(desk.silke, sent.report)
    approve(desk.tariq, sent.report)
    assert look(desk.silke, sent.report) == [NAME, "Roos W."]


def test_the_law_is_told_to_the_reporter_before_it_is_obeyed(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    with pytest.raises(NotAllowed, match="eerst schriftelijk in kennis"):
        step(desk.silke, report, "disclose_by_law", "disclosed", "Vordering.")
    found = step(desk.silke, report, "disclose_by_law", "notice", "Vordering van de officier.")
    assert "Vordering van de officier." in found.of("talk")[-1].words
    step(desk.silke, report, "disclose_by_law", "disclosed", "Gegeven.")
    handling.take(
        opened=desk.tariq, report=report, seen=seen(desk.tariq, report), verb="disclose_by_law", outcome="at_once",
        words="Het onderzoek loopt gevaar.",
    )  # fmt: skip
    assert not any("loopt gevaar" in each.words for each in dossiers.dossier(desk.silke, report).of("talk"))
