"""What the application can do to evidence: add an act, and nothing else."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from audit import selectors, texts
from audit.format import ACT_FIELDS, act_hash
from audit.models import ChainHead, Text
from audit.services import acting, looked
from tests.audit.conftest import ALICE, change, open_permit
from tests.audit.sample.models import Permit

pytestmark = pytest.mark.django_db


def test_an_act_says_who_did_what_in_which_hat_and_lists_what_it_changed() -> None:
    permit = open_permit()
    act = selectors.trail("case/1").get()
    assert (act.seq, act.actor, act.verb, act.role, act.behalf_of) == (1, "person/1", "open", ALICE.role, "Venlo")
    title, row, motivation = selectors.changes(act)
    assert (title.table, title.pk, title.kind) == ("audit_text", str(permit.title_id), "+")
    assert (row.table, row.pk, row.kind) == ("sample_permit", str(permit.pk), "+")
    assert motivation.digest == act.motivation == bytes(act.motivation_text.commitment).hex()  # type: ignore[union-attr]
    assert str(act.motivation_text) == "De aanvraag is compleet."


def test_acts_form_a_chain_that_plain_python_can_check() -> None:
    change(open_permit(), "tweede")
    first, second = selectors.trail("case/1")
    assert (bytes(first.prev), bytes(second.prev)) == (b"", bytes(first.hash))
    for act in (first, second):
        fields = {name: getattr(act, name) for name in ACT_FIELDS} | {"prev": bytes(act.prev)}
        assert act_hash(fields) == bytes(act.hash)
    assert ChainHead.objects.get(chain="case/1").seq == 2


def test_every_change_makes_a_version_with_its_act_and_user() -> None:
    with acting(chain="case/1", verb="open", user_id=None):
        permit = Permit.objects.create(order="eerste")
    change(permit, "tweede")
    with acting(chain="case/1", verb="remove"):
        permit.delete()
    versions = Permit.history.order_by("history_id")
    assert list(versions.values_list("history_type", "order", "act__seq")) == [
        ("+", "eerste", 1),
        ("~", "tweede", 2),
        ("-", "tweede", 3),
    ]


def test_updates_and_bulk_writes_that_bypass_signals_make_versions_too() -> None:
    with acting(chain="case/1", verb="open"):
        Permit.objects.bulk_create([Permit(order="a"), Permit(order="b")])
        Permit.objects.update(order="c")
    assert Permit.history.count() == 4


def test_saving_without_a_difference_changes_nothing() -> None:
    permit = open_permit()
    change(permit, permit.order)
    assert selectors.trail("case/1").last().changes == ""  # type: ignore[union-attr]
    assert Permit.history.count() == 1


def test_acts_may_follow_one_another_in_one_transaction() -> None:
    with transaction.atomic():
        permit = open_permit()
        change(permit, "tweede")
    assert [len(selectors.changes(act)) for act in selectors.trail("case/1")] == [3, 1]


def test_acts_do_not_nest() -> None:
    with pytest.raises(DatabaseError, match="acts do not nest"), acting(chain="case/1", verb="outer"):
        open_permit()
    assert not selectors.trail("case/1").exists()


def test_what_an_act_began_is_undone_when_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), acting(chain="case/1", verb="open"):
        Permit.objects.create(order="x", amount=1 // 0)
    assert not selectors.trail("case/1").exists()
    open_permit()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO sample_permit (\"order\", facts, holds) VALUES ('x', '{}', true)",
        "UPDATE sample_permit SET \"order\" = 'x'",
        "DELETE FROM sample_permit",
    ],
)
def test_raw_sql_without_an_act_is_refused(statement: str) -> None:
    open_permit()
    with pytest.raises(DatabaseError, match="only within an act"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_orm_without_an_act_is_refused() -> None:
    permit = open_permit()
    permit.order = "x"
    for write in (permit.save, permit.delete, lambda: Permit.objects.update(order="x")):
        with pytest.raises(DatabaseError, match="only within an act"), transaction.atomic():
            write()
    with pytest.raises(DatabaseError, match="only within an act"), transaction.atomic():
        texts.write("case/1", "los briefje")


def test_an_act_that_was_written_takes_in_no_more_changes() -> None:
    open_permit()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rolzuiver.act', max(id)::text, true) FROM audit_act")
        with pytest.raises(DatabaseError, match="only within an act"), transaction.atomic():
            Permit.objects.update(order="x")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [lambda: Permit.objects.create(order="x"), lambda: texts.write("case/1", "x")])
def test_a_change_whose_act_is_never_written_cannot_commit(write: Callable[[], object]) -> None:
    def change_and_forget() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT audit_open(NULL)")
            write()

    with pytest.raises(IntegrityError):
        change_and_forget()
    assert not Permit.objects.exists()
    assert not Text.objects.filter(chain="case/1").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_act (chain) VALUES ('case/1')",
        "UPDATE audit_act SET actor = 'person/9'",
        "DELETE FROM audit_act",
        "TRUNCATE audit_act CASCADE",
        "UPDATE audit_chainhead SET seq = 0",
        "DELETE FROM audit_chainhead",
        "INSERT INTO audit_chainhead VALUES ('case/9', 1, '')",
        "INSERT INTO audit_text (chain, content) VALUES ('case/1', 'x')",
        "UPDATE audit_text SET content = 'x'",
        "DELETE FROM audit_text",
        "UPDATE audit_fieldlist SET columns = ''",
        "INSERT INTO audit_accessrecord (chain, actor, subject, at) VALUES ('a', 'b', 'c', now())",
        "DELETE FROM audit_accessrecord",
        "INSERT INTO sample_historicalpermit SELECT * FROM sample_historicalpermit",
        "UPDATE sample_historicalpermit SET \"order\" = 'x'",
        "DELETE FROM sample_historicalpermit",
        "TRUNCATE sample_permit",
        "ALTER TABLE sample_permit DISABLE TRIGGER audit_track",
        "ALTER TABLE audit_act DISABLE TRIGGER ALL",
        "SET LOCAL session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "CREATE TABLE public.mine ()",
        "SELECT audit_running('x')",
        "CREATE TEMP TABLE mine (LIKE sample_permit);"
        "CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION audit_track_sample_permit()",
    ],
)
def test_the_applications_role_is_refused(statement: str) -> None:
    open_permit()
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with acting(chain="case/1", verb="try"), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_rectification_refers_to_an_act_of_the_same_chain() -> None:
    open_permit("case/1")
    with acting(chain="case/1", verb="rectify") as act:
        act.details["rectifies"] = 1
        act.motivation = "Het bedrag was onjuist overgenomen."
    assert selectors.rectifications("case/1") == {1: 2}


@pytest.mark.parametrize("details", [{}, {"rectifies": 9}, {"rectifies": None}])
def test_a_rectification_of_nothing_is_refused(details: dict[str, object]) -> None:
    open_permit("case/1")
    with pytest.raises(IntegrityError, match="rectifies"), acting(chain="case/1", verb="rectify") as act:
        act.details.update(details)


def test_looking_leaves_a_trace() -> None:
    looked(chain="case/1", actor="person/3", subject="document/12")
    [look] = selectors.looks("case/1")
    assert (look.actor, look.subject) == ("person/3", "document/12")
    assert abs((timezone.now() - look.at).total_seconds()) < 60
