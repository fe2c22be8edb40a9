"""How shares follow a change of the estimate, and who takes part."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.shares import divide, with_joining, with_total, without

CENTS = st.decimals(min_value=0, max_value=10_000_000, places=2)
EUROS = st.integers(min_value=0, max_value=10_000_000).map(Decimal)
SHARES = st.dictionaries(st.integers(1, 40), CENTS, min_size=1, max_size=12)
SEVERAL = st.dictionaries(st.integers(1, 40), CENTS, min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("total", "shares", "expected"),
    [
        (100, {1: 1, 2: 1, 3: 1}, {1: 34, 2: 33, 3: 33}),
        (1_000, {1: 310, 2: 280, 3: 410}, {1: 310, 2: 280, 3: 410}),
        (7, {1: 0, 2: 0}, {1: 4, 2: 3}),
        (10, {1: 0, 2: 5}, {1: 0, 2: 10}),
        (5, {3: 10, 1: 10, 2: 10}, {1: 2, 2: 2, 3: 1}),
        (0, {1: 5, 2: 5}, {1: 0, 2: 0}),
    ],
)
def test_shares_stay_in_proportion_and_what_is_left_goes_to_the_largest_fractions(
    total: int, shares: dict[int, int], expected: dict[int, int]
) -> None:
    assert with_total({key: Decimal(value) for key, value in shares.items()}, Decimal(total)) == expected


@given(CENTS, SHARES)
def test_the_sum_is_kept_to_the_cent_and_nobody_gets_less_than_nothing(
    total: Decimal, shares: dict[int, Decimal]
) -> None:
    parts = divide(total, shares)
    assert sum(parts.values()) == total
    assert parts.keys() == shares.keys()
    assert min(parts.values()) >= 0


@given(CENTS, SHARES)
def test_only_one_share_has_cents(total: Decimal, shares: dict[int, Decimal]) -> None:
    assert len([part for part in divide(total, shares).values() if part % 1]) <= 1


@given(CENTS, SHARES)
def test_nobody_is_further_than_two_euros_from_their_exact_part(total: Decimal, shares: dict[int, Decimal]) -> None:
    whole = sum(shares.values())
    if whole:
        for key, part in divide(total, shares).items():
            assert abs(part - total * shares[key] / whole) < 2


@pytest.mark.long
@given(CENTS, SHARES, st.randoms())
def test_the_order_in_which_shares_come_makes_no_difference(total: Decimal, shares: dict[int, Decimal], luck) -> None:  # type: ignore[no-untyped-def]
    mixed = list(shares.items())
    luck.shuffle(mixed)
    assert divide(total, dict(mixed)) == divide(total, shares)


@pytest.mark.long
@given(st.dictionaries(st.integers(1, 40), EUROS, min_size=1, max_size=12).filter(lambda shares: any(shares.values())))
def test_the_same_total_changes_nothing(shares: dict[int, Decimal]) -> None:
    assert with_total(shares, sum(shares.values(), Decimal(0))) == shares


@given(SEVERAL, CENTS)
def test_who_joins_on_top_leaves_the_others_alone(shares: dict[int, Decimal], amount: Decimal) -> None:
    assert with_joining(shares, 99, amount, estimate_stays=False) == {**shares, 99: amount}


@given(SEVERAL, st.integers(0, 100))
def test_who_joins_within_the_estimate_takes_it_from_the_others(shares: dict[int, Decimal], percent: int) -> None:
    total = sum(shares.values(), Decimal(0))
    amount = total * percent // 100
    after = with_joining(shares, 99, amount, estimate_stays=True)
    assert sum(after.values()) == total
    assert after[99] == amount
    assert min(after.values()) >= 0


@given(SEVERAL, st.booleans())
def test_who_leaves_is_borne_by_the_others_or_lowers_the_estimate(shares: dict[int, Decimal], stays: bool) -> None:
    gone = min(shares)
    after = without(shares, gone, estimate_stays=stays)
    assert gone not in after
    total = sum(shares.values())
    assert sum(after.values()) == (total if stays else total - shares[gone])


def test_nothing_can_be_divided_over_nobody() -> None:
    with pytest.raises(ValueError, match="Nobody"):
        divide(Decimal(5), {})
