"""From scores and prices to an order of tenders, for one lot. Plain Python with Decimal; docs/ranking.md works it out.

Rounding has one rule and two places: a score by price, and what a criterion counts for, half a cent upwards. Everything
else is exact, so that whoever recomputes it by hand comes to the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
WHOLE = Decimal(100)


class Formula(StrEnum):
    """How a price becomes a score; said beforehand, in the notice."""

    RELATIVE = "relative"  # highest score * lowest price / price
    LINEAR = "linear"  # highest score * (2 - price / lowest price), not below nought
    BAND = "band"  # highest score * (ceiling - price) / (ceiling - floor), between nought and the highest


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is looked at, and for how much of a hundred it counts. A score below `minimum` excludes."""

    code: str
    weight: Decimal
    highest: Decimal = Decimal(10)
    by_price: bool = False
    formula: Formula = Formula.RELATIVE
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One tender for this lot: its price, and its agreed scores by criterion. `excluded` says why it does not count."""

    tender: str
    price: Decimal | None
    scores: Mapping[str, Decimal] = field(default_factory=dict)
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a tender ends; without a place it was excluded, and `excluded` says why."""

    tender: str
    place: int | None
    total: Decimal | None
    tied: bool
    scores: Mapping[str, Decimal]
    counted: Mapping[str, Decimal]
    excluded: str


def rank(criteria: Sequence[Criterion], offers: Sequence[Offer]) -> list[Standing]:
    """The best first, then what was excluded. Who ends equal has the same place, and the next is skipped.

    The lowest price is that of the tenders that count: one that is excluded sets no norm. Raises ValueError for
    criteria that cannot order anything, or a tender without a score.
    """
    check(criteria)
    out = {offer.tender: _why_out(criteria, offer) for offer in offers}
    counting = [offer for offer in offers if not out[offer.tender]]
    lowest = min((offer.price for offer in counting if offer.price is not None), default=None)
    scores = {offer.tender: {each.code: _score(each, offer, lowest) for each in criteria} for offer in counting}
    counted = {
        tender: {each.code: contribution(each, own[each.code]) for each in criteria} for tender, own in scores.items()
    }
    totals = {tender: sum(own.values(), Decimal(0)) for tender, own in counted.items()}
    standings = [
        Standing(
            tender=offer.tender,
            place=1 + sum(total > totals[offer.tender] for total in totals.values()),
            total=totals[offer.tender],
            tied=list(totals.values()).count(totals[offer.tender]) > 1,
            scores=scores[offer.tender],
            counted=counted[offer.tender],
            excluded="",
        )
        for offer in counting
    ]
    standings.sort(key=lambda each: (each.place, each.tender))
    return standings + [
        Standing(offer.tender, None, None, False, dict(offer.scores), {}, out[offer.tender])
        for offer in sorted(offers, key=lambda each: each.tender)
        if out[offer.tender]
    ]


def check(criteria: Sequence[Criterion]) -> None:
    """Weights make a hundred, and a formula has what it asks for. Raises ValueError, in the words of the reader."""
    if sum((each.weight for each in criteria), Decimal(0)) != WHOLE:
        raise ValueError("De wegingen tellen niet op tot 100.")
    for each in criteria:
        if each.weight <= 0 or each.highest <= 0:
            raise ValueError("Een criterium heeft een weging en een hoogste score boven nul.")
        bounded = each.floor is not None and each.ceiling is not None and 0 <= each.floor < each.ceiling
        if each.by_price and each.formula is Formula.BAND and not bounded:
            raise ValueError("Een prijsbandbreedte heeft een onder- en een bovengrens.")


def price_score(criterion: Criterion, price: Decimal, lowest: Decimal) -> Decimal:
    """By the formula of the criterion, to the cent."""
    highest = criterion.highest
    match criterion.formula:
        case Formula.RELATIVE:
            score = highest if price == lowest else highest * lowest / price
        case Formula.LINEAR:
            score = highest if price == lowest else highest * (2 * lowest - price) / lowest if lowest else Decimal(0)
        case Formula.BAND:
            assert criterion.floor is not None
            assert criterion.ceiling is not None
            score = highest * (criterion.ceiling - price) / (criterion.ceiling - criterion.floor)
    return to_cent(min(max(score, Decimal(0)), highest))


def contribution(criterion: Criterion, score: Decimal) -> Decimal:
    """What a score counts for, of the hundred points that there are, to the cent."""
    return to_cent(criterion.weight * score / criterion.highest)


def to_cent(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def _score(criterion: Criterion, offer: Offer, lowest: Decimal | None) -> Decimal:
    if not criterion.by_price:
        return offer.scores[criterion.code]
    assert offer.price is not None
    assert lowest is not None
    return price_score(criterion, offer.price, lowest)


def _why_out(criteria: Sequence[Criterion], offer: Offer) -> str:
    """Why a tender does not count; empty: it does."""
    if offer.excluded:
        return offer.excluded
    for each in criteria:
        if each.by_price:
            if offer.price is None:
                return "Geen prijs voor dit perceel"
            if each.formula is Formula.BAND and each.ceiling is not None and offer.price > each.ceiling:
                return "Prijs boven het plafond"
            continue
        if each.code not in offer.scores:
            raise ValueError(f"Geen score van {offer.tender} voor {each.code}")
        score = offer.scores[each.code]
        if not 0 <= score <= each.highest:
            raise ValueError(f"Een score ligt tussen 0 en {each.highest}")
        if each.minimum is not None and score < each.minimum:
            return "Minder dan de laagste score die een criterium vraagt"
    return ""
