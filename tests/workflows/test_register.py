"""Keeping the register through its services: all or nothing, once, by whom the regeling says."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import clock
from audit.models import Act
from audit.verify import verify
from config.demo.players import hat
from roles import selectors, services
from roles.authorize import NotAllowed
from roles.models import Appointment, AppointmentFile, Body, Person, Scheme, SegregationDecision
from roles.rules import sheet
from roles.rules.roster import COLUMNS
from roles.services import Outdated
from roles.services.acting import act
from tests.database import ROOT
from tests.races import at_once
from workflows import register
from workflows.register import Keeper

pytestmark = pytest.mark.django_db

HEAD = ";".join(column.heading for column in COLUMNS.values())
EXAMPLE = ROOT / "fixtures" / "benoemingen-voorbeeld.csv"


def scheme() -> Scheme:
    return Scheme.objects.get(code="limburg-noord")


def bea() -> Keeper:
    return _keeper("bea", "beheer")


def bram() -> Keeper:
    return _keeper("bram", "ab")


def _keeper(name: str, body: str) -> Keeper:
    me = hat(name, body)
    assert me.person.user_id is not None
    return Keeper(user_id=me.person.user_id, appointment_id=me.pk)


def csv(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Act, Appointment, Person, User))


def tried(content: bytes) -> str:
    return services.try_out(scheme=scheme(), lines=sheet.read(content, COLUMNS)).token


def imported(content: bytes) -> None:
    register.import_file(keeper=bea(), scheme=scheme(), content=content, token=tried(content))


def test_the_example_of_the_manual_does_what_it_says() -> None:
    before = counts()
    imported(EXAMPLE.read_bytes())
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [7, 3, 2, 1]
    acts = list(Act.objects.filter(chain=scheme().chain).order_by("-seq")[:7])
    assert sorted(one.verb for one in acts) == ["appoint"] * 3 + ["end_appointment"] * 4
    assert {one.correlation for one in acts} == {acts[0].correlation}
    assert {one.actor for one in acts} == {f"person/{Person.objects.get(user__username='bea').pk}"}
    assert {len(one.documents) for one in acts} == {64}
    sietske = Person.objects.get(user__username="s.vandalen@beesel.example")
    assert sietske.user is not None
    assert not sietske.user.has_usable_password()
    assert sietske.user.groups.count() == 2
    noor = Appointment.objects.filter(person__user__username="noor")
    assert {str(each.valid_until) for each in noor} == {"2026-06-30"}


def test_the_same_file_again_changes_nothing() -> None:
    imported(EXAMPLE.read_bytes())
    before = counts()
    imported(EXAMPLE.read_bytes())
    assert counts() == before


def test_one_bad_row_and_nothing_is_imported() -> None:
    before = counts()
    with pytest.raises(NotAllowed, match="Regel 3: Het gremium ‘raad’ bestaat niet"):
        imported(csv(";An Aal;ab;ab-lid;;;venlo;1-7-2027;;", ";Bo Bos;raad;lid;;;;1-7-2027;;"))
    assert counts() == before


def change_the_register() -> None:
    services.end_appointment(appointment=hat("femke"), last_day=clock.today() + timedelta(days=9), reason="Vertrek")


def test_what_was_seen_before_the_register_changed_is_not_imported() -> None:
    content = EXAMPLE.read_bytes()
    token = tried(content)
    change_the_register()
    before = counts()
    with pytest.raises(Outdated, match="Het register is gewijzigd sinds u het bestand probeerde"):
        register.import_file(keeper=bea(), scheme=scheme(), content=content, token=token)
    assert counts() == before


@pytest.mark.parametrize(("name", "body"), [("noor", "pho"), ("bram", "ab"), ("helene", "mgr"), ("victor", "auditors")])
def test_only_whom_the_regeling_binds_imports(name: str, body: str) -> None:
    content, before = EXAMPLE.read_bytes(), counts()
    with pytest.raises(NotAllowed, match="hoort niet bij uw functie"):
        register.import_file(keeper=_keeper(name, body), scheme=scheme(), content=content, token=tried(content))
    assert counts() == before


def test_the_administrator_of_one_regeling_is_nobody_in_another() -> None:
    other = Scheme.objects.exclude(code="limburg-noord").first()
    if other is None:
        pytest.skip("there is one regeling")
    with pytest.raises(NotAllowed):
        register.import_file(keeper=bea(), scheme=other, content=EXAMPLE.read_bytes(), token="")


def test_an_import_leaves_evidence_that_verifies() -> None:
    imported(EXAMPLE.read_bytes())
    assert [finding for finding in verify().findings if "roles_" in str(finding)] == []


@pytest.mark.long
def test_five_thousand_rows_are_tried_with_a_fixed_number_of_questions() -> None:
    def asked(rows: Sequence[str]) -> int:
        lines = sheet.read(csv(*rows), COLUMNS)
        with CaptureQueriesContext(connection) as captured:
            services.try_out(scheme=scheme(), lines=lines)
        return len(captured)

    few = [f"a{n}@x.example;Mens {n};pho;pho-lid;;;;1-7-2027;;" for n in range(3)]
    many = [f"a{n}@x.example;Mens {n};pho;pho-lid;;;;1-7-2027;;" for n in range(5000)]
    assert asked(few) == asked(many)


@pytest.mark.long
def test_a_row_is_written_with_a_fixed_number_of_questions() -> None:
    def asked(first: int, count: int) -> int:
        content = csv(*(f"b{n}@x.example;Mens {n};pho;pho-lid;;;;1-7-2027;;" for n in range(first, first + count)))
        token = tried(content)
        with CaptureQueriesContext(connection) as captured:
            register.import_file(keeper=bea(), scheme=scheme(), content=content, token=token)
        return len(captured)

    ten, fifty = asked(0, 10), asked(100, 50)
    assert (fifty - ten) / 40 <= 9


rows = st.lists(
    st.tuples(
        st.sampled_from(["", "noor", "nieuw@x.example", "kapot account", "bea"]),
        st.sampled_from(["", "Noor Timmermans", "Nieuw Mens", "=1+1", "Bea Tummers", "O'Neill \"Bob\""]),
        st.sampled_from(["pho", "ab", "db", "raad", "mgr", ""]),
        st.sampled_from(["PHO-lid", "AB-lid", "DB-lid", "directeur", "secretaris", ""]),
        st.sampled_from(["", "lid", "voorzitter", "baas"]),
        st.sampled_from(["", "1", "2", "0", "veel"]),
        st.sampled_from(["", "beesel", "Venlo", "Utrecht"]),
        st.sampled_from(["1-7-2026", "2027-01-01", "1-6-2022", "31-2-2027", ""]),
        st.sampled_from(["", "31-12-2030", "1-1-2020"]),
        st.sampled_from(["", "ja", "nee", "soms"]),
    ).map(lambda cells: ";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells)),
    min_size=1, max_size=5,
)  # fmt: skip


@pytest.mark.long
@given(rows, st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_rows_all_of_it_happens_or_nothing(db: None, found: list[str], segregated: bool) -> None:
    with transaction.atomic():
        if segregated:
            services.set_segregation_date(scheme=scheme(), segregated_from=clock.today(), decision="AB 1")
        content, before = csv(*found), counts()
        trial = services.try_out(scheme=scheme(), lines=sheet.read(content, COLUMNS))
        try:
            imported(content)
        except NotAllowed:
            assert trial.plan.problems
            assert counts() == before
        else:
            assert not trial.plan.problems
            again = services.try_out(scheme=scheme(), lines=sheet.read(content, COLUMNS)).plan
            assert not again.problems
            assert not again.changes
        connection.check_constraints()
        transaction.set_rollback(True)


@pytest.mark.usefixtures("committed")
def test_two_imports_at_once_one_is_first_and_the_other_sees_it() -> None:
    content = EXAMPLE.read_bytes()
    token, keeper, one = tried(content), bea(), scheme()
    before = counts()

    def go() -> None:
        register.import_file(keeper=keeper, scheme=one, content=content, token=token)

    results = at_once(go, go)
    assert sorted(type(each).__name__ for each in results) == ["NoneType", "Outdated"]
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [7, 3, 2, 1]


@pytest.mark.usefixtures("committed")
def test_an_import_and_an_appointment_by_hand_at_once_leave_one_person_in_the_seat() -> None:
    content = csv(";An Aal;pho;pho-lid;;;beesel;1-7-2027;;ja")
    token, keeper, one = tried(content), bea(), scheme()
    noor = hat("noor", "pho")

    def ends() -> None:
        services.end_appointment(appointment=noor, last_day=clock.today(), reason="Vertrek")

    results = at_once(lambda: register.import_file(keeper=keeper, scheme=one, content=content, token=token), ends)
    assert type(results[0]) in (type(None), Outdated) or results[0] is not None
    noor.refresh_from_db()
    assert noor.valid_until == clock.today()


@pytest.mark.long
def test_a_process_that_is_killed_in_the_middle_leaves_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "veel.csv"
    file.write_bytes(csv(*(f"k{n}@x.example;Mens {n};pho;pho-lid;;;;1-7-2027;;" for n in range(300))))
    before = counts()
    for seen in (1, 100):
        command = [sys.executable, "manage.py", "import_appointments", str(file), "--scheme", "limburg-noord"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert _wrote(seen, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert counts() == before
    assert subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 0
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [300] * 4


def _wrote(rows: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait until the other process has taken so many numbers, which no rollback gives back."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT last_value FROM roles_person_id_seq")
        [first] = cursor.fetchone()
        for _ in range(1200):
            cursor.execute("SELECT last_value FROM roles_person_id_seq")
            if cursor.fetchone()[0] >= first + rows:
                return True
            if process.poll() is not None:
                return False
            time.sleep(0.05)
    return False


def test_the_command_tries_first_and_names_each_bad_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, before = tmp_path / "b.csv", counts()
    file.write_bytes(csv(";An Aal;ab;ab-lid;;;venlo;1-7-2027;;", ";Bo Bos;raad;lid;;;;ooit;;"))
    with pytest.raises(CommandError, match="Er is niets geïmporteerd"):
        call_command("import_appointments", str(file), "--scheme", "limburg-noord")
    told = capsys.readouterr().err
    assert "regel 3, kolom gremium: Het gremium ‘raad’ bestaat niet" in told
    assert "regel 3, kolom van: ‘ooit’ is geen datum" in told
    call_command("import_appointments", str(EXAMPLE), "--scheme", "limburg-noord", "--dry-run")
    assert counts() == before
    call_command("import_appointments", str(EXAMPLE), "--scheme", "limburg-noord")
    assert counts() != before
    assert Act.objects.filter(chain=scheme().chain).latest("seq").actor == "system"


@pytest.mark.parametrize("scheme_code", ["nergens", ""])
def test_the_command_knows_the_regelingen(scheme_code: str) -> None:
    with pytest.raises(CommandError, match="limburg-noord"):
        call_command("import_appointments", str(EXAMPLE), "--scheme", scheme_code)


def test_a_file_that_waits_is_thrown_away_after_a_day(db: None) -> None:
    user = User.objects.get(username="bea")
    old = services.keep_file(scheme=scheme(), user_id=user.pk, name="a.csv", content=EXAMPLE.read_bytes())
    AppointmentFile.objects.filter(pk=old.pk).update(
        created_at=clock.now() - timedelta(days=2), user=hat("bram").person.user
    )
    services.keep_file(scheme=scheme(), user_id=user.pk, name="b.csv", content=EXAMPLE.read_bytes())
    assert list(AppointmentFile.objects.values_list("name", flat=True)) == ["b.csv"]


def test_the_ab_decides_on_the_segregation_date_and_only_a_later_decision_changes_it() -> None:
    one, today = scheme(), clock.today()
    soon = today + timedelta(days=60)
    register.set_segregation_date(
        keeper=bram(), scheme=one, segregated_from=soon, reference="AB 2026-12, punt 5", decided_on=today
    )
    assert scheme().segregated_from == soon
    for changes, sentence in (
        ({"decided_on": today - timedelta(days=1)}, "Alleen een nieuwer besluit"),
        ({"segregated_from": soon}, "Deze datum geldt al"),
        ({"reference": " "}, "kenmerk"),
        ({"decided_on": today + timedelta(days=1)}, "in de toekomst"),
    ):
        asked = {"segregated_from": None, "reference": "AB 2026-13", "decided_on": today} | changes
        with pytest.raises(NotAllowed, match=sentence):
            register.set_segregation_date(keeper=bram(), scheme=one, **asked)  # type: ignore[arg-type]
    register.set_segregation_date(
        keeper=bram(), scheme=one, segregated_from=None, reference="AB 2026-13", decided_on=today
    )
    assert scheme().segregated_from is None
    assert [str(each.reference) for each in SegregationDecision.objects.all()] == ["AB 2026-12, punt 5", "AB 2026-13"]


def test_without_a_decision_no_date_not_even_within_an_act() -> None:
    one = scheme()
    one.segregated_from = clock.today()
    with pytest.raises(IntegrityError, match="laatste besluit"), act(chain=one.chain, verb="x", by=None):
        one.save(update_fields=["segregated_from"])


def test_a_decision_is_never_edited() -> None:
    services.set_segregation_date(scheme=scheme(), segregated_from=clock.today(), decision="AB 1")
    decision = SegregationDecision.objects.get()
    decision.segregated_from = None
    with pytest.raises(IntegrityError, match="wijzigt niet"), act(chain=scheme().chain, verb="x", by=None):
        decision.save()


def test_double_stays_say_since_when_by_which_exemption_and_who_must_choose() -> None:
    one, today = scheme(), clock.today()
    since = today + timedelta(days=40)
    before = {str(stay.person): stay for stay in selectors.double_stays(one, today, None)}
    assert {stay.forbidden_from for stay in before.values()} == {None}
    register.exempt(
        keeper=bram(), scheme=one, person=hat("noor").person, ground="Geen opvolger", decided_on=today,
        valid_until=since + timedelta(days=10),
    )  # fmt: skip
    stays = {str(stay.person): stay for stay in selectors.double_stays(one, today, since)}
    assert stays.keys() == before.keys()
    noor, daan = stays["Noor Timmermans"], stays["Daan Verhoeven"]
    assert (noor.forbidden_from, noor.must_choose_by) == (since + timedelta(days=11), since + timedelta(days=10))
    assert (daan.forbidden_from, daan.exemption) == (since, None)
    assert len(daan.owner_seats) == 2
    with CaptureQueriesContext(connection) as captured:
        selectors.double_stays(one, today, since)
    assert len(captured) == 2


def test_who_keeps_appointments_does_not_keep_what_the_ab_decides() -> None:
    today, noor = clock.today(), hat("noor").person
    with pytest.raises(NotAllowed, match="hoort niet bij uw functie"):
        register.exempt(keeper=bea(), scheme=scheme(), person=noor, ground="x", decided_on=today, valid_until=today)
    with pytest.raises(NotAllowed, match="hoort niet bij uw functie"):
        register.set_segregation_date(
            keeper=bea(), scheme=scheme(), segregated_from=today, reference="x", decided_on=today
        )


def test_a_body_of_the_scheme_is_found_by_code_name_and_label() -> None:
    pho = Body.objects.get(scheme=scheme(), code="pho")
    for name in (pho.code, pho.name.upper(), pho.label):
        trial = services.try_out(
            scheme=scheme(), lines=sheet.read(csv(f";An Aal;{name};PHO-lid;;;venlo;1-7-2027;;"), COLUMNS)
        )
        assert not trial.plan.problems
