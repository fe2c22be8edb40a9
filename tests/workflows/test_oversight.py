"""Controle: what an auditor finds among all acts, how a case was, what changed in it, and who looked."""

import re
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from audit import clock, texts
from audit.models import AccessRecord, Act
from audit.services import acting, looked
from cases.models import Case
from roles.models import Person
from tests.database import after
from tests.examples import one_in
from tests.workflows.play import brought_to, do, hat, meet, propose, who
from tests.workflows.test_lists import GARBAGE
from tests.workflows.visits import page, queries, signed_in
from workflows import ballots, services
from workflows.pages.frame import Visitor
from workflows.pages.oversight.acts import ACTS, MANDATES
from workflows.pages.oversight.overviews import TABLES, scopes
from workflows.pages.oversight.tables import AT_A_TIME, Table


def decided() -> tuple[int, int]:
    """One case that the owner let through against a minority, by hats that were worn before; one on a mandate."""
    above = brought_to("approach")
    propose(above, within_budget=False)
    meet(above, "rmt_validation", "positive", against=["esra"])
    meet(above, "pho_decision", "grant")
    meet(above, "db_decision", "agree")
    within = brought_to("acceptance")
    do("helene", within, "acceptance", "accept")
    ballots.recuse(**who(hat("tom")), case_id=above.pk, ground="Mijn zus werkt daar.")
    return above.pk, within.pk


pytestmark = [pytest.mark.django_db, after(decided)]


def body_of(html: str) -> str:
    return html.partition("<tbody")[2].partition("</tbody>")[0]


def found(of: str, **query: Any) -> str:
    return body_of(page("victor", reverse("oversight", args=[of]), query))


def in_file(of: str, **query: Any) -> list[str]:
    response = signed_in("victor").get(reverse("oversight-file", args=[of]), query)
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]


def seen_by_victor(table: Table) -> list[Act]:
    return list(table.narrowed(scopes(Visitor(User.objects.get(username="victor"))), {}))


# --- Overviews


@pytest.mark.parametrize("of", list(TABLES))
def test_a_file_has_the_lines_of_its_page(of: str, played: tuple[int, int]) -> None:
    heads, *lines = in_file(of)
    assert heads.split(";") == [column.label for column in TABLES[of].columns]
    shown = found(of).count("<tr")
    assert (len(lines) >= shown) if shown == 50 else len(lines) == shown
    codes = {"owner", "client", "contractor", "adviser", "supervisor"}
    assert not any(codes & set(re.split(r"[;,] ?", line)) for line in lines)


@pytest.mark.long
def test_each_overview_is_about_what_was_played(played: tuple[int, int]) -> None:
    above, within = (Case.objects.get(pk=pk) for pk in played)
    assert above.number in found("vlaggen")
    double = hat("daan")  # in the DB and the AB
    assert f"{double.person}, " in found("vlaggen", vlag="double-seat").partition("Benoemd")[2]
    assert "Dubbele hoedanigheid" in found("vlaggen", vlag="double-hat")
    assert above.number in found("stemmen-met-vlag")
    assert above.number in found("minderheden")
    assert re.search(r"1 tegen, 0 onthoudingen.*Esra [^:<]*: Te duur\.", found("minderheden"), re.DOTALL)
    assert "Mijn zus werkt daar." in found("verschoningen")
    assert found("verschoningen", stand="ingetrokken") == ""
    assert within.number in found("mandaten", mandaat="M-01")


def test_a_mandate_is_shown_with_what_was_asked_of_it_and_what_it_allows(played: tuple[int, int]) -> None:
    within = Case.objects.get(pk=played[1])
    act = Act.objects.get(chain=within.chain, step__endswith="/acceptance")
    assert act.data["amount"] == str(within.commission.cost)
    [line] = [line for line in in_file("mandaten") if within.number in line]
    assert "Binnen het mandaat" in line
    assert line.count("€") == 2


