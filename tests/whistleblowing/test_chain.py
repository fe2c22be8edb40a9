"""Sealed acts: one chain that anybody can verify and only handlers can read."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections

from audit import clock
from audit.models import Act as Public
from audit.verify import verify
from escalation.whistleblowing import chain
from escalation.whistleblowing.models import Act
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import Fact, TooLong
from escalation.whistleblowing.rules.vault import ReportKeys
from escalation.whistleblowing.sealed import sealed


def a_report() -> tuple[UUID, ReportKeys, bytes]:
    talk, _ = vault.new_pair()
    desk, public = vault.new_pair()
    return uuid4(), ReportKeys(talk, desk), public


def slot_after(hours: float) -> datetime:
    """So long after the beginning of a slot in the future."""
    return datetime(2031, 3, 4, 6, tzinfo=UTC) + timedelta(hours=hours)


def fact(verb: str) -> Fact:
    return Fact(verb, clock.now(), "reporter", {"words": "é"})


@pytest.mark.usefixtures("lane")
def test_the_acts_of_many_reports_are_read_in_as_many_questions_as_those_of_one() -> None:
    keys = {}
    with sealed():
        for many in (1, 3, 70):
            report, each, desk = a_report()
            keys[report] = each
            for number in range(many):
                chain.append(report=report, desk_public=desk, series=each.desk, number=number, fact=fact(f"n{number}"))
        chain.append(report=report, desk_public=desk, series=each.talk, number=0, fact=fact("reply"))
        chain.beat()
        found = chain.read(keys)
    assert [len(each.facts) for each in found.values()] == [1, 3, 71]
    assert (found[report].by_reporter, found[report].by_handlers) == (1, 70)
    assert found[report].facts[-1].verb == "reply"
    assert chain.count(each.desk) == 70


@pytest.mark.usefixtures("lane")
def test_who_acts_on_what_is_not_how_it_stands_is_refused() -> None:
    report, keys, desk = a_report()
    with sealed():
        chain.append(report=report, desk_public=desk, series=keys.desk, number=0, fact=fact("note"))
        with pytest.raises(chain.Taken):
            chain.append(report=report, desk_public=desk, series=keys.desk, number=0, fact=fact("inform"))
        assert [each.verb for each in chain.read({report: keys})[report].facts] == ["note"]


@pytest.mark.usefixtures("lane")
def test_an_act_and_a_heartbeat_are_as_long_as_each_other() -> None:
    report, keys, desk = a_report()
    with sealed():
        long = Fact("note", clock.now(), "holder/1", {"words": "x" * 850})
        chain.append(report=report, desk_public=desk, series=keys.desk, number=0, fact=long)
        chain.append(report=report, desk_public=desk, series=keys.desk, number=1, fact=fact("note"))
    with clock.moved_to(slot_after(hours=5)):
        assert chain.beat() > 3
    with sealed():
        assert len({len(act.body) for act in Act.objects.all()}) == 1


def test_what_does_not_fit_belongs_in_a_message() -> None:
    with pytest.raises(TooLong):
        Fact("note", datetime.now(UTC), "reporter", {"words": "x" * 1001}).as_bytes()


@pytest.mark.usefixtures("lane")
@pytest.mark.parametrize(
    ("real", "hours", "beats"), [(0, 0, 0), (0, 3, 4), (2, 3, 2), (6, 3, 0), (6, 5.95, 1), (9, 5.95, 0)]
)
def test_the_acts_of_a_slot_are_at_least_as_many_as_the_hour_asks(real: int, hours: float, beats: int) -> None:
    report, keys, desk = a_report()
    with clock.moved_to(slot_after(hours=0.01)), sealed():
        for number in range(real):
            chain.append(report=report, desk_public=desk, series=keys.desk, number=number, fact=fact("note"))
    with clock.moved_to(slot_after(hours=hours)):
        assert chain.beat() == beats
        assert chain.beat() == 0


@pytest.mark.usefixtures("committed")
def test_the_head_is_cited_once_in_each_slot_and_the_verifier_follows_it() -> None:
    report, keys, desk = a_report()
    with sealed():
        chain.append(report=report, desk_public=desk, series=keys.desk, number=0, fact=fact("note"))
    assert [chain.anchor(), chain.anchor()] == [True, False]
    with clock.moved_to(slot_after(hours=6.1)):
        assert chain.anchor()
    cited = Public.objects.filter(chain="system", verb="anchor_sealed")
    assert [json.loads(act.details)["seq"] for act in cited] == [1, 1]
    assert verify().findings == []


ATTACKS = {
    "a body": ("UPDATE sealed.act SET body = body || '\\x00' WHERE seq = 2", "nr. 2"),
    "a tag": ("UPDATE sealed.act SET tag = decode(md5('x'), 'hex') WHERE seq = 2", "nr. 2"),
    "a slot": ("UPDATE sealed.act SET slot = slot + interval '6 hours' WHERE seq = 2", "nr. 2"),
    "one removed": ("DELETE FROM sealed.act WHERE seq = 2", "nr. 2"),
    "the last removed": ("DELETE FROM sealed.act WHERE seq = 3", "nr. 3"),
    "everything removed": ("DELETE FROM sealed.act", "nr. 3"),
    "the last rewritten, with a hash that fits": (
        "UPDATE sealed.act SET body = '\\x00', hash = sealed.act_hash(seq, slot, tag, '\\x00', prev) WHERE seq = 3",
        "nr. 3",
    ),
}


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_the_owner_changes_in_the_chain_is_found_without_a_key(attack: str) -> None:
    report, keys, desk = a_report()
    with sealed():
        for number in range(3):
            chain.append(report=report, desk_public=desk, series=keys.desk, number=number, fact=fact("note"))
    chain.anchor()
    statement, where = ATTACKS[attack]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("ALTER TABLE sealed.act DISABLE TRIGGER ALL")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE sealed.act ENABLE ALWAYS TRIGGER refuse_change")
        cursor.execute("RESET session_replication_role")
    found = [finding for finding in verify().findings if finding.what == "sealed_chain"]
    assert where in found[-1].where if attack == "everything removed" else where in found[0].where
