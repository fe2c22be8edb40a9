"""The command that a newcomer runs."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.db import connections

from config.management.commands.demo import _to_migrate
from tests.database import ROOT


def _demo(environment: dict[str, str], *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "manage.py", "demo", *options]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.long
def test_a_taken_port_is_said_before_anything_is_touched(tmp_path: Path) -> None:
    """Nothing is where the database server's programs should be."""
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "PG_BIN": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        said = _demo(environment, "--port", str(number)).communicate(timeout=60)[1]
    assert said.strip() == f"CommandError: Poort {number} is bezet; kies een andere met --port."


@pytest.mark.long
def test_a_database_elsewhere_is_not_emptied(environment: dict[str, str]) -> None:
    said = _demo(environment, "--fresh", "--no-serve").communicate(timeout=60)[1]
    assert "--fresh is alleen voor de ingebouwde database" in said


@pytest.mark.long
def test_a_second_start_plays_nothing_and_a_stop_signal_ends_it(environment: dict[str, str], tmp_path: Path) -> None:
    """The database of a test holds a regeling, so that nothing has to be played."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    demo = _demo(environment | {"VAR_DIR": str(tmp_path)}, "--port", str(port))
    assert demo.stdout
    assert demo.stdout.readline() == f"Rolzuiver draait op http://127.0.0.1:{port}/ en stopt met Ctrl-C.\n"
    assert "Noor" in _page(f"http://127.0.0.1:{port}/")
    demo.send_signal(signal.SIGTERM)
    demo.communicate(timeout=60)
    assert demo.returncode == 0


@pytest.mark.long
def test_what_only_some_pages_need_is_not_read_in_at_every_start() -> None:
    """Each is imported in the function that needs it."""
    program = """if True:
        import sys, django
        django.setup()
        import config.management.commands.demo, config.urls
        print(*({"xlsxwriter", "icalendar", "holidays", "jwt", "pypdf", "PIL", "config.demo"} & sys.modules.keys()))
    """
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_second_start_migrates_when_a_migration_was_not_applied(committed: None) -> None:
    assert not _to_migrate()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'cases' AND name LIKE '0002%'")
    assert _to_migrate()


def _page(url: str) -> str:
    """Listening comes a moment after it was said."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url) as answer:
                page: str = answer.read().decode()
                return page
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("Nobody listens")
