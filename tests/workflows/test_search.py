"""Zoeken: by words, numbers, papers, people and municipalities; what the visitor may read, and never what is gone."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import ProgrammingError, connection, transaction

from audit import texts
from audit.services import acting
from cases.models import Case, Classification, Document
from cases.services.documents import Paper
from roles.models import Person
from roles.selectors import hats, scopes
from tests.examples import one_in
from tests.workflows.play import align, brought_to, hat, submitted, take_in, who
from tests.workflows.visits import page, queries
from workflows import secrecy, services
from workflows.pages.search import COLLECTIVE
from workflows.rules.words import Word, words
from workflows.selectors import search
from workflows.selectors.sight import confidential_in, visible

pytestmark = pytest.mark.django_db

OTHER = {"domain": "support", "care_form": ""}


def found(username: str, typed: str, **wish: Any) -> list[str]:
    """Titles, the best first."""
    user = User.objects.get(username=username)
    hits, total = search.search(
        scopes(user.pk), hats(user.pk), search.Wish(typed, **wish), collective=COLLECTIVE
    )  # fmt: skip
    assert total == len(hits)
    return [str(hit.case.title) for hit in hits]


def between(*names: str, title: str) -> Case:
    """Of these municipalities alone."""
    return submitted(names[0], title=title, shares={hat(name).organisation_id: Decimal(200_000) for name in names})


def file_paper(case: Case, title: str, level: str) -> Document:
    paper = Paper(
        title=title, classification=level, filename="notitie.pdf", media_type="application/pdf",
        content=ContentFile(b"%PDF-1.7"),
    )  # fmt: skip
    services.add_document(**who(hat("gijs")), case_id=case.pk, paper=paper)
    return Document.objects.latest("pk")


# --- What finds what


def test_what_was_typed_is_taken_as_words() -> None:
    assert words("Jeugd-GGZ  in Één regio") == [
        Word("jeugd"), Word("ggz"), Word("in"), Word("een"), Word("regio", beginning=True),
    ]  # fmt: skip
    assert words("OPD-2026-0012") == [Word("opd-2026-0012")]
    assert words("zorg & (wonen | !x) 'y' %_*:A") == [
        Word("zorg"), Word("wonen"), Word("x"), Word("y"), Word("a"),
    ]  # fmt: skip
    assert words("\x00 -- ' \" ;") == []
    assert len(words("a b c d e f g h i j k")) == 8
    assert words("x" * 10_000) == [Word("x" * 200, beginning=True)]


@pytest.mark.parametrize(
    "typed",
    [
        "dyslexiezorg", "DYSLEXIE", "dyslexiezorgen", "wachtlijsten", "wachtlijst kortere", "cooperatie", "Coöperatie",
        "marleen", "marleen dyslexie", "bergen", "de dyslexiezorg", "dysl",
    ],
)  # fmt: skip
def test_a_case_is_found_by_its_words_its_people_and_its_municipality(typed: str) -> None:
    submitted("marleen", title="Dyslexiezorg", aim="Een kortere wachtlijst, in coöperatie.")
    submitted("els", title="Hulp bij het huishouden", **OTHER)
    assert "Dyslexiezorg" in found("victor", typed)


@pytest.mark.parametrize("typed", ["vervoer", "dyslexiezorg huishouden", "slexie", "de", "het", "", "100%", "_"])
def test_what_no_case_holds_finds_nothing(typed: str) -> None:
    submitted("marleen", title="Dyslexiezorg")
    submitted("els", title="Hulp bij het huishouden", **OTHER)
    assert found("victor", typed) == []


def test_a_number_is_found_whole_and_in_part() -> None:
    case = submitted("marleen", title="Dyslexiezorg")
    series, year, last = case.number.split("-")
    for typed in (case.number, case.number.lower(), f"{year}-{last}", last, last.lstrip("0"), f"{series}-{year}", year):
        assert found("victor", typed) == ["Dyslexiezorg"], typed
    assert found("victor", f"{case.number}9") == []


def test_who_is_named_in_a_title_comes_before_who_is_named_in_passing() -> None:
    submitted("marleen", title="Dyslexiezorg", aim="Minder pleegzorg.")
    submitted("els", title="Pleegzorg", aim="Meer.")
    assert found("victor", "pleegzorg") == ["Pleegzorg", "Dyslexiezorg"]


def test_the_index_follows_the_case() -> None:
    case = submitted("marleen", title="Dyslexiezorg")
    assert found("victor", "dyslexie", phase=case.phase, states=["open"]) == ["Dyslexiezorg"]
    assert found("victor", "gijs") == []
    align(case)
    assert found("victor", "dyslexie", phase="request") == []
    assert found("victor", "dyslexie", phase="intake") == ["Dyslexiezorg"]
    take_in(case)
    assert found("victor", "gijs dyslexie") == ["Dyslexiezorg"], "he acted"
    services.withdraw(**who(case.submitted_by), case_id=case.pk, reason="Dubbel.")
    assert found("victor", "dyslexie", states=["open"]) == []
    assert found("victor", "dyslexie", states=["withdrawn"]) == ["Dyslexiezorg"]
    assert found("victor", "dyslexie", domain="support") == []
    assert found("victor", "dyslexie", municipality=case.organisation_id) == ["Dyslexiezorg"]


# --- Within one's rights


def test_nobody_finds_a_case_that_they_do_not_see() -> None:
    between("marleen", "soraya", title="Alleen van ons")
    for username, sees in {"marleen": True, "soraya": True, "els": False, "victor": True, "mallory": False}.items():
        assert bool(found(username, "alleen ons")) is sees, username
        assert bool(found(username, "marleen")) is sees, username
        shown = page(username, "/zoeken/", {"q": "alleen van ons"})
        assert ("1 opdracht" in shown) is sees, username


def test_nobody_of_another_regeling_finds_anything() -> None:
    here = submitted("marleen", title="Dyslexiezorg")
    there = submitted(scheme="centraal-gelderland", title="Dyslexiezorg elders")
    own = there.submitted_by.person.user
    assert own is not None
    assert found(own.username, "dyslexie") == ["Dyslexiezorg elders"]
    assert found("victor", "dyslexie") == ["Dyslexiezorg"]
    assert found(own.username, "marleen") == []
    assert found(own.username, here.number) == ([str(there.title)] if there.number == here.number else [])


def test_nobody_writes_a_case_into_anothers_sight() -> None:
    beesel = hat("els").organisation_id
    title = f"scheme/1 organisation/{beesel} 'organisation/{beesel}' level/internal"
    between("marleen", "soraya", title=title)
    assert found("els", "scheme") == []
    assert found("victor", "scheme") == [title]


@pytest.mark.long
@pytest.mark.parametrize("level", Classification.values)
def test_a_documents_title_finds_its_case_for_who_may_read_it_and_for_nobody_else(level: str) -> None:
    case = brought_to("approach", by="marleen")
    file_paper(case, "Prijsvergelijking aanbieders", level)
    everybody = User.objects.filter(username__in=["noor", "gijs", "linda", "marleen", "els", "roy", "victor", "bea"])
    for user in everybody:
        seen, theirs = scopes(user.pk), hats(user.pk)
        readable = visible(seen).filter(pk=case.pk).exists() and level in secrecy.readable(
            case.process, theirs, confidential=confidential_in(seen, case)
        )
        assert bool(found(user.username, "prijsvergelijking")) is readable, user.username
        assert ("prijsvergelijking" in page(user.username, "/zoeken/", {"q": "jeugdhulp prijs"}).lower()) is readable
        shown = page(user.username, "/zoeken/", {"q": str(case.title)})
        assert "vergelijking" not in shown, user.username


def test_each_level_has_somebody_who_may_and_somebody_who_may_not_read_it() -> None:
    case = brought_to("approach", by="marleen")
    for level in ("confidential", "secret"):
        file_paper(case, f"Notitie {level}", level)
        assert found("gijs", f"notitie {level}"), level
        assert bool(found("victor", f"notitie {level}")) is (level == "confidential"), level
        assert not found("linda", f"notitie {level}"), level
    assert not found("roy", "notitie secret"), "no part in this case"


# --- What is destroyed


def test_what_is_destroyed_is_forgotten_at_once() -> None:
    case = submitted("marleen", title="Dyslexiezorg", aim="Minder reistijd.")
    paper = file_paper(case, "Prijsvergelijking", "confidential")
    commission = case.commission
    for typed, text in (
        ("dyslexiezorg", case.title), ("reistijd", commission.aim), ("prijsvergelijking", paper.title)
    ):  # fmt: skip
        assert found("victor", typed), typed
        with acting(chain=case.chain, verb="erase"):
            texts.erase([text])
        assert not found("victor", typed), typed
    with acting(chain="scheme/1", verb="erase"):
        texts.erase([Person.objects.get(user__username="marleen").name])
    assert found("victor", "marleen") == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(vector::text, ' ') FROM cases_searchentry WHERE case_id = %s", [case.pk])
        [kept] = cursor.fetchone()
    assert not [word for word in ("dyslexie", "reistijd", "prijs", "marleen") if word in kept]


def test_the_product_itself_may_not_write_the_index() -> None:
    submitted("marleen")
    for change in ("UPDATE cases_searchentry SET vector = ''", "SELECT cases_search_index(1)"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(change)


# --- The page


def test_what_was_found_is_marked_and_nothing_in_it_is_markup() -> None:
    submitted("marleen", title="<b>Dyslexie</b> \ue000zorg\ue001", aim="Betere <i onclick=x>dyslexie</i> zorg.")
    shown = page("victor", "/zoeken/", {"q": "dyslexie"}).partition("<main")[2]
    assert "&lt;b&gt;<mark>Dyslexie</mark>&lt;/b&gt; zorg" in shown
    assert "<i onclick" not in shown
    assert "<b>Doel:</b>" in shown


BAD = [
    "'", '"', "\\", "%", "_", "&", "|", "!", "<->", "(", "a & b | !c", "x:*", "x:ABCD", "'x' <-> 'y'", ":*", "\x00",
    "a\x00b", "x" * 10_000, "é" * 3000, "‮", "٣", "ﬀ", "scheme/1", "'scheme/1'", "level/secret", "-", "0-0-0-0",
    "a-1-2-3", "' OR 1=1 --", "{{7*7}}", "<script>", "\ue000x\ue001", "💥",
]  # fmt: skip


@pytest.mark.parametrize("typed", one_in(4, BAD), ids=lambda typed: repr(typed[:12]))
def test_nothing_that_one_types_is_an_error(typed: str) -> None:
    submitted("marleen")
    for path in ("/zoeken/", "/opdrachten/", "/"):
        page("gijs", path, {"q": typed, "toon": "te-laat"})


@pytest.mark.long
def test_a_search_takes_as_many_queries_whatever_it_finds() -> None:
    paths = ["/zoeken/?q=jeugdhulp", "/zoeken/?q=marleen", "/opdrachten/?q=jeugdhulp", "/?q=jeugdhulp"]
    submitted("marleen")
    few = {path: queries("victor", path) for path in paths}
    for _ in range(3):
        file_paper(submitted("els"), "Notitie jeugdhulp", "secret")
    assert {path: queries("victor", path) for path in paths} == few
    # That an auditor searched is on record: one more, of nobody else.
    assert {path: queries("marleen", path) + path.startswith("/zoeken/") for path in paths} == few
    assert max(few.values()) <= 12


def test_of_much_only_the_newest_are_ranked_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST", 2)
    cases = [submitted("marleen", title=f"Dyslexiezorg perceel {number}") for number in range(3)]
    assert set(found("victor", "dyslexiezorg")) == {str(case.title) for case in cases[1:]}
    assert "De 2 nieuwste opdrachten" in page("victor", "/zoeken/", {"q": "dyslexiezorg"})


def test_pages_go_on_and_one_past_the_end_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    for number in range(3):
        submitted("marleen", title=f"Dyslexiezorg perceel {number}")
    user = User.objects.get(username="victor")
    first, total = search.search(scopes(user.pk), hats(user.pk), search.Wish("dyslexiezorg"), collective=COLLECTIVE)
    last, _ = search.search(
        scopes(user.pk), hats(user.pk), search.Wish("dyslexiezorg"), collective=COLLECTIVE, page=9
    )  # fmt: skip
    assert (total, len(first), len(last)) == (3, 2, 1)
    assert not {hit.case.pk for hit in first} & {hit.case.pk for hit in last}
