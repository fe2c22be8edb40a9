"""Whoever owns the tables may try everything that docs/audit-format.md lists; `verify_audit` finds it."""

import re
from collections import Counter

import pytest

from audit.verify import verify
from tests.database import ROOT
from tests.evidence.conftest import Attacked
from tests.evidence.kinds import KINDS

LISTED = ROOT / "docs" / "audit-format.md"


@pytest.fixture(scope="session")
def attempts(pytestconfig: pytest.Config) -> int:
    asked = pytestconfig.getoption("--attacks")
    return int(asked or (len(KINDS) * 2 if pytestconfig.getoption("--thorough") else 30))


def test_every_kind_is_listed_beforehand() -> None:
    section = LISTED.read_text().partition("\n## Attacks\n")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert named == [kind.__name__ for kind in KINDS]


@pytest.mark.long
def test_every_attack_is_found(attacked: Attacked, attempts: int) -> None:
    """In turn, from a place in the list that differs with the number: a short run is not always of the same kinds."""
    assert verify().findings == []
    missed, found = list[str](), Counter[str]()
    for number in range(attempts):
        kind = KINDS[(number * 11 + attempts) % len(KINDS)]
        with attacked(kind, number):
            findings = verify().findings
        found.update({f"{kind.__name__}: {what}" for what in {finding.what for finding in findings}})
        if not findings:
            missed.append(f"{kind.__name__} ({number})")
    print(f"{attempts} attacks of {min(attempts, len(KINDS))} kinds: {dict(sorted(found.items()))}")
    assert missed == []
    assert verify().findings == []