@pytest.mark.long
def test_acts_are_found_by_person_hat_mandate_verb_step_case_and_day(played: tuple[int, int]) -> None:
    above, within = (Case.objects.get(pk=pk) for pk in played)
    gijs = Person.objects.get(user__username="gijs")
    mine = Act.objects.filter(actor=gijs.actor).latest("pk")
    assert str(gijs) in found("handelingen", wie=gijs.pk)
    assert "Femke" not in found("handelingen", wie=gijs.pk)
    assert str(gijs) in found("handelingen", rol=mine.role)
    assert "Femke" not in found("handelingen", rol=mine.role)
    assert within.number in found("handelingen", mandaat="m-01")
    assert above.number not in found("handelingen", mandaat="m-01")
    assert "Aanvaarding" in found("handelingen", stap="commissioning/acceptance")
    assert "Intake" not in found("handelingen", stap="commissioning/acceptance")
    assert within.number not in found("handelingen", zaak=above.number)
    assert "Regeling" not in found("handelingen", handeling="vote")
    assert found("handelingen", tot=clock.today() - timedelta(days=5000)) == ""
    assert found("handelingen", van=clock.today() + timedelta(days=400)) == ""


@pytest.mark.parametrize("size", [1, 7, 50])
def test_pages_by_key_tell_every_row_once_and_in_order(size: int, played: tuple[int, int]) -> None:
    me = scopes(Visitor(User.objects.get(username="victor")))
    for table, asked in [(ACTS, {"zaak": Case.objects.get(pk=played[0]).number}), (MANDATES, {})]:
        rows, mark, told = table.narrowed(me, asked), "", []
        while True:
            lines, mark = table.page(rows, mark, size)
            told += [line.record.pk for line in lines]
            if not mark:
                break
        assert told == [act.pk for act in rows]
    assert len(told) < AT_A_TIME


@pytest.mark.long
@pytest.mark.parametrize("of", list(TABLES))
def test_an_overview_takes_as_many_queries_whatever_there_is(of: str, played: tuple[int, int]) -> None:
    address = reverse("oversight", args=[of])
    looked(chain=f"case/{played[0]}", actor=hat("tom").person.actor, subject="document/1/1")
    before = queries("victor", address)
    more = brought_to("approach")
    propose(more, within_budget=False)
    meet(more, "rmt_validation", "positive", against=["esra"])
    ballots.recuse(**who(hat("els")), case_id=more.pk, ground="Mijn buurman werkt daar.")
    looked(chain=more.chain, actor=hat("els").person.actor, subject="document/1/1")
    assert queries("victor", address) <= before + 1  # where there was nothing, nothing was looked up


@pytest.mark.parametrize(
    ("of", "value"), one_in(6, product(TABLES, [*GARBAGE, "2026-01-01T00:00:00+00:00_1", "x_1", f"{2**70}"])),
    ids=lambda value: repr(value[:12]),
)  # fmt: skip
def test_garbage_in_the_address_of_an_overview_is_never_an_error(of: str, value: str, played: tuple[int, int]) -> None:
    names = ("na", "wie", "hoedanigheid", "rol", "handeling", "stap", "mandaat", "vlag", "zaak", "van", "tot", "stand")
    page("victor", reverse("oversight", args=[of]), dict.fromkeys(names, value))
    in_file(of, **dict.fromkeys(names, value))


# --- One case


@pytest.mark.long
def test_the_history_of_a_case_is_a_story_and_a_table_with_the_same_filters(played: tuple[int, int]) -> None:
    case = Case.objects.get(pk=played[1])
    address, helene = reverse("case-trail", args=[case.pk]), Person.objects.get(user__username="helene")
    act = Act.objects.get(chain=case.chain, actor=helene.actor)
    for view in ("tabel", "verhaal"):
        everything = page("victor", address, {"beeld": view})
        for query in (
            {"wie": helene.actor}, {"hoed": act.role}, {"mandaat": act.mandate}, {"stap": "acceptance"},
        ):  # fmt: skip
            shown = page("victor", address, query | {"beeld": view})
            assert f'id="nr-{act.seq}"' in shown
            assert 'id="nr-1"' in everything
            assert 'id="nr-1"' not in shown
        assert 'id="nr-1"' not in page("victor", address, {"tot": "2001-01-01", "beeld": view})


