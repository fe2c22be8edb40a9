"""A permit that alice opened and changed: a few acts in two chains, with texts and versions."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.db.backends.utils import CursorWrapper
from pytest_django import Settings

from audit import texts
from audit.services import HatLabel, acting
from audit.verify import verify
from tests.audit.sample.models import Permit

ALICE = HatLabel(appointment="appointment/1", capacity="client", role="Accountmanager Venlo", behalf_of="Venlo")


def open_permit(chain: str = "case/1", order: str = "eerste") -> Permit:
    with acting(chain=chain, verb="open", actor="person/1", hat=ALICE, step="permit/1/open", duty="prepare") as act:
        permit = Permit.objects.create(
            title=texts.write(chain, "Vergunning voor café 't Hoekje"),
            order=order,
            amount=Decimal("1250.00"),
            ratio=0.1,
            decided_on=date(2026, 11, 21),
            closes_at=datetime(2026, 12, 1, 11, 30, tzinfo=UTC),
            term=timedelta(days=14, hours=2),
            facts={"b": [1, None], "a": "é"},
        )
        act.motivation = "De aanvraag is compleet."
        act.documents = ["ab" * 32]
    return permit


def change(permit: Permit, order: str, chain: str = "case/1") -> None:
    with acting(chain=chain, verb="change", actor="person/2") as act:
        permit.order = order
        permit.save()
        act.outcome = "changed"


@pytest.fixture(autouse=True)
def _evidence_alone(settings: Settings) -> None:
    """What the layers above let the verifier ask is tested with them (tests/workflows/test_evidence.py)."""
    settings.AUDIT_CHECKS = []


@pytest.fixture
def permit(committed: None) -> Permit:
    permit = open_permit()
    change(permit, "tweede")
    change(permit, "derde")
    other = open_permit("case/2", "ander")
    change(other, "nog een ander", "case/2")
    return permit


@pytest.fixture
def owner(committed: None) -> Iterator[CursorWrapper]:
    """Who made the tables, and could do anything to them."""
    with connections["owner"].cursor() as cursor:
        yield cursor


@pytest.fixture
def intruder(owner: CursorWrapper) -> Callable[[str], None]:
    """The owner at their worst: with every trigger out of the way, put back afterwards as if nothing happened."""

    def tamper(statement: str) -> None:
        owner.execute(f"""
            BEGIN; SET LOCAL lock_timeout = '5s';
            CREATE TEMP TABLE standing ON COMMIT DROP AS
              SELECT tgrelid::regclass AS relation, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal;
            DO $$ DECLARE t record; BEGIN
              FOR t IN SELECT * FROM standing LOOP
                EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', t.relation, t.tgname); END LOOP; END $$;
            {statement};
            SET CONSTRAINTS ALL IMMEDIATE;
            DO $$ DECLARE t record; BEGIN
              FOR t IN SELECT * FROM standing LOOP
                EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', t.relation,
                               CASE t.tgenabled WHEN 'A' THEN 'ALWAYS' ELSE '' END, t.tgname); END LOOP; END $$;
            COMMIT;
        """)

    return tamper


def found() -> set[tuple[str, str]]:
    return {(finding.what, finding.where) for finding in verify().findings}
