"""Beheer on screen: what comes in, what is told, and what stays as it was."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import clock
from audit.models import Act
from config.demo.players import hat, who
from roles import services as roles
from roles.authorize import NotAllowed
from roles.models import Appointment, AppointmentFile, Dispensation, Exemption, Recusal, Scheme, Substitution
from roles.rules.sheet import written
from roles.setup import FIXTURES
from tests.workflows import play
from tests.workflows.visits import page, queries, signed_in
from workflows import ballots, services

pytestmark = pytest.mark.django_db

EXAMPLE = (FIXTURES / "benoemingen-voorbeeld.csv").read_bytes()
HEAD = EXAMPLE.splitlines()[0]
IMPORT = "/beheer/benoemingen/importeren/"


def scheme() -> Scheme:
    return Scheme.objects.get(code="limburg-noord")


def upload(content: bytes, name: str = "benoemingen.csv", username: str = "bea") -> HttpResponse:
    return signed_in(username).post(IMPORT, {"file": SimpleUploadedFile(name, content, "text/csv")})  # type: ignore[return-value]


def waiting(content: bytes = EXAMPLE) -> AppointmentFile:
    assert upload(content).status_code == 302
    return AppointmentFile.objects.get()


def confirm(file: AppointmentFile, token: str) -> HttpResponse:
    given = {"hat": str(hat("bea").pk), "token": token}
    return signed_in("bea").post(reverse("register-try", args=[file.pk]), given)  # type: ignore[return-value]


def token_on(html: str) -> str:
    found = re.search(r'name="token" value="(\w{64})"', html)
    assert found
    return found[1]


BAD_UPLOADS = [
    ("een werkmap", b"PK\x03\x04" + b"x" * 99, "werkmap"),
    ("Latin-1", HEAD + "\n;René;pho;PHO-lid;;;;1-7-2026;;".encode("latin-1"), "Regel 2 bevat een teken dat geen UTF-8"),
    ("nulbytes", HEAD + b"\n;A\0B;pho;PHO-lid;;;;1-7-2026;;", "nulbytes"),
    ("UTF-16", EXAMPLE.decode().encode("utf-16"), "nulbytes"),
    ("te groot", HEAD + b"\n" + b";A;pho;PHO-lid;;;;1-7-2026;;\n" * 80_000, "ten hoogste 2 MB"),
    ("leeg", b"", "Dit bestand is leeg"),
    ("alleen een kop", HEAD, "geen enkele regel"),
    ("andere kolommen", b"a;b\n1;2", "ontbreekt de kolom"),
    ("open aanhalingsteken", HEAD + b'\n;"A;pho;PHO-lid;;;;1-7-2026;;', "aanhalingstekens"),
]


@pytest.mark.parametrize(
    ("content", "sentence"), [each[1:] for each in BAD_UPLOADS], ids=[each[0] for each in BAD_UPLOADS]
)
def test_what_is_no_table_is_refused_and_not_kept(content: bytes, sentence: str) -> None:
    response = upload(content)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not AppointmentFile.objects.exists()


@pytest.mark.long
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda words: HEAD + b"\n" + words.encode()))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_answered(db: None, content: bytes) -> None:
    response = upload(content)
    assert response.status_code in (302, 422)
    if response.status_code == 302:
        assert signed_in("bea").get(response["Location"]).status_code == 200


def test_without_a_file_it_asks_for_one() -> None:
    response = signed_in("bea").post(IMPORT)
    assert response.status_code == 422
    assert "Kies een bestand." in response.content.decode()


def test_a_file_may_be_called_anything() -> None:
    upload(EXAMPLE, name='..\\"<b>\u202egnp.csv')
    file = AppointmentFile.objects.get()
    html = page("bea", reverse("register-try", args=[file.pk]))
    assert "\u202e" not in html
    assert "&lt;b&gt;gnp.csv" in html


def test_the_trial_says_of_each_row_what_it_would_do() -> None:
    html = page("bea", reverse("register-try", args=[waiting().pk]))
    assert "3 benoemingen, 2 nieuwe personen, 4 beëindigd" in html
    assert "De benoeming van Noor Timmermans eindigt op 30-06-2026." in html
    assert "Nieuwe persoon, account s.vandalen@beesel.example." in html
    assert "Dubbele stoel met" in html
    assert "Alles importeren" in html
    assert not Appointment.objects.filter(person__user__username="s.vandalen@beesel.example").exists()


def test_a_bad_row_is_named_and_there_is_nothing_to_confirm() -> None:
    file = waiting(EXAMPLE + b";Bo Bos;raad;lid;;;;ooit;;\n")
    html = page("bea", reverse("register-try", args=[file.pk]))
    assert "Het gremium ‘raad’ bestaat niet in deze regeling." in html
    assert "‘ooit’ is geen datum." in html
    assert "Alles importeren" not in html
    assert len(page("bea", reverse("register-try", args=[file.pk]), {"toon": "fout"})) < len(html)
    before = Act.objects.count()
    assert confirm(file, "x" * 64).status_code in (409, 422)
    assert Act.objects.count() == before


def test_yes_imports_all_of_it_and_the_file_is_gone() -> None:
    file = waiting()
    html = page("bea", reverse("register-try", args=[file.pk]))
    response = confirm(file, token_on(html))
    assert (response.status_code, response["Location"]) == (302, "/beheer/?regeling=limburg-noord")
    assert Appointment.objects.filter(person__user__username="s.vandalen@beesel.example").count() == 2
    page("bea", reverse("register-try", args=[file.pk]), status=404)


def test_when_the_register_changed_meanwhile_it_is_shown_again_before_a_second_yes() -> None:
    file = waiting()
    token = token_on(page("bea", reverse("register-try", args=[file.pk])))
    roles.end_appointment(appointment=hat("femke"), last_day=clock.today(), reason="Vertrek")
    response = confirm(file, token)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Het register is gewijzigd sinds u het bestand probeerde." in html
    assert token_on(html) != token
    assert confirm(file, token_on(html)).status_code == 302


@pytest.mark.parametrize("changes", [{"token": ""}, {"hat": ""}, {"hat": "987654"}, {"token": "x" * 65}])
def test_a_yes_without_what_was_seen_does_nothing(changes: dict[str, str]) -> None:
    file = waiting()
    before = Act.objects.count()
    given = {"hat": str(hat("bea").pk), "token": "x" * 64} | changes
    assert signed_in("bea").post(reverse("register-try", args=[file.pk]), given).status_code == 422
    assert Act.objects.count() == before


def test_a_file_is_of_who_chose_it() -> None:
    file = waiting()
    for name in ("helene", "bram", "mallory"):
        page(name, reverse("register-try", args=[file.pk]), status=404)
    assert signed_in("bea").post(reverse("register-discard", args=[file.pk])).status_code == 302
    assert not AppointmentFile.objects.exists()


def test_pages_take_a_fixed_number_of_queries() -> None:
    few = waiting(HEAD + b"\n;An Aal;pho;PHO-lid;;;;1-7-2027;;")
    path = reverse("register-try", args=[few.pk])
    asked = queries("bea", path)
    many = b"\n".join(b";Mens %d;pho;PHO-lid;;;;1-7-2027;;" % number for number in range(200))
    assert queries("bea", reverse("register-try", args=[waiting(HEAD + b"\n" + many).pk])) == asked


def test_the_example_that_is_offered_can_be_read() -> None:
    response = signed_in("bea").get(reverse("register-example"))
    assert response["Content-Disposition"] == 'attachment; filename="benoemingen.csv"'
    assert upload(response.content).status_code == 302


def test_nothing_in_an_export_is_a_formula() -> None:
    rows = [["=1+1", " =1", "+31", "-1", "@x", "\tx", "O'Brien", 'a"b;c', "Noor"]]
    text = written(["kop"], rows).decode("utf-8-sig")
    assert text.splitlines()[1] == "'=1+1;' =1;'+31;'-1;'@x;'\tx;O'Brien;\"a\"\"b;c\";Noor"


def test_the_overview_of_double_seats_goes_to_a_spreadsheet_safely() -> None:
    content = HEAD + b"\n;=HYPERLINK();pho;PHO-lid;;;;1-7-2020;;\n;=HYPERLINK();ab;AB-lid;;;;1-7-2020;;"
    file = waiting(content)
    confirm(file, token_on(page("bea", reverse("register-try", args=[file.pk]))))
    assert "=HYPERLINK()" in page("victor", reverse("double-seats"))
    lines = signed_in("victor").get(reverse("double-seats-csv")).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("naam;als opdrachtgever;als eigenaar;sinds")
    assert any(line.startswith("'=HYPERLINK();") for line in lines)
    assert len(lines) == 9


APPOINT = {
    "name": "An Aal", "account": "an@venlo.example", "kind": "member", "weight": "1", "valid_from": "2027-07-01",
}  # fmt: skip


def appointing(**changes: str) -> HttpResponse:
    position = hat("noor", "pho").position_id
    given = {**APPOINT, "hat": str(hat("bea").pk), "position": str(position), **changes}
    return signed_in("bea").post(reverse("register-appoint"), given)  # type: ignore[return-value]


def test_appointing_by_hand_keeps_the_same_rules() -> None:
    venlo = str(hat("soraya").organisation_id)
    assert appointing(organisation=venlo, ends_previous="on").status_code == 302
    an = Appointment.objects.get(person__user__username="an@venlo.example")
    assert (an.organisation_id, str(hat("karim", "pho").valid_until)) == (int(venlo), "2027-06-30")
    response = appointing(organisation=venlo, valid_from="2027-08-01")
    assert response.status_code == 422
    assert "Deze persoon heeft deze functie al sinds 01-07-2027" in response.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""}, {"name": "\x00"}, {"position": "9999"}, {"position": ""}, {"kind": "baas"}, {"weight": "0"},
        {"weight": "1e9"}, {"valid_from": "ooit"}, {"valid_until": "2020-01-01"}, {"organisation": "9999"},
        {"account": "a b"}, {"name": "x" * 300}, {"hat": "1"},
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_beside_its_field(changes: dict[str, str]) -> None:
    before = Appointment.objects.count()
    assert appointing(**changes).status_code == 422
    assert Appointment.objects.count() == before


def test_ending_by_hand_says_beforehand_what_follows() -> None:
    case = play.brought_to("approach")
    task, femke = play.open_task(case, "approach"), hat("femke")
    services.reassign(**who(femke), case_id=case.pk, task_id=task.pk, to=femke.pk)
    path = reverse("end-appointment", args=[femke.pk])
    assert "Opgepakte taken gaan terug naar de rol: nu 1." in page("bea", path)
    day = clock.today() - timedelta(days=1)
    given = {"hat": str(hat("bea").pk), "last_day": day.isoformat(), "reason": "Vertrek"}
    response = signed_in("bea").post(path, given, follow=True)
    assert "Eén open taak ging naar een ander." in response.content.decode()
    task.refresh_from_db()
    assert task.owner_id is None
    late = signed_in("bea").post(path, {**given, "last_day": "2099-01-01"})
    assert late.status_code == 422
    assert "De laatste dag ligt niet binnen de benoeming." in late.content.decode()


def test_standing_in_by_hand() -> None:
    femke, roy = hat("femke"), hat("roy").person
    given = {
        "hat": str(hat("bea").pk), "person": str(roy.pk), "valid_from": clock.today().isoformat(), "reason": "Ziekte",
        "scope": "all",
    }  # fmt: skip
    path = reverse("substitute", args=[femke.pk])
    assert signed_in("bea").post(path, given).status_code == 302
    assert Substitution.objects.get(appointment=femke).substitute == roy
    assert signed_in("bea").post(path, {**given, "person": str(femke.person_id)}).status_code == 422


def test_the_ab_exempts_and_the_secretary_records_it() -> None:
    noor = hat("noor").person
    path = f"{reverse('exempt')}?persoon={noor.pk}"
    today = clock.today()
    given = {
        "hat": str(hat("bram", "ab").pk), "person": str(noor.pk), "decided_on": today.isoformat(),
        "valid_until": (today + timedelta(days=90)).isoformat(), "why": "Geen opvolger, AB 2026-12",
    }  # fmt: skip
    assert signed_in("bram").post(path, given).status_code == 302
    assert str(Exemption.objects.get(person=noor).ground) == "Geen opvolger, AB 2026-12"
    assert "Geen opvolger, AB 2026-12" in page("anouk", reverse("double-seats"))
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert signed_in("bram").post(path, {**given, "decided_on": tomorrow}).status_code == 422


def test_the_effect_of_a_date_is_seen_before_it_is_decided() -> None:
    today = clock.today()
    given = {
        "hat": str(hat("bram", "ab").pk), "decided_on": today.isoformat(), "reference": "AB 2026-12, punt 5",
        "segregated_from": (today + timedelta(days=60)).isoformat(),
    }  # fmt: skip
    path = reverse("segregation")
    tried = signed_in("bram").post(path, {**given, "preview": "1"})
    assert tried.status_code == 200
    assert "moeten 7 mensen kiezen tussen twee stoelen" in tried.content.decode()
    assert scheme().segregated_from is None
    assert signed_in("bram").post(path, given).status_code == 302
    assert scheme().segregated_from == today + timedelta(days=60)
    html = page("bram", path)
    assert "AB 2026-12, punt 5" in html
    assert "Kiezen vóór de datum" in page("victor", reverse("double-seats"))
    again = signed_in("bram").post(path, given)
    assert (again.status_code, "Deze datum geldt al." in again.content.decode()) == (422, True)


def test_double_seats_take_a_fixed_number_of_queries() -> None:
    with CaptureQueriesContext(connection) as captured:
        page("victor", reverse("double-seats"))
    for name in ("noor", "daan"):
        roles.exempt(
            person=hat(name).person, scheme=scheme(), ground="x", decided_on=clock.today(),
            valid_until=clock.today() + timedelta(days=9),
        )  # fmt: skip
    before = len(captured)
    with CaptureQueriesContext(connection) as captured:
        page("victor", reverse("double-seats"))
    assert len(captured) == before


@pytest.mark.long
def test_an_exception_is_asked_by_one_and_approved_by_another() -> None:
    case, gijs = play.submitted(), hat("gijs")
    path = reverse("request-dispensation", args=[case.pk])
    given = {"hat": str(hat("helene").pk), "person": str(gijs.person_id), "duty": "assess", "why": "Er is er maar een."}
    assert signed_in("helene").post(path, given).status_code == 302
    asked = Dispensation.objects.get(chain=case.chain)
    approve = reverse("approve-dispensation", args=[case.pk, asked.pk])
    own = signed_in("helene").post(approve, {"hat": str(hat("helene").pk)})
    assert own.status_code == 422
    assert "moet iemand anders goedkeuren" in own.content.decode()
    page("noor", approve, status=403)
    assert "wacht op goedkeuring" in page("bram", reverse("case-people", args=[case.pk]))
    assert signed_in("bram").post(approve, {"hat": str(hat("bram", "ab").pk)}).status_code == 302
    asked.refresh_from_db()
    assert asked.approved_by == hat("bram").person
    assert signed_in("bram").post(approve, {"hat": str(hat("bram", "ab").pk)}).status_code == 422
    verbs = Act.objects.filter(chain=case.chain).order_by("-seq").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["approve_dispensation", "request_dispensation"]
    page("gijs", reverse("case-history", args=[case.pk]))


@pytest.mark.long
def test_who_keeps_out_of_a_case_may_come_back_and_then_acts_again() -> None:
    case, gijs = play.brought_to("intake"), hat("gijs")
    path = reverse("withdraw-recusal", args=[case.pk])
    page("gijs", path, status=404)
    ballots.recuse(**who(gijs), case_id=case.pk, ground="Familie van een aanbieder.")
    with pytest.raises(NotAllowed, match="verschoond"):
        play.take_in(case)
    given = {"hat": str(gijs.pk), "reason": "Die aanbieder doet niet mee."}
    assert signed_in("gijs").post(path, {"hat": str(gijs.pk)}).status_code == 422
    assert signed_in("gijs").post(path, given).status_code == 302
    assert Recusal.objects.get(chain=case.chain).withdrawn_at is not None
    assert signed_in("gijs").post(path, given).status_code == 404
    page("gijs", reverse("case-history", args=[case.pk]))
    play.take_in(case)


def test_what_nobody_is_there_for_is_shown_to_who_appoints() -> None:
    play.brought_to("acceptance")
    roles.end_appointment(appointment=hat("helene"), last_day=clock.today() - timedelta(days=1), reason="Vertrek")
    html = page("bea", "/beheer/")
    assert "Open taken waar niemand voor is" in html
    assert "directeur, MGR Limburg-Noord" in html
