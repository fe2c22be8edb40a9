"""The restore drill, by two persons: what of a backup opens, with what, and for whom (docs/klokkenluiders.md)."""

import shutil
import subprocess
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from pytest_django import Settings

from audit.verify import verify
from cases.rules.sealing import Broken
from escalation.whistleblowing import files
from escalation.whistleblowing.services import disclosure, dossiers, handling, intake
from escalation.whistleblowing.services.intake import Told
from escalation.whistleblowing.services.keys import Opened
from roles.authorize import NotAllowed
from tests.database import Clone, url
from tests.whistleblowing.keyholders import Channel, reads, vault_of, words_of

pytestmark = [
    pytest.mark.usefixtures("committed"),
    pytest.mark.skipif(bool(settings.DATABASE_URL), reason="uses the tools of the embedded server"),
]

PAPER = b"%PDF-1.7\n" + b"bewijs " * 2000


@pytest.fixture
def report() -> UUID:
    """Told in confidence, with a file; both handlers declared to be free."""
    people = Channel()
    arriving = files.Arriving("bewijs.bin")
    arriving.add(PAPER)
    told = Told(
        identity=intake.CONFIDENTIAL, name="Roos Wijnants", contact="", what="Buiten de procedure om gegund.",
        documents=[arriving.end()],
    )  # fmt: skip
    made = intake.submit(channel=people.silke.channel, told=told).report
    for name in ("silke", "tariq"):
        opened = vault_of(name)
        handling.declare(opened=opened, report=made, seen=seen(opened, made), outcome="free")
    return made


def seen(opened: Opened, report: UUID) -> int:
    return dossiers.dossier(opened, report).acts.by_handlers


def restore(folder: Path) -> None:
    """A dump of everything in the database, put back where there is nothing."""
    tools, dump = settings.EMBEDDED.programs.folder, folder / "rolzuiver.dump"
    subprocess.run([tools / "pg_dump", "-Fc", "-f", dump, url("owner")], check=True)
    assert Clone.current is not None
    Clone.current.empty()
    subprocess.run([tools / "pg_restore", "-d", url("owner"), dump], check=True)


@pytest.mark.long
def test_two_persons_restore_a_backup_and_read_it(report: UUID, tmp_path: Path, settings: Settings) -> None:
    keys, sealed_files = tmp_path / "keys of the backup", tmp_path / "files of the backup"
    shutil.copytree(settings.SEALED_KEYS, keys)
    shutil.copytree(settings.SEALED_FILES, sealed_files)
    restore(tmp_path)

    # The database alone, with the passphrases of two persons: that there are reports, and not a word.
    settings.SEALED_KEYS = settings.SEALED_FILES = tmp_path / "nothing"
    silke, tariq = vault_of("silke"), vault_of("tariq")
    assert reads(silke) == reads(tariq) == set()
    with pytest.raises(Broken):
        dossiers.dossier(silke, report)

    # With the keys, and no passphrase: nothing either.
    settings.SEALED_KEYS, settings.SEALED_FILES = keys, sealed_files
    with pytest.raises(NotAllowed, match="past niet"):
        vault_of("silke", words_of("tariq"))

    # With both: the first person reads what was said, and the file.
    found = dossiers.dossier(silke, report)
    assert "Buiten de procedure om gegund." in found.messages[0].words
    [enclosed] = found.enclosed.values()
    assert b"".join(files.content_of(enclosed)) == PAPER

    # Who reported, the two of them together.
    disclosure.ask(opened=silke, report=report, seen=seen(silke, report), words="Oefening herstel.")
    disclosure.approve(opened=tariq, report=report, seen=seen(tariq, report), words="Akkoord.")
    [known] = disclosure.look(opened=silke, report=report, seen=seen(silke, report))
    assert known.name == "Roos Wijnants"
    assert not [finding for finding in verify().findings if finding.what == "sealed_chain"]


@pytest.mark.long
def test_what_was_destroyed_since_does_not_come_back_with_the_backup(
    report: UUID, tmp_path: Path, settings: Settings
) -> None:
    """The folder of keys has a backup of its own, which forgets: what is restored is the folder as it is now."""
    shutil.rmtree(settings.SEALED_KEYS)
    restore(tmp_path)
    silke = vault_of("silke")
    assert reads(silke) == set()
    with pytest.raises(Broken):
        dossiers.dossier(silke, report)
