"""Rule 5, at random: standing in never opens what rolzuiverheid closes, on the rules alone and against the database.

Whatever would be refused to somebody for what they did, declared or are kept apart from, stays refused in whatever seat
they stand in; and whatever they may in it, its holder may who did nothing yet.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from audit import clock
from audit.services import HatLabel, acting
from roles import services
from roles.authorize import Authority, Facts, Kind, NotAllowed, Wanted, judge, read
from roles.models import Appointment, Scheme, Substitution
from roles.models.fields import holding_on
from roles.rules.segregation import Earlier, Pair
from roles.rules.standing_in import Extent
from tests.roles.conftest import person, seat

TODAY = date(2026, 11, 22)
CAPACITIES = ["owner", "client", "contractor", "adviser", "supervisor"]
DUTIES = ["prepare", "assess", "propose", "accept", "decide", "record", "confirm"]
FLOWS, DOMAINS, CHAINS = ["commissioning", "amendment"], ["youth", "support"], ["case/1", "case/2"]

duties = st.sampled_from(DUTIES)
earlier = st.lists(st.builds(Earlier, st.sampled_from(CAPACITIES), duties), max_size=4).map(tuple)
pairs = st.lists(
    st.tuples(duties, duties).filter(lambda two: two[0] != two[1]).map(lambda two: Pair(*two, "art. 4")), max_size=3
).map(tuple)
extents = st.one_of(
    st.just(Extent()), st.builds(Extent, st.just("flow"), st.sampled_from(FLOWS)),
    st.builds(Extent, st.just("domain"), st.sampled_from(DOMAINS)),
    st.builds(Extent, st.just("case"), st.sampled_from(CHAINS)),
)  # fmt: skip
wishes = st.builds(
    Wanted, verb=st.just("complete"), duty=duties, kind=st.sampled_from(Kind), scheme_id=st.just(1),
    flow=st.sampled_from(FLOWS), chains=st.sampled_from([("case/1",), ("case/2", "case/1"), ("case/3",)]),
    position_id=st.sampled_from([None, 10, 20]), seat_id=st.sampled_from([None, 5]),
    power=st.sampled_from(["", "accept_commission"]), domain=st.sampled_from(DOMAINS),
    ground=st.sampled_from(["", "Er is niemand anders."]),
)  # fmt: skip


@st.composite
def standing(draw: st.DrawFn) -> Facts:
    """Somebody with a past, in the seat of another."""
    extent = draw(extents)
    return Facts(
        user_id=1, person_id=2, person_name="", valid=draw(st.integers(0, 9)) > 0, appointment_id=5, position_id=10,
        body_id=3, body_code="", body_label="", role_code="", role_label="rol", kind="member",
        capacity=draw(st.sampled_from(CAPACITIES)), weight=1, behalf_of="in waarneming",
        segregated_from=draw(st.sampled_from([None, TODAY, TODAY + timedelta(days=1)])), earlier=draw(earlier),
        pairs=draw(pairs), recused=draw(st.booleans()), dispensed=tuple(draw(st.lists(duties, max_size=2))),
        mandate_id=draw(st.sampled_from([None, 7])), mandate_version=1, mandate_label="M-07", mandate_max=None,
        has_grant=draw(st.integers(0, 9)) > 0, today=TODAY, scope=extent.scope, limited_to=extent.limited_to,
        substitution_id=9,
    )  # fmt: skip


def allowed(wanted: Wanted, facts: Facts) -> Authority | None:
    try:
        return judge(wanted, facts)
    except NotAllowed:
        return None


def closed(wanted: Wanted, facts: Facts) -> bool:
    """What rolzuiverheid closes to this person, said once more and without the rules."""
    done = {each.duty for each in facts.earlier}
    apart = any(
        {wanted.duty, other} == {pair.first, pair.second}
        for pair in facts.pairs for other in done if other != wanted.duty
    )  # fmt: skip
    free_to_vote = wanted.kind is Kind.VOTE and wanted.duty != "confirm"
    opposite = {"owner": "client", "client": "owner"}.get(facts.capacity)
    mixed = wanted.kind is Kind.INDIVIDUAL and any(each.capacity == opposite for each in facts.earlier)
    segregated = facts.segregated_from is not None and facts.segregated_from <= facts.today
    return (
        facts.recused
        or (apart and wanted.duty not in facts.dispensed and not free_to_vote)
        or (mixed and (segregated or not wanted.ground))
    )


@pytest.mark.long
@given(wanted=wishes, facts=standing())
@settings(max_examples=600, deadline=None)
def test_by_the_rules_alone_a_substitution_opens_nothing(wanted: Wanted, facts: Facts) -> None:
    in_another_seat = allowed(wanted, facts)
    if closed(wanted, facts):
        assert in_another_seat is None
    if in_another_seat is None:
        return
    own = replace(facts, scope="all", limited_to="", substitution_id=None)
    blameless = replace(own, earlier=(), recused=False, person_id=99)
    assert allowed(wanted, own), "what one may in a seat that is lent, one might in it oneself"
    assert allowed(wanted, blameless), "and its holder might, who did nothing yet"
    assert set(in_another_seat.flags) == set(judge(wanted, own).flags), "marked no less than in one's own name"
    assert Extent(facts.scope, facts.limited_to).covers(flow=wanted.flow, domain=wanted.domain, chains=wanted.chains)
    assert in_another_seat.person_id == facts.person_id, "and it is this person's own conduct"


@pytest.mark.long
@given(wanted=wishes, facts=standing())
@settings(max_examples=300, deadline=None)
def test_by_the_rules_alone_nobody_gains_by_standing_in(wanted: Wanted, facts: Facts) -> None:
    """Refused in one's own name, for whatever it is: refused in another's."""
    if allowed(wanted, replace(facts, scope="all", limited_to="", substitution_id=None)) is None:
        assert allowed(wanted, facts) is None


# --- against the database

LENT = [
    ("mgr/director", "helene"), ("mgr/procurement_adviser", "femke"), ("mgr/mgr_account_manager", "gijs"),
    ("venlo/municipal_account_manager", "soraya"), ("venlo/college_delegate", "cas"), ("pho/alderman_client", "karim"),
    ("db/db_member", "karim"), ("pho/secretary", "anouk"), ("auditors/auditor", "victor"),
]  # fmt: skip
PEOPLE = ["helene", "roy", "femke", "olaf", "gijs", "soraya", "cas", "karim", "ilse", "anouk", "mallory"]


@pytest.fixture
def plenty(thorough: bool) -> int:
    return 150 if thorough else 12


@pytest.mark.long
def test_in_the_database_a_substitution_opens_nothing(scheme: Scheme, plenty: int) -> None:
    @settings(
        max_examples=plenty, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True,
        phases=[Phase.generate],
    )  # fmt: skip
    @given(data=st.data())
    def at_random(data: st.DataObject) -> None:
        with transaction.atomic():
            _try(scheme, data)
            transaction.set_rollback(True)

    at_random()


def _try(scheme: Scheme, data: st.DataObject) -> None:
    since = data.draw(st.sampled_from([None, -1, 30]), label="rolscheiding")
    if since is not None:
        day = clock.today() + timedelta(days=since)
        services.set_segregation_date(scheme=scheme, segregated_from=day, decision="Besluit AB 2026-12")
    lent = [each for each in (_lend(data) for _ in range(4)) if each is not None]
    past = data.draw(
        st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(CAPACITIES), duties, st.sampled_from(CHAINS)),
                 max_size=8)
    )  # fmt: skip
    for name, capacity, duty, chain in past:
        with acting(chain=chain, verb=duty, actor=person(name).actor, duty=duty, hat=HatLabel(capacity=capacity)):
            pass
    for name in data.draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True), label="verschoond"):
        services.declare_recusal(person=person(name), chain="case/1", ground="Belang")
    for each in lent:
        _held_to_it(scheme, each, data.draw(st.lists(wishes, min_size=6, max_size=6)))


def _lend(data: st.DataObject) -> Substitution | None:
    """As the rules let it."""
    path, holder = data.draw(st.sampled_from(LENT))
    try:
        return services.substitute(
            appointment=seat(holder, path), person=person(data.draw(st.sampled_from(PEOPLE))), reason="Vakantie",
            valid_from=clock.today(), valid_until=None, extent=data.draw(extents),
        )  # fmt: skip
    except NotAllowed:
        return None


def _held_to_it(scheme: Scheme, lent: Substitution, asked: Sequence[Wanted]) -> None:
    holder, user = lent.appointment.person, lent.substitute.user_id
    assert user is not None
    assert holder.user_id is not None
    own = Appointment.objects.filter(holding_on(clock.today()), person=lent.substitute).first()
    for wish in asked:
        wanted = replace(
            wish, scheme_id=scheme.pk, position_id=wish.position_id and lent.appointment.position_id,
            seat_id=wish.seat_id and lent.appointment_id,
        )  # fmt: skip
        facts = read(
            user_id=user, appointment_id=lent.appointment_id, substitution_id=lent.pk, wanted=wanted
        )  # fmt: skip
        got = allowed(wanted, facts)
        if own is not None:
            mine = read(user_id=user, appointment_id=own.pk, wanted=wanted)
            assert _conduct(mine) == _conduct(facts), "one past, in whatever seat"
        if closed(wanted, facts):
            assert got is None
        if got is not None:
            theirs = read(user_id=holder.user_id, appointment_id=lent.appointment_id, wanted=wanted)
            assert allowed(wanted, replace(theirs, earlier=(), recused=False))
            assert (got.mandate_id, got.capacity) == (theirs.mandate_id if wanted.power else None, theirs.capacity)
            assert got.actor == lent.substitute.actor
        nobodys = read(user_id=user, appointment_id=lent.appointment_id, wanted=wanted)
        assert allowed(wanted, nobodys) is None, "without the substitution it is not theirs at all"


def _conduct(facts: Facts) -> tuple[Any, ...]:
    return set(facts.earlier), facts.recused, set(facts.dispensed), set(facts.pairs)
