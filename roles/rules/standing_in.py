"""Waarneming: how far a substitution reaches, and who may stand in for whom (domain §3, rule 5).

Nothing here lets anybody do more: what binds a person (`segregation.py`) binds them in whatever seat they stand in.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from roles.rules.verdict import Granted, Refused, Verdict

ARTICLE = "Waarneming"


class Reach(StrEnum):
    """What a substitution is for."""

    ALL = "all"
    FLOW = "flow"
    DOMAIN = "domain"
    CASE = "case"


class WhoStandsIn(StrEnum):
    """For a seat with a vote, by the rule of its body."""

    DEPUTY = "deputy"
    ORGANISATION = "organisation"


ONLY = {Reach.FLOW: "één proces", Reach.DOMAIN: "één domein", Reach.CASE: "één zaak"}


@dataclass(frozen=True, slots=True)
class Extent:
    """A substitution is for everything that the appointment gives, or for one process, domain or case of it."""

    scope: str = Reach.ALL
    limited_to: str = ""

    def covers(self, *, flow: str, domain: str, chains: Collection[str]) -> bool:
        """Is this matter within it? What belongs to a case belongs to the case above it too."""
        match self.scope:
            case Reach.ALL:
                return True
            case Reach.FLOW:
                return flow == self.limited_to
            case Reach.DOMAIN:
                return domain == self.limited_to
            case _:
                return self.limited_to in chains

    def meets(self, other: "Extent") -> bool:
        """May there be a matter within both? Of two different kinds nobody can tell."""
        return self.scope != other.scope or self.limited_to == other.limited_to


def within(extent: Extent, *, flow: str, domain: str, chains: Collection[str], known: bool = True) -> Verdict:
    """Is what is asked within the substitution? Not `known`: asked before anybody chose the domain."""
    if extent.covers(flow=flow, domain=domain, chains=chains) or (extent.scope == Reach.DOMAIN and not known):
        return Granted()
    return Refused(
        f"U neemt deze rol waar voor {ONLY[Reach(extent.scope)]}, en dit valt daarbuiten. "
        "Laat het over aan wie de rol heeft of daarvoor waarneemt.",
        ARTICLE,
    )
