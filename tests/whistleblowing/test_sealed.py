"""What a transaction in the lane may see, by the rules of its rows; and that nobody else reaches them."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError

from escalation.whistleblowing.models import (
    Attachment,
    Certificate,
    Envelope,
    Identity,
    Message,
    Notice,
    Proposal,
    Report,
    Tally,
    Term,
)  # fmt: skip
from escalation.whistleblowing.sealed import ask, sealed
from tests.whistleblowing.rows import a_holder, a_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]

ROWS = (Attachment, Certificate, Envelope, Identity, Message, Notice, Proposal, Report, Tally, Term)


def seen() -> dict[str, int]:
    return {model.__name__: count for model in ROWS if (count := model._default_manager.count())}


def test_without_saying_who_reads_nothing_is_there() -> None:
    a_report(a_holder("silke"))
    with sealed():
        assert seen() == {}


def test_a_handler_sees_what_has_an_envelope_for_them_and_nothing_else() -> None:
    silke, tariq = a_holder("silke"), a_holder("tariq")
    both, one = a_report(silke, tariq), a_report(silke)
    with sealed(holder=tariq.pk):
        assert set(Report.objects.values_list("id", flat=True)) == {both.id}
        assert set(Term.objects.values_list("report", flat=True)) == {both.id}
        assert Message.objects.filter(report=one.id).count() == 0
    with sealed(holder=silke.pk):
        assert Report.objects.count() == 2


def test_a_receipt_leads_to_one_report() -> None:
    silke = a_holder("silke")
    ours, _ = a_report(silke), a_report(silke)
    with sealed(holder=silke.pk):
        lookup = bytes(Report.objects.get(pk=ours.id).lookup)
    with sealed(lookup=lookup):
        assert [report.pk for report in Report.objects.all()] == [ours.id]
        assert Message.objects.count() == 1


def test_the_clock_sees_when_and_for_whom_and_no_word() -> None:
    a_report(a_holder("silke"))
    with sealed(clock=True):
        assert set(seen()) == {"Envelope", "Report", "Tally", "Term"}


def test_what_may_be_seen_comes_back_when_another_look_ends() -> None:
    silke, tariq = a_holder("silke"), a_holder("tariq")
    a_report(silke)
    with sealed(holder=silke.pk):
        with sealed(holder=tariq.pk):
            assert Report.objects.count() == 0
        assert Report.objects.count() == 1


def test_nobody_writes_into_a_report_that_they_do_not_see() -> None:
    silke, tariq = a_holder("silke"), a_holder("tariq")
    made = a_report(silke)
    with pytest.raises(DatabaseError), sealed(holder=tariq.pk):
        Message.objects.create(report_id=made.id, lane="talk", body=b"")


@pytest.mark.parametrize("table", ["report", "message", "keyholder", "visit", "installation"])
def test_the_role_of_the_application_does_not_reach_the_schema(table: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM sealed.{table}")


@pytest.mark.parametrize("change", ["UPDATE sealed.act SET body = ''", "SELECT sealed.append('', '')"])
def test_it_reads_the_chain_of_sealed_acts_and_cannot_add_to_it(change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sealed.act")
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(change)


@pytest.mark.parametrize("table", ["public.audit_act", "public.cases_case", "public.auth_user", "public.roles_person"])
def test_the_role_of_the_lane_reaches_nothing_else(table: str) -> None:
    with pytest.raises(ProgrammingError), sealed(clock=True):
        ask(f"SELECT count(*) FROM {table}")


def test_nor_by_a_function_that_does_what_its_owner_may() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
            " AND prorettype <> 'trigger'::regtype AND has_function_privilege('rolzuiver_sealed', oid, 'EXECUTE')"
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sealed.act SET body = ''", "DELETE FROM sealed.act", "INSERT INTO sealed.act VALUES (99)",
        "UPDATE sealed.tally SET received = 0", "DELETE FROM sealed.keyholder", "DELETE FROM sealed.certificate",
        "UPDATE sealed.installation SET iterations = 1", "TRUNCATE sealed.act",
    ],
)  # fmt: skip
def test_what_is_evidence_the_lane_itself_cannot_change(change: str) -> None:
    a_report(a_holder("silke"))
    with pytest.raises(DatabaseError), sealed(clock=True):
        ask(change)
