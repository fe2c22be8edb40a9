"""Whoever owns the tables can change anything. The verifier names it: what, where, since when."""

from collections.abc import Callable

import pytest
from django.db.backends.utils import CursorWrapper

from audit.models import Act
from audit.roots import sign_root
from audit.services import acting
from audit.triggers import columns_of, guard
from audit.verify import verify
from tests.audit.conftest import change, found, open_permit
from tests.audit.sample.models import Permit

Intruder = Callable[[str], None]

OWN_HASH = "UPDATE audit_act a SET hash = audit_act_hash(a) WHERE chain = 'case/1' AND seq = 2"

# Everything after number 1 follows again, as if it had always been so.
REWRITTEN = """
    DO $$ DECLARE a record; before bytea; BEGIN
      FOR a IN SELECT id FROM audit_act WHERE chain = 'case/1' ORDER BY seq LOOP
        UPDATE audit_act SET prev = coalesce(before, '') WHERE id = a.id;
        UPDATE audit_act x SET hash = audit_act_hash(x) WHERE id = a.id RETURNING hash INTO before;
      END LOOP;
      UPDATE audit_chainhead SET hash = before WHERE chain = 'case/1';
    END $$
"""

ACTS = {
    "an act was changed": (
        "UPDATE audit_act SET actor = 'person/9' WHERE chain = 'case/1' AND seq = 2",
        {("act_altered", "case/1 nr. 2")},
    ),
    "and its own hash computed again": (
        f"UPDATE audit_act SET actor = 'person/9' WHERE chain = 'case/1' AND seq = 2; {OWN_HASH}",
        {("link_broken", "case/1 nr. 3")},
    ),
    "the time of an act was changed": (
        "UPDATE audit_act SET at = at - interval '1 day' WHERE chain = 'case/1' AND seq = 2",
        {("act_altered", "case/1 nr. 2")},
    ),
    "an act was deleted": (
        "DELETE FROM sample_historicalpermit WHERE \"order\" = 'tweede';"
        "DELETE FROM audit_act WHERE chain = 'case/1' AND seq = 2",
        {("act_missing", "case/1 nr. 2")},
    ),
    "two acts were swapped": (
        "ALTER TABLE audit_act DROP CONSTRAINT audit_act_chain_seq;"
        "UPDATE audit_act SET seq = 5 - seq WHERE chain = 'case/1' AND seq IN (2, 3)",
        {("act_altered", "case/1 nr. 2"), ("act_altered", "case/1 nr. 3"), ("link_broken", "case/1 nr. 2")},
    ),
    "an act was moved to another chain": (
        "UPDATE audit_act SET chain = 'case/2' WHERE chain = 'case/1' AND seq = 3",
        {("act_altered", "case/2 nr. 3"), ("head_differs", "case/1"), ("head_differs", "case/2")},
    ),
    "the tail was cut": (
        "DELETE FROM sample_historicalpermit WHERE \"order\" = 'derde';"
        "DELETE FROM audit_act WHERE chain = 'case/1' AND seq = 3",
        {("head_differs", "case/1")},
    ),
    "the head was rewound": (
        "UPDATE audit_chainhead h SET (seq, hash) = (SELECT seq, hash FROM audit_act a WHERE a.chain = h.chain"
        " AND seq = 2) WHERE chain = 'case/1'",
        {("head_differs", "case/1")},
    ),
    "a head was removed": ("DELETE FROM audit_chainhead WHERE chain = 'case/1'", {("head_missing", "case/1")}),
}


@pytest.mark.long
@pytest.mark.usefixtures("permit")
@pytest.mark.parametrize(("statement", "expected"), ACTS.values(), ids=ACTS)
def test_it_is_found_that(statement: str, expected: set[tuple[str, str]], intruder: Intruder) -> None:
    assert found() == set()
    intruder(statement)
    assert expected <= found()


def test_cutting_tail_and_head_together_is_found_by_what_is_left_behind(permit: Permit, intruder: Intruder) -> None:
    intruder(f"{ACTS['the tail was cut'][0]}; {ACTS['the head was rewound'][0]}")
    assert found() == {("row_altered", f"sample_permit {permit.pk}")}


