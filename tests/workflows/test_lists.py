"""Mijn taken, Opdrachten and Wie is aan zet: what is for the visitor, by as many queries however much there is."""

from datetime import timedelta
from itertools import product

import pytest

from audit import clock
from cases.models import Case
from roles.models import Organisation, Scheme
from roles.selectors import hats, scopes
from roles.services import substitute
from tests.examples import one_in
from tests.workflows.play import align, brought_to, hat, open_round, open_task, record, submitted, take_in, voting, who
from tests.workflows.visits import page, queries
from workflows import services
from workflows.selectors import inbox, lists, turns

pytestmark = pytest.mark.django_db

EVERYBODY = ["marleen", "els", "ilse", "anouk", "gijs", "helene", "victor", "bea", "mallory"]
LISTS = ["/", "/opdrachten/", "/wie-is-aan-zet/"]


def tasks_of(username: str, **wish: object) -> list[inbox.Row]:
    user = hat(username).person.user_id
    assert user is not None
    rows, _ = inbox.tasks(user, hats(user), scopes(user), inbox.Wish(**wish))  # type: ignore[arg-type]
    return rows


def tally_of(username: str) -> inbox.Tally:
    user = hat(username).person.user_id
    assert user is not None
    return inbox.tally(user, hats(user), scopes(user))


def written_round(case: Case, *, closing: timedelta = timedelta(days=5)) -> None:
    open_round(case, "pho_decision", "grant", closes_at=clock.now() + closing)


# --- Mijn taken


def test_a_task_stands_in_the_queue_of_its_role_and_nowhere_else() -> None:
    case = submitted("marleen")
    align(case)
    assert "Intake" in page("gijs", "/")
    assert "Intake" in page("carla", "/"), "the same role"
    assert "Geen open taken" in page("femke", "/")
    assert [row.case_id for row in tasks_of("carla")] == [case.pk]


def test_members_find_their_vote_and_the_chair_the_confirmation_by_name() -> None:
    case = brought_to("pho_decision")
    written_round(case)
    assert "Stem uitbrengen: PHO-besluit" in page("noor", "/")
    assert "Leden of voorzitter aan zet" in page("anouk", "/")
    other = brought_to("rmt_validation")
    record(other, "rmt_validation", "positive")
    assert "Besluit bevestigen: RMT-validatie" in page("marco", "/")
    assert "Besluit bevestigen" not in page("petra", "/")


def test_who_took_a_task_up_is_named_to_their_colleagues() -> None:
    case = brought_to("intake")
    gijs, carla = hat("gijs"), hat("carla")
    services.reassign(
        **who(gijs), case_id=case.pk, task_id=open_task(case, "intake").pk, to=carla.pk,
    )  # fmt: skip
    assert "Opgepakt door Carla Boots" in page("gijs", "/")
    assert "Opgepakt door u" in page("carla", "/")


def test_a_substitute_finds_the_tasks_of_whom_they_stand_in_for() -> None:
    submitted("marleen")
    today = clock.today()
    substitute(appointment=hat("els"), person=hat("gijs").person, valid_from=today, valid_until=today, reason="Verlof")
    shown = page("gijs", "/")
    assert "Gemeentelijke afstemming" in shown
    assert "U neemt ook waar voor Els Houben" in shown


def test_tiles_count_what_is_late_what_is_near_and_what_waits_for_others() -> None:
    first = submitted("marleen")
    align(first)
    assert tally_of("gijs").open == 1
    assert tally_of("gijs").late == tally_of("gijs").soon == 0
    assert tally_of("marleen").waiting == 1, "the MGR is to act in what she handed in"
    assert tally_of("marleen").done == 2
    with clock.moved_to(clock.now() + timedelta(days=60)):
        assert tally_of("gijs").late == 1
        assert tally_of("marleen").done == 0, "another month"
    assert [row.case_id for row in tasks_of("marleen", view="waiting")] == [first.pk]
    assert [row.label for row in tasks_of("marleen", view="done", latest_first=True)] == [
        "Gemeentelijke afstemming",
        "Opdracht indienen",
    ]


def test_a_task_for_today_or_tomorrow_is_near_and_not_late() -> None:
    case = brought_to("pho_decision")
    written_round(case, closing=timedelta(hours=1))
    assert tally_of("noor").soon == 1
    assert tally_of("noor").late == 0


