"""Who can write to the database has every public half, and no private one: what they add is believed by nobody."""

import json
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import UUID

import pytest

from audit import clock
from cases.rules.sealing import Broken
from escalation.whistleblowing.models import Installation, Lane, Message, Report, Visit
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.vault import ReportKeys
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import dossiers, keys, returning
from tests.whistleblowing.desk import Desk, declare, step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]

LURE = "Geef ons hier uw naam en telefoonnummer."


@pytest.fixture
def desk() -> Desk:
    return Desk()


def forge(report: UUID, keys: ReportKeys, *, by: str, lane: str = "talk") -> None:
    """With public halves alone."""
    said = {"at": clock.now().isoformat(), "by": by, "kind": "question", "words": LURE, "files": []}
    public = vault.public_of(keys.talk if lane == "talk" else keys.desk)
    body = vault.seal_to(public, json.dumps(said).encode(), about=("message", str(report), lane))
    with sealed(report=report):
        Message.objects.create(report_id=report, lane=lane, body=body)


@pytest.mark.parametrize("by", ["handler", "reporter"])
def test_a_message_that_nobody_of_the_report_wrote_is_read_by_nobody(desk: Desk, by: str) -> None:
    sent = desk.report()
    keys = dossiers.dossier(desk.silke, sent.report).keys
    forge(sent.report, keys, by=by)
    forge(sent.report, keys, by=by, lane="desk")
    read = dossiers.dossier(desk.silke, sent.report)
    assert LURE not in " ".join(each.words for each in read.messages)
    assert len(read.messages) == 3, "that something was put there is told"
    talk = returning.read(returning.visitor(returning.knock(sent.receipt) or ""))
    assert [LURE in each.words for each in talk.said] == [False, False]
    assert "opent niet" in talk.said[1].words
    assert not talk.said[1].by_reporter


def test_what_comes_after_a_public_half_was_replaced_is_not_sealed_to_who_replaced_it(desk: Desk) -> None:
    sent = desk.report()
    declare(desk.silke, sent.report)
    private, public = vault.new_pair()
    with sealed(report=sent.report):
        Report.objects.filter(pk=sent.report).update(desk_public=public)
    step(desk.silke, sent.report, "note", words="Voor het bureau alleen.")
    with sealed(report=sent.report):
        [note] = Message.objects.filter(report=sent.report, lane=Lane.DESK)
    with pytest.raises(Broken):
        vault.open_with(private, bytes(note.body), about=("message", str(sent.report), "desk"))
    assert "Voor het bureau alleen." in [e.words for e in dossiers.dossier(desk.silke, sent.report).of(Lane.DESK)]


def test_a_desk_that_was_replaced_is_found_out_by_the_receipt(desk: Desk) -> None:
    sent = desk.report()
    with sealed(report=sent.report):
        Report.objects.filter(pk=sent.report).update(desk_public=vault.new_pair()[1])
    assert returning.knock(sent.receipt) is None


def test_a_row_that_makes_guessing_cheap_changes_nothing(desk: Desk, settings: Any) -> None:
    sent, before = desk.report(), keys.cost()
    settings.STRETCH_AT_LEAST = (before.iterations, before.memory)
    with sealed():
        row = Installation.objects.get()
    row.memory //= 2
    with mock.patch.object(Installation.objects, "get", return_value=row):
        assert keys.cost() == before
        assert returning.knock(sent.receipt)


def test_a_row_of_a_visit_does_not_say_to_which_report(desk: Desk) -> None:
    sent = desk.report()
    known, unknown = returning.knock(sent.receipt), returning.knock(vault.new_receipt())
    assert known
    assert unknown is None
    with sealed():
        rows = list(Visit.objects.filter(holder=None))
    assert len(rows) == 2
    assert len({len(bytes(each.wrapped)) for each in rows}) == 1
    assert sent.report.bytes not in b"".join(bytes(each.wrapped) for each in rows)
    assert {each.expires_at.minute % 10 + each.expires_at.second for each in rows} == {0}
    assert all(each.expires_at - clock.now() > timedelta(minutes=29) for each in rows)