@pytest.mark.parametrize(("name", "value"), one_in(3, product(["case-trail", "case-past", "case-difference"], GARBAGE)))
def test_garbage_about_a_case_is_never_an_error(name: str, value: str, played: tuple[int, int]) -> None:
    names = ("beeld", "wie", "hoed", "mandaat", "stap", "van", "tot", "op", "nr", "van_nr", "tot_nr")
    page("victor", reverse(name, args=[played[1]]), dict.fromkeys(names, value))


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00", "9999-12-31T23:59", "1999-12-31T23:59", "31-02-2026", "gisteren"]
)
def test_a_moment_that_is_none_is_said_not_to_be_used(moment: str, played: tuple[int, int]) -> None:
    assert "Niet gebruikt: Op" in page("victor", reverse("case-past", args=[played[1]]), {"op": moment})


def test_a_case_is_shown_as_it_was_after_any_of_its_acts(played: tuple[int, int]) -> None:
    case = Case.objects.get(pk=played[0])
    address = reverse("case-past", args=[case.pk])
    first, now = page("victor", address, {"nr": 1}), page("victor", address)
    assert "Krapte op de arbeidsmarkt." in first
    assert "Besluiten" not in first
    assert "Besluiten" in now
    assert "Helene Dassen" in first
    assert "M-01 v1" in first
    long_ago = page("victor", address, {"op": "2001-01-01T12:00"})
    assert "was deze zaak er nog niet" in long_ago
    assert "Krapte" not in long_ago


def test_words_that_were_destroyed_are_a_tombstone_in_every_moment(played: tuple[int, int]) -> None:
    case = Case.objects.get(pk=played[1])
    with acting(chain=case.chain, verb="comment"):
        texts.erase([case.commission.risks])
    for query in ({"nr": 1}, {}):
        shown = page("victor", reverse("case-past", args=[case.pk]), query)
        assert "Krapte op de arbeidsmarkt." not in shown
        assert "[vernietigd]" in shown


def test_the_difference_is_told_field_by_field(played: tuple[int, int]) -> None:
    case = Case.objects.get(pk=played[0])
    address = reverse("case-difference", args=[case.pk])
    whole = page("victor", address, {"van_nr": 1})
    assert all(word in whole for word in ("Toegevoegd", "Gewijzigd", "Fase", "Past binnen de begroting"))
    told = re.sub(r"<[^>]*>", " ", whole.partition("<main")[2])
    assert "{" not in told
    assert "&#x27;" not in told
    assert "Er veranderde niets" in page("victor", address, {"van_nr": 1, "tot_nr": 1})
    assert body_of(page("victor", address, {"van_nr": 3, "tot_nr": 1})) == body_of(
        page("victor", address, {"van_nr": 1, "tot_nr": 3})
    )


def test_a_row_is_told_version_by_version_with_its_acts(played: tuple[int, int]) -> None:
    case = Case.objects.get(pk=played[1])
    shown = page("victor", reverse("record", args=["cases_case", str(case.pk)]))
    versions = Case.history.filter(id=case.pk)
    assert shown.count("Versie ") >= versions.count()
    assert all(f"#nr-{act.seq}" in shown for act in Act.objects.filter(pk__in=versions.values("act")))


