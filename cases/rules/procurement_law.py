"""What the law says about buying, as dated data (fixtures/procurement-law.toml): thresholds, least terms. Plain Python.

The day that counts is the day of the notice (Aw 2.14): a strategy is judged by the day on which it is written, and
again when it goes to the market, which may be in another period.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from roles.rules.money import euros
from roles.rules.verdict import Granted, GroundNeeded, Refused, Verdict

FILE = Path(__file__).resolve().parent.parent.parent / "fixtures" / "procurement-law.toml"

ANNOUNCED = ("social", "open", "restricted")  # procedures that begin with a notice to everybody
NO_PROCEDURE = ("open_house", "subsidy", "insourcing")
GROUND = "Schrijf op waarom deze keuze hier past"
ON_GROUND = ("on-ground",)  # marks the act


class NoLaw(LookupError):
    """A day of which the data say nothing: a new period has to be entered first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From these amounts on, a European procedure is due."""

    services: Decimal
    social: Decimal
    concession: Decimal
    single: Decimal
    since: date
    until: date
    source: str
    social_article: str
    single_article: str

    def of(self, instrument: str, *, social: bool) -> Decimal:
        if instrument == "concession":
            return self.concession
        return self.social if social else self.services


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """How many calendar days at least, and what says so."""

    days: int
    legal: bool
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a strategy chooses, by the codes of `cases.models`."""

    instrument: str
    procedure: str
    estimate: Decimal
    cpv: str
    lots: int
    undivided: str = ""


def thresholds_on(day: date) -> Thresholds:
    """The amounts of a day. Raises NoLaw."""
    data = law()
    period = _on(data["thresholds"], day)
    social, single = _on(data["social"], day), _on(data["single"], day)
    return Thresholds(
        services=Decimal(period["services"]), concession=Decimal(period["concession"]), since=period["from"],
        until=period["until"], source=period["source"], social=Decimal(social["amount"]),
        social_article=social["article"], single=Decimal(single["amount"]), single_article=single["article"],
    )  # fmt: skip


def least_term(*, instrument: str, procedure: str, day: date) -> Least:
    """How long the market has to answer what is announced on this day. Raises NoLaw."""
    kind = instrument if instrument == "open_house" else procedure
    return _least(row for row in law()["minimum_terms"] if row["procedure"] == kind and row["from"] <= day)


def term(code: str, day: date) -> Least:
    """Another term: `clarification`, `standstill`, `award_notice`. Raises NoLaw."""
    return _least(row for row in law()["terms"] if row["code"] == code and row["from"] <= day)


def is_social(cpv: str) -> bool:
    """Is it a social or other specific service? By how its CPV code begins."""
    return any(cpv.startswith(prefix) for prefix in law()["social_cpv"])


def fits(choice: Choice, day: date) -> Verdict:
    """May it be bought so? What may, but is not the usual, needs a ground that goes on record (Aw 1.4)."""
    if choice.instrument in NO_PROCEDURE:
        return _without_procedure(choice)
    if not choice.procedure:
        return Refused("Kies een procedure: zonder procedure kan de markt niet antwoorden.", "Aw 1.4")
    try:
        amounts = thresholds_on(day)
    except NoLaw as missing:
        return Refused(f"{missing}. Vraag de beheerder om die aan te vullen.", "Aw 2.14")
    social = is_social(choice.cpv)
    if choice.procedure == "social" and not social:
        return Refused(
            f"CPV-code {choice.cpv} is geen sociale of andere specifieke dienst. Kies een andere procedure.",
            "Aw 2.38; Richtlijn 2014/24/EU, bijlage XIV",
        )
    threshold = amounts.of(choice.instrument, social=social)
    if choice.estimate >= threshold:
        return _above(choice, threshold, amounts)
    if choice.procedure == "single" and choice.estimate > amounts.single:
        return GroundNeeded(
            f"{GROUND}: boven {euros(amounts.single)} wordt meer dan één ondernemer gevraagd.",
            amounts.single_article,
            ON_GROUND,
        )
    return Granted()


def may_stay_undivided(choice: Choice) -> Verdict:
    """What could be divided into lots is, or it is said why not. Where nobody is chosen there is nothing to divide."""
    if choice.lots > 1 or choice.undivided.strip() or choice.instrument in NO_PROCEDURE:
        return Granted()
    return GroundNeeded("Motiveer waarom de opdracht niet in percelen wordt verdeeld.", "Aw 1.5 lid 3", ())


def _without_procedure(choice: Choice) -> Verdict:
    if choice.procedure:
        return Refused("Bij dit instrument hoort geen procedure: er wordt niemand gekozen.", "Aw 1.1")
    if choice.instrument == "insourcing":
        return GroundNeeded(
            f"{GROUND}: er is toezicht als op de eigen diensten, en ten minste 80% van het werk is voor de deelnemers.",
            "Aw 2.24a-2.24b",
            ON_GROUND,
        )
    if choice.instrument == "subsidy":
        return GroundNeeded(f"{GROUND}: er staat geen afdwingbare prestatie tegenover.", "Awb 4:21; Aw 1.1", ON_GROUND)
    return Granted()


def _above(choice: Choice, threshold: Decimal, amounts: Thresholds) -> Verdict:
    """From the threshold on, what is bought is announced in the whole Union."""
    if choice.procedure in ANNOUNCED:
        return Granted()
    said = f"De raming van {euros(choice.estimate)} is niet lager dan de Europese drempel van {euros(threshold)}"
    since = f"({_day(amounts.since)} tot en met {_day(amounts.until)})"
    if choice.procedure == "single":
        return GroundNeeded(
            f"{said} {since}. {GROUND}: zonder aankondiging mag alleen in de gevallen die de wet noemt.",
            "Aw 2.32",
            ON_GROUND,
        )
    return Refused(f"{said} {since}. Kies een procedure met een aankondiging.", "Aw 2.1-2.6a en 2.25")


def _on(rows: Iterable[Mapping[str, Any]], day: date) -> Mapping[str, Any]:
    """The row in force on a day: the latest that began."""
    begun = [row for row in rows if row["from"] <= day <= row.get("until", day)]
    if not begun:
        raise NoLaw(f"Voor {_day(day)} staan er geen drempels in fixtures/procurement-law.toml")
    return max(begun, key=lambda row: row["from"])


def _least(rows: Iterable[Mapping[str, Any]]) -> Least:
    latest = max(rows, key=lambda row: row["from"], default=None)
    if latest is None:
        raise NoLaw("Hiervan staat er geen termijn in fixtures/procurement-law.toml")
    return Least(days=latest["days"], legal=latest["legal"], article=latest["article"])


def _day(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"


@cache
def law() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text())
