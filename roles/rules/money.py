"""Amounts as people write them here."""

from decimal import Decimal


def euros(amount: Decimal) -> str:
    """For instance € 1.250.000,00."""
    return "€ " + f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
