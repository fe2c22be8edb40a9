"""What makes a change of a granted commission fit to be proposed, and what the law says beside it. Plain Python."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cases.rules import shares as rule
from cases.rules.commission import FARTHEST_YEARS_AHEAD, LONGEST_YEARS, MOST_EUROS, Problem

# Whose running amendments would get into each other's way: both would start from the same values.
SHARES = "de aandelen"
PARTS = {"scope": "de inhoud", "amount": SHARES, "term": "de looptijd", "join": SHARES, "leave": SHARES}

SLIGHT, LARGE = Decimal("0.10"), Decimal("0.50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A commission as it stands. Shares are of who takes part, in euros a year."""

    shares: Mapping[int, Decimal]
    years: int
    fewest: int
    participants: Collection[int]

    @property
    def value(self) -> Decimal:
        """Over the whole term."""
        return sum(self.shares.values(), Decimal(0)) * self.years


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody wants changed. Only what belongs to its kind is looked at."""

    change: str
    effective_on: date
    texts: Mapping[str, str]
    amount: Decimal | None = None
    years: int | None = None
    organisation: int | None = None
    estimate_stays: bool = False


def problems(current: Current, proposal: Proposal, *, today: date) -> list[Problem]:
    """Everything that is wrong with it, at the field that it is about."""
    found = list(_OWN[proposal.change](current, proposal))
    if proposal.effective_on < today:
        found.append(Problem("effective_on", "De wijziging gaat vandaag of later in."))
    elif proposal.effective_on.year > today.year + FARTHEST_YEARS_AHEAD:
        found.append(Problem("effective_on", f"De datum ligt meer dan {FARTHEST_YEARS_AHEAD} jaar vooruit."))
    if not found and sum(shares_after(current, proposal).values()) > MOST_EUROS:
        found.append(Problem("amount", "De raming is hoger dan 1 miljard euro per jaar; controleer het bedrag."))
    return found


def shares_after(current: Current, proposal: Proposal) -> dict[int, Decimal]:
    """Who takes part with how much once it is applied. Only of a proposal without problems."""
    match proposal.change:
        case "amount":
            assert proposal.amount is not None
            return rule.with_total(current.shares, proposal.amount)
        case "join":
            assert proposal.organisation is not None
            assert proposal.amount is not None
            return rule.with_joining(
                current.shares, proposal.organisation, proposal.amount, estimate_stays=proposal.estimate_stays
            )
        case "leave":
            assert proposal.organisation is not None
            return rule.without(current.shares, proposal.organisation, estimate_stays=proposal.estimate_stays)
        case _:
            return dict(current.shares)


def affected(change: str, before: Mapping[int, Decimal], after: Mapping[int, Decimal]) -> set[int]:
    """Whom it touches: who pays another amount, joins or leaves; and everybody where it is about all of it."""
    everybody = before.keys() | after.keys()
    if change in ("scope", "term"):
        return set(everybody)
    return {organisation for organisation in everybody if before.get(organisation) != after.get(organisation)}


def advice(before: Decimal, after: Decimal) -> str:
    """What the law on changes of running contracts asks to look at; a note, never a refusal (Aw 2.163a-g)."""
    if before <= 0 or after <= before * (1 + SLIGHT):
        return ""
    growth = f"De waarde over de hele looptijd groeit met {(after / before - 1) * 100:.0f}%."
    if after <= before * (1 + LARGE):
        return (
            f"{growth} Boven 10% valt een contract dat al loopt niet meer onder de kleine wijziging (Aanbestedingswet "
            "2012 art. 2.163b). Ga na of een herzieningsclausule of een andere grond het toelaat (art. 2.163c-g)."
        )
    return (
        f"{growth} Boven 50% kan een contract dat al loopt ook niet worden uitgebreid met aanvullende of onvoorziene "
        "diensten (Aanbestedingswet 2012 art. 2.163d en 2.163e). Zonder herzieningsclausule (art. 2.163c) is al snel "
        "een nieuwe aanbesteding nodig (art. 2.163a)."
    )


def _scope(current: Current, proposal: Proposal) -> list[Problem]:
    if not any(proposal.texts.values()):
        return [Problem("aim", "Vul minstens één tekst in die anders wordt.")]
    return []


def _amount(current: Current, proposal: Proposal) -> list[Problem]:
    if proposal.amount is None or proposal.amount <= 0:
        return [Problem("amount", "Vul de nieuwe raming per jaar in.")]
    if proposal.amount == sum(current.shares.values()):
        return [Problem("amount", "Dit is de raming al.")]
    return []


def _term(current: Current, proposal: Proposal) -> list[Problem]:
    if proposal.years is None or not 1 <= proposal.years <= LONGEST_YEARS:
        return [Problem("years", f"De looptijd is 1 tot en met {LONGEST_YEARS} jaar.")]
    if proposal.years == current.years:
        return [Problem("years", "Dit is de looptijd al.")]
    return []


def _join(current: Current, proposal: Proposal) -> list[Problem]:
    found = []
    if proposal.organisation is None or proposal.organisation not in current.participants:
        found.append(Problem("joining", "Kies een gemeente die aan de module deelneemt."))
    elif proposal.organisation in current.shares:
        found.append(Problem("joining", "Deze gemeente doet al mee."))
    if proposal.amount is None or proposal.amount < 0:
        found.append(Problem("amount", "Vul het aandeel van de toetredende gemeente in."))
    elif proposal.estimate_stays and proposal.amount > sum(current.shares.values()):
        found.append(Problem("amount", "Het aandeel is hoger dan de raming, die gelijk zou blijven."))
    return found


def _leave(current: Current, proposal: Proposal) -> list[Problem]:
    if proposal.organisation is None or proposal.organisation not in current.shares:
        return [Problem("leaving", "Kies een gemeente die meedoet.")]
    if len(current.shares) <= current.fewest:
        few = "twee gemeenten" if current.fewest > 1 else "één gemeente"
        return [Problem("leaving", f"Er blijven te weinig gemeenten over: deze opdracht heeft minstens {few}.")]
    left = sum(amount for key, amount in current.shares.items() if key != proposal.organisation)
    if not left and not proposal.estimate_stays:
        return [Problem("leaving", "Er blijft geen raming over. Laat de anderen het deel overnemen.")]
    return []


_OWN = {"scope": _scope, "amount": _amount, "term": _term, "join": _join, "leave": _leave}