def test_tasks_come_by_term_and_the_other_way_round_when_asked() -> None:
    soon, late = brought_to("pho_decision"), brought_to("pho_decision")
    written_round(soon, closing=timedelta(days=2))
    written_round(late, closing=timedelta(days=9))
    assert [row.case_id for row in tasks_of("noor")] == [soon.pk, late.pk]
    assert [row.case_id for row in tasks_of("noor", latest_first=True)] == [late.pk, soon.pk]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Dyslexiezorg", "Hulp bij het huishouden"}),
        ({"q": "huishouden"}, {"Hulp bij het huishouden"}),
        ({"q": "100%"}, set()),
        ({"domein": "youth"}, {"Dyslexiezorg"}),
        ({"gemeente": "beesel"}, {"Hulp bij het huishouden"}),
        ({"toon": "te-laat"}, set()),
    ],
)
def test_filters_narrow_the_tasks(query: dict[str, str], found: set[str]) -> None:
    submitted("marleen", title="Dyslexiezorg", domain="youth")
    submitted("els", title="Hulp bij het huishouden", domain="support", care_form="")
    if "gemeente" in query:
        query = {"gemeente": str(Organisation.objects.get(code=query["gemeente"]).pk)}
    shown = page("tom", "/", query).partition("<tbody")[2].partition("</tbody>")[0]
    assert {title for title in ("Dyslexiezorg", "Hulp bij het huishouden") if title in shown} == found


def test_the_role_filter_keeps_to_one_hat() -> None:
    case = brought_to("pho_decision")
    written_round(case)
    assert [row.part for row in tasks_of("ilse", hat=hat("ilse", "pho").pk)] == ["vote"]
    assert tasks_of("ilse", hat=hat("ilse", "ab").pk) == []


def test_a_page_past_the_end_shows_the_last() -> None:
    cases = [submitted("marleen") for _ in range(3)]
    user = hat("els").person.user_id
    assert user is not None
    rows, total = inbox.tasks(user, hats(user), scopes(user), inbox.Wish(), page=9, size=2)
    assert (total, [row.case_id for row in rows]) == (3, [cases[-1].pk])


def test_nothing_is_counted_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MANY", 2)
    for _ in range(3):
        submitted("marleen")
    assert tally_of("els").open == 2
    assert '<span class="visually-hidden">, aantal: </span>1+' in page("els", "/opdrachten/")


def test_coming_moments_are_those_of_ones_own_cases() -> None:
    case = brought_to("pho_decision", by="marleen")
    written_round(case)
    assert "Sluiting stemronde: PHO-besluit" in page("noor", "/")
    assert "Sluiting stemronde: PHO-besluit" in page("marleen", "/"), "she handed it in"
    assert "Sluiting stemronde" not in page("els", "/")


# --- Opdrachten


@pytest.mark.long
def test_a_municipality_sees_its_own_cases_and_the_regeling_all() -> None:
    everyones = submitted("marleen")
    shares = {share.organisation_id: share.annual_amount for share in everyones.commission.shares.all()}
    two = {Organisation.objects.get(code=code).pk: 0 for code in ("bergen", "venlo")}
    between_two = submitted("marleen", title="Alleen van ons", shares={k: v for k, v in shares.items() if k in two})
    for username, sees in {"marleen": True, "soraya": True, "els": False, "noor": True, "victor": True}.items():
        assert ("Alleen van ons" in page(username, "/opdrachten/")) is sees, username
        assert ("Alleen van ons" in page(username, "/wie-is-aan-zet/")) is sees, username
        page(username, f"/opdrachten/{between_two.pk}/", status=200 if sees else 404)


def test_running_cases_first_and_the_others_when_asked() -> None:
    case = submitted("marleen")
    me = hat("marleen")
    services.withdraw(**who(me), case_id=case.pk, reason="Dubbel.")
    assert case.number not in page("marleen", "/opdrachten/")
    assert case.number in page("marleen", "/opdrachten/", {"stand": "withdrawn"})
    assert case.number in page("marleen", "/opdrachten/", {"stand": "alle"})
    assert f"/opdrachten/{case.pk}/" in page("marleen", "/zoeken/", {"q": case.number}), "whatever became of it"
    assert f"/opdrachten/{case.pk}/" not in page("marleen", "/opdrachten/", {"q": case.number})


