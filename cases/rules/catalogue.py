"""What may stand in the service catalogue (PDC) of a contract: products, each with one tariff at a time."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from cases.rules.commission import Problem

REGISTERING = timedelta(days=60)


def problems(
    *, code: str, tariff: Decimal | None, valid_from: date | None, starts_on: date, ends_on: date,
    codes: Collection[str],
) -> list[Problem]:  # fmt: skip
    """Everything that is wrong with a product, at the field that it is about."""
    found = []
    if code in codes:
        found.append(Problem("code", "Deze code staat al in het contract. Een tarief wijzigt met een addendum."))
    if tariff is None or tariff <= 0:
        found.append(Problem("tariff", "Vul een tarief in dat hoger is dan nul."))
    if valid_from is None or not starts_on <= valid_from <= ends_on:
        found.append(Problem("valid_from", "Kies een dag binnen de looptijd van het contract."))
    return found


def registering(*, registered_on: date, starts_on: date, today: date) -> bool:
    """Is it still being entered in the register? After that a product or a tariff is a change: an addendum."""
    return today <= max(registered_on, starts_on) + REGISTERING


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """For which a catalogue holds: what is in force on any day of it is told with its days."""
    return (first_of_month(day) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
