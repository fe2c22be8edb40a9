"""Sealed acts: one chain that anybody can verify and only handlers can read."""

from uuid import UUID, uuid4

import pytest

from audit import clock
from escalation.whistleblowing import chain
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import Fact
from escalation.whistleblowing.rules.vault import ReportKeys
from escalation.whistleblowing.sealed import sealed


def a_report() -> tuple[UUID, ReportKeys, bytes]:
    talk, _ = vault.new_pair()
    desk, public = vault.new_pair()
    return uuid4(), ReportKeys(talk, desk), public


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
