"""What is enclosed: sealed while it comes in, cleaned where that can be, and not to be brought down by."""

import io
import os
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pytest_django import Settings

from cases.rules.sealing import Broken
from escalation.whistleblowing import files, keyring
from escalation.whistleblowing.files import CLEANED, FAILED, TOO_LARGE, UNKNOWN, Arriving, Enclosed
from escalation.whistleblowing.forms import uploads
from escalation.whistleblowing.models import Attachment, Report
from escalation.whistleblowing.rules import cleaning
from escalation.whistleblowing.rules.vault import new_key
from tests.examples import one_in
from tests.whistleblowing.cast import waiting

SECRET = b"geplant-geheim"
CAMERA, PLACE = 0x0110, 0x8825


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.SEALED_FILES = tmp_path / "sealed"


def enclosed(content: bytes, name: str = "bestand.bin", chunk: int = 64 * 1024) -> Enclosed:
    arriving = Arriving(name)
    for at in range(0, len(content), chunk):
        arriving.add(content[at : at + chunk])
    return arriving.end()


def kept(content: bytes, name: str = "bestand.bin", **options: Any) -> Enclosed:
    found = enclosed(content, name, **options)
    waiting()[0].rename(files.place_of(found.id))
    return found


def read(found: Enclosed) -> bytes:
    return b"".join(files.content_of(found))


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """With a camera, a place and a comment in it, lying on its side."""
    exif = Image.Exif()
    exif[CAMERA], exif[0x0112], exif[PLACE] = SECRET.decode(), 6, {1: "N", 2: (52.0, 3.0, 1.0)}
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, kind, exif=exif, **options)
    return written.getvalue()


