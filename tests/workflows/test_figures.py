"""Figures against a full count, whatever was played; and who may count what."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction

from cases.models import Case, Fact, Figure, Recount
from config.demo.players import hat, who
from roles.selectors import scopes
from tests.workflows import plan, play, rise
from workflows import escalations, figures, services
from workflows.rules.figures import NOW, Key, facts
from workflows.selectors import figures as find
from workflows.selectors.figures import Whose
from workflows.selectors.sight import visible


def full_count(cases: list[int]) -> Counter[tuple[Any, ...]]:
    """From the cases themselves, without anything that is kept."""
    found: Counter[tuple[Any, ...]] = Counter()
    for _, counted in figures.collected(cases):
        for row in facts(counted):
            found[row.key, row.detail, row.month, "count"] += 1
            found[row.key, row.detail, row.month, "value"] += row.value
            found[row.key, row.detail, row.month, "plan"] += row.plan
    return +found


def kept(user: str) -> Counter[tuple[Any, ...]]:
    """As somebody sees them."""
    found: Counter[tuple[Any, ...]] = Counter()
    whose = Whose(scopes=scopes(hat(user).person.user_id or 0))
    for month in Figure.objects.values_list("month", flat=True).distinct():
        spans = dict.fromkeys([name for key, name in vars(Key).items() if key.isupper()], (month, month))
        for row in find.sums(whose, spans):
            for field in ("count", "value", "plan"):
                found[row.key, row.detail, month, field] += getattr(row, field)
    return +found


def check(*users: str) -> None:
    for user in users:
        own = list(visible(scopes(hat(user).person.user_id or 0)).values_list("pk", flat=True))
        assert kept(user) == full_count(own), user


@pytest.fixture
def busy(db: None) -> list[Case]:
    """Cases of both regelingen, on their way and at their end."""
    cases = [
        play.submitted(), play.brought_to("rmt_validation"), play.brought_to("acceptance", scale="local"),
        play.brought_to("intake", scheme="centraal-gelderland"), plan.advised(), rise.escalated(),
    ]  # fmt: skip
    services.withdraw(**who(cases[0].submitted_by), case_id=cases[0].pk, reason="Niet meer nodig.")
    figures.catch_up()
    return cases


def test_what_is_kept_is_what_a_full_count_finds_for_everybody(busy: list[Case]) -> None:
    check("marleen", "els", "gijs", "helene", "tom", "mehmet")
    assert not Recount.objects.exists()


def test_it_follows_each_move_and_is_exact_however_often_it_is_done(busy: list[Case]) -> None:
    before = kept("marleen")
    play.end(busy[1])
    services.suspend(**who(busy[2].submitted_by), case_id=busy[2].pk, reason="Zomer.")
    assert kept("marleen") == before
    assert figures.catch_up() >= 2
    check("marleen", "els", "mehmet")
    again = kept("els")
    with connection.cursor() as cursor:  # as if it was all marked once more
        cursor.execute("SELECT cases_put_facts('{}', '[]')")
    assert kept("els") == again


def test_what_fails_on_the_way_was_never_taken(busy: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    play.end(busy[1])
    marked = Recount.objects.count()
    monkeypatch.setattr(figures, "facts", _fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        figures.count_some()
    monkeypatch.undo()
    assert Recount.objects.count() == marked
    figures.catch_up()
    check("marleen", "els")


def _fails(_: Any) -> Any:
    raise RuntimeError


def test_steps_are_small_and_add_up(busy: list[Case]) -> None:
    for case in busy[:3]:
        if Case.objects.get(pk=case.pk).is_running:
            services.comment(**who(case.submitted_by), case_id=case.pk, words="Nog steeds.")
    done = 0
    while some := figures.count_some(1):
        assert some == 1
        done += some
    assert done >= 2
    check("marleen", "els")


def test_nobody_counts_a_confidential_case(busy: list[Case]) -> None:
    before = {user: kept(user) for user in ("marleen", "gijs", "els", "helene")}
    about = hat("helene").person_id
    secret = escalations.open_escalation(
        **who(hat("marleen")), case_id=busy[1].pk, category="cooperation", reason="Zo kan het niet.", about=about
    )
    assert Case.objects.get(pk=secret.pk).confidential
    figures.catch_up()
    assert not Fact.objects.filter(case=secret).exists()
    assert {user: kept(user) for user in before} == before


def test_the_cases_behind_a_figure_are_those_that_it_counts(busy: list[Case]) -> None:
    for user in ("marleen", "els", "tom"):
        seen = scopes(hat(user).person.user_id or 0)
        whose = Whose(scopes=seen)
        for row in find.details_of(whose, Key.WAITS):
            ids = find.behind(whose, Key.WAITS, [row.detail])
            assert len(ids) == row.count
            assert set(ids) <= set(visible(seen).values_list("pk", flat=True))


def test_filters_narrow_to_a_regeling_and_to_where_a_municipality_has_a_part(busy: list[Case]) -> None:
    seen = scopes(hat("els").person.user_id or 0)
    for municipality in (busy[2].organisation_id, busy[1].organisation_id):
        ids = find.behind(Whose(scopes=seen, municipality=municipality), Key.RUNNING, ["commission"], size=100)
        theirs = visible(seen).filter(access__scope=f"organisation/{municipality}", kind="commission")
        assert set(ids) == set(theirs.filter(state__in=["open", "suspended"]).values_list("pk", flat=True))
    other = Whose(scopes=seen, scheme=busy[3].scheme_id)
    assert find.sums(other, {Key.RUNNING: (NOW, NOW)}) == []