def test_any_row_is_shown_whole_as_it_was_on_a_day(played: tuple[int, int]) -> None:
    case = Case.objects.get(pk=played[1])
    address = reverse("record", args=["cases_case", str(case.pk)])

    def on(moment: Any) -> str:
        html = page("victor", address, {"op": f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"})
        return html.partition("<h2")[0]

    assert "was dit er nog niet" in on(case.opened_at - timedelta(days=1))
    now = on(clock.now() + timedelta(days=1))
    assert f"versie {Case.history.filter(id=case.pk).count()}." in now
    assert all(words in now for words in (case.number, str(case.title), "Verstrekt"))
    assert "versie" not in page("victor", address).partition('id="main"')[2].partition("<h2")[0]


@pytest.mark.parametrize("value", GARBAGE)
def test_garbage_about_a_row_is_never_an_error(value: str, played: tuple[int, int]) -> None:
    page("victor", reverse("record", args=["cases_case", str(played[1])]), {"op": value})


def test_an_act_is_told_with_its_evidence_and_what_it_changed(played: tuple[int, int]) -> None:
    case = Case.objects.get(pk=played[1])
    act = Act.objects.get(chain=case.chain, step__endswith="/acceptance")
    shown = page("victor", reverse("act", args=[act.pk]))
    assert all(word in shown for word in (bytes(act.hash).hex(), bytes(act.prev).hex(), "M-01 v1", "Verstrekt"))
    of_scheme = Act.objects.filter(chain=case.scheme.chain, verb="grant_mandate").first()
    assert of_scheme is not None
    assert "Tot en met bedrag" in page("victor", reverse("act", args=[of_scheme.pk]))
    elsewhere = Act.objects.filter(chain__startswith="scheme/").exclude(chain=case.scheme.chain).first()
    assert elsewhere is not None
    page("victor", reverse("act", args=[elsewhere.pk]), status=404)
    page("victor", reverse("act", args=[10**40]), status=404)


@pytest.mark.long
def test_the_menu_is_one_line_for_everybody(played: tuple[int, int]) -> None:
    for username in ("helene", "victor", "bram", "noor", "els", "bea", "mallory"):
        menu = page(username, "/").partition('aria-label="Hoofdmenu"')[2].partition("</nav>")[0]
        assert menu.count("<li") <= 9
    assert re.search(r'href="/registers/"\s+aria-current', page("els", "/contracten/"))


@pytest.mark.parametrize("address", [
    ("cases_case", "0"), ("cases_case", "9" * 19), ("cases_case", "abc"), ("cases_case", "٣"), ("auth_user", "1"),
    ("audit_act", "1"), ("cases_caseaccess", "1"), ("roles_absence", "1"), ("nothing", "1"),
])  # fmt: skip
def test_what_is_no_row_of_a_case_is_not_there(address: tuple[str, str], played: tuple[int, int]) -> None:
    page("victor", reverse("record", args=address), status=404)


@pytest.mark.long
def test_how_it_was_takes_as_many_queries_however_much_happened(played: tuple[int, int]) -> None:
    address = reverse("case-past", args=[played[0]])
    before = queries("victor", address)
    for number in range(3):
        services.comment(**who(hat("els")), case_id=played[0], words=f"Opmerking {number}")
    once = queries("victor", address)
    for number in range(3):
        services.comment(**who(hat("els")), case_id=played[0], words=f"Nog een {number}")
    assert queries("victor", address) == once <= before + 2  # a kind of row that there was not


# --- Who looked


def test_that_an_auditor_looked_back_is_itself_on_record(played: tuple[int, int]) -> None:
    case, victor = Case.objects.get(pk=played[1]), Person.objects.get(user__username="victor")
    page("victor", reverse("case-past", args=[case.pk]))
    page("victor", reverse("record", args=["cases_case", str(case.pk)]))
    assert set(AccessRecord.objects.filter(chain=case.chain, actor=victor.actor).values_list("subject", flat=True)) >= {
        "page/case-past", f"record/cases_case/{case.pk}",
    }  # fmt: skip
    assert str(victor) in found("inzage", zaak=case.number)
    assert found("inzage", wie=hat("els").person_id) == ""


def test_looks_are_told_in_words(played: tuple[int, int]) -> None:
    case = Case.objects.get(pk=played[1])
    page("victor", reverse("oversight", args=["stemmen-met-vlag"]))
    for subject in (f"record/cases_case/{case.pk}", "export/pdf"):
        looked(chain=case.chain, actor=hat("els").person.actor, subject=subject)
    told = found("inzage")
    for words in ("Overzicht: stemmen met vlag", f"Alle versies van zaak {case.pk}", "Meegenomen als Dossier (PDF)"):
        assert words in told
    assert "cases_case" not in told.replace("?wat=record/cases_case", "")


def test_looks_are_found_by_item_person_and_period(played: tuple[int, int]) -> None:
    case = Case.objects.get(pk=played[0])
    for name, subject in [("els", "document/12/1"), ("els", "document/12/2"), ("tom", "document/13/1")]:
        looked(chain=case.chain, actor=hat(name).person.actor, subject=subject)
    assert found("inzage", zaak=case.number).count("<tr") == 3
    assert found("inzage", wat="document/12").count("<tr") == 2
    assert found("inzage", wat="stuk 12").count("<tr") == 2
    assert found("inzage", wie=hat("tom").person_id).count("<tr") == 1
    assert found("inzage", tot=clock.today() - timedelta(days=1)) == ""
