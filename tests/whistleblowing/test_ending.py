"""Closing, keeping and destroying: by two people, and nothing of it opens any more, also not from an old copy."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db import connections

from audit import clock
from cases.rules import sealing
from cases.rules.sealing import Broken
from escalation.whistleblowing import files, keyring
from escalation.whistleblowing.evidence import _hash
from escalation.whistleblowing.models import Attachment, Envelope, Identity, Message, Proposal, Report, Tally
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.sealed import ALIAS, sealed
from escalation.whistleblowing.services import dossiers, ending, envelopes, identities, intake, returning
from escalation.whistleblowing.services.dossiers import Unknown
from escalation.whistleblowing.services.intake import Submitted
from roles.authorize import NotAllowed
from tests.whistleblowing.desk import NAME, TO_CLOSING, WORD, Desk, declare, seen, step

pytestmark = pytest.mark.usefixtures("lane")


@pytest.fixture
def desk(lane: None) -> Desk:
    return Desk()


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(using=ALIAS, execute=True)


def closed(desk: Desk, days: int = 1) -> Submitted:
    """With everything in it that a report can have."""
    arriving = files.Arriving("bewijs.txt")
    arriving.add(f"{WORD} op papier".encode())
    sent = desk.report(documents=[arriving.end()])
    for each in (desk.silke, desk.tariq):
        declare(each, sent.report)
    for verb, outcome, words in TO_CLOSING:
        step(desk.silke, sent.report, verb, outcome, f"{words} {WORD}")
    number = seen(desk.silke, sent.report)
    until = clock.today() + timedelta(days=days)
    ending.close(opened=desk.silke, report=sent.report, seen=number, keep_until=until, words=WORD)
    return sent


def propose(desk: Desk, report: UUID) -> None:
    ending.propose(opened=desk.silke, report=report, seen=seen(desk.silke, report), words=WORD)


@pytest.mark.long
def test_a_report_is_kept_until_its_day_and_longer_with_a_reason(desk: Desk) -> None:
    report = closed(desk).report
    found = dossiers.dossier(desk.tariq, report)
    assert found.report.destroy_after == found.standing.keep_until == clock.today() + timedelta(days=1)
    assert found.report.closed_at is not None
    with pytest.raises(NotAllowed, match="wordt bewaard tot"):
        propose(desk, report)
    with clock.moved_to(clock.now() + timedelta(days=2)):
        propose(desk, report)
        longer = clock.today() + timedelta(days=90)
        number = seen(desk.tariq, report)
        ending.keep_longer(opened=desk.tariq, report=report, seen=number, keep_until=longer, words="Een procedure.")
        with pytest.raises(NotAllowed, match="geen voorstel"):
            ending.destroy(opened=desk.tariq, report=report, seen=seen(desk.tariq, report))
        with sealed(report=report):
            assert not Proposal.objects.filter(report=report).exists()


@pytest.mark.long
@pytest.mark.parametrize("days", [0, 1, 10_000])
def test_it_is_not_kept_for_ever_nor_shorter_than_it_was(desk: Desk, days: int) -> None:
    report = closed(desk).report
    until = clock.today() + timedelta(days=days)
    with pytest.raises(NotAllowed, match="Kies een dag na"):
        ending.keep_longer(
            opened=desk.tariq, report=report, seen=seen(desk.tariq, report), keep_until=until, words="Zomaar."
        )


def test_who_proposed_it_does_not_destroy_it(desk: Desk) -> None:
    report = closed(desk).report
    with clock.moved_to(clock.now() + timedelta(days=2)):
        propose(desk, report)
        with pytest.raises(NotAllowed, match="Een ander dan de voorsteller"):
            ending.destroy(opened=desk.silke, report=report, seen=seen(desk.silke, report))


@pytest.mark.long
def test_destruction_leaves_nothing_and_an_old_copy_opens_nothing(desk: Desk, after_commit: Any) -> None:
    sent = closed(desk)
    report = sent.report
    with clock.moved_to(clock.now() + timedelta(days=2)):
        propose(desk, report)
        copy = Copy(desk, sent)
        assert len(copy.opens()) == 5
        assert len(copy.files) == 1
        with after_commit():
            number = ending.destroy(opened=desk.tariq, report=report, seen=seen(desk.tariq, report))
    with sealed(report=report, holder=desk.silke.holder.pk):
        for model in (Report, Envelope, Identity, Message, Attachment, Proposal):
            assert not model.objects.filter(**{"pk" if model is Report else "report": report}).exists()
    with pytest.raises(Unknown):
        dossiers.dossier(desk.silke, report)
    assert returning.knock(sent.receipt) is None
    assert not [each for each in Path(settings.SEALED_KEYS).iterdir() if str(report) in each.name]
    assert copy.opens() == []
    assert not [each for each in Path(settings.SEALED_FILES).iterdir() if each.name in copy.files]
    assert_whole_chain()
    [certificate] = ending.certificates(desk.silke)
    assert certificate.pk == number
    people = {desk.silke.holder.person_id, desk.tariq.holder.person_id}
    assert {certificate.body["proposed_by"], certificate.body["destroyed_by"]} == people
    assert ending.certificates(desk.hanna) == [], "who never held it does not learn that it was there"
    assert WORD not in str(certificate.body)
    assert NAME not in str(certificate.body)
    with sealed(holder=desk.silke.holder.pk):
        assert Tally.objects.get(channel=desk.channel).destroyed == 1


@pytest.mark.long
def test_what_a_killed_process_left_is_taken_up_by_the_next_tick(desk: Desk, after_commit: Any) -> None:
    """Between the transaction and the files; and where the transaction did not end, nothing is touched."""
    gone, kept = closed(desk).report, closed(desk).report
    with clock.moved_to(clock.now() + timedelta(days=2)):
        propose(desk, gone)
        ending.destroy(opened=desk.tariq, report=gone, seen=seen(desk.tariq, gone))  # and then it is killed
        ending._note(kept, [])
        ending.sweep()
    with pytest.raises(Broken):
        keyring.key_of(gone)
    assert dossiers.dossier(desk.silke, kept).standing.keep_until
    assert [each.name for each in Path(settings.SEALED_KEYS).iterdir() if str(gone) in each.name] == []


class Copy:
    """Every row of a report as a backup has it, with all private keys; the folder of keys is as it is now."""

    def __init__(self, desk: Desk, sent: Submitted) -> None:
        self.receipt = intake.receipt_keys(sent.receipt)
        with sealed(report=sent.report):
            self.row = Report.objects.get(pk=sent.report)
            envelopes = Envelope.objects.filter(report=sent.report)
            self.held = [(each, envelopes.get(holder=each.holder)) for each in (desk.silke, desk.tariq, desk.otto)]
            self.identity = Identity.objects.get(report=sent.report)
            self.files = {str(pk) for pk in Attachment.objects.filter(report=sent.report).values_list("pk", flat=True)}

    def opens(self) -> list[str]:
        """What of it opens: by each keyholder, by the receipt, and the identity by two of them."""
        ways: dict[str, Callable[[], object]] = {
            f"holder {each.holder.pk}": partial(envelopes.disclosed, row, each) for each, row in self.held
        }
        ways |= {"receipt": self._by_receipt, "identity": self._identity}
        opened = []
        for name, way in ways.items():
            with suppress(Broken):
                way()
                opened.append(name)
        return opened

    def _by_receipt(self) -> bytes:
        shut, shred = bytes(self.row.talk_by_receipt), keyring.key_of(self.row.pk)
        desk = bytes(self.row.desk_public)
        return intake.open_talk(shut, report=self.row.pk, desk=desk, wrap=self.receipt.wrap, shred=shred)

    def _identity(self) -> bytes:
        (one, _), (two, _), _ = self.held
        privates = [X25519PrivateKey.from_private_bytes(each.private) for each in (one, two)]
        label = identities.label(self.row.pk, 1)
        peeled = sealing.peel(self.identity.envelopes, tender=label, private=privates[0])
        first = sealing.fingerprint(bytes(one.holder.public_key))
        key = sealing.finish(peeled, tender=label, first=first, private=privates[1])
        about = ("identity", str(self.row.pk), "1")
        try:
            return vault.unbox(key, bytes(self.identity.body), about=about)  # not without the key of the folder
        except Broken:
            inner = vault.unbox(keyring.key_of(self.row.pk), bytes(self.identity.body), about=("shredded", *about))
            return vault.unbox(key, inner, about=about)


def assert_whole_chain() -> None:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT seq, extract(epoch FROM slot)::bigint, tag, body, prev, hash FROM sealed.act ORDER BY seq"
        )
        head = b""
        for seq, slot, tag, body, prev, found in cursor.fetchall():
            assert bytes(prev) == head
            assert _hash(seq, slot, tag, body, prev) == bytes(found)
            head = bytes(found)
