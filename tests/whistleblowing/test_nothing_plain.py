"""Reports are made, answered and returned to; then everything that is kept is searched for every word of them.

Fifty of them in a thorough run.
"""

import io
import logging
import random
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile

from escalation.whistleblowing.services import clock as lane_clock
from tests.database import url
from tests.whistleblowing.cast import holders
from tests.whistleblowing.reporting import Reporter

REPORTS, FEW = 50, 12
NAMES = ("named", "confidential", "anonymous")


def planted(seed: random.Random) -> str:
    """A word that is nowhere else."""
    return "plant" + "".join(seed.choices("bcdfghjklmnpqrstvwxz", k=14))


def forms(word: str) -> Iterator[bytes]:
    """As it may lie somewhere: in two alphabets, as hex, and as base64 in each of its three alignments."""
    plain = word.encode()
    yield from (plain, plain.upper(), word.encode("utf-16-le"), word.encode("utf-16-be"), plain.hex().encode())
    yield plain.hex().upper().encode()
    for before in range(3):
        inside = b64encode(bytes(before) + plain + bytes(2))
        yield inside[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Every line of every logger, statements of the database too."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def everything(programs: Path, tmp_path: Path, lines: str) -> dict[str, bytes]:
    dump = tmp_path / "dump.sql"
    subprocess.run([programs / "pg_dump", "--inserts", "-f", dump, url("owner")], check=True)
    kept = {"the database": dump.read_bytes(), "the logs": lines.encode()}
    kept["the outbox"] = b"".join(message.message().as_bytes() for message in mail.outbox)
    for name in ("SEALED_FILES", "SEALED_KEYS", "MEDIA_ROOT", "EXPORTS", "EMAIL_FILE_PATH"):
        for file in Path(getattr(settings, name)).rglob("*"):
            if file.is_file():
                kept[str(file)] = str(file).encode() + file.read_bytes()
    return kept


@pytest.mark.long
def test_reports_leave_no_word_no_receipt_and_no_name_anywhere(committed: None, tmp_path: Path, thorough: bool) -> None:
    seed, reports = random.Random(7), REPORTS if thorough else FEW
    secrets: set[str] = set()
    people = holders()
    with logged() as lines:
        for number in range(reports):
            secrets |= _a_report(seed, NAMES[number % 3], without=people["silke"].pk if number % 5 == 0 else 0)
            caches["memory"].clear()
        lane_clock.tick()
    secrets |= {people[name].private.hex() for name in people}
    kept = everything(Path(settings.EMBEDDED.programs.folder), tmp_path, lines.getvalue())
    assert len(secrets) > 7 * reports
    sealed_files = [name for name in kept if "sealed/" in name]
    assert len(sealed_files) == reports
    for word in sorted(secrets):
        for form in forms(word):
            found = [where for where, content in kept.items() if form in content]
            assert not found, (word, form, found)


def test_the_search_would_find_a_word_that_was_kept() -> None:
    """Each form, wherever it stands."""
    for word in ("plantbcdfghjk", "1234567812345678"):
        for before in range(4):
            plain = bytes(before) + word.encode() + b"zz"
            for kept in (plain, plain.hex().encode(), b64encode(plain)):
                assert any(form in kept for form in forms(word)), (word, before, kept)
        assert any(form in f"x{word}".encode("utf-16-le") for form in forms(word))


def _a_report(seed: random.Random, identity: str, *, without: int) -> set[str]:
    """Made, answered with a file, a name given; what was secret of it."""
    what, who, name, contact, file, inside, answer, wrong = (planted(seed) for _ in range(8))
    reporter = Reporter()
    given = {"name": name, "contact": contact} if identity != "anonymous" else {}
    reporter.begins().previews(
        what=what, who=who, identity=identity, documents=SimpleUploadedFile(f"{file}.txt", inside.encode() * 400),
        **given, **({"without": [str(without)]} if without else {}),
    )  # fmt: skip
    receipt = reporter.does("verstuur").receipt
    reporter.returns(wrong)
    token = reporter.returns(receipt).hidden("bewijs")
    reporter.does("antwoord", words=answer).does("naam", identity="confidential", name=name, contact=contact)
    assert reporter.downloads() == inside.encode() * 400
    halves = {token[:64], token[64:]}
    plain = receipt.replace(" ", "")
    return {what, who, name, contact, file, inside, answer, wrong, receipt, plain, *halves}
