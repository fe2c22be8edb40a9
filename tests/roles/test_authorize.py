"""The choke point: each way to be let in or kept out, from the database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit import clock
from audit.services import acting
from roles import selectors, services
from roles.authorize import Authority, Kind, NotAllowed, Wanted, authorize
from roles.models import Appointment, Scheme
from roles.rules.verdict import GroundNeeded, Refused
from tests.roles.conftest import person, position, seat, user

Acted = Callable[..., None]


def wanted(path: str, scheme: Scheme, kind: Kind = Kind.INDIVIDUAL, duty: str = "decide") -> Wanted:
    return Wanted(
        verb="decide",
        duty=duty,
        kind=kind,
        scheme_id=scheme.pk,
        flow="commissioning",
        chains=("case/2", "case/1"),
        position_id=position(path).pk,
    )


def ask(name: str, path: str, want: Wanted) -> Authority:
    return authorize(user_id=user(name).pk, appointment_id=seat(name, path).pk, wanted=want)


def test_a_member_acts_in_one_hat_that_the_act_can_quote(scheme: Scheme) -> None:
    authority = ask("karim", "db/db_member", wanted("db/db_member", scheme))
    assert authority.actor == person("karim").actor
    assert authority.appointment == f"appointment/{seat('karim', 'db/db_member').pk}"
    assert authority.capacity == "owner"
    assert authority.role_label == "DB-lid en voorzitter, DB MGR Limburg-Noord"
    assert authority.behalf_of == "gemeente Venlo"
    assert authority.flags == ()
    assert authority.mandate == ""
    assert authority.today == clock.today()


@pytest.mark.parametrize(
    ("name", "path", "step", "sentence"),
    [
        ("noor", "pho/alderman_client", "db/db_member", "hoort niet bij uw functie"),
        ("bea", "beheer/administrator", "beheer/administrator", "geeft geen toegang"),
        ("soraya", "venlo/municipal_account_manager", "venray/municipal_account_manager", "hoort niet bij uw functie"),
    ],
)
def test_another_hat_than_the_step_asks_is_refused(
    scheme: Scheme, name: str, path: str, step: str, sentence: str
) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        ask(name, path, wanted(step, scheme))


def test_the_hat_of_somebody_else_is_refused(scheme: Scheme) -> None:
    for name in ("noor", "mallory"):
        with pytest.raises(NotAllowed, match="niet \\(meer\\) van u"):
            authorize(
                user_id=user(name).pk,
                appointment_id=seat("karim", "db/db_member").pk,
                wanted=wanted("db/db_member", scheme),
            )


def test_a_hat_that_does_not_exist_is_refused(scheme: Scheme) -> None:
    with pytest.raises(NotAllowed, match="niet \\(meer\\) van u"):
        authorize(user_id=user("karim").pk, appointment_id=-1, wanted=wanted("db/db_member", scheme))


def test_a_hat_of_another_regeling_is_refused(scheme: Scheme) -> None:
    with pytest.raises(NotAllowed, match="niet \\(meer\\) van u"):
        ask("karim", "db/db_member", replace(wanted("db/db_member", scheme), scheme_id=scheme.pk + 1))


@pytest.mark.parametrize(("days", "allowed"), [(0, True), (-1, False)])
def test_an_appointment_holds_up_to_and_including_its_last_day(scheme: Scheme, days: int, allowed: bool) -> None:
    own = seat("femke", "mgr/procurement_adviser")
    services.end_appointment(appointment=own, last_day=clock.today() + timedelta(days=days), reason="Andere baan")
    want = wanted("mgr/procurement_adviser", scheme)
    if allowed:
        assert ask("femke", "mgr/procurement_adviser", want)
    else:
        with pytest.raises(NotAllowed, match="geldt vandaag niet"):
            authorize(user_id=user("femke").pk, appointment_id=own.pk, wanted=want)


def test_a_member_votes_in_their_own_seat_only(scheme: Scheme) -> None:
    want = replace(wanted("pho/alderman_client", scheme, Kind.VOTE), seat_id=seat("noor", "pho/alderman_client").pk)
    assert ask("noor", "pho/alderman_client", want)
    with pytest.raises(NotAllowed, match="alleen voor zichzelf"):
        ask("daan", "pho/alderman_client", want)


def test_before_the_date_a_double_hat_asks_for_a_ground_and_is_flagged(scheme: Scheme, acted: Acted) -> None:
    acted("karim", capacity="client", duty="advise")
    want = wanted("db/db_member", scheme)
    with pytest.raises(NotAllowed, match="Schrijf op waarom") as refused:
        ask("karim", "db/db_member", want)
    assert refused.value.needs_ground
    assert ask("karim", "db/db_member", replace(want, ground="Er is geen ander lid.")).flags == ("double-hat",)


def test_after_the_date_a_double_hat_is_refused_whatever_the_ground(
    scheme: Scheme, on_2_march_2027: date, acted: Acted
) -> None:
    services.set_segregation_date(scheme=scheme, segregated_from=date(2027, 1, 1), decision="Besluit AB 2026-12")
    acted("karim", capacity="client", duty="advise")
    with pytest.raises(NotAllowed, match="Laat een ander") as refused:
        ask("karim", "db/db_member", replace(wanted("db/db_member", scheme), ground="Toch."))
    assert not refused.value.needs_ground
    assert "01-01-2027" in refused.value.article


def test_what_somebody_did_in_the_case_above_counts(scheme: Scheme, acted: Acted) -> None:
    acted("karim", capacity="client", duty="advise", chain="case/1")
    acted("ilse", capacity="client", duty="advise", chain="case/3")
    with pytest.raises(NotAllowed):
        ask("karim", "db/db_member", wanted("db/db_member", scheme))
    assert ask("ilse", "db/db_member", wanted("db/db_member", scheme)).flags == ()


def test_the_vote_of_a_lawful_member_is_flagged_and_never_blocked(
    scheme: Scheme, on_2_march_2027: date, acted: Acted
) -> None:
    """Limburg-Noord's real shape: the three in the DB all voted in the PHO before."""
    services.set_segregation_date(scheme=scheme, segregated_from=date(2027, 1, 1), decision="Besluit AB 2026-12")
    for name in ("karim", "ilse", "daan"):
        acted(name, capacity="client", duty="decide")
        authority = ask(name, "db/db_member", wanted("db/db_member", scheme, Kind.VOTE))
        assert authority.flags == ("double-hat",)


