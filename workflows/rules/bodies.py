"""Which body may be asked what in one case: who advises on it does not decide it (rolzuiverheid, domain §4)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """A step of a flow."""

    flow: str
    step: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A regeling binds a body to a step; without a domain: in each that has no binding of its own."""

    place: Place
    body: str
    domain: str = ""
    label: str = ""

    @property
    def named(self) -> str:
        return f"‘{self.label or self.place.step}’"


def in_domain(bound: Iterable[Bound], domain: str) -> list[Bound]:
    """Who does each step in cases of this domain."""
    found: dict[Place, list[Bound]] = {}
    for each in sorted(bound, key=lambda each: each.domain != domain):
        others = found.setdefault(each.place, [])
        if each.domain in ("", domain) and (not others or others[0].domain == each.domain):
            others.append(each)
    return [each for others in found.values() for each in others]


def advising_and_deciding(
    bound: Collection[Bound], *, advising: Collection[Place], deciding: Collection[Place], domains: Iterable[str]
) -> list[str]:
    """What is wrong, in words; each once, whatever the number of domains it holds for."""
    found: dict[str, None] = {}
    for domain in domains:
        there = in_domain(bound, domain)
        for advice in (each for each in there if each.place in advising):
            for decision in (each for each in there if each.place in deciding):
                if advice.body == decision.body and advice.place.flow == decision.place.flow:
                    found[
                        f"{advice.body} adviseert bij {advice.named} over wat het bij {decision.named} zelf besluit. "
                        "Koppel een van die twee stappen aan een ander gremium."
                    ] = None
    return list(found)
