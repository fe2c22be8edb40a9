"""A file with appointments, row by row: what it would do, and of each bad row where it is wrong and what to do."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.rules import appointing, sheet
from roles.rules.appointing import Plan, Status
from roles.rules.roster import COLUMNS, Account, Held, Place, Register, Somebody
from roles.rules.seats import Exempted
from roles.rules.sheet import Unreadable, plain

HEAD = "account;naam;gremium;rol;soort;stemgewicht;namens;van;tot en met;beëindigt vorige"
SINCE = date(2022, 6, 1)

PHO = Place(1, "PHO-lid, PHO", "client", "client", True, "member")
AB = Place(2, "AB-lid, AB", "board", "owner", True, "member")
DESK = Place(3, "secretaris, AB", "board", "adviser", True, "secretary")
BUYER = Place(4, "inkoper, MGR", "staff", "contractor", False, "member")
VENLO = Place(5, "accountmanager, gemeente Venlo", "municipality", "client", False, "member", organisation=12)

NOOR = Somebody("person/1", "Noor Timmermans", 1, 101, "noor")
DAAN = Somebody("person/2", "Daan Verhoeven", 2, 102, "daan")
EVA = Somebody("person/3", "Eva Ruijs", 3)  # has no account
TWINS = (Somebody("person/4", "Jan Jansen", 4), Somebody("person/5", "Jan Jansen", 5))


def held(number: int, who: Somebody, place: Place, organisation: int | None = None, **other: object) -> Held:
    first, last = other.pop("first", SINCE), other.pop("last", None)
    return Held(who.key, place, first, last, id=number, organisation=organisation, name=who.name, **other)  # type: ignore[arg-type]


def register(**changes: object) -> Register:
    bodies = {"pho": 1, "ab": 2, "mgr": 3, "venlo": 4}
    places = {(1, "pho-lid"): PHO, (2, "ab-lid"): AB, (2, "secretaris"): DESK, (3, "inkoper"): BUYER}
    known: dict[str, object] = {
        "bodies": bodies,
        "places": places | {(4, "accountmanager"): VENLO},
        "roles_of": {1: "PHO-lid", 2: "AB-lid, secretaris", 3: "inkoper", 4: "accountmanager"},
        "body_names": "pho, ab, mgr, venlo",
        "organisations": {"beesel": 11, "gemeente beesel": 11, "venlo": 12},
        "kinds": {"lid": "member", "voorzitter": "chair", "secretaris": "secretary", "member": "member"},
        "kind_names": "lid, voorzitter, secretaris",
        "accounts": {
            "noor": Account(101, True, NOOR), "daan": Account(102, True, DAAN), "blok": Account(103, False),
            "nieuw": Account(104, True), "samen@venlo.nl": None,
        },
        "names": {plain(each.name): (each,) for each in (NOOR, DAAN, EVA)} | {"jan jansen": TWINS},
        "held": (
            held(1, NOOR, PHO, 11), held(2, DAAN, AB, 12), held(3, TWINS[0], BUYER), held(4, TWINS[1], BUYER),
            held(5, EVA, DESK, kind="secretary"), held(6, DAAN, PHO, 12, first=date(2028, 1, 1)),
        ),
    }  # fmt: skip
    return Register(**(known | changes))  # type: ignore[arg-type]


def planned(*rows: str, head: str = HEAD, **changes: object) -> Plan:
    return appointing.plan(sheet.read("\n".join([head, *rows]).encode(), COLUMNS), register(**changes))


LONG = "x" * 201

BAD_ROWS = [
    (";;pho;pho-lid;;;;1-7-2026;;", "naam", "De naam ontbreekt. Vul in wie wordt benoemd."),
    ("a b;A;pho;pho-lid;;;;1-7-2026;;", "account",
     "‘a b’ is geen gebruikersnaam of e-mailadres. Gebruik alleen letters, cijfers en .@+-_"),
    ("a@b;A;pho;pho-lid;;;;1-7-2026;;", "account",
     "‘a@b’ is geen gebruikersnaam of e-mailadres. Gebruik alleen letters, cijfers en .@+-_"),
    ("blok;Bas Blok;pho;pho-lid;;;;1-7-2026;;", "account",
     "Het account ‘blok’ is geblokkeerd. Laat het eerst vrijgeven of kies een ander."),
    ("samen@venlo.nl;Bas Blok;pho;pho-lid;;;;1-7-2026;;", "account",
     "Het e-mailadres ‘samen@venlo.nl’ is van meer dan een account. Vul de gebruikersnaam in."),
    (";Jan Jansen;pho;pho-lid;;;;1-7-2026;;", "account",
     "Er zijn 2 mensen die Jan Jansen heten. Vul het account in van wie u bedoelt."),
    ("noor;Nora Timmermans;ab;ab-lid;;;;1-7-2026;;", "naam",
     "Deze naam hoort niet bij dit account. Controleer het account; een naam wijzigt u niet met een import."),
    (";A;;pho-lid;;;;1-7-2026;;", "gremium", "Het gremium ontbreekt. Vul het in."),
    (";A;raad;lid;;;;1-7-2026;;", "gremium",
     "Het gremium ‘raad’ bestaat niet in deze regeling. Kies uit: pho, ab, mgr, venlo."),
    (";A;ab;;;;;1-7-2026;;", "rol", "De rol ontbreekt. Kies uit: AB-lid, secretaris."),
    (";A;ab;pho-lid;;;;1-7-2026;;", "rol",
     "De rol ‘pho-lid’ bestaat niet in dit gremium. Kies uit: AB-lid, secretaris."),
    (";A;ab;ab-lid;baas;;;1-7-2026;;", "soort",
     "De soort ‘baas’ is onbekend. Kies uit: lid, voorzitter, secretaris."),
    (";A;ab;ab-lid;;twee;;1-7-2026;;", "stemgewicht",
     "Het stemgewicht ‘twee’ kan niet. Vul een heel getal in van 1 tot en met 100."),
    (";A;ab;ab-lid;;0;;1-7-2026;;", "stemgewicht",
     "Het stemgewicht ‘0’ kan niet. Vul een heel getal in van 1 tot en met 100."),
    (";A;ab;ab-lid;;1,5;;1-7-2026;;", "stemgewicht",
     "Het stemgewicht ‘1,5’ kan niet. Vul een heel getal in van 1 tot en met 100."),
    (";A;ab;ab-lid;;101;;1-7-2026;;", "stemgewicht",
     "Het stemgewicht ‘101’ kan niet. Vul een heel getal in van 1 tot en met 100."),
    (";A;ab;ab-lid;;;Utrecht;1-7-2026;;", "namens",
     "De organisatie ‘Utrecht’ bestaat niet in deze regeling. Controleer de naam."),
    (";A;ab;ab-lid;;;;;;", "van", "De begindatum ontbreekt. Vul in vanaf welke dag de benoeming geldt."),
    (";A;ab;ab-lid;;;;juli 2026;;", "van",
     "‘juli 2026’ is geen datum. Schrijf dag, maand en jaar voluit, bijvoorbeeld 01-07-2026."),
    (";A;ab;ab-lid;;;;1-7-26;;", "van",
     "‘1-7-26’ is geen datum. Schrijf dag, maand en jaar voluit, bijvoorbeeld 01-07-2026."),
    (";A;ab;ab-lid;;;;31-2-2027;;", "van",
     "‘31-2-2027’ bestaat niet. Schrijf dag-maand-jaar, bijvoorbeeld 01-07-2026."),
    (";A;ab;ab-lid;;;;46204;;", "van",
     "‘46204’ is een dagnummer van Excel (01-07-2026). Geef de kolom de opmaak datum en sla opnieuw op."),
    (";A;ab;ab-lid;;;;1-7-1926;;", "van",
     "‘1-7-1926’ ligt te ver weg. Kies een dag van 01-01-2000 tot en met 31-12-2099."),
    (";A;ab;ab-lid;;;;1-7-2026;30-6-2026;", "tot en met",
     "De benoeming eindigt (30-06-2026) voordat zij begint (01-07-2026). Pas de datums aan."),
    (";A;ab;ab-lid;;;;1-7-2026;;misschien", "beëindigt vorige",
     "‘misschien’ is geen ja of nee. Schrijf ja als deze benoeming de vorige beëindigt, anders nee."),
    (f";{LONG};ab;ab-lid;;;;1-7-2026;;", "naam", "Deze tekst is 201 tekens lang; ten hoogste 200 kan. Kort haar in."),
    (";A\x07;ab;ab-lid;;;;1-7-2026;;", "naam", "Deze tekst bevat een stuurteken dat niemand ziet. Typ de cel opnieuw."),
    (";RenÃ© A;ab;ab-lid;;;;1-7-2026;;", "naam",
     "‘RenÃ© A’ is verhaspeld. Sla het in Excel op als ‘CSV UTF-8 (door komma’s gescheiden)’."),
    (";A;ab;ab-lid;;;;1-7-2026;;;te veel", "",
     "‘te veel’ staat in een kolom zonder kop. Zet een tekst met een scheidingsteken erin tussen aanhalingstekens."),
    ("noor;Noor Timmermans;pho;pho-lid;voorzitter;;beesel;1-6-2022;;", "van",
     "Deze benoeming staat er al vanaf deze dag, met een andere soort, ander stemgewicht, andere organisatie of "
     "andere te lezen periode. Beëindig haar en benoem vanaf een latere dag opnieuw."),
    ("noor;Noor Timmermans;pho;pho-lid;;;beesel;1-7-2026;;", "van",
     "Deze persoon heeft deze functie al sinds 01-06-2022, zonder einddatum. "
     "Schrijf ja bij ‘beëindigt vorige’, of haal deze regel weg."),
    (";A;pho;pho-lid;;;venlo;1-7-2026;;ja", "van",
     "De benoeming van Daan Verhoeven begint pas op 01-01-2028 en kan niet de dag vóór 01-07-2026 eindigen. "
     "Beëindig haar met de hand."),
    (";A;mgr;inkoper;;;;1-7-2026;;ja", "beëindigt vorige",
     "2 mensen hebben deze functie (Jan Jansen, Jan Jansen). Beëindig met de hand wie u bedoelt en schrijf hier nee."),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "message"), BAD_ROWS, ids=[message[:40] for *_, message in BAD_ROWS])
def test_a_bad_row_is_named_with_its_line_its_column_and_what_to_do(row: str, column: str, message: str) -> None:
    found = planned("", row)
    assert [(each.line, each.column, each.message) for each in found.problems] == [(3, column, message)]
    assert not found.changes


def test_all_that_is_wrong_in_a_row_is_told_at_once() -> None:
    found = planned("a b;;raad;x;baas;nul;Utrecht;ooit;nooit;wie weet")
    assert {each.column for each in found.problems} == {
        "account", "naam", "gremium", "soort", "stemgewicht", "namens", "van", "tot en met", "beëindigt vorige",
    }  # fmt: skip


TOGETHER = [
    (
        (";A;ab;ab-lid;;;;1-7-2026;;", ";A;ab;ab-lid;;;;1-7-2026;;"),
        "Deze benoeming staat ook op regel 2. Haal een van beide weg.",
    ),
    (
        ("x;An;ab;ab-lid;;;;1-7-2026;;", "x;Bo;pho;pho-lid;;;;1-7-2026;;"),
        "Dit account heet op regel 2 anders. Maak de namen gelijk.",
    ),
    (
        (";A;ab;ab-lid;;;;1-7-2026;;", ";A;ab;ab-lid;;;;1-8-2026;;"),
        "Deze persoon heeft deze functie in die periode al door regel 2. Pas de datums aan.",
    ),
    (
        (";A;ab;ab-lid;;;beesel;1-7-2026;;", ";B;ab;ab-lid;;;beesel;1-8-2026;;ja"),
        "Deze benoeming valt samen met die van regel 2. Vul daar zelf een laatste dag in.",
    ),
    (
        (";A;pho;pho-lid;;;beesel;1-7-2026;;ja", "noor;Noor Timmermans;pho;pho-lid;;;;1-6-2026;31-12-2026;ja"),
        "De benoeming van Noor Timmermans wordt ook door regel 2 beëindigd. Kies er een.",
    ),
]


@pytest.mark.parametrize(("rows", "message"), TOGETHER, ids=[message[:40] for _, message in TOGETHER])
def test_rows_that_contradict_one_another_are_named(rows: tuple[str, str], message: str) -> None:
    assert [(each.line, each.message) for each in planned(*rows).problems] == [(3, message)]


SEGREGATED: dict[str, Any] = {"segregated_from": date(2026, 1, 1)}


def test_a_double_seat_is_flagged_before_the_date_and_refused_from_it() -> None:
    row = "noor;Noor Timmermans;ab;ab-lid;;;beesel;1-7-2026;;"
    [entry] = planned(row).entries
    assert (entry.status, entry.flags) == (Status.NEW, ("double-seat",))
    assert entry.notes == ("Dubbele stoel met PHO-lid, PHO: mag tot het AB een datum voor de rolscheiding vaststelt.",)
    [problem] = planned(row, **SEGREGATED).problems
    assert problem.column == "gremium"
    assert problem.message.endswith("Beëindig die benoeming uiterlijk 30-06-2026, of vraag het AB om een ontheffing.")


def test_an_exemption_covers_a_double_seat() -> None:
    exempted = {"person/1": (Exempted(date(2026, 1, 1), date(2026, 12, 31)),)}
    [entry] = planned(
        "noor;Noor Timmermans;ab;ab-lid;;;beesel;1-7-2026;31-12-2026;", **SEGREGATED, exemptions=exempted
    ).entries
    assert entry.notes == ("Dubbele stoel met PHO-lid, PHO: op grond van een ontheffing.",)


def test_who_makes_room_in_the_same_file_makes_room_whatever_the_order() -> None:
    to_the_board = "noor;Noor Timmermans;ab;ab-lid;;;beesel;1-7-2026;;"
    successor = ";Piet Puk;pho;pho-lid;;;beesel;1-7-2026;;ja"
    for rows in ((to_the_board, successor), (successor, to_the_board)):
        found = planned(*rows, **SEGREGATED)
        assert not found.problems
        assert [entry.flags for entry in found.entries] == [(), ()]


def test_the_previous_appointment_ends_the_day_before() -> None:
    [entry] = planned(";Piet Puk;pho;pho-lid;;;gemeente Beesel;2026-07-01;;ja").entries
    assert (entry.registers, entry.status) == (True, Status.NEW)
    assert [(each.appointment, each.last_day) for each in entry.endings] == [(1, date(2026, 6, 30))]


def test_a_row_may_give_a_running_appointment_its_last_day() -> None:
    [entry] = planned("noor;Noor Timmermans;pho;pho-lid;;;beesel;1-6-2022;30-6-2026;").entries
    assert (entry.status, [each.last_day for each in entry.endings]) == (Status.ENDS, [date(2026, 6, 30)])


def test_what_is_so_already_changes_nothing() -> None:
    found = planned("noor;noor  TIMMERMANS;PHO;PHO-lid;Lid;1,0;Beesel;01/06/2022 00:00:00;;ja")
    assert [entry.status for entry in found.entries] == [Status.UNCHANGED]
    assert not found.changes


def test_what_ended_is_not_prolonged() -> None:
    ended = (held(1, NOOR, PHO, 11, last=date(2026, 3, 1)),)
    [problem] = planned("noor;Noor Timmermans;pho;pho-lid;;;beesel;1-6-2022;;", held=ended).problems
    assert problem.message == (
        "Deze benoeming eindigt al op 01-03-2026 en wordt niet verlengd. Benoem opnieuw vanaf de dag erna."
    )


def test_slips_are_told_and_allowed() -> None:
    chaired = (held(1, NOOR, PHO, 11, kind="chair"),)
    [entry] = planned(";Piet Puk;pho;pho-lid;voorzitter;;beesel;1-7-2026;;", held=chaired).entries
    assert entry.notes == (
        "Noor Timmermans zit hier dan ook namens dezelfde organisatie: er zijn twee stemmen.",
        "Noor Timmermans is dan ook voorzitter.",
    )
    [entry] = planned(";Piet Puk;mgr;inkoper;;;beesel;1-7-2026;;ja").entries
    assert entry.notes == ("Er is geen lopende benoeming om te beëindigen.",)


def test_a_row_says_little_and_means_the_usual() -> None:
    entries = planned(";Eva Ruijs;ab;secretaris;;;;1-7-2030;;ja", ";Ko Kok;venlo;accountmanager;;;;1-7-2026;;").entries
    assert [(entry.wish.kind, entry.wish.organisation) for entry in entries if entry.wish] == [
        ("secretary", None), ("member", 12),
    ]  # fmt: skip


def test_a_new_person_is_registered_once() -> None:
    found = planned("x;An Aal;ab;ab-lid;;;;1-7-2026;;", "X;An Aal;pho;pho-lid;;;;1-7-2026;;")
    assert [entry.registers for entry in found.entries] == [True, False]


BAD_FILES = [
    (b"", "Het bestand is leeg. Kies een ander bestand."),
    (b" \r\n ", "Het bestand is leeg. Kies een ander bestand."),
    (b"PK\x03\x04rest", "Dit is geen CSV maar een werkmap (xlsx of ods). "),
    ("naam;gremium;rol;van".encode("utf-16"), "Dit bestand bevat nulbytes en is geen tekst in UTF-8. "),
    (b"naam;gremium;rol;van\nA;a\0b;c;d", "Dit bestand bevat nulbytes en is geen tekst in UTF-8. "),
    ("naam;gremium;rol;van\nA;b;c;d\nRené;b;c;d".encode("latin-1"), "Regel 3 bevat een teken dat geen UTF-8 is. "),
    ("naam;gremium;rol;van\nRen\ufffd;b;c;d".encode(),
     "Regel 2 bevat een teken (�) dat bij het opslaan verloren ging."),
    (b"naam;gremium;rol;van\n\n;;;\n", "Onder de kop staat geen enkele regel. "),
    (b"naam;gremium;rol\nA;b;c", "In de eerste regel ontbreekt de kolom ‘van’. De kolommen zijn: account, naam,"),
    (b"naam\tgremium\trol\tvan\nA\tb\tc\td", "In de eerste regel ontbreekt de kolom ‘naam’. "),
    (b"naam;gremium;rol;van;telefoon\nA;b;c;d;e",
     "De kolom ‘telefoon’ is onbekend. Haal haar weg of noem haar een van: "),
    (b"naam;gremium;rol;van;functie\nA;b;c;d;e", "De kolom ‘rol’ staat er tweemaal. Haal er een weg."),
    (b'naam;gremium;rol;van\n"A;b;c;d\n', "Vanaf regel 2 kloppen de aanhalingstekens niet. "),
    (b'naam;gremium;rol;van\nA;b;c;d\n"A" B;b;c;d\n', "Vanaf regel 3 kloppen de aanhalingstekens niet. "),
    (b"naam;gremium;rol;van\n" + b"A;b;c;d\n" * 10_001, "Het bestand heeft meer dan 10000 regels. Deel het op."),
    (b"x" * (2 * 1024 * 1024 + 1), "Het bestand is 2,0 MB; ten hoogste 2 MB kan. Deel het op."),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BAD_FILES, ids=[message[:40] for _, message in BAD_FILES])
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable) as refused:
        sheet.read(content, COLUMNS)
    assert str(refused.value).startswith(message)


GOOD = "noor;Noor Timmermans;ab;ab-lid;;;beesel;1-7-2026;;"

AS_SAVED = {
    "plain": f"{HEAD}\n{GOOD}\n",
    "byte order mark and Windows line ends": f"\ufeff{HEAD}\r\n{GOOD}\r\n",
    "commas": f"{HEAD}\n{GOOD}\n".replace(";", ","),
    "sep=": f"sep=;\r\n{HEAD}\r\n{GOOD}\r\n",
    "empty rows and columns at the end": f"{HEAD};;\n{GOOD};;\n;;;;;;;;;;;\n\n",
    "line break within quotes": f"{HEAD}\n" + GOOD.replace("Noor Timmermans", '"Noor\nTimmermans"') + "\n",
    "hard spaces": f"{HEAD}\n" + GOOD.replace("Noor Timmermans", "\u00a0Noor\u00a0Timmermans\u200b") + "\n",
    "other headings": f"{HEAD}\n{GOOD}".replace("rol;", "Functie;")
    .replace("tot en met", "Tot_en_met")
    .replace("ë", "e"),
}


@pytest.mark.parametrize("saved", AS_SAVED)
def test_what_excel_makes_of_it_is_read_as_it_was_meant(saved: str) -> None:
    found = appointing.plan(sheet.read(AS_SAVED[saved].encode(), COLUMNS), register())
    assert not found.problems
    assert [entry.status for entry in found.entries] == [Status.NEW]


def test_lines_are_counted_as_an_editor_does() -> None:
    lines = sheet.read(f'sep=;\n{HEAD}\n\n;"A\nB\nC";x\n;D;x\n'.encode(), COLUMNS)
    assert [(line.number, line.cells["name"]) for line in lines] == [(4, "A B C"), (7, "D")]


@pytest.mark.parametrize("cell", ["=1+1", "+31612345678", "-2", "@SUM(A1)", '="noor"'])
def test_a_formula_is_text_like_any_other(cell: str) -> None:
    quoted = cell.replace('"', '""')
    [line] = sheet.read(f'{HEAD}\n;"{quoted}";ab;ab-lid;;;;1-7-2026;;'.encode(), COLUMNS)
    assert line.cells["name"] == cell


cells = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "noor", "Noor Timmermans", "pho", "ab", "PHO-lid", "ab-lid", "ja", "nee", "beesel", "venlo"]),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(lambda day: f"{day:%d-%m-%Y}"),
    st.sampled_from(['"', ";", "\n", "\r", "=1+1", "\x00", "Ã«", "46204", "1,0"]),
)


@pytest.mark.long
@given(st.lists(st.lists(cells, max_size=12).map(";".join), max_size=8), st.booleans())
def test_whatever_is_sent_is_planned_or_refused_in_words(rows: list[str], segregated: bool) -> None:
    try:
        found = planned(*rows, **(SEGREGATED if segregated else {}))
    except Unreadable:
        return
    assert all(problem.message for problem in found.problems)
    assert all((entry.status is Status.BAD) == bool(entry.problems) for entry in found.entries)


@given(st.binary(max_size=300))
def test_whatever_bytes_come_they_are_read_or_refused_in_words(content: bytes) -> None:
    with suppress(Unreadable):
        sheet.read(content, COLUMNS)


def test_five_thousand_rows_are_planned_in_seconds() -> None:
    rows = [f";Mens {number};ab;ab-lid;;;beesel;{SINCE + timedelta(number):%d-%m-%Y};;" for number in range(5000)]
    assert len(planned(*rows).having(Status.NEW)) == 5000


AUDITOR = Place(6, "auditor, accountant", "supervisor", "supervisor", False, "member")
ENGAGED = f"{HEAD};leest vanaf;leest tot en met"


def engaged(*rows: str, **changes: Any) -> Plan:
    places = {**register().places, (3, "auditor"): AUDITOR}
    return planned(*rows, head=ENGAGED, places=places, **changes)


@pytest.mark.parametrize(
    ("cells", "reads"),
    [
        (";", (None, None)),
        ("1-1-2026;31-12-2026", (date(2026, 1, 1), date(2026, 12, 31))),
        ("1-1-2026;", (date(2026, 1, 1), None)),
        (";31-12-2026", (None, date(2026, 12, 31))),
    ],
)
def test_an_auditor_is_engaged_to_read_a_period(cells: str, reads: tuple[date | None, date | None]) -> None:
    [entry] = engaged(f";Ada;mgr;auditor;;;;1-7-2026;;;{cells}").entries
    assert entry.wish is not None
    assert (entry.status, entry.wish.reads) == (Status.NEW, reads)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (";Ada;mgr;inkoper;;;;1-7-2026;;;1-1-2026;", "leest vanaf", "Alleen wie toezicht houdt"),
        (";Ada;mgr;auditor;;;;1-7-2026;;;ooit;", "leest vanaf", "geen datum"),
        (";Ada;mgr;auditor;;;;1-7-2026;;;2-1-2026;1-1-2026", "leest tot en met", "voordat zij begint"),
    ],
)
def test_what_is_wrong_with_an_engagement_is_told_where(row: str, column: str, words: str) -> None:
    [problem] = engaged(row).problems
    assert (problem.column, words in problem.message) == (column, True)


def test_another_period_is_another_engagement() -> None:
    there = held(7, EVA, AUDITOR, first=date(2026, 7, 1), reads=(date(2026, 1, 1), None))
    row = ";Eva Ruijs;mgr;auditor;;;;1-7-2026;;;{}"
    assert engaged(row.format("1-1-2026;"), held=(there,)).entries[0].status is Status.UNCHANGED
    assert engaged(row.format("1-1-2025;"), held=(there,)).entries[0].status is Status.BAD
