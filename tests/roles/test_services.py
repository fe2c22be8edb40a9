"""Each change of who may act is one act, keeps the rules, and changes nothing when it is refused."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from audit import clock
from audit.models import Act
from roles import selectors, services
from roles.authorize import NotAllowed
from roles.models import Appointment, Mandate, Scheme, SchemeGroupPermission
from roles.services.acting import act
from tests.roles.conftest import body, person, position, seat, user

SINCE = date(2027, 1, 1)


@pytest.fixture
def segregated(scheme: Scheme) -> Scheme:
    services.set_segregation_date(scheme=scheme, segregated_from=SINCE, decision="Besluit AB 2026-12")
    return scheme


def test_every_service_writes_exactly_one_act_that_lists_its_changes(scheme: Scheme) -> None:
    before = Act.objects.filter(chain=scheme.chain).count()
    services.appoint(person=person("stefan"), position=position("db/secretary"), valid_from=clock.today())
    assert Act.objects.filter(chain=scheme.chain).count() == before + 1
    act = Act.objects.filter(chain=scheme.chain).latest("seq")
    assert (act.verb, act.actor) == ("appoint", "system")
    assert "roles_appointment" in act.changes


def test_nothing_changes_outside_an_act(scheme: Scheme) -> None:
    with pytest.raises(ProgrammingError, match="within an act"), transaction.atomic():
        Scheme.objects.filter(pk=scheme.pk).update(name="Anders")


def test_rights_cannot_be_edited_by_hand(scheme: Scheme) -> None:
    with pytest.raises(ProgrammingError, match="within an act"), transaction.atomic():
        SchemeGroupPermission.objects.all().delete()


def test_a_refused_change_leaves_no_act_and_no_row(segregated: Scheme) -> None:
    acts, rows = Act.objects.count(), Appointment.objects.count()
    with pytest.raises(NotAllowed):
        services.appoint(person=person("noor"), position=position("db/db_member"), valid_from=SINCE)
    assert (Act.objects.count(), Appointment.objects.count()) == (acts, rows)


def test_before_the_date_a_double_seat_is_taken_and_flagged(scheme: Scheme) -> None:
    services.appoint(person=person("noor"), position=position("db/db_member"), valid_from=clock.today())
    assert Act.objects.filter(chain=scheme.chain).latest("seq").flags == "double-seat"


def test_from_the_date_a_double_seat_is_refused_with_what_to_do(segregated: Scheme) -> None:
    with pytest.raises(NotAllowed, match=r"PHO-lid, PHO Limburg-Noord.*ontheffing") as refused:
        services.appoint(person=person("noor"), position=position("db/db_member"), valid_from=SINCE)
    assert refused.value.article == "Rolscheiding, besluit van het algemeen bestuur"


def test_an_exemption_of_the_ab_allows_it_until_its_last_day(segregated: Scheme) -> None:
    until = SINCE + timedelta(days=180)
    services.exempt(
        person=person("noor"), scheme=segregated, ground="Geen opvolger", decided_on=clock.today(), valid_until=until
    )
    with pytest.raises(NotAllowed, match=f"{until:%d-%m-%Y}"):
        services.appoint(person=person("noor"), position=position("db/db_member"), valid_from=SINCE)
    services.appoint(person=person("noor"), position=position("db/db_member"), valid_from=SINCE, valid_until=until)


@pytest.mark.parametrize("ground", ["", "  "])
def test_an_exemption_has_a_ground(segregated: Scheme, ground: str) -> None:
    with pytest.raises(NotAllowed, match="grond"):
        services.exempt(person=person("noor"), scheme=segregated, ground=ground, decided_on=SINCE, valid_until=SINCE)


def test_existing_double_seats_stay_and_are_listed_with_the_date(segregated: Scheme) -> None:
    doubles = selectors.double_seats(segregated, SINCE)
    assert {str(double.person).split()[0] for double in doubles} == {
        "Noor", "Daan", "Fatima", "Joris", "Lotte", "Karim", "Ilse",
    }  # fmt: skip
    assert {double.segregated_from for double in doubles} == {SINCE}
    assert sorted(len(double.owner_seats) for double in doubles) == [1, 1, 1, 1, 2, 2, 2]


def test_standing_in_does_not_get_round_the_seat_rule(segregated: Scheme) -> None:
    vacancy = services.appoint(person=person("bram"), position=position("db/db_member"), valid_from=SINCE)
    with pytest.raises(NotAllowed, match="PHO-lid"):
        services.substitute(
            appointment=vacancy, person=person("noor"), valid_from=SINCE, valid_until=None, reason="Ziekte"
        )


@pytest.mark.parametrize(
    ("name", "sentence"), [("karim", "voor zichzelf"), ("ilse", "zit zelf al in DB MGR Limburg-Noord")]
)
def test_nobody_sits_twice_in_one_body(scheme: Scheme, name: str, sentence: str) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        services.substitute(
            appointment=seat("karim", "db/db_member"),
            person=person(name),
            valid_from=clock.today(),
            valid_until=None,
            reason="Vakantie",
        )


def test_the_same_position_twice_at_once_is_refused(scheme: Scheme) -> None:
    with pytest.raises(NotAllowed, match="heeft deze functie"):
        services.appoint(person=person("femke"), position=position("mgr/procurement_adviser"), valid_from=SINCE)


def test_an_appointment_cannot_be_prolonged_by_ending_it(scheme: Scheme) -> None:
    own = seat("femke", "mgr/procurement_adviser")
    services.end_appointment(appointment=own, last_day=SINCE, reason="Contract loopt af")
    with pytest.raises(NotAllowed):
        services.end_appointment(appointment=own, last_day=SINCE + timedelta(days=1), reason="Toch langer")


def test_group_membership_follows_appointments_and_stand_ins(scheme: Scheme) -> None:
    group = position("mgr/director").group
    assert not user("roy").groups.contains(group)
    services.substitute(
        appointment=seat("helene", "mgr/director"),
        person=person("roy"),
        valid_from=clock.today(),
        valid_until=clock.today(),
        reason="Vakantie",
    )
    assert user("roy").groups.contains(group)
    services.end_appointment(
        appointment=seat("helene", "mgr/director"), last_day=clock.today() - timedelta(days=1), reason="Vertrek"
    )
    assert not user("roy").groups.contains(group)
    assert not user("helene").groups.contains(group)


def test_syncing_again_changes_nothing(scheme: Scheme) -> None:
    assert services.sync_memberships() == 0


def test_a_changed_mandate_is_a_new_version_and_the_old_one_stays(scheme: Scheme) -> None:
    old = Mandate.objects.get(number="M-05")
    new = services.change_mandate(mandate=old, max_amount=Decimal(900_000))
    assert (new.version, new.max_amount, new.power, new.receiving) == (2, Decimal(900_000), old.power, old.receiving)
    old.refresh_from_db()
    assert old.max_amount == Decimal(750_000)
    assert old.revoked_at is not None
    with pytest.raises(NotAllowed, match="laatste versie"):
        services.change_mandate(mandate=old, max_amount=Decimal(1))


def test_a_version_is_never_edited_not_even_within_an_act(scheme: Scheme) -> None:
    mandate = Mandate.objects.get(number="M-05")
    mandate.max_amount = Decimal(10**9)
    with pytest.raises(IntegrityError, match="wijzigt niet"), act(chain=scheme.chain, verb="x", by=None):
        mandate.save()
    rule = selectors.rule_in_force(body("pho"))
    rule.majority = "unanimous"
    with pytest.raises(IntegrityError, match="wijzigt niet"), act(chain=scheme.chain, verb="x", by=None):
        rule.save()


def test_sub_mandates_follow_a_change_or_forbid_it(scheme: Scheme) -> None:
    parent = Mandate.objects.get(number="M-07")
    with pytest.raises(NotAllowed, match="niet ruimer"):
        services.change_mandate(mandate=parent, max_amount=Decimal(50_000))
    parent.refresh_from_db()
    assert parent.revoked_at is None
    new = services.change_mandate(mandate=parent, max_amount=Decimal(100_000))
    resting = Mandate.objects.get(number="M-08", revoked_at=None)
    assert (resting.version, resting.parent) == (2, new)


def test_revoking_a_mandate_ends_what_rests_on_it(scheme: Scheme) -> None:
    services.revoke_mandate(mandate=Mandate.objects.get(number="M-07"), reason="Reorganisatie")
    assert not Mandate.objects.filter(selectors.in_force(), number__in=("M-07", "M-08")).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"max_amount": Decimal(250_001)}, "bedrag"),
        ({"power": "award"}, "bevoegdheid"),
        ({"granting": "mgr/manager"}, "kan er ondermandaat van geven"),
        ({"parent": "M-02"}, "staat geen ondermandaat toe"),
        ({"parent": ""}, "kan alleen ondermandaat geven"),
        ({"number": "M-01"}, "staat al in het register"),
    ],
)
def test_a_sub_mandate_that_does_not_fit_is_refused(scheme: Scheme, changes: dict[str, object], sentence: str) -> None:
    terms: dict[str, Any] = {"number": "M-99", "power": "accept_commission", "max_amount": Decimal(10_000)}
    terms |= {"granting": "mgr/director", "parent": "M-01"} | changes
    terms["granting"] = position(str(terms["granting"]))
    terms["parent"] = Mandate.objects.filter(number=terms["parent"]).first()
    with pytest.raises(NotAllowed, match=sentence):
        services.grant_mandate(
            scheme=scheme,
            label="Proef",
            receiving=position("mgr/manager"),
            legal_basis="art. 3",
            valid_from=clock.today(),
            **terms,
        )


def test_a_decision_rule_is_replaced_from_a_day(scheme: Scheme) -> None:
    services.adopt_decision_rule(
        body=body("pho"),
        valid_from=SINCE,
        quorum=Fraction(2, 3),
        quorum_exceeds=False,
        majority="two_thirds",
        abstentions_count=True,
        tie="rejected",
        written_allowed=False,
        written_days=0,
        basis="Reglement van orde PHO 2027",
    )
    assert selectors.rule_in_force(body("pho"), SINCE - timedelta(days=1)).version == 1
    assert selectors.rule_in_force(body("pho"), SINCE).version == 2


def test_recusing_twice_is_refused_kindly(scheme: Scheme) -> None:
    services.declare_recusal(person=person("noor"), chain="case/1", ground="Familie")
    with pytest.raises(NotAllowed, match="al gemeld"):
        services.declare_recusal(person=person("noor"), chain="case/1", ground="Familie")


def test_recusal_is_an_act_in_the_chain_of_the_case(scheme: Scheme) -> None:
    services.declare_recusal(person=person("noor"), chain="case/77", ground="Familie")
    assert [act.verb for act in Act.objects.filter(chain="case/77")] == ["declare_recusal"]
