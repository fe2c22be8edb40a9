"""How a sample is drawn, so that anybody can draw it again with a few lines of their own (docs/sampling.md).

A reference is `case/12`, or `case/12#5` for the fifth act of that case. Plain Python.
"""

import re
import secrets
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from roles.rules.verdict import Granted, Refused, Verdict

METHOD = 1  # of what is written here; a sample says by which it was drawn
MOST = 200  # in one sample: what somebody can look at
LARGEST = 200_000  # to draw from
RULE = "Steekproef: herhaalbaar, uit een vastgelegde populatie"
SEED = re.compile(r"[!-~]{1,64}")  # visible ASCII, so that nobody mistypes it


@dataclass(frozen=True, slots=True)
class Sign:
    """Something in an act by which it may be wise to look at it."""

    weight: int
    label: str


SIGNS = {
    "exception": Sign(4, "Uitzondering op een functiescheiding"),
    "emergency": Sign(4, "Noodtoegang"),
    "flagged": Sign(3, "Vlag van de rolzuiverheid"),
    "urgent": Sign(3, "Spoedbesluit"),
    "mandate": Sign(3, "Mandaat dicht bij zijn maximum"),
    "rectified": Sign(3, "Rectificatie"),
    "missed": Sign(2, "Termijn niet gehaald"),
    "recused": Sign(2, "Verschoning"),
}
OF_VERB = {
    "approve_dispensation": "exception", "take_emergency": "emergency", "decide_urgently": "urgent",
    "rectify": "rectified", "declare_recusal": "recused", "declare_conflict": "recused",
}  # fmt: skip
MISSED = {"missed", "unratified", "action_missed", "review_missed"}  # outcomes of a deadline
NEAR = 90  # per cent of the maximum of a mandate


def signs_of(*, verb: str, outcome: str, flags: str, near: bool) -> list[str]:
    """What one act tells. `near`: it relied on a mandate, for an amount close to the most that it covers."""
    found = [OF_VERB[verb]] if verb in OF_VERB else []
    found += ["missed"] if verb == "deadline" and outcome in MISSED else []
    found += ["flagged"] if flags else []
    return found + (["mandate"] if near else [])


def score(signs: Mapping[str, int]) -> int:
    """Each sign by its weight, as often as it is there."""
    return sum(SIGNS[sign].weight * times for sign, times in signs.items())


def digest(population: Iterable[str]) -> str:
    """SHA-256 over the references in their order, a newline between them."""
    return sha256("\n".join(population).encode()).hexdigest()


def draw(population: Collection[str], *, seed: str, size: int) -> list[str]:
    """Those whose SHA-256, of the seed and the reference with a newline between them, comes first."""
    return sorted(population, key=lambda each: (sha256(f"{seed}\n{each}".encode()).hexdigest(), each))[:size]


def riskiest(signs: Mapping[str, Mapping[str, int]], *, size: int) -> list[str]:
    """The highest scores; of equals the one that comes first in the population. What tells nothing is not drawn."""
    told = [reference for reference, found in signs.items() if found]
    return sorted(told, key=lambda each: -score(signs[each]))[:size]


def new_seed() -> str:
    return secrets.token_hex(16)


def pack(population: Sequence[str]) -> bytes:
    return zlib.compress("\n".join(population).encode(), 9)


def unpack(packed: bytes) -> list[str]:
    return zlib.decompress(packed).decode().splitlines()


def may_draw(*, size: int, population: int, seed: str) -> Verdict:
    if not 1 <= size <= MOST:
        return Refused(f"Kies een omvang van 1 tot en met {MOST}.", RULE)
    if population == 0:
        return Refused("Met dit filter is er niets om uit te trekken. Maak het ruimer.", RULE)
    if population > LARGEST:
        return Refused(f"Dit zijn er meer dan {LARGEST:_}. Maak het filter enger.".replace("_", "."), RULE)
    if seed and not SEED.fullmatch(seed):
        return Refused("Een zaadje heeft ten hoogste 64 letters, cijfers en leestekens, zonder spaties.", RULE)
    return Granted()
