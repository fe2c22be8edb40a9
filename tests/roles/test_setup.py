"""A regeling is founded from its data alone, through the services, and what that leaves behind verifies."""

from datetime import date

import pytest
from django.contrib.auth.models import User

from audit.models import Act
from audit.verify import verify
from roles import services
from roles.authorize import NotAllowed
from roles.models import Appointment, Mandate, Organisation, Person, Scheme
from roles.setup import read, set_up, set_up_fixture
from tests.races import at_once
from tests.roles.conftest import person, position


def another(code: str) -> dict[str, object]:
    """The same regeling under another name, with people of its own."""
    data = read("limburg-noord")
    people = [{**row, "username": f"{row['username']}-{code}"} for row in data["people"]]
    return {**data, "scheme": {"code": code, "name": f"MGR {code}"}, "people": people}


def test_setting_up_again_changes_nothing(scheme: Scheme) -> None:
    acts = Act.objects.count()
    assert set_up_fixture("limburg-noord") == scheme
    assert Act.objects.count() == acts


@pytest.mark.long
def test_a_second_regeling_stands_beside_the_first(scheme: Scheme) -> None:
    second = set_up(another("elders"))
    assert second != scheme
    assert Organisation.objects.filter(scheme=second).count() == Organisation.objects.filter(scheme=scheme).count()
    assert Mandate.objects.filter(scheme=second, number="M-01").exists()


def test_every_change_of_the_set_up_is_an_act_of_the_system_in_the_chain_of_the_regeling(scheme: Scheme) -> None:
    acts = Act.objects.filter(chain=scheme.chain)
    assert set(acts.values_list("actor", flat=True)) == {"system"}
    seats = Appointment.objects.filter(position__body__scheme=scheme)
    assert acts.filter(verb="appoint").count() == seats.count()
    assert acts.earliest("seq").verb == "found_scheme"


def test_no_act_or_history_holds_a_name(scheme: Scheme) -> None:
    assert not Act.objects.filter(details__contains="Timmermans").exists()
    assert not Act.objects.filter(changes__contains="Timmermans").exists()
    assert not any("Timmermans" in str(row) for row in Person.history.values())


@pytest.mark.long
def test_without_a_password_nobody_can_sign_in_with_one(scheme: Scheme) -> None:
    assert not any(user.has_usable_password() for user in User.objects.all())
    set_up(another("met-wachtwoord"), password="demo")
    assert User.objects.get(username="karim-met-wachtwoord").check_password("demo")


def test_the_cast_is_complete(scheme: Scheme) -> None:
    assert User.objects.filter(person__appointments__position__body__scheme=scheme).distinct().count() == 51
    assert not Person.objects.get(user__username="mallory").appointments.exists()
    assert Appointment.objects.filter(valid_until=date(2024, 1, 31)).count() == 1  # gijs had another seat before


def test_the_evidence_of_a_set_up_verifies(committed: None) -> None:
    set_up_fixture("limburg-noord")
    assert verify().findings == []


@pytest.mark.parametrize("_", range(5))
def test_two_seats_taken_at_the_same_moment_are_not_both_taken(committed: None, _: int) -> None:
    scheme = set_up_fixture("limburg-noord")
    services.set_segregation_date(scheme=scheme, segregated_from=date(2026, 1, 1), decision="Besluit AB")
    roy, seats = person("roy"), [position("pho/alderman_client"), position("db/db_member")]
    answers = at_once(
        *(lambda seat=seat: services.appoint(person=roy, position=seat, valid_from=date(2026, 12, 1)) for seat in seats)
    )
    assert [isinstance(answer, NotAllowed) for answer in answers].count(True) == 1
    assert roy.appointments.count() == 2  # the one he had, and one of these
