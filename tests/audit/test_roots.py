"""Signed roots, outside the database."""

import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from pytest_django import Settings

from audit import roots
from audit.roots import Root, last_root, sign_root
from audit.verify import verify
from tests.audit.conftest import change, found, open_permit
from tests.audit.sample.models import Permit

pytestmark = pytest.mark.usefixtures("permit")


@pytest.fixture
def path(settings: Settings) -> Path:
    return Path(settings.AUDIT_ROOTS)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_root_names_the_chains_that_grew(path: Path) -> None:
    sign_root()
    change(Permit.objects.get(order="derde"), "vierde")
    sign_root()
    first, second = _lines(path)
    assert {"case/1", "case/2"} <= {chain for chain, _, _ in first["heads"]}
    assert [(chain, seq) for chain, seq, _ in second["heads"]] == [("case/1", 4)]
    assert second["acts"] == first["acts"] + 1
    assert second["chains"] == first["chains"]
    assert verify().roots == 2
    assert found() == set()


def test_nothing_happened_so_the_last_root_still_holds(path: Path) -> None:
    assert sign_root() == sign_root()
    assert len(_lines(path)) == 1


def test_the_key_is_for_this_account_alone(settings: Settings) -> None:
    sign_root()
    assert stat.S_IMODE(Path(settings.AUDIT_ROOT_KEY).stat().st_mode) == 0o600


def test_a_root_is_not_signed_over_what_may_be_rolled_back() -> None:
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        sign_root()


def test_a_process_that_comes_later_goes_on_where_the_file_ends() -> None:
    first = sign_root()
    roots._replay.cache_clear()
    assert sign_root() == first
    change(Permit.objects.get(order="derde"), "vierde")
    second = sign_root()
    assert first is not None
    assert second is not None
    assert (second.number, second.previous) == (2, first.digest())


@pytest.mark.long
def test_a_line_that_a_power_cut_left_unfinished_is_replaced(path: Path) -> None:
    first = sign_root()
    with path.open("ab") as file:
        file.write(b'{"format":1,"num')
    assert verify().findings == []
    assert any("niet afgemaakt" in remark for remark in verify().remarks)
    assert last_root() == first
    change(Permit.objects.get(order="derde"), "vierde")
    assert sign_root() == last_root() != first
    assert verify().remarks == []


def test_many_signers_at_once_make_one_row_of_roots(path: Path) -> None:
    def act_and_sign(number: int) -> None:
        open_permit(f"case/{number + 10}", str(number))
        sign_root()
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act_and_sign, range(24)))
    assert [line["number"] for line in _lines(path)] == list(range(1, len(_lines(path)) + 1))
    assert found() == set()


def _changed(**values: Any) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [json.dumps(json.loads(lines[0]) | values).encode() + b"\n", *lines[1:]]


def _signed_by_another(lines: list[bytes]) -> list[bytes]:
    key = Ed25519PrivateKey.generate()
    root = replace(Root.from_line(lines[0]), key=roots.key_name(key.public_key()))
    return [replace(root, signature=key.sign(root.message()).hex()).line(), *lines[1:]]


BENT = {
    "a count": (_changed(acts=1), {"root_signature", "root_order"}),
    "a Merkle root": (_changed(root="00" * 32), {"root_signature", "root_order"}),
    "the heads": (_changed(heads=[]), {"root_signature", "root_order", "root_wrong"}),
    "a first line that went": (lambda lines: lines[1:], {"root_order", "root_wrong"}),
    "lines that were exchanged": (lambda lines: lines[::-1], {"root_order", "root_rewound"}),
    "a line that is no JSON": (lambda lines: [b"{\n", *lines[1:]], {"root_unreadable", "root_order", "root_wrong"}),
    "a line that is something else": (lambda lines: [*lines, b"[1]\n"], {"root_unreadable"}),
    "another key": (_signed_by_another, {"root_key", "root_signature"}),
}


@pytest.mark.parametrize(("bend", "expected"), BENT.values(), ids=BENT)
def test_the_file_gives_away(bend: Callable[[list[bytes]], list[bytes]], expected: set[str], path: Path) -> None:
    sign_root()
    change(Permit.objects.get(order="derde"), "vierde")
    sign_root()
    lines = bend(path.read_bytes().splitlines(keepends=True))
    path.write_bytes(b"".join(lines))
    assert {what for what, where in found() if where.startswith("wortel")} == expected


def test_without_the_public_key_roots_prove_nothing(settings: Settings) -> None:
    sign_root()
    Path(settings.AUDIT_ROOT_KEY).with_suffix(".pub.pem").unlink()
    assert {what for what, _ in found()} == {"root_key"}


def test_before_the_first_root_the_verifier_says_what_cannot_be_seen() -> None:
    report = verify()
    assert report.ok
    assert any("nog geen wortel" in remark for remark in report.remarks)


def test_the_public_half_is_enough_to_verify(settings: Settings) -> None:
    sign_root()
    Path(settings.AUDIT_ROOT_KEY).unlink()
    assert found() == set()