def paper() -> bytes:
    """By somebody, and with a remark of theirs."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Author": SECRET.decode(), "/Producer": SECRET.decode()})
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize("size", [1, 1000, 65_536, 65_537, 1_000_000])
def test_what_comes_in_comes_out_whatever_the_chunks(size: int) -> None:
    content = os.urandom(size)
    for chunk in (1000, 64 * 1024):
        assert read(kept(content, chunk=chunk)) == content


def test_nothing_plain_of_it_is_on_the_disk_nor_its_name() -> None:
    found = kept(SECRET * 10_000, "geheim-van-mij.txt")
    [place] = files.place_of(found.id).parent.glob("*-*")
    assert SECRET not in place.read_bytes()
    assert "geheim" not in str(place)
    assert place.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("size", "padded"),
    [(0, 65_536), (1, 65_536), (65_536, 65_536), (65_537, 131_072), (1_000_000, 1_048_576), (200_000_000, 201_326_592)],
)
def test_the_length_of_a_file_tells_little(size: int, padded: int) -> None:
    assert files.padded(size) == padded


def test_a_file_is_never_much_longer_and_never_shorter() -> None:
    for size in range(1, 3_000_000, 9973):
        assert size <= files.padded(size) <= max(files.SMALLEST, size * 9 // 8 + files.SMALLEST)


@pytest.mark.parametrize("kind", ["JPEG", *one_in(2, ["PNG", "WEBP"])])
def test_a_photo_forgets_its_camera_and_its_place_and_stands_upright(kind: str) -> None:
    came = photo(kind)
    assert SECRET in came
    found = kept(came, "foto.dat")
    assert (found.cleaned, found.said) == (CLEANED, "verborgen gegevens zijn verwijderd")
    left = read(found)
    assert SECRET not in left
    with Image.open(io.BytesIO(left)) as picture:
        assert picture.size == (40, 60)
        assert not picture.getexif()


@pytest.mark.long
def test_a_pdf_forgets_who_made_it() -> None:
    came = paper()
    assert b"Author" in came
    left = read(kept(came, "stuk.pdf"))
    assert b"Author" not in left
    assert b"geplant" not in left
    assert len(PdfReader(io.BytesIO(left)).pages) == 1


def test_a_zip_stays_as_it_is_and_that_is_told() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("foto.jpg", photo())
    found = kept(written.getvalue(), "foto.zip")
    assert (found.cleaned, read(found)) == (UNKNOWN, written.getvalue())
    assert "niet verwijderd" in found.said


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bombs() -> dict[str, bytes]:
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    writer.encrypt("dicht")
    shut = io.BytesIO()
    writer.write(shut)
    return {
        "a picture of 1.6 gigapixels": b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + _chunk(b"IEND", b""),
        "a picture that ends halfway": photo()[:400],
        "a pdf without end": b"%PDF-1.4\n" + b"<<" * 100_000, "a pdf that nests": b"%PDF-1.4\n" + b"[" * 100_000,
        "a pdf with a password": shut.getvalue(), "only a beginning": b"\xff\xd8\xff",
        "noise": b"%PDF-" + os.urandom(50_000),
    }  # fmt: skip


@pytest.mark.parametrize("what", one_in(2, [*bombs()]))
def test_what_would_bring_a_reader_down_is_kept_as_it_came(what: str) -> None:
    content = bombs()[what]
    found = kept(content, "bom.pdf")
    assert (found.cleaned, read(found)) == (FAILED, content)


def test_who_cleans_has_little_memory_and_no_secrets() -> None:
    """Of the process itself: a run that asks for two gigabytes falls, and this one goes on."""
    greedy = "import runpy, sys; m = runpy.run_path(sys.argv[1]); m['within_bounds'](); bytearray(2 << 30)"
    ran = subprocess.run(
        [sys.executable, "-I", "-c", greedy, cleaning.__file__], capture_output=True, env={}, check=False
    )
    assert b"MemoryError" in ran.stderr


def test_a_large_picture_goes_through_the_seal_without_being_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MOST_CONTENT", 10_000)
    content = photo(quality=95, size=(900, 900)) + os.urandom(20_000)
    found = kept(content, "groot.jpg", chunk=4000)
    assert (found.cleaned, read(found)) == (TOO_LARGE, content)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\zwaluw\\bewijs.pdf", "bewijs.pdf"), ("", "document"),
        ("a\x00b\n.txt", "ab.txt"), ("fac\u202efdp.exe", "facfdp.exe"), ("x" * 5000 + ".pdf", "x" * 116 + ".pdf"),
        ("<script>.html", "script.html"), ("...", "document"), ("é‮.txt", "é.txt"),
    ],
)  # fmt: skip
def test_an_odd_name_becomes_a_safe_one(name: str, safe: str) -> None:
    assert enclosed(b"x", name).name == safe


@pytest.mark.parametrize("harm", ["cut", "changed", "swapped", "gone"])
def test_a_file_that_was_tampered_with_does_not_open(harm: str) -> None:
    found, other = kept(os.urandom(300_000)), kept(os.urandom(300_000))
    place = files.place_of(found.id)
    whole = place.read_bytes()
    match harm:
        case "cut":
            place.write_bytes(whole[:-70_000])
        case "changed":
            place.write_bytes(whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:])
        case "swapped":
            place.write_bytes(files.place_of(other.id).read_bytes())
        case "gone":
            place.unlink()
    with pytest.raises(Broken):
        read(found)


def posted(body: bytes, content_type: str = MULTIPART_CONTENT) -> tuple[uploads.Sealing, str, Any]:
    request = RequestFactory().generic("POST", "/melden/", body, content_type=content_type)
    sealing, problem = uploads.read(request)
    return sealing, problem, request


def form_with(*contents: tuple[str, bytes]) -> bytes:
    given = [SimpleUploadedFile(name, content) for name, content in contents]
    return encode_multipart(BOUNDARY, {"doe": "bekijk", "documents": given, uploads.WHOLE: "1"})


def test_an_upload_that_breaks_off_anywhere_leaves_nothing() -> None:
    body = form_with(("een.bin", os.urandom(200_000)), ("twee.bin", os.urandom(200_000)))
    ends = [len(body) - 10, len(body) - 200, 250_000, 201_000, 100_000, 500]
    for end in ends:
        sealing, problem, _ = posted(body[:end])
        if end == len(body) - 10:  # of the last line only
            assert (problem, len(sealing.kept)) == ("", 2)
            for each in sealing.kept:
                files.forget(each)
        else:
            assert problem == uploads.BROKEN, end
        assert not waiting(), end


def test_too_many_and_too_large_files_are_named_and_the_others_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_EACH", 100_000)
    monkeypatch.setattr(files, "MOST_FILES", 3)
    sealing, problem, request = posted(
        form_with(("klein.bin", b"x"), ("groot.bin", os.urandom(100_001)), ("leeg.bin", b""), ("vier.bin", b"x"))
    )
    assert not problem
    assert [each.name for each in sealing.kept] == ["klein.bin"]
    told = [each.problem for each in request.FILES.getlist("documents")]
    assert [
        bool(re.search(words, each))
        for words, each in zip(["^$", "te groot", "leeg", "ten hoogste"], told, strict=True)
    ] == [True] * 4
    assert len(waiting()) == 1


def test_a_full_disk_refuses_files_and_not_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LEAST_FREE", 1 << 60)
    sealing, problem, request = posted(form_with(("a.bin", b"x")))
    assert (problem, sealing.kept) == ("", [])
    assert request.POST["doe"] == "bekijk"
    assert "geen ruimte" in request.FILES["documents"].problem


def test_a_disk_that_fills_up_on_the_way_refuses_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Arriving, "_write", full)
    sealing, _, request = posted(form_with(("a.bin", b"x" * 200_000)))
    assert sealing.kept == []
    assert "geen ruimte" in request.FILES["documents"].problem
    assert not waiting()


def test_what_was_never_sent_is_removed_after_some_hours() -> None:
    old, new = enclosed(b"oud"), enclosed(b"nieuw")
    place = next(each for each in waiting() if each.name == str(old.id))
    os.utime(place, (0, 0))
    assert files.sweep() > 0
    assert [each.name for each in waiting()] == [str(new.id)]
    assert (files.waits(old), files.waits(new)) == (False, True)


def test_a_report_and_its_files_survive_a_power_cut_once_they_are_taken_in(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEALED_KEYS = tmp_path / "keys"
    settled: list[str] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        settled.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    report = uuid4()
    keyring.make(report)
    assert settled == [str(tmp_path / "keys" / str(report)), str(tmp_path / "keys")]
    settled.clear()
    found = enclosed(b"bewijs")
    assert settled == [str(waiting()[0])]
    with mock.patch.object(Attachment.objects, "create"):
        files.keep(Report(pk=report), found, lane="talk", private=new_key(), at=datetime.now(UTC))
    assert settled[1:] == [str(tmp_path / "sealed")]


def test_the_date_of_the_key_of_a_report_says_the_hour_and_no_more(settings: Any, tmp_path: Path) -> None:
    settings.SEALED_KEYS = tmp_path
    keyring.make(uuid4())
    [made] = tmp_path.iterdir()
    assert made.stat().st_mtime % 3600 == 0
