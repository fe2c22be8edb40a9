"""Waarneming: how far a substitution reaches, and who may stand in for whom (domain §3, rule 5).

Nothing here lets anybody do more: what binds a person (`segregation.py`) binds them in whatever seat they stand in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from roles.rules.verdict import Granted, Refused, Verdict

ARTICLE = "Waarneming"
ONE_VOICE = "Besluitregel: ieder lid stemt voor zichzelf"


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


@dataclass(frozen=True, slots=True)
class Span:
    """From a day up to and including another; without a last day it goes on."""

    first: date
    last: date | None = None

    def meets(self, other: "Span") -> bool:
        return self.first <= (other.last or date.max) and other.first <= (self.last or date.max)

    def holds(self, other: "Span") -> bool:
        """Is all of the other within this one?"""
        return self.first <= other.first and (other.last or date.max) <= (self.last or date.max)


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's appointment, as far as standing in looks at it."""

    id: int
    person: int
    role: int
    body: int
    organisation: int | None
    span: Span
    votes: bool = False
    deputises: bool = False


@dataclass(frozen=True, slots=True)
class Lent:
    """A substitution that there is already."""

    place: Place
    substitute: int
    span: Span
    extent: Extent


@dataclass(frozen=True, slots=True)
class Away:
    person: int
    span: Span


@dataclass(frozen=True, slots=True)
class Known:
    """What the register of a regeling says: who sits where, who stands in, who is away."""

    places: Collection[Place]
    lent: Collection[Lent] = ()
    away: Collection[Away] = ()
    together: Mapping[int, str] = field(default_factory=dict)  # bodies that decide as one, by their names
    deputies_only: Collection[int] = ()  # those in which only a deputy takes a member's place

    def of(self, person: int, span: Span) -> list[Place]:
        """What somebody holds on any of these days."""
        return [place for place in self.places if place.person == person and place.span.meets(span)]


def may_stand_in(known: Known, place: Place, person: int, span: Span, extent: Extent) -> Verdict:
    """Whoever arranges it. A substitute has no seat to pass on, so that nobody stands in for a substitute."""
    if person == place.person:
        return Refused("Iemand kan niet voor zichzelf waarnemen. Kies een ander.", ARTICLE)
    if place.deputises:
        return Refused(
            "Een plaatsvervanger wordt zelf niet vervangen. Laat een andere plaatsvervanger benoemen.", ARTICLE
        )
    if not place.span.holds(span):
        return Refused("De waarneming valt niet binnen de benoeming. Pas de datums aan.", ARTICLE)
    meeting = [each for each in known.lent if each.span.meets(span)]
    if any(each.place.id == place.id and each.extent.meets(extent) for each in meeting):
        return Refused(
            "Voor deze benoeming neemt in die periode al iemand waar. Beëindig eerst die waarneming.", ARTICLE
        )
    if any(each.person == person and each.span.meets(span) for each in known.away):
        return Refused("Deze persoon is in die periode zelf afwezig. Kies een ander of pas de datums aan.", ARTICLE)
    if place.body in known.together:
        return _in_body(known, place, person, span, meeting)
    return Granted()


def _in_body(known: Known, place: Place, person: int, span: Span, meeting: Collection[Lent]) -> Verdict:
    """In a body each has one voice, and its rule says who takes a member's place; in an AB a deputy (Wgr 13)."""
    held = known.of(person, span)
    if any(each.body == place.body and not each.deputises for each in held):
        return Refused(
            f"Deze persoon zit zelf al in {known.together[place.body]} en zou daar voor twee optreden. "
            "Kies iemand van buiten.",
            ONE_VOICE,
        )
    if any(
        each.substitute == person and each.place.body == place.body and each.place.id != place.id for each in meeting
    ):
        return Refused(
            "Deze persoon neemt in dit gremium al voor een ander waar en zou daar voor twee optreden. Kies een ander.",
            ONE_VOICE,
        )
    if not place.votes or place.organisation is None:
        return Granted()
    lasting = [each for each in held if each.span.holds(span)]
    own = [each for each in lasting if each.organisation == place.organisation]
    if place.body in known.deputies_only:
        if not any(each.body == place.body and each.deputises for each in own):
            return Refused(
                "In dit gremium vervangt alleen een plaatsvervangend lid van dezelfde organisatie een lid. "
                "Laat er eerst een benoemen.",
                "Wgr art. 13 en de regeling: wie niet is aangewezen, stemt niet",
            )
    elif not own:
        return Refused(
            "Een lid wordt hier vervangen door een plaatsvervangend lid of door een ander van dezelfde organisatie. "
            "Kies zo iemand.",
            "Besluitregel van het gremium",
        )
    return Granted()


def may_arrange(known: Known, place: Place, person: int, span: Span) -> Verdict:
    """Whom a holder may ask: colleagues. Anybody else, as from outside, is for who keeps the register."""
    if place.body in known.together and place.votes:
        return Granted()  # the rule of the body says enough
    if any(each.body == place.body or each.role == place.role for each in known.of(person, span)):
        return Granted()
    return Refused(
        "U kiest zelf een collega uit hetzelfde onderdeel of met dezelfde rol. Vraag voor een ander de beheerder.",
        ARTICLE,
    )
