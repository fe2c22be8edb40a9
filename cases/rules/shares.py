"""How the shares of an estimate follow when it changes, or when a municipality joins or leaves. Plain Python.

Shares are euros a year by organisation. Proportional to what they were, in whole euros; what is left over goes to the
largest fractions, so that the outcome depends on nothing but the amounts themselves (▲).
"""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

Shares = Mapping[int, Decimal]
EURO = Decimal(1)


def divide(total: Decimal, weights: Shares) -> dict[int, Decimal]:
    """`total` in whole euros over whoever `weights` names, in proportion; equally where all weigh nothing.

    Euros that are left over go one each to the largest fractions, cents to the largest part. Equal ones: the lowest
    number first. The sum is `total` to the cent, nobody gets less than nothing.
    """
    if not weights:
        raise ValueError("Nobody to divide it over")
    whole = sum(weights.values())
    heavy = weights if whole else dict.fromkeys(weights, EURO)
    exact = {key: Fraction(total) * Fraction(heavy[key]) / Fraction(sum(heavy.values())) for key in heavy}
    parts = {key: Decimal(int(share)) for key, share in exact.items()}
    left = total - sum(parts.values())
    for key in sorted(exact, key=lambda key: (int(exact[key]) - exact[key], key))[: int(left)]:
        parts[key] += EURO
    cents = left - left.to_integral_value(ROUND_FLOOR)
    parts[min(parts, key=lambda key: (-parts[key], key))] += cents
    return parts


def with_total(shares: Shares, total: Decimal) -> dict[int, Decimal]:
    """The estimate becomes another; everybody keeps their part of it."""
    return divide(total, shares)


def with_joining(shares: Shares, organisation: int, amount: Decimal, *, estimate_stays: bool) -> dict[int, Decimal]:
    """One more takes part, with this amount: on top of the estimate, or out of what the others bore."""
    others = divide(sum(shares.values(), -amount), shares) if estimate_stays else dict(shares)
    return others | {organisation: amount}


def without(shares: Shares, organisation: int, *, estimate_stays: bool) -> dict[int, Decimal]:
    """One leaves: the others bear its part, or the estimate becomes so much lower."""
    others = {key: amount for key, amount in shares.items() if key != organisation}
    return divide(sum(shares.values(), Decimal(0)), others) if estimate_stays else others