def test_who_voted_in_a_meeting_acted_though_the_chair_confirmed_it(scheme: Scheme) -> None:
    voters = [person(name).actor for name in ("karim", "ilse", "noor")]
    with acting(chain="case/1", verb="confirm", actor=person("ilse").actor, duty="confirm") as running:
        running.details["voted"] = {"capacity": "client", "duty": "decide", "people": voters}
    want = wanted("db/db_member", scheme, Kind.VOTE)
    assert ask("karim", "db/db_member", want).flags == ("double-hat",)
    assert ask("daan", "db/db_member", want).flags == ()
    assert selectors.acted_as(["client"], ["case/1"]) == {person(name).pk for name in ("karim", "ilse", "noor")}
    assert selectors.acted_as(["client"], ["case/3"]) == set()


def test_a_named_pair_binds_until_a_second_person_approves_an_exception(scheme: Scheme, acted: Acted) -> None:
    acted("gijs", capacity="client", duty="prepare")
    want = wanted("mgr/mgr_account_manager", scheme, duty="assess")
    with pytest.raises(NotAllowed) as refused:
        ask("gijs", "mgr/mgr_account_manager", want)
    assert refused.value.article.endswith("art. 4 lid 1")
    dispensation = services.request_dispensation(
        person=person("gijs"), chain="case/1", duty="assess", ground="Ziekte", requested_by=person("gijs")
    )
    with pytest.raises(NotAllowed):
        ask("gijs", "mgr/mgr_account_manager", want)
    with pytest.raises(NotAllowed, match="iemand anders"):
        services.approve_dispensation(dispensation=dispensation, approved_by=person("gijs"))
    services.approve_dispensation(dispensation=dispensation, approved_by=person("roy"))
    assert ask("gijs", "mgr/mgr_account_manager", want).flags == ("dispensed",)


def test_recusal_keeps_somebody_out_in_every_hat_until_it_is_withdrawn(scheme: Scheme) -> None:
    recusal = services.declare_recusal(person=person("karim"), chain="case/1", ground="Mijn zus is aanbieder.")
    for path in ("pho/alderman_client", "db/db_member"):
        for kind in Kind:
            with pytest.raises(NotAllowed, match="verschoond"):
                ask("karim", path, wanted(path, scheme, kind))
    assert selectors.recused(["case/1"]) == {person("karim").pk}
    services.withdraw_recusal(recusal=recusal, reason="Zij heeft haar bedrijf verkocht.")
    assert ask("karim", "db/db_member", wanted("db/db_member", scheme))


