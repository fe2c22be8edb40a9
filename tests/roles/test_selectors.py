"""What people may see, who sits where, and who does which step; guardian says the same."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from audit import clock
from roles import selectors, services
from roles.authorize import NotAllowed
from roles.models import Organisation, Scheme
from tests.roles.conftest import body, person, position, seat, user

SCHEME_WIDE = ["karim", "anouk", "bram", "petra", "wim", "helene", "roy", "gijs", "naomi", "victor"]


ONE_OF_EACH = ["noor", "anouk", "petra", "gijs", "linda", "els", "rachid", "victor", "bea", "mallory", "cemal"]


@pytest.mark.long
def test_guardian_agrees_with_scopes_for_everybody(scheme: Scheme, thorough: bool) -> None:
    for account in User.objects.all() if thorough else User.objects.filter(username__in=ONE_OF_EACH):
        seen = {(scope.on, scope.id): scope.confidential for scope in selectors.scopes(account.pk)}
        for on, thing in [("scheme", scheme), *(("organisation", o) for o in Organisation.objects.all())]:
            key = (on, thing.pk)
            assert account.has_perm("roles.view_cases", thing) is (key in seen), (account, thing)
            assert account.has_perm("roles.view_confidential", thing) is seen.get(key, False), (account, thing)


def broad(name: str) -> list[tuple[str, int, bool]]:
    """Beside these everybody who sees anything finds the confidential cases to which they were admitted."""
    found = [scope for scope in selectors.scopes(user(name).pk) if scope.on in ("scheme", "organisation")]
    return [(scope.on, scope.id, scope.confidential) for scope in found]


@pytest.mark.parametrize("name", SCHEME_WIDE)
def test_boards_staff_and_auditors_see_all_cases(scheme: Scheme, name: str) -> None:
    assert broad(name) == [("scheme", scheme.pk, True)]


def test_the_contract_manager_sees_cases_but_nothing_confidential(scheme: Scheme) -> None:
    assert broad("linda") == [("scheme", scheme.pk, False)]


def test_a_municipal_official_sees_what_concerns_their_own_organisation(scheme: Scheme) -> None:
    venlo = Organisation.objects.get(code="venlo")
    assert broad("soraya") == [("organisation", venlo.pk, True)]


@pytest.mark.parametrize("name", ["bea", "mallory"])
def test_the_administrator_and_a_stranger_see_no_cases(scheme: Scheme, name: str) -> None:
    assert selectors.scopes(user(name).pk) == []


def test_sight_begins_and_ends_at_midnight_without_a_write(scheme: Scheme) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    services.end_appointment(
        appointment=seat("femke", "mgr/procurement_adviser"), last_day=clock.today(), reason="Andere baan"
    )
    services.appoint(person=person("mallory"), position=position("auditors/auditor"), valid_from=tomorrow)
    assert [bool(selectors.scopes(user(name).pk)) for name in ("femke", "mallory")] == [True, False]
    assert [bool(selectors.scopes(user(name).pk, tomorrow)) for name in ("femke", "mallory")] == [False, True]


def test_a_stand_in_sees_what_the_holder_sees(scheme: Scheme) -> None:
    services.substitute(
        appointment=seat("victor", "auditors/auditor"),
        person=person("mallory"),
        valid_from=clock.today(),
        valid_until=None,
        reason="Verlof",
    )
    assert broad("mallory") == [("scheme", scheme.pk, True)]
    assert selectors.positions_held(user("mallory").pk) == {position("auditors/auditor").pk}
    [hat] = selectors.hats(user("mallory").pk)
    assert hat.behalf_of == "in plaats van Victor Langen"


def test_who_serves_a_role_or_a_seat_now_with_the_substitutes(scheme: Scheme) -> None:
    director, seat_of = position("mgr/director"), seat("helene", "mgr/director")
    substitution = services.substitute(
        appointment=seat_of,
        person=person("roy"),
        valid_from=clock.today(),
        valid_until=clock.today(),
        reason="Vakantie",
    )
    services.appoint(
        person=person("mallory"), position=position("auditors/auditor"), valid_from=clock.today() + timedelta(days=1)
    )
    positions = [director.pk, position("auditors/auditor").pk]
    found = selectors.attending(positions, clock.today())
    assert list(found) == positions
    assert [(each.person_id, each.substitution_id) for each in found[director.pk]] == [
        (person("helene").pk, None),
        (person("roy").pk, substitution.pk),
    ]
    assert [each.person_id for each in found[positions[1]]] == [person("victor").pk]
    tomorrow = selectors.attending(positions, clock.today() + timedelta(days=1))
    assert [len(tomorrow[each]) for each in positions] == [1, 2]
    [holder, stand_in] = selectors.attending_seats([seat_of.pk], clock.today())[seat_of.pk]
    assert (holder.user_id, stand_in.user_id) == (user("helene").pk, user("roy").pk)
    assert stand_in.covers(flow="commissioning", domain="", chains=())


def test_questions_take_a_fixed_number_of_queries(
    scheme: Scheme, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """However many rows there are, and with the names that the pages show."""
    karim, pho, db, day = user("karim").pk, body("pho"), position("db/db_member"), clock.today()
    questions: list[tuple[int, Callable[[], object]]] = [
        (1, lambda: selectors.scopes(karim, day)),
        (1, lambda: selectors.positions_held(karim, day)),
        (1, lambda: selectors.attending([db.pk], day)[db.pk]),
        (2, lambda: [(hat.label, hat.capacity, hat.behalf_of) for hat in selectors.hats(karim, day)]),
        (1, lambda: [(str(member), str(member.organisation)) for member in selectors.members(pho, day)]),
        (1, lambda: [f"{m} {m.granting} {m.receiving} {m.parent}" for m in selectors.mandate_register(scheme)]),
        (2, lambda: [list(map(str, double.seats)) for double in selectors.double_seats(scheme, day)]),
        (2, lambda: [(str(group), list(map(str, seats))) for group, seats in selectors.seating(scheme, day)]),
    ]
    for number, question in questions:
        with django_assert_num_queries(number):
            assert question()


def test_participants_as_of_a_day(scheme: Scheme) -> None:
    names = [organisation.name for organisation in selectors.participants(scheme)]
    assert names == sorted(f"gemeente {name}" for name in (
        "Beesel", "Bergen", "Gennep", "Horst aan de Maas", "Peel en Maas", "Venlo", "Venray",
    ))  # fmt: skip
    assert selectors.participants(scheme, date(2019, 12, 31)) == []
    assert len(selectors.participants(scheme, module="opdrachtgeven")) == 7


def test_members_are_those_who_vote(scheme: Scheme) -> None:
    assert len(selectors.members(body("pho"))) == 7
    assert [str(member.person) for member in selectors.members(body("db"))] == [
        "Daan Verhoeven", "Karim Bouzid", "Ilse Wijnen",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "name"),
    [("pho", "Ilse Wijnen"), ("db", "Karim Bouzid"), ("ab", "Karim Bouzid"), ("rmt", "Marco Vissers")],
)
def test_each_body_has_its_chair(scheme: Scheme, code: str, name: str) -> None:
    chair = selectors.chair(body(code))
    assert chair is not None
    assert str(chair.person) == name


@pytest.mark.parametrize(
    ("step", "organisation", "expected"),
    [
        ("submit", "venlo", ["accountmanager gemeente, gemeente Venlo", "secretaris, RMT Limburg-Noord"]),
        ("municipal_alignment", "venray", ["accountmanager gemeente, gemeente Venray"]),
        ("intake", "venlo", ["accountmanager MGR, MGR Limburg-Noord"]),
        ("pho_decision", "venlo", ["secretaris, PHO Limburg-Noord"]),
        ("acceptance", "venlo", ["directeur, MGR Limburg-Noord"]),
        ("submit", None, ["secretaris, RMT Limburg-Noord"]),
        ("no_such_step", "venlo", []),
    ],
)
def test_who_does_a_step(scheme: Scheme, step: str, organisation: str | None, expected: list[str]) -> None:
    concerned = Organisation.objects.filter(code=organisation).first()
    found = selectors.bound_positions(scheme, "commissioning", step, concerned)
    assert sorted(map(str, found)) == sorted(expected)


def test_the_rule_of_the_ab_is_the_law_and_not_a_setting(scheme: Scheme) -> None:
    rule = selectors.rule_in_force(body("ab"))
    assert rule.by_law
    assert "Gemeentewet" in rule.basis


def test_a_body_without_a_rule_cannot_decide(scheme: Scheme) -> None:
    with pytest.raises(NotAllowed, match="geen besluitregel"):
        selectors.rule_in_force(body("klankbord"))
