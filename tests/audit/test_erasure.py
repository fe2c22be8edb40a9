"""Destroying words (AVG 17, Archiefwet) without destroying the proof."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit import texts
from audit.models import Text
from audit.roots import sign_root
from audit.services import acting
from audit.verify import verify
from tests.audit.conftest import found
from tests.audit.sample.models import Permit


def _title(permit: Permit) -> Text:
    assert permit.title is not None
    permit.title.refresh_from_db()
    return permit.title


def _erase(*erased: Text) -> None:
    with acting(chain="case/1", verb="destroy", actor="person/5"):
        texts.erase(erased)


def test_erasure_leaves_a_tombstone_that_verifies(permit: Permit) -> None:
    sign_root()
    title = _title(permit)
    commitment = bytes(title.commitment)
    _erase(title)
    title.refresh_from_db()
    assert (str(title), title.salt) == ("[vernietigd]", None)
    assert bytes(title.commitment) == commitment
    report = verify()
    assert report.findings == []
    assert report.erased == 1


def test_words_are_gone_from_every_table(permit: Permit) -> None:
    _erase(_title(permit))
    with connection.cursor() as cursor:
        for table in ("audit_text", "audit_act", "sample_permit", "sample_historicalpermit"):
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%Hoekje%' AND t::text NOT LIKE '%case/2%'"
            )
            assert cursor.fetchone() == (0,), table


def test_a_text_is_erased_once(permit: Permit) -> None:
    title = _title(permit)
    _erase(title)
    with pytest.raises(DatabaseError, match="erased before"):
        _erase(title)


def test_erasure_is_an_act(permit: Permit) -> None:
    with pytest.raises(DatabaseError, match="only within an act"), transaction.atomic():
        texts.erase([_title(permit)])
    assert found() == set()


@pytest.mark.django_db
def test_texts_come_back_in_the_order_in_which_they_were_given() -> None:
    with acting(chain="case/1", verb="write"):
        written = texts.write_many("case/1", ["één", "", "drie\nregels", "één"])
        assert texts.write_many("case/1", []) == []
    assert [str(text) for text in written] == ["één", "", "drie\nregels", "één"]
    assert len({bytes(text.commitment) for text in written}) == 4
