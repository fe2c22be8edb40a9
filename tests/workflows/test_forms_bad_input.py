"""Whatever is sent in: a Dutch sentence that names field or rule, what was typed still there, and never a 500."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.urls import reverse

from audit import clock
from cases.models import Case, Document, Draft
from cases.rules.files import MEGABYTES, safe_name
from config.uploads import MOST_BYTES, BoundedUploadHandler
from roles.models import Mandate, Organisation
from roles.services.mandates import revoke_mandate
from roles.services.people import end_appointment
from tests.client import Client
from tests.workflows.browser import at, of_municipality, said, send, shown, url
from tests.workflows.play import brought_to, do, hat, in_days, meet, open_round, submitted
from tests.workflows.test_case_page_doing import AGREED, HOW, wat_vraag

pytestmark = pytest.mark.django_db

CG = "centraal-gelderland"
LONG = "x" * 4001


def a_zip(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "inhoud")
    return content.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        {"summary": "x" * 2_000_000}, {f"veld-{n}": "1" for n in range(1_100)},
        {f"stuk-{n}": SimpleUploadedFile("a.txt", b"a") for n in range(20)},
    ],
    ids=["words", "fields", "files"],
)  # fmt: skip
def test_more_than_a_form_takes_is_said_with_what_to_do_about_it(body: dict[str, Any]) -> None:
    answer = at("marleen").post(reverse("submit"), body)
    assert answer.status_code == 413
    page = said(answer)
    for words in ("Er is niets verstuurd", "1 MB aan tekst", "12 bestanden", "Ga met uw browser terug"):
        assert words in page
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": "", "aim": ""}, "Titel: Dit veld is verplicht."),
        ({"title": "x" * 201}, "Titel: Zorg dat deze waarde niet meer dan 200 tekens bevat"),
        ({"title": "a\0b"}, "Titel: Null-tekens zijn niet toegestaan."),
        ({"aim": LONG}, "Doel: Zorg dat deze waarde niet meer dan 4000 tekens bevat"),
        ({"domain": "ruimtevaart"}, "Domein: "),
        ({"start_date": "2027-02-30"}, "Gewenste startdatum: Vul een bestaande datum in"),
        ({"start_date": "99999-01-01"}, "Gewenste startdatum: Vul een bestaande datum in"),
        ({"start_date": "2021-01-01"}, "Gewenste startdatum: De gewenste startdatum ligt in het verleden."),
        ({"years": "0"}, "Looptijd in jaren: "),
        ({"years": "1e9"}, "Looptijd in jaren: Vul een heel getal in"),
        ({"years": "9" * 5000}, "Looptijd in jaren: "),
        ({"share": "abc"}, "Beesel: Vul een bedrag in"),
        ({"share": "-5"}, "Beesel: Vul een bedrag in van 0 euro of meer."),
        ({"share": "1e400"}, "Beesel: Vul een bedrag in"),
        ({"share": "NaN"}, "Beesel: Vul een bedrag in"),
        ({"share": "9" * 18}, "Beesel: "),
        ({"share": "999999999"}, "hoger dan 1 miljard euro per jaar"),
        ({"criteria-0-criterion": ""}, "Kader 1, Criterium: Dit veld is verplicht."),
        ({"criteria-0-measured_on": "morgen"}, "Kader 1, Wanneer gemeten: Vul een bestaande datum in"),
        ({"criteria-0-DELETE": "on"}, "Noem minstens één evaluatiekader"),
        ({"criteria-TOTAL_FORMS": "veel"}, "Deze rijen zijn beschadigd aangekomen."),
        ({"criteria-TOTAL_FORMS": "-1"}, "Noem minstens één evaluatiekader"),
        ({"criteria-TOTAL_FORMS": "100000000"}, "te veel rijen: ten hoogste 12 kan"),
        ({"hat": "1"}, "Deze hoedanigheid is niet (meer) van u"),
        ({"hat": "1; DROP TABLE"}, "Deze hoedanigheid is niet (meer) van u"),
        ({"papers-0-file": ("virus.exe", b"MZ\x90")}, "“virus.exe” kan niet"),
        ({"papers-0-file": ("rapport", b"%PDF-1.7")}, "“rapport” kan niet"),
        ({"papers-0-file": ("plaatje.pdf", b"\x89PNG\r\n\x1a\n")}, "heet wel pdf, maar is het niet"),
        ({"papers-0-file": ("brief.docx", b"PK\x03\x04 stuk")}, "heet wel docx, maar is beschadigd of iets anders"),
        ({"papers-0-file": ("brief.docx", a_zip("xl/workbook.xml"))}, "heet wel docx, maar is het niet"),
        ({"papers-0-file": ("brief.docx", a_zip("word/document.xml", "word/vbaProject.bin"))}, "bevat macro’s"),
        ({"papers-0-file": ("lijst.csv", b"a;b\x00\x01")}, "geen leesbare tekst"),
        ({"papers-0-file": ("leeg.pdf", b"")}, "Dit bestand is leeg."),
        ({"papers-0-file": ("groot.pdf", b"%PDF-" + b"0" * (40 * 1024 * 1024))}, f"ten hoogste {MEGABYTES} MB"),
        ({"papers-0-classification": "top", "papers-0-file": ("a.pdf", b"%PDF-")}, "Openbaarheid: "),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_a_bad_submission_comes_back_with_its_reason(changes: dict[str, Any], message: str) -> None:
    values = wat_vraag(**{name: _sent(value) for name, value in changes.items() if name != "share"})
    if "share" in changes:
        values[f"share-{Organisation.objects.get(code='beesel').pk}"] = changes["share"]
    answer = send(at("marleen"), reverse("submit"), values)
    page = said(answer)
    assert (answer.status_code, message in page) == (422, True), page[:1500]
    assert "Contract loopt af." in page
    assert not Case.objects.exists()
    assert not Document.objects.exists()


ELSEWHERE: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "Titel: Dit veld is verplicht."),
    ({"aim": "x" * 200_000}, "Doel: Zorg dat deze waarde niet meer dan 4000 tekens bevat"),
    ({"hat": "9" * 30}, "Deze hoedanigheid is niet (meer) van u"),
    ({"scale": "local", "care_form": "jeugd-verblijf"}, "precies één gemeente mee"),
    ({"scale": "supraregional"}, "minstens één partnerregio"),
    ({"partners": ["9" * 30]}, "Partnerregio’s: "),
]


@pytest.mark.parametrize(("changes", "message"), ELSEWHERE, ids=lambda value: str(value)[:40])
def test_a_bad_submission_comes_back_in_another_regeling_too(changes: dict[str, Any], message: str) -> None:
    answer = send(at("mehmet"), reverse("submit"), wat_vraag(CG, **changes))
    assert (answer.status_code, message in said(answer)) == (422, True), said(answer)[:1500]
    assert "Contract loopt af." in said(answer)
    assert not Case.objects.exists()


def test_shares_of_municipalities_of_another_regeling_do_not_count() -> None:
    values = wat_vraag(CG) | {name: "5000" for name in wat_vraag() if name.startswith("share-")}
    assert send(at("mehmet"), reverse("submit"), values).status_code == 302
    shares = Case.objects.get().commission.shares.filter(takes_part=True)
    assert {share.organisation.scheme.code for share in shares.select_related("organisation__scheme")} == {CG}


@pytest.mark.long
def test_a_bad_round_on_the_approach_comes_back_where_a_body_adopts_it() -> None:
    case = brought_to("adopt_approach", scheme=CG)
    where = f"{url(case, 'adopt_approach')}ronde/"
    for changes, message in (
        ({"proposal": "grant"}, "Voorstel: Selecteer een geldige keuze"),
        ({"proposal": "adopt", "closes_at": "9" * 400}, "Vul een datum en een tijd in"),
        ({"proposal": "adopt", "hat": str(hat("anouk").pk)}, "hoedanigheid"),
    ):
        answer = send(at("geertruida"), where, changes)
        assert (answer.status_code, message in said(answer)) == (422, True), said(answer)[:1500]
    assert at("anouk").get(where).status_code == 404


def _sent(value: Any) -> Any:
    return SimpleUploadedFile(*value) if isinstance(value, tuple) else value


def test_shares_of_one_municipality_only_or_of_strangers_are_no_regional_commission() -> None:
    bergen = Organisation.objects.get(code="bergen")
    mgr = Organisation.objects.get(kind="mgr", scheme__code="limburg-noord")
    strangers = {"share-99999999": "5000", f"share-{mgr.pk}": "5000"}
    nobody = {name: "" for name in wat_vraag() if name.startswith("share-")}
    alone = wat_vraag(**nobody | {f"share-{bergen.pk}": "1000"} | strangers)
    assert "minstens twee deelnemende gemeenten" in said(send(at("marleen"), reverse("submit"), alone))
    others = wat_vraag(**{f"share-{bergen.pk}": ""})
    assert "Uw eigen gemeente doet mee" in said(send(at("marleen"), reverse("submit"), others))


def test_an_upload_that_is_too_large_takes_no_more_room_than_it_may() -> None:
    handler = BoundedUploadHandler()
    handler.new_file("papers-0-file", "groot.pdf", "application/pdf", None, None, None)
    sent = 0
    while sent < 3 * MOST_BYTES:
        handler.receive_data_chunk(b"0" * 65536, sent)
        sent += 65536
    file = handler.file_complete(sent)
    assert file.size == sent
    assert file.file.tell() <= MOST_BYTES + 65536
    file.close()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\nota.pdf", "nota.pdf"),
        ("fac\N{RIGHT-TO-LEFT OVERRIDE}fdp.pdf", "facfdp.pdf"),
        ("regel\r\nSet-Cookie: a=b.pdf", "regelSet-Cookie a=b.pdf"),
        ('".pdf', "document.pdf"),
        ("  ..  .pdf", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("Besluit “één” – naïef.PDF", "Besluit “één” – naïef.PDF"),
    ],
)
def test_an_odd_file_name_is_made_safe(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "C:\\fakepath\\nota.pdf", "fac\N{RIGHT-TO-LEFT OVERRIDE}fdp.pdf"]
)
def test_what_a_sender_calls_a_file_reaches_neither_the_disk_nor_a_header(name: str) -> None:
    case = submitted()
    file = SimpleUploadedFile("a.pdf", b"%PDF-1")
    file.name = name
    assert send(at("els"), reverse("add-document", args=[case.pk]), {"file": file}).status_code == 302
    version = Document.objects.get().versions.get()
    assert version.file.name == f"documents/{version.sha256[:2]}/{version.sha256}"
    assert str(version.filename) == safe_name(name)


TAMPERED: list[tuple[str, str, dict[str, Any], str]] = [
    ("gijs", "intake", {}, "Uitkomst: Kies een uitkomst."),
    ("gijs", "intake", {"outcome": "granted"}, "Uitkomst: Selecteer een geldige keuze"),
    ("gijs", "intake", {"outcome": "complete"}, "Projectleider: Kies wie dit is"),
    ("gijs", "intake", {"outcome": "complete", "owner": "99999999"}, "Eigenaar: Selecteer een geldige keuze"),
    ("gijs", "intake", {"outcome": "questions"}, "Vragen aan de indiener: Schrijf op wat"),
    ("gijs", "intake", {"outcome": "questions", "questions": "a\0"}, "Null-tekens zijn niet toegestaan."),
    ("femke", "approach", {}, "Planning: Dit veld is verplicht."),
    ("femke", "approach", {**HOW, "cost": "1 miljoen"}, "Kosten van de MGR: Vul een bedrag in"),
    ("femke", "approach", {**HOW, "cost": "999999999999"}, "Vul een bedrag in van ten hoogste 100.000.000 euro."),
    ("femke", "approach", {**HOW, "hours": "-3"}, "Capaciteit van de MGR in uren: "),
    ("femke", "approach", {**HOW, "within_budget": "misschien"}, "Past het binnen de begroting"),
    ("femke", "approach", {**HOW, "strategy": LONG}, "Richting van de strategie: Zorg dat"),
    ("helene", "acceptance", {"outcome": "decline"}, "Motivering: Motiveer waarom u de opdracht weigert."),
    ("helene", "acceptance", {"outcome": "accept", "hat": "999"}, "Deze hoedanigheid is niet (meer) van u"),
]


@pytest.mark.parametrize(("username", "step", "changes", "message"), TAMPERED, ids=lambda value: str(value)[:30])
def test_a_bad_step_comes_back_with_its_reason(username: str, step: str, changes: dict[str, Any], message: str) -> None:
    case = brought_to(step)
    answer = send(at(username), url(case, step), changes)
    page = said(answer)
    assert (answer.status_code, message in page) == (422, True), page[:1500]


def test_disagreeing_asks_for_a_reason_and_keeps_the_rest() -> None:
    case = submitted()
    answer = send(
        at("els"), of_municipality(case, "beesel"), AGREED | {"political": "disagree", "own_reference": "BE-1"}
    )
    assert answer.status_code == 422
    assert "Licht toe waarom uw gemeente niet akkoord is." in said(answer)
    assert 'value="BE-1"' in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"proposal": "grant", "closes_at": "2020-01-01T12:00"}, "Kies een sluiting in de komende 60 dagen."),
        ({"proposal": "grant", "closes_at": "gisteren"}, "Vul een datum en een tijd in"),
        ({"proposal": "defer"}, "Kies tot welke datum het besluit wordt aangehouden."),
        ({"proposal": "defer", "defer_until": "2020-01-01"}, "binnen een jaar"),
        ({"proposal": "granted"}, "Voorstel: Selecteer een geldige keuze"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_bad_round_comes_back_with_its_reason(changes: dict[str, str], message: str) -> None:
    case = brought_to("pho_decision")
    answer = send(at("anouk"), f"{url(case, 'pho_decision')}ronde/", changes)
    assert (answer.status_code, message in said(answer)) == (422, True), said(answer)[:1500]


@pytest.mark.long
def test_a_bad_record_of_a_meeting_names_the_member() -> None:
    case = brought_to("pho_decision")
    where = f"{url(case, 'pho_decision')}vergadering/"
    anouk = at("anouk")
    fields = shown(anouk, where)
    member = next(name for name in fields if name.endswith("-choice")).removesuffix("-choice")
    nobody = tuple(name for name in fields if name.endswith("-present"))
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    minutes = {"proposal": "grant", "meeting_date": clock.today().isoformat(), "way": "votes"}
    for changes, message in (
        ({}, "Kruis aan wie aanwezig was."),
        ({f"{member}-choice": "for"}, "Wie niet aanwezig was, stemt niet: Noor Timmermans."),
        ({f"{member}-present": "on"}, "Kies hoe Noor Timmermans heeft gestemd."),
        ({f"{member}-present": "on", f"{member}-choice": "maybe"}, "Selecteer een geldige keuze"),
        ({f"{member}-present": "on", f"{member}-choice": "for", "way": "hammered"}, "Bij een hamerstuk"),
        ({f"{member}-present": "on", f"{member}-choice": "for", "meeting_date": tomorrow}, "ligt in de toekomst"),
    ):
        answer = send(anouk, where, minutes | changes, without=nobody)
        assert (answer.status_code, message in said(answer)) == (422, True), (message, said(answer)[:1500])


def test_a_round_is_not_closed_before_everybody_voted() -> None:
    case = brought_to("pho_decision")
    open_round(case, "pho_decision", "grant")
    answer = send(at("anouk"), f"{url(case, 'pho_decision')}sluiten/", {})
    assert (answer.status_code, "Nog 7 van de leden hebben niet gestemd." in said(answer)) == (422, True)


def test_what_is_sent_twice_is_done_once() -> None:
    case = brought_to("intake")
    where, gijs = url(case, "intake"), at("gijs")
    values = {**shown(gijs, where), "outcome": "questions", "questions": "Hoeveel?"}
    assert gijs.post(where, values).status_code == 302
    again = gijs.post(where, values)
    assert (again.status_code, "Deze taak is al afgerond." in said(again)) == (409, True)
    assert "Hoeveel?" in said(again)


def test_a_task_of_another_case_is_not_there() -> None:
    one, other = brought_to("intake"), brought_to("intake")
    elsewhere = url(one, "intake").replace(f"/{one.pk}/taken", f"/{other.pk}/taken")
    assert at("gijs").get(elsewhere).status_code == 404
    assert at("gijs").post(elsewhere, {"outcome": "questions"}).status_code == 404


def test_a_hat_that_ended_meanwhile_is_refused_and_nothing_typed_is_lost() -> None:
    case = brought_to("intake")
    where, gijs = url(case, "intake"), at("gijs")
    values = {**shown(gijs, where), "outcome": "questions", "questions": "Hoeveel jeugdigen?"}
    end_appointment(appointment=hat("gijs"), last_day=in_days(-1), reason="Andere baan.")
    assert gijs.post(where, values).status_code == 404  # it was the only hat: the case is not there any more


def test_another_hat_does_not_take_the_place_of_the_one_that_ended() -> None:
    case = brought_to("pho_decision")
    open_round(case, "pho_decision", "grant")
    where, ilse = url(case, "pho_decision", part="vote", user="ilse"), at("ilse")
    values = {**shown(ilse, where), "choice": "against", "motivation": "Te duur voor Venray."}
    end_appointment(appointment=hat("ilse", "pho"), last_day=in_days(-1), reason="Afgetreden.")
    answer = ilse.post(where, values)
    assert (answer.status_code, "Te duur voor Venray." in said(answer)) == (422, True)
    assert "benoeming" in said(answer) or "hoedanigheid" in said(answer)


@pytest.mark.long
def test_a_mandate_that_was_revoked_meanwhile_covers_nothing() -> None:
    case = brought_to("acceptance")
    where, helene = url(case, "acceptance"), at("helene")
    values = {**shown(helene, where), "outcome": "accept", "conditions": "Start in juli."}
    for mandate in Mandate.objects.filter(power="accept_commission", revoked_at=None, number="M-01"):
        revoke_mandate(mandate=mandate, reason="Nieuw besluit.")
    answer = helene.post(where, values)
    page = said(answer)
    assert (answer.status_code, "Geen mandaat van uw functie" in page) == (422, True), page[:1500]
    assert "Start in juli." in page
    assert "U kunt deze taak nu niet doen" in said(helene.get(where))


def test_who_did_the_counterpart_is_refused_and_told_by_which_rule() -> None:
    case = brought_to("approach")
    meet_in = url(case, "approach")
    assert at("femke").get(meet_in).status_code == 200
    do("femke", case, "approach", "proposed", **_how())
    meet(case, "rmt_validation", "positive")
    send(at("karim"), reverse("recuse", args=[case.pk]), {"interest": "Familie.", "hat": str(hat("karim", "pho").pk)})
    open_round(case, "pho_decision", "grant")
    page = said(at("karim").get(reverse("comment", args=[case.pk])))
    assert "U hebt zich in deze zaak verschoond" in page


def _how() -> dict[str, Any]:
    return {
        "strategy": "Open house.", "planning": "Gunning in mei.", "hours": 10, "cost": Decimal(100),
        "within_budget": True, "within_capacity": True, "criteria_agreed": True,
    }  # fmt: skip


BODIES = [
    ("application/x-www-form-urlencoded", b"outcome=\xff\xfe&questions=%ff%00&hat=%ED%A0%80", {422}),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(2000)), {413}),
    ("application/x-www-form-urlencoded", b"questions=" + b"x" * (2 * 1024 * 1024), {413}),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="outcome"\r\n\r\nkapot',
        {400, 422},
    ),
    ("multipart/form-data", b"geen grens", {400}),
    ("multipart/form-data; boundary=" + "x" * 300, b"--", {400}),
    ("application/json", b'{"outcome": "complete"}', {422}),
]


@pytest.mark.parametrize(("kind", "body", "statuses"), BODIES, ids=lambda value: str(value)[:40])
def test_a_body_that_is_no_form_is_answered_and_does_nothing(kind: str, body: bytes, statuses: set[int]) -> None:
    case = brought_to("intake")
    answer = at("gijs").post(url(case, "intake"), body, content_type=kind)
    assert answer.status_code in statuses


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_reaches_a_task(method: str) -> None:
    case = brought_to("intake")
    assert getattr(at("gijs"), method)(url(case, "intake")).status_code == 405


def test_without_the_token_of_the_page_nothing_is_done() -> None:
    case = brought_to("intake")
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(hat("gijs").person.user)
    answer = careful.post(url(case, "intake"), {"outcome": "questions", "questions": "Hoeveel?"})
    assert answer.status_code == 403
    assert case.remarks.count() == 0


def test_a_draft_keeps_what_the_database_cannot() -> None:
    send(at("marleen"), reverse("submit"), {**wat_vraag(title="a\0b"), "draft": "1"})
    assert Draft.objects.get().values["title"] == ["ab"]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_while_somebody_else_holds_the_case_one_is_asked_to_try_again_and_keeps_what_was_typed() -> None:
    case = brought_to("intake")
    gijs, where = at("gijs"), url(case, "intake")
    values = {**shown(gijs, where), "outcome": "questions", "questions": "Hoeveel jeugdigen?"}
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT FROM cases_case WHERE id = %s FOR UPDATE", [case.pk])
        answer = gijs.post(where, values)
    assert (answer.status_code, "Iemand anders legt nu iets vast" in said(answer)) == (409, True)
    assert "Hoeveel jeugdigen?" in said(answer)
    assert gijs.post(where, values).status_code == 302