@pytest.mark.parametrize(
    ("amount", "scale", "mandate"),
    [
        (Decimal(40_000), "local", "M-02 v1, Mandaatregeling MGR Limburg-Noord 2022, art. 3 lid 2"),
        (Decimal(40_000), "regional", "M-01 v1, Mandaatregeling MGR Limburg-Noord 2022, art. 3 lid 1"),
        (Decimal(250_000), "regional", "M-01 v1, Mandaatregeling MGR Limburg-Noord 2022, art. 3 lid 1"),
    ],
)
def test_the_narrowest_mandate_is_relied_on_and_frozen(
    scheme: Scheme, amount: Decimal, scale: str, mandate: str
) -> None:
    want = replace(
        wanted("mgr/director", scheme), power="accept_commission", amount=amount, domain="youth", scale=scale
    )
    assert ask("helene", "mgr/director", want).mandate == mandate


def test_without_a_covering_mandate_nothing_passes_silently(scheme: Scheme) -> None:
    want = replace(
        wanted("mgr/director", scheme), power="accept_commission", amount=Decimal("250000.01"), scale="regional"
    )
    with pytest.raises(NotAllowed, match=r"Geen mandaat van uw functie .* van € 250\.000,01"):
        ask("helene", "mgr/director", want)


def test_a_stand_in_acts_on_behalf_of_the_holder_and_is_judged_as_a_person(scheme: Scheme, acted: Acted) -> None:
    own = seat("helene", "mgr/director")
    substitution = services.substitute(
        appointment=own, person=person("roy"), valid_from=clock.today(), valid_until=None, reason="Vakantie"
    )
    want = wanted("mgr/director", scheme, duty="accept")

    def stand_in(name: str, substitution_id: int | None) -> Authority:
        return authorize(user_id=user(name).pk, appointment_id=own.pk, wanted=want, substitution_id=substitution_id)

    authority = stand_in("roy", substitution.pk)
    assert authority.actor == person("roy").actor
    assert authority.appointment == f"appointment/{own.pk}"
    assert authority.behalf_of == "in waarneming"
    for name, number in (("roy", None), ("femke", substitution.pk), ("helene", substitution.pk)):
        with pytest.raises(NotAllowed):
            stand_in(name, number)
    acted("roy", capacity="contractor", duty="propose")
    with pytest.raises(NotAllowed, match="voorstellen"):
        stand_in("roy", substitution.pk)
    assert stand_in("helene", None)


def test_the_hat_chooser_shows_each_fitting_hat_with_its_verdict(scheme: Scheme, acted: Acted) -> None:
    services.appoint(person=person("gijs"), position=position("mgr/director"), valid_from=clock.today())
    services.substitute(
        appointment=seat("helene", "mgr/director"),
        person=person("gijs"),
        valid_from=clock.today(),
        valid_until=None,
        reason="Vakantie",
    )
    offers = selectors.hats_for(user("gijs").pk, wanted("mgr/director", scheme, duty="accept"))
    assert [(offer.hat.substitution is not None, offer.allowed) for offer in offers] == [(False, True), (True, True)]
    acted("gijs", capacity="contractor", duty="propose")
    refused = selectors.hats_for(user("gijs").pk, wanted("mgr/director", scheme, duty="accept"))
    assert all(isinstance(offer.verdict, Refused) for offer in refused)


def test_the_hat_chooser_says_where_a_ground_would_do(scheme: Scheme, acted: Acted) -> None:
    acted("ilse", capacity="client", duty="advise")
    [offer] = selectors.hats_for(user("ilse").pk, wanted("db/db_member", scheme))
    assert isinstance(offer.verdict, GroundNeeded)
    assert offer.needs_ground
    assert offer.hat.label == "DB-lid, DB MGR Limburg-Noord"


def test_the_hat_chooser_has_nothing_for_who_holds_no_fitting_seat(scheme: Scheme) -> None:
    for name in ("mallory", "bea", "noor"):
        assert selectors.hats_for(user(name).pk, wanted("db/db_member", scheme)) == []


@pytest.mark.long
def test_a_hat_reads_the_same_in_the_chooser_and_in_the_act(scheme: Scheme) -> None:
    everybody = Appointment.objects.select_related("person").filter(valid_until=None, position__body__scheme=scheme)
    acting = everybody.exclude(position__body__code__in=["beheer", "meldpunt"]).exclude(
        position__role__capacity="supervisor"
    )
    for appointment in acting:
        user_id = appointment.person.user_id
        assert user_id is not None
        [hat] = [hat for hat in selectors.hats(user_id) if hat.appointment_id == appointment.pk]
        authority = authorize(
            user_id=user_id,
            appointment_id=appointment.pk,
            wanted=Wanted(
                verb="x", duty="", kind=Kind.OFFICE, scheme_id=scheme.pk, flow="commissioning", chains=("case/1",)
            ),
        )
        assert (hat.label, hat.behalf_of) == (authority.role_label, authority.behalf_of)
