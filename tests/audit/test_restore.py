"""Restoring and replicating: the server's own mode for it, in which given values are checked and not stamped again."""

import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper

from audit.models import Act
from audit.roots import sign_root
from tests.audit.conftest import change, found
from tests.audit.sample.models import Permit
from tests.database import url

pytestmark = pytest.mark.usefixtures("permit")

LAST = "chain = 'case/2' AND seq = 2"


@pytest.mark.long
@pytest.mark.skipif(bool(settings.DATABASE_URL), reason="uses the tools of the embedded server")
def test_a_dump_that_is_restored_verifies_and_goes_on(permit: Permit, tmp_path: Path) -> None:
    sign_root()
    tools, dump = settings.EMBEDDED.programs.folder, tmp_path / "dump"
    subprocess.run([tools / "pg_dump", "-Fc", "-f", dump, url("owner")], check=True)
    subprocess.run([tools / "pg_restore", "--clean", "--if-exists", "-d", url("owner"), dump], check=True)
    assert found() == set()
    change(permit, "na het herstel")
    assert found() == set()


@pytest.fixture
def _act_away(permit: Permit, owner: CursorWrapper) -> None:
    owner.execute("SET session_replication_role = replica")  # foreign keys look away, as they do while restoring
    owner.execute("ALTER TABLE audit_act DISABLE TRIGGER refuse_change")
    owner.execute("CREATE TEMP TABLE kept AS SELECT * FROM audit_act")
    owner.execute(f"DELETE FROM audit_act WHERE {LAST}")
    owner.execute("ALTER TABLE audit_act ENABLE ALWAYS TRIGGER refuse_change")


@pytest.mark.usefixtures("_act_away")
def test_an_act_comes_back_as_it_was(owner: CursorWrapper) -> None:
    assert ("head_differs", "case/2") in found()
    owner.execute(f"INSERT INTO audit_act SELECT * FROM kept WHERE {LAST}")
    assert found() == set()


@pytest.mark.usefixtures("_act_away")
def test_an_act_with_another_content_is_refused(owner: CursorWrapper) -> None:
    owner.execute("UPDATE kept SET actor = 'person/9'")
    with pytest.raises(DatabaseError, match="the hash that it comes with"):
        owner.execute(f"INSERT INTO audit_act SELECT * FROM kept WHERE {LAST}")
    assert not Act.objects.filter(chain="case/2", seq=2).exists()


def test_a_text_with_other_words_is_refused(owner: CursorWrapper) -> None:
    owner.execute("SET session_replication_role = replica")
    owner.execute("CREATE TEMP TABLE kept AS SELECT * FROM audit_text")
    owner.execute("UPDATE kept SET id = id + 1000, content = 'Anders'")
    with pytest.raises(DatabaseError, match="the commitment that it comes with"):
        owner.execute("INSERT INTO audit_text SELECT * FROM kept")


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_act SET seq = 9", "DELETE FROM audit_text", "TRUNCATE audit_chainhead"]
)
def test_append_only_holds_in_that_mode_too(owner: CursorWrapper, statement: str) -> None:
    owner.execute("SET session_replication_role = replica")
    with pytest.raises(DatabaseError, match="append-only"):
        owner.execute(statement)
