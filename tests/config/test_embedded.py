"""The embedded server, and what may befall it. No test here uses the tests' own database: each has its own folder."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded.programs import ACCOUNT, ROOT_FOLDER, Programs, Unusable, digest
from config.embedded.server import APP_ROLE, Server
from tests.config.conftest import accessible
from tests.database import ROOT

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")

# A process that uses the server until its input ends; as the account of its second argument, if any.
CLIENT = """
import os, pwd, sys
from pathlib import Path
import psycopg
from config.embedded.server import Server
if sys.argv[2:]:
    account = pwd.getpwnam(sys.argv[2])
    os.setgroups([]); os.setgid(account.pw_gid); os.setuid(account.pw_uid)
server = Server(Path(sys.argv[1]), database="proef", durable=False)
server.ensure()
with psycopg.connect(host=str(server.socket_folder), user="rolzuiver_app", dbname="proef") as connection:
    print(connection.execute("SELECT current_user").fetchone()[0], flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def sample() -> Iterator[Path]:
    """A data folder with a database in it, to copy: making one takes a second."""
    with accessible() as folder:
        server = _server(folder / "pg")
        server.ensure()
        server.release()
        yield server.data


@pytest.fixture
def data(sample: Path, folder: Path) -> Path:
    subprocess.run(["cp", "-a", sample, folder / "pg"], check=True)
    return folder / "pg"


@pytest.fixture
def place(folder: Path) -> Path:
    """Where nothing is yet."""
    return folder / "new"


def _server(data: Path) -> Server:
    return Server(data, database="proef", durable=False)


def _answers(server: Server) -> bool:
    with psycopg.connect(host=str(server.socket_folder), user=APP_ROLE, dbname="proef") as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def _postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def _client(data: Path, *account: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CLIENT, str(data), *account]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | environment
    )


def _said(client: subprocess.Popen[str]) -> str:
    assert client.stdout
    return client.stdout.readline().strip()


def _leave(client: subprocess.Popen[str]) -> None:
    client.communicate(timeout=60)


def _half_made(data: Path) -> None:
    shutil.rmtree(data)
    data.with_name("pg.new").mkdir()
    (data.with_name("pg.new") / "PG_VERSION").write_text("18\n")


def _empty(data: Path) -> None:
    shutil.rmtree(data)
    data.mkdir()


def _pid_file(content: Callable[[], str]) -> Callable[[Path], None]:
    def leave(data: Path) -> None:
        (data / "postmaster.pid").write_text(content())
        (data / ".s.PGSQL.5432.lock").write_text(content())

    return leave


def _whole_pid_file(pid: int) -> str:
    return f"{pid}\n/somewhere/else\n1700000000\n5432\n/somewhere/else\n\n"


@pytest.mark.parametrize(
    "befall",
    [
        pytest.param(lambda data: None, id="nothing"),
        pytest.param(_half_made, id="an initdb killed half-way"),
        pytest.param(_empty, id="an empty folder"),
        pytest.param(_pid_file(lambda: ""), id="an empty pid file"),
        pytest.param(_pid_file(lambda: "rubbish\n"), id="a pid file with rubbish"),
        pytest.param(_pid_file(lambda: _whole_pid_file(2**22 - 1)), id="the pid of a process that is gone"),
        pytest.param(_pid_file(lambda: _whole_pid_file(os.getppid())), id="a pid that became another process"),
        pytest.param(_pid_file(lambda: _whole_pid_file(1)), id="a pid that became another account's process"),
    ],
)
def test_whatever_was_left_behind_the_server_starts(data: Path, befall: Callable[[Path], None]) -> None:
    befall(data)
    server = _server(data)
    server.ensure()
    assert _answers(server)
    server.release()
    assert not (data / "postmaster.pid").exists()


