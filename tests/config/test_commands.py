"""What starts the embedded server, what does not, and what happens when it dies under Django."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.database import ROOT

KILLED_TWICE = """
import os, signal, time
from django.conf import settings
from django.db import OperationalError, connection

def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

def kill():
    os.kill(int((settings.EMBEDDED.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    time.sleep(1)  # its children go when they notice

def a_request_ends():
    connection.close_if_unusable_or_obsolete()

ask()
a_request_ends()
kill()
ask()  # between two requests: nobody notices
print("after a kill between requests: answered")
kill()
try:
    ask()
except OperationalError as error:
    print("after a kill within a request:", type(error).__name__)
a_request_ends()
ask()
print("then: answered")
"""


def _run(var: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {key: value for key, value in os.environ.items() if not key.endswith("DATABASE_URL")}
    given |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": str(var), **environment}
    command = (sys.executable, "manage.py", *command)
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=120)


@pytest.mark.long
@pytest.mark.parametrize("command", ["check", "--help"])
def test_a_command_that_needs_no_database_starts_none(command: str, tmp_path: Path) -> None:
    """Where the server's programs should be there is nothing: whoever wants the database fails."""
    assert _run(tmp_path, command, PG_BIN=str(tmp_path)).returncode == 0


@pytest.mark.long
def test_dbshell_starts_the_server_and_speaks_as_the_role_of_the_product(folder: Path) -> None:
    done = _run(folder, "dbshell", "--", "-At", "-c", "SELECT current_user, current_database()")
    assert done.stdout.strip() == "rolzuiver_app|rolzuiver"


@pytest.mark.long
def test_a_server_that_is_killed_is_there_again_for_the_next_request(folder: Path) -> None:
    done = _run(folder, "shell", "-v", "0", "-c", KILLED_TWICE)
    assert done.stdout.splitlines() == [
        "after a kill between requests: answered",
        "after a kill within a request: OperationalError",
        "then: answered",
    ], done.stderr


@pytest.mark.long
def test_data_of_another_version_is_explained_without_a_traceback(folder: Path) -> None:
    (folder / "pg").mkdir()
    (folder / "pg" / "PG_VERSION").write_text("16\n")
    done = _run(folder, "migrate")
    assert done.returncode == 1
    assert done.stderr.startswith(f"De gegevens in {folder}/pg zijn van PostgreSQL 16")
