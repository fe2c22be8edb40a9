"""`verify_audit --since ROOT`: what came after a root, where everything before it was verified then."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from audit import texts
from audit.models import Text
from audit.roots import sign_root
from audit.services import acting
from audit.verify import verify
from tests.audit.conftest import change, open_permit
from tests.audit.sample.models import Permit

Intruder = Callable[[str], None]

LATER = "chain = 'case/1' AND seq = 4"


@pytest.fixture(autouse=True)
def later(permit: Permit) -> Permit:
    """A root, and after it a fourth act in one chain and a new chain."""
    sign_root()
    change(permit, "vierde")
    open_permit("case/3", "nieuw")
    return permit


def found() -> set[tuple[str, str]]:
    return {(finding.what, finding.where) for finding in verify(since=1).findings}


def test_only_what_came_later_is_read() -> None:
    report = verify(since=1)
    assert report.findings == []
    assert report.acts == 3  # two new ones, and the one with which the chain that grew had ended
    assert any("na wortel 1" in remark for remark in report.remarks)


TAMPERED = {
    "a later act was changed": (f"UPDATE audit_act SET actor = 'person/9' WHERE {LATER}", "act_altered"),
    "a later act went": (
        f"DELETE FROM sample_historicalpermit WHERE \"order\" = 'vierde'; DELETE FROM audit_act WHERE {LATER}",
        "head_differs",
    ),
    "the act that was signed is another": (
        "UPDATE audit_act SET hash = sha256(hash) WHERE chain = 'case/1' AND seq = 3", "root_differs",
    ),
    "a chain that did not grow lost its head": ("DELETE FROM audit_chainhead WHERE chain = 'case/2'", "head_missing"),
    "a chain that did not grow was cut": (
        "UPDATE audit_chainhead h SET (seq, hash) = (SELECT seq, hash FROM audit_act a WHERE a.chain = h.chain"
        " AND seq = 1) WHERE chain = 'case/2'",
        "head_differs",
    ),
    "a row that changed later is another": (
        "UPDATE sample_permit SET amount = 9999 WHERE \"order\" = 'vierde'", "row_altered",
    ),
    "a version that came later is another": (
        "UPDATE sample_historicalpermit SET amount = 9999 WHERE \"order\" = 'nieuw'", "version_altered",
    ),
    "words that came later are others": (
        "UPDATE audit_text SET content = 'x' WHERE chain = 'case/3'", "text_altered",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), TAMPERED.values(), ids=TAMPERED)
def test_it_is_found_that(statement: str, expected: str, intruder: Intruder) -> None:
    intruder(statement)
    assert expected in {what for what, _ in found()}


def test_words_of_before_that_a_later_act_destroyed_are_looked_at(intruder: Intruder) -> None:
    text = Text.objects.get(chain="case/2", content__startswith="Vergunning")
    with acting(chain="case/2", verb="destroy"):
        texts.erase([text])
    assert found() == set()
    intruder(f"UPDATE audit_text SET content = 'terug', salt = 'x' WHERE id = {text.pk}")
    assert {"text_altered", "text_erased"} <= {what for what, _ in found()}


@pytest.mark.long
def test_the_honest_limit_what_the_root_covered_is_not_read_again(intruder: Intruder) -> None:
    intruder("UPDATE audit_act SET actor = 'person/9' WHERE chain = 'case/2' AND seq = 1")
    assert found() == set()
    assert {finding.what for finding in verify().findings} == {"act_altered"}


def test_a_later_root_is_held_to_as_well(intruder: Intruder) -> None:
    sign_root()
    intruder(f"""
        DELETE FROM sample_historicalpermit WHERE "order" = 'vierde'; DELETE FROM audit_act WHERE {LATER};
        UPDATE sample_permit SET "order" = 'derde' WHERE "order" = 'vierde';
        UPDATE audit_chainhead h SET (seq, hash) = (SELECT seq, hash FROM audit_act a WHERE a.chain = h.chain
          AND seq = 3) WHERE chain = 'case/1'
    """)
    assert ("root_differs", "case/1 nr. 4") in found()


@pytest.mark.parametrize("there", ["case/1", "case/2"])
def test_what_a_root_before_that_root_said_stays_as_it_was(there: str) -> None:
    sign_root()
    path = Path(settings.AUDIT_ROOTS)
    first, second = path.read_bytes().splitlines(keepends=True)
    told = json.loads(first)
    told["heads"] = [[name, seq - (name == there), hash] for name, seq, hash in told["heads"]]
    path.write_bytes(json.dumps(told).encode() + b"\n" + second)
    assert ("root_order", "wortel 2") in {(finding.what, finding.where) for finding in verify(since=2).findings}


def test_a_root_that_is_not_there_is_refused() -> None:
    with pytest.raises(CommandError, match="geen wortel 7"):
        call_command("verify_audit", since=7)


def test_it_stays_within_the_snapshot_and_reads_alone() -> None:
    verify(since=1)
    assert not connection.in_atomic_block
