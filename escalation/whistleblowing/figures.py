"""What is told of the lane to everybody else: of years that are over, in bands (Wbk; the yearly report to the AB)."""

from dataclasses import dataclass

from django.db import connection

FIGURES = "SELECT year, received, acknowledged_in_time, informed_in_time FROM sealed_figures(%s)"


@dataclass(frozen=True, slots=True)
class Year:
    """`received` is a band of five, such as "0-4"; of terms only whether all were met."""

    year: int
    received: str
    acknowledged_in_time: bool
    informed_in_time: bool


def figures(scheme_id: int) -> list[Year]:
    """The latest first; the same question whether there was anything or not."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, [scheme_id])
        return [Year(*row) for row in cursor.fetchall()]
