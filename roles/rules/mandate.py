"""What a mandate covers, and when one may be given (Awb 10:1-10:9)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from roles.rules.verdict import Granted, Refused, Verdict

ORIGINAL_POWER = frozenset({"board", "client", "municipality"})


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of a mandate, as the rules look at it. Empty domain or scale: all. No amount: without limit."""

    power: str
    max_amount: Decimal | None
    domain: str
    scale: str
    valid_from: date
    valid_until: date | None
    sub_mandate_allowed: bool = False
    revoked: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to be decided."""

    power: str
    amount: Decimal | None
    domain: str
    scale: str
    on: date


def covers(terms: Terms, matter: Matter) -> bool:
    return (
        not terms.revoked
        and terms.power == matter.power
        and terms.domain in ("", matter.domain)
        and terms.scale in ("", matter.scale)
        and terms.valid_from <= matter.on <= (terms.valid_until or date.max)
        and (matter.amount is None or terms.max_amount is None or matter.amount <= terms.max_amount)
    )


def narrowest(mandates: Collection[Terms], matter: Matter) -> Terms | None:
    """The mandate to rely on: of those that cover the matter the most specific, then the lowest ceiling."""
    fitting = [terms for terms in mandates if covers(terms, matter)]
    return min(
        fitting,
        key=lambda t: (t.domain == "", t.scale == "", t.max_amount is None, t.max_amount or Decimal(0), t.number),
        default=None,
    )


def may_grant(*, granting_kind: str, parent: Terms | None, terms: Terms) -> Verdict:
    """A board, college or client grants what is its own; anyone else passes on no more than was received."""
    if terms.valid_until is not None and terms.valid_until < terms.valid_from:
        return Refused("Het mandaat eindigt voordat het begint. Pas de datums aan.", "Awb art. 10:1")
    if terms.max_amount is not None and terms.max_amount < 0:
        return Refused("Het bedrag van een mandaat kan niet negatief zijn.", "Awb art. 10:1")
    if parent is not None:
        return may_pass_on(parent=parent, terms=terms)
    if granting_kind not in ORIGINAL_POWER:
        return Refused(
            "Wie zelf gemandateerd is, kan alleen ondermandaat geven. Kies het mandaat waarop dit berust.",
            "Awb art. 10:9",
        )
    return Granted()


def may_pass_on(*, parent: Terms, terms: Terms) -> Verdict:
    """A sub-mandate is never wider than what it rests on: in power, amount, domain, scale or time (Awb 10:9)."""
    if not parent.sub_mandate_allowed:
        return Refused("Dit mandaat staat geen ondermandaat toe. Vraag de mandaatgever erom.", "Awb art. 10:9")
    if parent.revoked:
        return Refused("Dit mandaat is ingetrokken; er kan geen ondermandaat op rusten.", "Awb art. 10:8")
    wider = [
        label
        for label, is_wider in (
            ("de bevoegdheid", terms.power != parent.power),
            ("het bedrag", _exceeds(terms.max_amount, parent.max_amount)),
            ("het domein", parent.domain not in ("", terms.domain)),
            ("de schaal", parent.scale not in ("", terms.scale)),
            ("de begindatum", terms.valid_from < parent.valid_from),
            ("de einddatum", (terms.valid_until or date.max) > (parent.valid_until or date.max)),
        )
        if is_wider
    ]
    if wider:
        return Refused(
            f"Een ondermandaat mag niet ruimer zijn dan het mandaat zelf. Beperk {' en '.join(wider)}.",
            "Awb art. 10:9",
        )
    return Granted()


def _exceeds(amount: Decimal | None, limit: Decimal | None) -> bool:
    return limit is not None and (amount is None or amount > limit)