SIGNED = {
    "the tail was cut, the head rewound and the row put back": (
        f"{ACTS['the tail was cut'][0]}; {ACTS['the head was rewound'][0]};"
        "UPDATE sample_permit SET \"order\" = 'tweede' WHERE \"order\" = 'derde'",
        {("root_differs", "case/1 nr. 3")},
    ),
    "a whole chain was removed": (
        "DELETE FROM sample_permit p USING sample_historicalpermit h, audit_act a"
        " WHERE h.id = p.id AND h.act_id = a.id AND chain = 'case/2';"
        "DELETE FROM sample_historicalpermit h USING audit_act a WHERE h.act_id = a.id AND chain = 'case/2';"
        "UPDATE audit_act SET motivation_text_id = NULL WHERE chain = 'case/2';"
        "DELETE FROM audit_text WHERE chain = 'case/2'; DELETE FROM audit_act WHERE chain = 'case/2';"
        "DELETE FROM audit_chainhead WHERE chain = 'case/2'",
        {("root_differs", "case/2 nr. 2")},
    ),
    "a whole chain was written anew": (
        f"UPDATE audit_act SET actor = 'person/9' WHERE chain = 'case/1' AND seq = 2; {REWRITTEN}",
        {("root_differs", "case/1 nr. 3")},
    ),
}


@pytest.mark.long
@pytest.mark.usefixtures("permit")
@pytest.mark.parametrize(("statement", "expected"), SIGNED.values(), ids=SIGNED)
def test_a_signed_root_gives_away_that(statement: str, expected: set[tuple[str, str]], intruder: Intruder) -> None:
    sign_root()
    assert found() == set()
    intruder(statement)
    assert found() == expected


@pytest.mark.usefixtures("permit")
def test_an_earlier_root_tells_since_when(intruder: Intruder) -> None:
    change(Permit.objects.get(order="derde"), "vierde")
    first = sign_root()
    change(Permit.objects.get(order="vierde"), "vijfde")
    sign_root()
    intruder(f"UPDATE audit_act SET actor = 'person/9' WHERE chain = 'case/1' AND seq = 5; {REWRITTEN}")
    [finding] = verify().findings
    assert first is not None
    assert finding.where == "case/1 nr. 5"
    assert finding.since is not None
    assert finding.since.isoformat() == first.at


@pytest.mark.usefixtures("permit")
def test_the_honest_limit_a_chain_written_anew_before_any_root_is_not_found(intruder: Intruder) -> None:
    intruder(f"UPDATE audit_act SET actor = 'person/9' WHERE chain = 'case/1' AND seq = 2; {REWRITTEN}")
    assert found() == set()


ROWS = {
    "a live row was changed by raw SQL": (
        "UPDATE sample_permit SET amount = 9999 WHERE \"order\" = 'derde'",
        {("row_altered", "sample_permit")},
    ),
    "a live row was deleted": (
        "DELETE FROM sample_permit WHERE \"order\" = 'derde'",
        {("row_missing", "sample_permit")},
    ),
    "a live row came from nowhere": (
        "INSERT INTO sample_permit (\"order\", facts, holds) VALUES ('x', '{}', true)",
        {("row_unproven", "sample_permit")},
    ),
    "an old version was changed": (
        "UPDATE sample_historicalpermit SET amount = 9999 WHERE \"order\" = 'tweede'",
        {("version_altered", "sample_permit")},
    ),
    "the newest version and the live row were changed alike": (
        "UPDATE sample_historicalpermit SET amount = 9999 WHERE \"order\" = 'derde';"
        "UPDATE sample_permit SET amount = 9999 WHERE \"order\" = 'derde'",
        {("version_altered", "sample_permit")},
    ),
    "an old version was removed": (
        "DELETE FROM sample_historicalpermit WHERE \"order\" = 'tweede'",
        {("version_missing", "sample_permit")},
    ),
    "a version was slipped in": (
        'INSERT INTO sample_historicalpermit (id, "order", facts, holds, history_date, history_type, act_id)'
        " SELECT id, 'x', '{}', true, history_date, '~', act_id FROM sample_historicalpermit"
        " WHERE \"order\" = 'tweede'",
        {("version_unproven", "sample_permit"), ("row_altered", "sample_permit")},
    ),
    "two versions exchanged their acts": (
        "UPDATE sample_historicalpermit h SET act_id = (SELECT sum(act_id) FROM sample_historicalpermit"
        " WHERE \"order\" IN ('tweede', 'derde')) - act_id WHERE \"order\" IN ('tweede', 'derde')",
        {("version_altered", "sample_permit")},
    ),
    "a field list was bent": (
        "UPDATE audit_fieldlist SET columns = replace(columns, ' amount', '') WHERE \"table\" = 'sample_permit'",
        {("version_altered", "sample_permit"), ("field_list_altered", "veldenlijst")},
    ),
}


@pytest.mark.long
@pytest.mark.parametrize(("statement", "expected"), ROWS.values(), ids=ROWS)
def test_it_is_found_of_rows_that(
    permit: Permit, statement: str, expected: set[tuple[str, str]], intruder: Intruder
) -> None:
    assert found() == set()
    intruder(statement)
    assert {(what, where.split(" ")[0]) for what, where in found()} == expected