@pytest.mark.long
def test_a_pid_that_became_the_server_of_another_folder_does_not_stop_this_one(data: Path, place: Path) -> None:
    shutil.copytree(data, place, copy_function=shutil.copy2)
    subprocess.run(["chown", "-R", "--reference", data, place], check=True)
    other, server = _server(place), _server(data)
    other.ensure()
    _pid_file(lambda: _whole_pid_file(_postmaster(other)))(data)
    server.ensure()
    assert _answers(server)
    server.release()
    other.release()


@pytest.mark.long
def test_a_server_that_was_killed_is_started_again_once(data: Path) -> None:
    server = _server(data)
    server.ensure()
    os.kill(_postmaster(server), signal.SIGKILL)
    assert server.revive()
    assert _answers(server)
    assert not server.revive()
    server.release()


@pytest.mark.long
def test_a_client_that_was_killed_leaves_a_server_that_the_next_one_uses_and_stops(data: Path) -> None:
    killed = _client(data)
    assert _said(killed) == APP_ROLE
    pid = _postmaster(_server(data))
    killed.kill()
    _leave(killed)
    server = _server(data)
    server.ensure()
    assert _postmaster(server) == pid
    server.release()
    assert not (data / "postmaster.pid").exists()


@pytest.mark.long
def test_of_four_that_start_at_once_on_an_empty_place_all_use_one_server(place: Path) -> None:
    clients = [_client(place) for _ in range(4)]
    assert [_said(client) for client in clients] == [APP_ROLE] * 4
    for client in clients[1:]:
        _leave(client)
    assert _answers(_server(place))
    _leave(clients[0])
    assert not (place / "postmaster.pid").exists()


@pytest.mark.long
@AS_ROOT
def test_another_account_than_root_runs_the_server_itself(folder: Path) -> None:
    account = pwd.getpwnam(ACCOUNT)
    os.chown(folder, account.pw_uid, account.pw_gid)
    client = _client(folder / "pg", ACCOUNT, PG_BIN=str(Programs().folder))
    assert _said(client) == APP_ROLE
    assert (folder / "pg").stat().st_uid == account.pw_uid
    _leave(client)
    assert not (folder / "pg" / "postmaster.pid").exists()


@pytest.mark.long
@AS_ROOT
def test_a_checkout_that_is_closed_to_others_keeps_its_data_where_the_account_may_come(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    server = _server(tmp_path / "pg")
    assert server.data == ROOT_FOLDER / f"pg-{digest(tmp_path / 'pg')}"
    server.ensure()
    assert _answers(server)
    server.release()
    for left in ROOT_FOLDER.glob(f"{server.data.name}*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def test_a_path_too_long_for_a_socket_keeps_the_socket_elsewhere(data: Path) -> None:
    deep = data.parent / ("lang" * 20) / ("langer" * 20) / "pg"
    deep.parent.mkdir(parents=True)
    data.rename(deep)
    server = _server(deep)
    server.ensure()
    assert len(str(server.socket_folder)) < 60
    assert _answers(server)
    server.release()
    shutil.rmtree(server.socket_folder)


def test_data_of_another_major_version_is_refused_with_what_to_do_and_never_touched(data: Path) -> None:
    (data / "PG_VERSION").write_text("16\n")
    before = _everything_in(data)
    with pytest.raises(Unusable, match=r"van PostgreSQL 16; hier hoort versie \d\d bij") as refused:
        _server(data).ensure()
    assert "pg_dump" in str(refused.value)
    assert "pg_restore" in str(refused.value)
    assert _everything_in(data) == before


def test_a_folder_with_something_else_in_it_is_refused_and_kept(place: Path) -> None:
    place.mkdir()
    (place / "scriptie.odt").touch()
    with pytest.raises(Unusable, match="bevat iets anders dan een database"):
        _server(place).ensure()
    assert (place / "scriptie.odt").exists()


def _everything_in(folder: Path) -> dict[Path, tuple[int, int]]:
    return {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.rglob("*")}