def test_cases_are_filtered_and_sorted() -> None:
    older = submitted("marleen", title="Dyslexiezorg", domain="youth")
    newer = submitted("els", title="Hulp bij het huishouden", domain="support", care_form="")
    align(newer)
    user = hat("victor").person.user_id
    assert user is not None

    def found(**wish: object) -> list[int]:
        rows, total = lists.cases(scopes(user), lists.Wish(**wish))  # type: ignore[arg-type]
        assert total == len(rows)
        return [case.pk for case in rows]

    assert found() == [newer.pk, older.pk]
    assert found(oldest_first=True) == [older.pk, newer.pk]
    assert found(phase="intake") == [newer.pk]
    assert found(domain="youth") == [older.pk]
    assert found(municipality=newer.organisation_id) == [newer.pk]
    assert found(words="DYSLEXIE") == [older.pk]
    assert found(words=newer.number) == [newer.pk]
    assert found(words="_") == []


def test_a_list_says_who_is_next() -> None:
    case = submitted("marleen")
    assert "7 gemeenten" in page("victor", "/opdrachten/")
    align(case, silent=["els"])
    assert "Accountmanager gemeente, gemeente Beesel" in page("victor", "/opdrachten/")
    align(case)
    take_in(case)
    assert "Inkoopadviseur, MGR Limburg-Noord" in page("victor", "/opdrachten/")


# --- Wie is aan zet


def test_whose_turn_names_who_holds_the_role_and_who_must_still_vote() -> None:
    brought_to("intake")
    case = brought_to("pho_decision")
    written_round(case)
    voting("noor", case, "pho_decision")()
    shown = page("victor", "/wie-is-aan-zet/").partition("<main")[2]
    assert "Gijs Wolters" in shown
    assert "Carla Boots" in shown
    assert "nog 6 leden" in shown
    assert "Ilse Wijnen" in shown
    assert "Noor Timmermans" not in shown, "she voted"
    assert "Anouk Reijnders" not in shown, "the secretary waits for the members"


def test_the_most_urgent_body_comes_first_and_one_body_can_be_asked_for() -> None:
    urgent = brought_to("pho_decision")
    brought_to("intake")
    written_round(urgent, closing=timedelta(hours=2))
    user = hat("victor").person.user_id
    scheme = Scheme.objects.get(code="limburg-noord")
    assert user is not None
    assert [group.body.code for group in turns.by_body(scopes(user), [scheme.pk])] == ["pho", "mgr"]
    [alone] = turns.by_body(scopes(user), [scheme.pk], hat("gijs").position.body_id)
    assert alone.body.code == "mgr"


def test_what_is_suspended_is_nobodys_turn() -> None:
    case = submitted("marleen")
    me = hat("marleen")
    services.suspend(**who(me), case_id=case.pk, reason="Wacht op de raad.")
    shown = page("victor", "/wie-is-aan-zet/")
    assert "Opgeschort" in shown
    assert "Gemeentelijke afstemming" not in shown
    assert "Staat stil" in page("els", "/")


# --- Of every list


@pytest.mark.parametrize("path", LISTS)
def test_who_sees_no_cases_gets_a_page_that_says_so(path: str) -> None:
    case = submitted("marleen")
    for username in ("bea", "mallory"):
        shown = page(username, path)
        assert case.number not in shown
        assert str(case.title) not in shown
    assert "geen benoeming" in page("mallory", path)


@pytest.mark.long
@pytest.mark.parametrize("username", one_in(4, EVERYBODY))
def test_a_list_takes_as_many_queries_however_much_there_is(username: str) -> None:
    brought_to("rmt_validation")
    few = {path: queries(username, path) for path in LISTS}
    for _ in range(3):
        submitted("marleen")
    written_round(brought_to("pho_decision"))
    assert {path: queries(username, path) for path in LISTS} == few
    assert few["/"] <= 10
    assert max(few.values()) <= 14


GARBAGE = [
    "zzz",
    "-1",
    "0",
    "999999999999999999999999",
    "';--",
    "\x00",
    "%00",
    "x" * 5000,
    "‮",
    "٣",
    "1e9",
    "[]",
    "None",
]


@pytest.mark.parametrize(
    ("path", "value"),
    one_in(3, product([*LISTS, "/audit/overzichten/handelingen/", "/rollen/", "/mandaten/"], GARBAGE)),
    ids=lambda value: repr(value[:12]),
)
def test_garbage_in_the_address_is_never_an_error(path: str, value: str) -> None:
    parameters = (
        "pagina", "volgorde", "toon", "q", "hoed", "gemeente", "domein", "stand", "fase", "gremium", "wie",
        "handeling", "hoedanigheid", "van", "tot", "vlag", "regeling",
    )  # fmt: skip
    page("victor", path, dict.fromkeys(parameters, value))


def test_what_a_filter_cannot_use_is_said() -> None:
    assert "Niet gebruikt: Domein" in page("victor", "/opdrachten/", {"domein": "zorg"})
