"""`manage.py verify_audit` and `sign_root`, as an operator sees them."""

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command

from tests.audit.sample.models import Permit

pytestmark = pytest.mark.usefixtures("permit")


def _output(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_a_clean_database_is_said_to_be_right() -> None:
    assert "Wortel 1" in _output("sign_root")
    assert "Alles klopt" in _output("verify_audit")


def test_a_finding_is_named_and_the_command_fails(permit: Permit, intruder: Callable[[str], None]) -> None:
    intruder("UPDATE sample_permit SET amount = 9999 WHERE \"order\" = 'derde'")
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", stdout=out)
    assert f"BEVINDING sample_permit {permit.pk}: is buiten een handeling om gewijzigd (amount)" in out.getvalue()
    assert "sinds " in out.getvalue()


def test_machines_read_the_same_report(intruder: Callable[[str], None]) -> None:
    assert json.loads(_output("verify_audit", "--json"))["ok"] is True
    intruder("UPDATE audit_act SET outcome = 'anders' WHERE chain = 'case/1' AND seq = 2")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_audit", "--json", stdout=out)
    [finding] = json.loads(out.getvalue())["findings"]
    assert (finding["what"], finding["where"]) == ("act_altered", "case/1 nr. 2")
