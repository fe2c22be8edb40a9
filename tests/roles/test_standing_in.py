"""Waarneming: who may stand in for whom, for what and for how long; and being away."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from audit import clock
from audit.models import Act
from roles import selectors, services
from roles.authorize import Authority, Kind, NotAllowed, Wanted, authorize
from roles.models import Absence, Appointment, Scheme, Substitution
from roles.rules import standing_in
from roles.rules.standing_in import Away, Extent, Known, Lent, Place, Span
from roles.rules.verdict import Granted, Refused
from roles.selectors.standing_in import register, stays
from tests.roles.conftest import body, person, position, seat, user

ALL, FLOW, DOMAIN = Extent(), Extent("flow", "commissioning"), Extent("domain", "youth")
CASE = Extent("case", "case/7")
ANN, BOB, CLEO, DAVE = 1, 2, 3, 4
BOARD, OFFICE = 10, 20
VENLO, VENRAY = 100, 200
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
MAY = Span(date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("extent", "matter", "within"),
    [
        (ALL, {"flow": "register", "domain": "", "chains": ()}, True),
        (FLOW, {"flow": "commissioning", "domain": "support", "chains": ("case/9",)}, True),
        (FLOW, {"flow": "amendment", "domain": "youth", "chains": ("case/7",)}, False),
        (DOMAIN, {"flow": "amendment", "domain": "youth", "chains": ("case/9",)}, True),
        (DOMAIN, {"flow": "commissioning", "domain": "support", "chains": ("case/7",)}, False),
        (DOMAIN, {"flow": "register", "domain": "", "chains": ()}, False),
        (CASE, {"flow": "commissioning", "domain": "youth", "chains": ("case/7",)}, True),
        (CASE, {"flow": "amendment", "domain": "youth", "chains": ("case/8", "case/7")}, True),
        (CASE, {"flow": "commissioning", "domain": "youth", "chains": ("case/8",)}, False),
        (CASE, {"flow": "meetings", "domain": "", "chains": ()}, False),
    ],
)
def test_a_substitution_reaches_as_far_as_it_says(extent: Extent, matter: dict[str, Any], within: bool) -> None:
    assert extent.covers(**matter) is within
    assert isinstance(standing_in.within(extent, **matter), Granted) is within


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [(ALL, ALL, True), (ALL, CASE, True), (FLOW, DOMAIN, True), (FLOW, Extent("flow", "amendment"), False),
     (CASE, Extent("case", "case/8"), False), (CASE, CASE, True)],
)  # fmt: skip
def test_two_substitutions_contradict_where_both_might_be_meant(one: Extent, other: Extent, meet: bool) -> None:
    assert one.meets(other) is other.meets(one) is meet


def place(number: int, who: int, **options: Any) -> Place:
    given: dict[str, Any] = {"role": 5, "body": OFFICE, "organisation": None, "span": YEAR} | options
    return Place(id=number, person=who, **given)


MEMBER = place(1, ANN, body=BOARD, organisation=VENLO, votes=True)
DEPUTY = place(2, BOB, body=BOARD, organisation=VENLO, deputises=True)
CLERK = place(3, CLEO, role=6)
COLLEAGUE = place(4, DAVE, role=7)


def ask(taken: Place, who: int, *places: Place, span: Span = MAY, extent: Extent = ALL, **known: Any) -> str:
    """What the rules say to it; nothing when they agree."""
    given: dict[str, Any] = {"places": [taken, *places], "together": {BOARD: "het bestuur"}} | known
    verdict = standing_in.may_stand_in(Known(**given), taken, who, span, extent)
    return verdict.reason if isinstance(verdict, Refused) else ""


def test_nobody_stands_in_for_themselves_or_beyond_the_appointment() -> None:
    assert "voor zichzelf" in ask(CLERK, CLEO)
    assert "niet binnen de benoeming" in ask(CLERK, DAVE, span=Span(date(2026, 12, 1), date(2027, 1, 1)))
    assert "niet binnen de benoeming" in ask(CLERK, DAVE, span=Span(date(2026, 12, 1)))
    assert ask(replace(CLERK, span=Span(YEAR.first)), DAVE, span=Span(date(2026, 12, 1))) == ""


def test_a_substitute_is_not_substituted_in_turn() -> None:
    assert "wordt zelf niet vervangen" in ask(DEPUTY, CLEO)


@pytest.mark.parametrize(
    ("span", "extent", "refused"),
    [(MAY, ALL, True), (Span(date(2026, 5, 31)), CASE, True), (Span(date(2026, 6, 1), YEAR.last), ALL, False)],
)
def test_two_substitutes_at_once_for_the_same_would_contradict(span: Span, extent: Extent, refused: bool) -> None:
    lent = Lent(CLERK, DAVE, MAY, ALL)
    assert (
        "al iemand waar" in ask(CLERK, BOB, span=replace(span, last=YEAR.last), extent=extent, lent=[lent])
    ) is refused


def test_for_two_cases_there_may_be_two_substitutes() -> None:
    assert ask(CLERK, BOB, extent=Extent("case", "case/8"), lent=[Lent(CLERK, DAVE, MAY, CASE)]) == ""


def test_who_is_away_does_not_stand_in() -> None:
    away = [Away(DAVE, Span(date(2026, 5, 30), None))]
    assert "zelf afwezig" in ask(CLERK, DAVE, away=away)
    assert ask(CLERK, DAVE, span=Span(date(2026, 5, 1), date(2026, 5, 29)), away=away) == ""


def test_in_a_body_nobody_has_two_voices() -> None:
    other = place(7, DAVE, body=BOARD, organisation=VENRAY, votes=True)
    assert "zit zelf al in het bestuur" in ask(MEMBER, DAVE, other, place(8, DAVE, organisation=VENLO))
    lent = Lent(other, BOB, MAY, ALL)
    assert "al voor een ander waar" in ask(MEMBER, BOB, DEPUTY, lent=[lent])


def test_a_member_is_replaced_by_who_the_rule_of_the_body_lets() -> None:
    alderman = place(8, CLEO, organisation=VENLO)
    assert ask(MEMBER, CLEO, alderman) == ""
    assert "van dezelfde organisatie" in ask(MEMBER, CLEO, replace(alderman, organisation=VENRAY))
    assert "van dezelfde organisatie" in ask(MEMBER, CLEO, replace(alderman, span=Span(date(2026, 5, 2))))
    by_law: dict[str, Any] = {"deputies_only": {BOARD}}
    assert "alleen een plaatsvervangend lid" in ask(MEMBER, CLEO, alderman, **by_law)
    assert "alleen een plaatsvervangend lid" in ask(MEMBER, BOB, replace(DEPUTY, organisation=VENRAY), **by_law)
    assert ask(MEMBER, BOB, DEPUTY, **by_law) == ""


def test_a_holder_asks_colleagues_and_a_keeper_anybody() -> None:
    known = Known(places=[CLERK, COLLEAGUE, place(9, BOB, body=30, role=6), place(10, ANN, body=30, role=9)])
    allowed = {who: isinstance(standing_in.may_arrange(known, CLERK, who, MAY), Granted) for who in (ANN, BOB, DAVE)}
    assert allowed == {ANN: False, BOB: True, DAVE: True}


# --- the register of a regeling


def lend(path: str, name: str, by: str, **options: Any) -> Substitution:
    given: dict[str, Any] = {"valid_from": clock.today(), "valid_until": None, "reason": "Vakantie"} | options
    return services.substitute(appointment=seat(name, path), person=person(by), **given)


def wanted(path: str, scheme: Scheme, **options: Any) -> Wanted:
    given: dict[str, Any] = {
        "verb": "complete", "duty": "assess", "kind": Kind.INDIVIDUAL, "scheme_id": scheme.pk, "flow": "commissioning",
        "chains": ("case/7",), "position_id": position(path).pk, "domain": "youth",
    } | options  # fmt: skip
    return Wanted(**given)


def act_as(lent: Substitution, want: Wanted) -> Authority:
    assert lent.substitute.user_id
    return authorize(
        user_id=lent.substitute.user_id, appointment_id=lent.appointment_id, substitution_id=lent.pk, wanted=want
    )


@pytest.mark.parametrize(
    ("extent", "outside"),
    [(FLOW, {"flow": "amendment"}), (DOMAIN, {"domain": "support"}), (CASE, {"chains": ("case/8",)})],
)
def test_the_choke_point_keeps_a_substitute_within_the_substitution(
    scheme: Scheme, extent: Extent, outside: dict[str, Any]
) -> None:
    lent = lend("mgr/procurement_adviser", "femke", "roy", extent=extent)
    assert act_as(lent, wanted("mgr/procurement_adviser", scheme))
    with pytest.raises(NotAllowed, match="valt daarbuiten"):
        act_as(lent, wanted("mgr/procurement_adviser", scheme, **outside))
    [offer] = selectors.hats_for(user("roy").pk, wanted("mgr/procurement_adviser", scheme, **outside))
    assert not offer.allowed
    [served] = selectors.attending_seats([lent.appointment_id], clock.today())[lent.appointment_id][1:]
    assert served.extent == extent


def test_before_a_domain_is_chosen_nobody_is_kept_out_for_it(scheme: Scheme) -> None:
    lent = lend("mgr/procurement_adviser", "femke", "roy", extent=DOMAIN)
    want = wanted("mgr/procurement_adviser", scheme, domain="")
    with pytest.raises(NotAllowed):
        act_as(lent, want)
    assert act_as(lent, replace(want, domain_known=False))


def test_in_the_ab_only_a_deputy_votes_in_the_place_of_a_member(scheme: Scheme) -> None:
    """The AB decides by law: who is not designated does not vote there (Wgr 13)."""
    with pytest.raises(NotAllowed, match="plaatsvervangend lid"):
        lend("ab/ab_member", "noor", "els")
    services.appoint(
        person=person("mallory"), position=position("ab/ab_member"), valid_from=clock.today(),
        kind=Appointment.Kind.SUBSTITUTE, organisation=seat("noor", "ab/ab_member").organisation,
    )  # fmt: skip
    assert lend("ab/ab_member", "noor", "mallory")
    with pytest.raises(NotAllowed, match=r"organisatie|al voor een ander"):
        lend("ab/ab_member", "daan", "mallory")


def test_in_another_body_somebody_of_the_same_municipality_takes_the_place(scheme: Scheme) -> None:
    with pytest.raises(NotAllowed, match="dezelfde organisatie"):
        lend("pho/alderman_client", "noor", "soraya")
    assert lend("pho/alderman_client", "noor", "els")


def test_a_body_may_ask_for_deputies_by_its_own_rule(scheme: Scheme) -> None:
    services.adopt_decision_rule(
        body=body("pho"), valid_from=clock.today(), quorum=Fraction(1, 2), quorum_exceeds=True, majority="simple",
        abstentions_count=False, tie="rejected", written_allowed=True, written_days=5, basis="Nieuw reglement",
        stand_in="deputy",
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="plaatsvervangend lid"):
        lend("pho/alderman_client", "noor", "els")


def test_the_register_offers_a_holder_their_colleagues(scheme: Scheme) -> None:
    known = register(scheme, clock.today())
    span = Span(clock.today(), clock.today())
    names = {str(each) for each in known.candidates(seat("femke", "mgr/procurement_adviser"), span, by_holder=True)}
    assert {"Olaf Brandsma", "Roy Kersten"} <= names
    assert not names & {"Femke Rutten", "Els Houben"}
    assert [str(each) for each in known.candidates(seat("noor", "ab/ab_member"), span, by_holder=True)] == []


def test_an_absence_is_kept_with_or_without_a_substitute(scheme: Scheme) -> None:
    today = clock.today()
    absence = services.record_absence(
        person=person("femke"), scheme=scheme, valid_from=today, valid_until=today + timedelta(days=9)
    )
    own = seat("femke", "mgr/procurement_adviser")
    assert stays([own], today)[own.pk].away
    assert not stays([own], today + timedelta(days=10))[own.pk].away
    with pytest.raises(NotAllowed, match="staat al een afwezigheid"):
        services.record_absence(person=person("femke"), scheme=scheme, valid_from=today, valid_until=None)
    lent = services.substitute(
        appointment=own, person=person("roy"), valid_from=today, valid_until=absence.valid_until, reason="Verlof",
        absence=absence, extent=CASE,
    )  # fmt: skip
    stay = stays([own], today)[own.pk]
    assert not stay.covered(flow="commissioning", domain="", chains=())
    assert stay.covered(flow="commissioning", domain="", chains=("case/7",))
    services.end_absence(absence=absence, last_day=today)
    lent.refresh_from_db()
    assert lent.valid_until == today
    assert Act.objects.filter(chain=scheme.chain).latest("seq").verb == "end_absence"


def test_an_absence_that_never_begins_is_withdrawn_with_who_would_have_stood_in(scheme: Scheme) -> None:
    ahead = clock.today() + timedelta(days=5)
    absence = services.record_absence(person=person("femke"), scheme=scheme, valid_from=ahead, valid_until=None)
    lend("mgr/procurement_adviser", "femke", "roy", valid_from=ahead, absence=absence)
    services.end_absence(absence=absence, last_day=clock.today())
    assert not Absence.objects.exists()
    assert not Substitution.objects.exists()
    assert [row.history_type for row in Absence.history.all()] == ["-", "+"]


@pytest.mark.parametrize(("days", "sentence"), [(-2, "vanaf gisteren"), (30, "vanaf gisteren")])
def test_a_substitution_ends_earlier_and_not_later(scheme: Scheme, days: int, sentence: str) -> None:
    lent = lend("mgr/procurement_adviser", "femke", "roy", valid_until=clock.today() + timedelta(days=9))
    with pytest.raises(NotAllowed, match=sentence):
        services.end_substitution(substitution=lent, last_day=clock.today() + timedelta(days=days))
    services.end_substitution(substitution=lent, last_day=clock.today())
    assert not selectors.positions_held(user("roy").pk, clock.today() + timedelta(days=1)) & {
        position("mgr/procurement_adviser").pk
    }


def test_what_stands_in_for_somebody_who_is_away_too_is_not_there(scheme: Scheme) -> None:
    own = seat("femke", "mgr/procurement_adviser")
    lend("mgr/procurement_adviser", "femke", "roy")
    for name in ("femke", "roy"):
        services.record_absence(person=person(name), scheme=scheme, valid_from=clock.today(), valid_until=None)
    assert not stays([own], clock.today())[own.pk].covered(flow="commissioning", domain="", chains=())


def test_only_the_holder_arranges_it_for_an_appointment_and_no_substitute(scheme: Scheme) -> None:
    own = seat("femke", "mgr/procurement_adviser")
    lend("mgr/procurement_adviser", "femke", "roy")
    assert services.own_authority(user_id=user("femke").pk, appointment=own, verb="substitute")
    for name in ("roy", "olaf"):
        with pytest.raises(NotAllowed, match="niet \\(meer\\) van u"):
            services.own_authority(user_id=user(name).pk, appointment=own, verb="substitute")
