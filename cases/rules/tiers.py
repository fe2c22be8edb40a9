"""How often there is a talk about a contract: by tier, as a regeling has it on a day (domain §5.4).

CG talks at least three times a year with its largest providers (32 of them, later 65) and with others incidentally; LN
goes by what a contract is worth. So a tier counts providers, or euros, or neither: then it takes who is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cases.rules.period import months_later


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One level. `largest`: so many providers, counted by what all their contracts are worth a year."""

    code: str
    talks_a_year: int
    largest: int | None = None
    from_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """A running contract: whose it is, and its euros a year."""

    contract: int
    provider: int
    annual_amount: Decimal


def tiers_of(contracts: Iterable[Worth], tiers: Sequence[Tier]) -> dict[int, Tier]:
    """Contract -> the first tier that takes its provider; where none does, it is not there."""
    known = list(contracts)
    turnover: dict[int, Decimal] = {}
    for each in known:
        turnover[each.provider] = turnover.get(each.provider, Decimal(0)) + each.annual_amount
    by_size = sorted(turnover, key=lambda provider: (-turnover[provider], provider))
    of_provider = {
        provider: next((tier for tier in tiers if _takes(tier, place, turnover[provider])), None)
        for place, provider in enumerate(by_size, start=1)
    }
    return {each.contract: tier for each in known if (tier := of_provider[each.provider]) is not None}


def _takes(tier: Tier, place: int, turnover: Decimal) -> bool:
    counted = tier.largest is None or place <= tier.largest
    return counted and (tier.from_amount is None or turnover >= tier.from_amount)


def next_talk(*, last: date, talks_a_year: int) -> date | None:
    """When the next talk is due, so long after the last one or the beginning; None: only when somebody asks."""
    return months_later(last, 12 // talks_a_year) if talks_a_year else None
