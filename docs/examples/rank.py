"""Computes the ranking of a procurement again from its exported record, and says whether it is the same.

    python rank.py beoordeling-INK-2026-0001.json

Nothing but Python's standard library, and nothing of Rolzuiver: exact fractions, rounded in the two places that
docs/ranking.md names. Ends with 0 when every lot comes out as the record says, with 1 when one does not.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any


def to_cent(value: Fraction) -> Fraction:
    """Two decimals, half a cent upwards. No value here is below nought."""
    return Fraction((value * 200 + 1) // 2, 100)


def price_score(criterion: dict[str, Any], price: Fraction, lowest: Fraction) -> Fraction:
    highest = Fraction(criterion["highest"])
    if criterion["formula"] == "band":
        floor, ceiling = Fraction(criterion["floor"]), Fraction(criterion["ceiling"])
        score = highest * (ceiling - price) / (ceiling - floor)
    elif price == lowest:
        score = highest
    elif criterion["formula"] == "linear":
        score = highest * (2 - price / lowest) if lowest else Fraction(0)
    else:
        score = highest * lowest / price
    return to_cent(min(max(score, Fraction(0)), highest))


def why_out(criteria: list[dict[str, Any]], offer: dict[str, Any], points: dict[str, Fraction]) -> bool:
    """Does it not count? For one of three reasons."""
    if offer["excluded"]:
        return True
    for criterion in criteria:
        if criterion["kind"] == "price":
            if criterion["formula"] == "band" and Fraction(offer["price"]) > Fraction(criterion["ceiling"]):
                return True
        elif criterion["minimum"] is not None and points[criterion["id"]] < Fraction(criterion["minimum"]):
            return True
    return False


def rank(record: dict[str, Any], lot: str) -> dict[str, tuple[int | None, Fraction | None, bool]]:
    """Of each offer for a lot: its place, its total, and whether it ended equal with another."""
    criteria = record["criteria"]
    points: dict[str, dict[str, Fraction]] = {}
    for each in record["agreed"]:
        points.setdefault(each["offer"], {})[each["criterion"]] = Fraction(each["points"])
    offers = [offer for offer in record["offers"] if offer["lot"] == lot]
    out = {offer["id"] for offer in offers if why_out(criteria, offer, points.get(offer["id"], {}))}
    counting = [offer for offer in offers if offer["id"] not in out]
    lowest = min((Fraction(offer["price"]) for offer in counting), default=Fraction(0))
    totals: dict[str, Fraction] = {}
    for offer in counting:
        total = Fraction(0)
        for criterion in criteria:
            if criterion["kind"] == "price":
                score = price_score(criterion, Fraction(offer["price"]), lowest)
            else:
                score = points[offer["id"]][criterion["id"]]
            total += to_cent(Fraction(criterion["weight"]) * score / Fraction(criterion["highest"]))
        totals[offer["id"]] = total
    ended = list(totals.values())
    placed = {
        offer: (1 + sum(other > total for other in ended), total, ended.count(total) > 1)
        for offer, total in totals.items()
    }
    return placed | dict.fromkeys(out, (None, None, False))


def differences(record: dict[str, Any]) -> list[str]:
    """Where the record says something else than comes out here."""
    found = []
    for lot in record["lots"]:
        mine = rank(record, lot["id"])
        theirs = {
            row["offer"]: (row["place"], None if row["total"] is None else Fraction(row["total"]), row["tied"])
            for row in record["ranking"] if row["lot"] == lot["id"]
        }  # fmt: skip
        for offer in sorted({*mine, *theirs}):
            if mine.get(offer) != theirs.get(offer):
                found.append(f"perceel {lot['code']}, inschrijving {offer}: {mine.get(offer)} / {theirs.get(offer)}")
    return found


def main(path: str) -> int:
    record = json.loads(Path(path).read_text(encoding="utf-8"))
    tenders = {offer["id"]: offer["tender"] for offer in record["offers"]}
    for lot in record["lots"]:
        print(f"Perceel {lot['code']}")
        placed = sorted(rank(record, lot["id"]).items(), key=lambda row: (row[1][0] is None, row[1][0], row[0]))
        for offer, (place, total, tied) in placed:
            words = "telt niet mee" if total is None else f"{float(total):.2f}{' (gelijk)' if tied else ''}"
            print(f"  {place or '-'}  inschrijving {tenders[offer]}  {words}")
    wrong = differences(record)
    print(*(wrong or ["De rangorde is dezelfde als die in het verslag."]), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
