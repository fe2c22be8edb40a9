"""Found a regeling with its terms: those of all (fixtures/terms.toml), and its own ([[terms]] in its file).

And with its channel for reports ([whistleblowing]).
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from cases import setup as cases
from escalation.models import ReminderMoment, TermRule
from escalation.services import adopt_terms
from escalation.services.reminders import adopt_reminders
from escalation.whistleblowing.setup import adopt_channel
from roles import setup as roles
from roles.models import Scheme
from roles.setup import FIXTURES

TERMS, REMINDERS = FIXTURES / "terms.toml", FIXTURES / "reminders.toml"


@transaction.atomic
def set_up_fixture(name: str, *, password: str | None = None) -> Scheme:
    """Everything or nothing; what is there already is left as it is."""
    return set_up(roles.read(name), password=password)


@transaction.atomic
def set_up(data: roles.Data, *, password: str | None = None) -> Scheme:
    scheme = cases.set_up(data, password=password)
    load_terms()
    adopt_terms(scheme=scheme, rows=data.get("terms", []))
    load_reminders()
    adopt_reminders(scheme=scheme, rows=data.get("reminders", []))
    if channel := data.get("whistleblowing"):
        transaction.on_commit(lambda: adopt_channel(scheme_id=scheme.pk, data=channel))
    return scheme


def load_terms() -> list[TermRule]:
    """The rules of all regelingen that are new in the file; also after an upgrade (`manage.py load_terms`)."""
    return adopt_terms(scheme=None, rows=general())


def load_reminders() -> list[ReminderMoment]:
    """The moments of all regelingen, where there are none."""
    return adopt_reminders(scheme=None, rows=tomllib.loads(REMINDERS.read_text())["reminders"])


def general() -> list[dict[str, Any]]:
    """The rows of the file, with what they share."""
    read: Mapping[str, Any] = tomllib.loads(TERMS.read_text())
    shared: dict[str, str | date] = {"from": read["from"], "article": read["article"]}
    return [shared | row for row in read["terms"]]