def test_a_change_is_named_with_its_columns(permit: Permit, intruder: Intruder) -> None:
    intruder("UPDATE sample_permit SET amount = 9999, holds = false WHERE \"order\" = 'derde'")
    [finding] = verify().findings
    assert finding.where == f"sample_permit {permit.pk}"
    assert "(amount, holds)" in str(finding)
    assert finding.since == Permit.history.filter(id=permit.pk).latest().history_date


TEXTS = {
    "words were changed": ("UPDATE audit_text SET content = 'Anders' WHERE id = {title}", {"text_altered"}),
    "words and salt were changed": (
        "UPDATE audit_text SET content = 'Anders', salt = 'x', commitment = audit_commitment('x', 'Anders')"
        " WHERE id = {title}",
        {"version_altered"},
    ),
    "two texts were exchanged": (
        "UPDATE audit_text t SET (content, salt, commitment) = (SELECT content, salt, commitment FROM audit_text o"
        " WHERE o.id IN ({title}, {motivation}) AND o.id <> t.id) WHERE id IN ({title}, {motivation})",
        {"version_altered", "text_exchanged"},
    ),
    "a text was removed": (
        "UPDATE sample_permit SET title_id = NULL WHERE title_id = {title};"
        "UPDATE sample_historicalpermit SET title_id = NULL WHERE title_id = {title};"
        "DELETE FROM audit_text WHERE id = {title}",
        {"version_altered", "version_missing"},
    ),
    "words were erased without an act": (
        "UPDATE audit_text SET content = NULL, salt = NULL, erased_at = now() WHERE id = {title}",
        {"text_erased"},
    ),
    "words were erased in the name of another act": (
        "UPDATE audit_text SET content = NULL, salt = NULL, erased_at = now(), erased_act_id = act_id"
        " WHERE id = {title}",
        {"version_unproven"},
    ),
    "an act was pointed at another text": (
        "UPDATE audit_act SET motivation_text_id = {title} WHERE motivation_text_id = {motivation}",
        {"text_exchanged"},
    ),
}


@pytest.mark.parametrize(("statement", "expected"), TEXTS.values(), ids=TEXTS)
def test_it_is_found_of_texts_that(permit: Permit, statement: str, expected: set[str], intruder: Intruder) -> None:
    motivation = Act.objects.get(chain="case/1", seq=1).motivation_text_id
    intruder(statement.format(title=permit.title_id, motivation=motivation))
    assert {what for what, _ in found()} == expected


@pytest.mark.usefixtures("permit")
@pytest.mark.parametrize(
    ("table", "trigger"),
    [
        ("sample_permit", "audit_track"),
        ("audit_act", "refuse_change"),
        ("sample_historicalpermit", "audit_refuse_change"),
    ],
)
def test_a_guard_that_was_switched_off_is_named(owner: CursorWrapper, table: str, trigger: str) -> None:
    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    assert found() == {("guard_off", table)}


GUARDED = {"table": "sample_permit", "history": "sample_historicalpermit", "pk": "id"}


@pytest.mark.usefixtures("permit")
def test_a_column_that_came_later_raises_no_alarm(owner: CursorWrapper) -> None:
    earlier = [column for column in columns_of(Permit) if column != "amount"]
    guard(owner, **GUARDED, columns=earlier)
    with acting(chain="case/1", verb="change"):
        Permit.objects.filter(order="derde").update(order="met de velden van toen", amount=None)
    assert found() == set()


def test_a_column_that_went_leaves_a_remark(permit: Permit, owner: CursorWrapper, intruder: Intruder) -> None:
    for table in (GUARDED["table"], GUARDED["history"]):
        owner.execute(f"ALTER TABLE {table} ADD gone text")
    guard(owner, **GUARDED, columns=[*columns_of(Permit), "gone"])
    change(permit, "met een veld dat gaat")
    for table in (GUARDED["table"], GUARDED["history"]):
        owner.execute(f"ALTER TABLE {table} DROP gone")
    report = verify()
    assert report.findings == []
    assert any("zijn er niet meer" in remark for remark in report.remarks)
    intruder("DELETE FROM sample_historicalpermit WHERE \"order\" = 'met een veld dat gaat'")
    assert ("version_missing", f"sample_permit {permit.pk}") in found()


@pytest.mark.usefixtures("committed")
def test_a_clean_database_has_no_finding_whatever_was_done_with_it() -> None:
    permit = open_permit()
    change(permit, "x" * 50)
    with acting(chain="case/1", verb="remove"):
        permit.delete()
    with acting(chain="scheme/1", verb="rectify", actor="system") as act:
        act.details["rectifies"] = 1
    sign_root()
    report = verify()
    assert report.findings == []
    assert report.remarks == []
