"""`manage.py benchmark reports`: fifty reporters at once and one large file, over HTTP at a gunicorn as the README's.

Receipts cost what they cost in production. While the file comes in, every file that the server could write to and every
one that it holds open is searched for the words in it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter, sleep
from typing import Any

from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

from benchmarks.scratch import scratch_database
from config.demo import reporting
from escalation.setup import set_up_fixture

REPORTERS = 50
MEGABYTES = 200
PLANTED = b"een woord dat nergens mag liggen "
BOUNDARY = "------------------------grens"
EMPTY = {"identity": "anonymous", "name": "", "contact": "", "when": "", "who": "", "known": "", "compleet": "1"}
SERVER = ["-k", "gthread", "-w", "2", "--threads", "4", "--no-control-socket"]
MEBIBYTE = 1024 * 1024


@dataclass(slots=True)
class Reporter:
    """Somebody's browser; the server is behind a proxy that says it was TLS, and where from."""

    port: int
    number: int

    def send(self, act: str, **given: str) -> str:
        return self._answer([*self._parts({"doe": act, "compleet": "1", **given}), self._end()])

    def send_file(self, megabytes: int, **given: str) -> str:
        head = f'{self._opening("documents")}; filename="groot.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
        block = (PLANTED * (MEBIBYTE // len(PLANTED) + 1))[:MEBIBYTE]
        parts = self._parts({"doe": "bekijk", **EMPTY, **given})
        return self._answer([*parts, head.encode(), *[block] * megabytes, b"\r\n", self._end()])

    def reports(self, what: str) -> str:
        """From nothing to the talk behind the receipt: what is read there."""
        draft = hidden(self.send("nieuw", kanaal="limburg-noord"), "concept")
        draft = hidden(self.send("bekijk", **EMPTY, what=what, concept=draft), "concept")
        receipt = re.search(r"\d{4} \d{4} \d{4} \d{4}", self.send("verstuur", concept=draft))
        return self.send("terug", receipt=receipt.group() if receipt else "")

    def _answer(self, body: list[bytes]) -> str:
        server = HTTPConnection("127.0.0.1", self.port, timeout=300)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(sum(map(len, body))),
            "X-Forwarded-Proto": "https", "X-Forwarded-For": f"10.0.0.{self.number}",
        }  # fmt: skip
        try:
            server.request("POST", "/melden/", iter(body), headers)
            return server.getresponse().read().decode()
        finally:
            server.close()

    def _parts(self, given: dict[str, str]) -> list[bytes]:
        return [f"{self._opening(name)}\r\n\r\n{value}\r\n".encode() for name, value in given.items()]

    def _opening(self, name: str) -> str:
        return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'

    def _end(self) -> bytes:
        return f"--{BOUNDARY}--\r\n".encode()


def run(*, reporters: int = REPORTERS, megabytes: int = MEGABYTES) -> dict[str, Any]:
    with scratch_database(), TemporaryDirectory() as folder:
        set_up_fixture("limburg-noord")
        reporting.enrol(["silke", "tariq", "otto"])
        with served(Path(folder)) as (port, process):
            Reporter(port, 0).send("nieuw", kanaal="limburg-noord")
            before = forget_peaks(process)
            took, read = together(port, reporters)
            after = peaks(process)
            before_file = forget_peaks(process)
            upload, wanted, looked, plain = one_file(port, process, Path(folder), megabytes)
            peak = peaks(process)
    return {
        "reporters": reporters, "read_their_own": read, "seconds_of_all": round(took, 1), "megabytes": megabytes,
        "mb_of_workers": before, "peak_mb_of_workers": after, "seconds_of_file": round(upload, 1),
        "file_is_in_the_draft": wanted, "mb_before_file": before_file, "peak_mb_with_file": peak,
        "files_looked_at": looked, "of_which_plain": plain,
    }  # fmt: skip


def together(port: int, reporters: int) -> tuple[float, int]:
    """How long they took, and how many read their own words behind their receipt."""
    began = perf_counter()
    with ThreadPoolExecutor(reporters) as pool:
        pages = pool.map(lambda number: _read_own(port, number), range(reporters))
        read = sum(pages)
    return perf_counter() - began, read


def _read_own(port: int, number: int) -> bool:
    with suppress(OSError):
        return f"Melding nummer {number}." in Reporter(port, number).reports(f"Melding nummer {number}.")
    return False


def one_file(
    port: int, process: "subprocess.Popen[bytes]", folder: Path, megabytes: int
) -> tuple[float, bool, int, int]:
    """How long it took, whether it was taken in, how often a file was looked at meanwhile, and how many were plain."""
    reporter, stop = Reporter(port, 99), Event()
    looked: list[bool] = []
    watch = Thread(target=lambda: _watch(process, folder, stop, looked))
    draft = hidden(reporter.send("nieuw", kanaal="limburg-noord"), "concept")
    began = perf_counter()
    watch.start()
    page = reporter.send_file(megabytes, what="Zie het bestand.", concept=draft)
    took = perf_counter() - began
    stop.set()
    watch.join()
    return took, "groot.bin" in page, len(looked), sum(looked)


def _watch(process: "subprocess.Popen[bytes]", folder: Path, stop: Event, looked: list[bool]) -> None:
    while not stop.is_set():
        held = [each for worker in workers(process) for each in Path(f"/proc/{worker}/fd").iterdir()]
        for file in [*(each for each in folder.rglob("*") if each.is_file()), *held]:
            with suppress(OSError):
                if file.stat().st_size and file.is_file():
                    looked.append(_is_plain(file))


def _is_plain(file: Path) -> bool:
    """At its beginning and its end: what is written as it comes in is at either."""
    with file.open("rb") as content:
        begin = content.read(MEBIBYTE)
        content.seek(-min(file.stat().st_size, MEBIBYTE), os.SEEK_END)
        return PLANTED in begin or PLANTED in content.read(MEBIBYTE)


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """On the scratch database, with files and temporary files in this folder."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: str(folder / name) for name in ("SEALED_FILES", "SEALED_KEYS", "VAR_DIR", "TMPDIR")}
    for each in kept.values():
        Path(each).mkdir()
    environment = os.environ | kept | {"DEBUG": "", "DEMO_LOGIN": "", "TRUSTED_PROXIES": "1"}
    environment |= {"DATABASE_URL": address("default"), "MIGRATE_DATABASE_URL": address("owner")}
    environment |= {"SEALED_DATABASE_URL": address("sealed")}
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", *SERVER, "-b", f"127.0.0.1:{port}"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
    try:
        _wait(port)
        yield port, process
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        with suppress(OSError):
            Reporter(port, 0).send("lees")
            return
        sleep(0.2)
    raise RuntimeError("gunicorn does not answer")


def address(alias: str) -> str:
    given = connections[alias].settings_dict
    place = {key.lower(): given[key] for key in ("USER", "PASSWORD", "HOST", "PORT") if given[key]}
    return make_conninfo("", dbname=given["NAME"], **place)


def workers(process: "subprocess.Popen[bytes]") -> list[str]:
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def peaks(process: "subprocess.Popen[bytes]") -> list[int]:
    """The most memory that each worker held, in MB."""
    found = [Path(f"/proc/{each}/status").read_text() for each in workers(process)]
    return [int(re.findall(r"VmHWM:\s+(\d+)", each)[0]) // 1024 for each in found]


def forget_peaks(process: "subprocess.Popen[bytes]") -> list[int]:
    """What they hold now; it counts anew from here."""
    for each in workers(process):
        Path(f"/proc/{each}/clear_refs").write_text("5")
    return peaks(process)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', page)
    return unescape(found.group(1)) if found else ""
