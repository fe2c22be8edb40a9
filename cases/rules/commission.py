"""What makes a commission fit to be submitted; plain Python, so that pages, imports and the demo ask the same."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cases.rules import law
from roles.rules.verdict import Refused

MOST_EUROS = Decimal(1_000_000_000)
LONGEST_YEARS = 10
FARTHEST_YEARS_AHEAD = 5
NOT_APPLICABLE = "not_applicable"
LOCAL, REGIONAL, SUPRAREGIONAL = "local", "regional", "supraregional"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, at which field, in the words that the user reads."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to submit. Shares are euros per year by municipality."""

    domain: str
    scale: str
    care_form: str
    shares: Mapping[int, Decimal]
    partners: Collection[int]
    start_date: date
    years: int
    criteria: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Where and when it is submitted: who takes part in the regeling, and for which municipality somebody acts."""

    participants: Collection[int]
    partners: Collection[int]
    own_organisation: int | None
    today: date


def problems(asked: Asked, here: Here) -> list[Problem]:
    """Everything that is wrong with a commission, in the order of the form."""
    return [*_care_form(asked, here), *_shares(asked, here), *_partners(asked, here), *_when(asked, here)]


def fewest(scale: str) -> int:
    """How many municipalities take part at least."""
    return 1 if scale == LOCAL else 2


def _care_form(asked: Asked, here: Here) -> Iterator[Problem]:
    form = law.care_forms().get(asked.care_form)
    if asked.care_form and (form is None or form.domain != asked.domain):
        yield Problem("care_form", "Kies een zorgvorm die bij het domein hoort.")
    elif asked.scale == LOCAL and not asked.care_form:
        yield Problem("care_form", "Kies de zorgvorm: daaruit volgt of een lokale opdracht mag.")
    elif asked.scale == LOCAL:
        verdict = law.may_be_local(asked.care_form, start=asked.start_date, today=here.today)
        if isinstance(verdict, Refused):
            yield Problem("scale", f"{verdict.reason} ({verdict.article})")


def _shares(asked: Asked, here: Here) -> Iterator[Problem]:
    shares = asked.shares
    if strangers := set(shares) - set(here.participants):
        yield Problem("shares", f"Kies alleen gemeenten die aan de module deelnemen ({len(strangers)} niet).")
    if asked.scale == LOCAL:
        if here.own_organisation is None:
            yield Problem("scale", "Een lokale opdracht dient de gemeente zelf in.")
        elif set(shares) != {here.own_organisation}:
            yield Problem("shares", "Aan een lokale opdracht doet precies één gemeente mee: uw eigen.")
    elif len(shares) < fewest(asked.scale):
        word = "regionale" if asked.scale == REGIONAL else "bovenregionale"
        yield Problem("shares", f"Een {word} opdracht heeft minstens twee deelnemende gemeenten.")
    if asked.scale != LOCAL and here.own_organisation is not None and here.own_organisation not in shares:
        yield Problem("shares", "Uw eigen gemeente doet mee aan een opdracht die u indient.")
    if any(amount < 0 for amount in shares.values()):
        yield Problem("shares", "Een aandeel is nul of meer.")
    total = sum(shares.values(), Decimal(0))
    if total <= 0:
        yield Problem("shares", "Vul bij minstens één gemeente een aandeel in.")
    elif total > MOST_EUROS:
        yield Problem("shares", "De raming is hoger dan 1 miljard euro per jaar; controleer de bedragen.")


def _partners(asked: Asked, here: Here) -> Iterator[Problem]:
    if asked.scale == SUPRAREGIONAL and not asked.partners:
        yield Problem("partners", "Een bovenregionale opdracht heeft minstens één partnerregio.")
    if asked.scale != SUPRAREGIONAL and asked.partners:
        yield Problem("partners", "Alleen een bovenregionale opdracht heeft partnerregio’s.")
    if set(asked.partners) - set(here.partners):
        yield Problem("partners", "Kies een regio waarmee deze regeling samenwerkt.")


def _when(asked: Asked, here: Here) -> Iterator[Problem]:
    if asked.start_date < here.today:
        yield Problem("start_date", "De gewenste startdatum ligt in het verleden.")
    elif asked.start_date.year > here.today.year + FARTHEST_YEARS_AHEAD:
        yield Problem("start_date", f"De startdatum ligt meer dan {FARTHEST_YEARS_AHEAD} jaar vooruit.")
    if not 1 <= asked.years <= LONGEST_YEARS:
        yield Problem("years", f"De looptijd is 1 tot en met {LONGEST_YEARS} jaar.")
    if asked.criteria < 1:
        yield Problem("criteria", "Noem minstens één evaluatiekader: daaraan wordt straks gemeten.")


def unanswered(standing: Collection[int], replies: Mapping[int, tuple[str, str]]) -> list[Problem]:
    """Of each action that is open in the domain, what this commission does with it (domain §5.1 step 1).

    Replies are an answer with its reason, by action.
    """
    found = []
    for action in sorted(standing):
        answer, reason = replies.get(action, ("", ""))
        if not answer:
            found.append(Problem(f"reply-{action}", "Schrijf op wat deze opdracht met dit verbeterpunt doet."))
        elif answer == NOT_APPLICABLE and not reason.strip():
            found.append(Problem(f"reply-{action}", "Schrijf op waarom dit verbeterpunt hier niet van toepassing is."))
    if strange := set(replies) - set(standing):
        words = f"Een verbeterpunt is intussen afgesloten of van een ander domein ({len(strange)})."
        found.append(Problem("replies", f"{words} Laad de pagina opnieuw."))
    return found
