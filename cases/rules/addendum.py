"""What changing a running contract is worth, and what the law says of it (Aanbestedingswet 2012 art. 2.163a-g)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cases.rules.commission import Problem
from roles.rules.verdict import Granted, Refused, Verdict

LAW = "Aanbestedingswet 2012 art. 2.163a-g"
SLIGHT, LARGE = Decimal("0.10"), Decimal("0.50")
MOST_INDEX = Decimal(50)


class Change(StrEnum):
    """What becomes different."""

    AMOUNT = "amount"
    TERM = "term"
    TARIFFS = "tariffs"
    PRODUCT = "product"
    CONTENT = "content"


class Ground(StrEnum):
    """On what a change without a new procurement rests."""

    SLIGHT = "slight"  # 2.163b
    CLAUSE = "clause"  # 2.163c
    ADDITIONAL = "additional"  # 2.163d
    UNFORESEEN = "unforeseen"  # 2.163e
    SUCCESSOR = "successor"  # 2.163f
    NOT_SUBSTANTIAL = "not_substantial"  # 2.163g


ARTICLES = {
    Ground.SLIGHT: "2.163b", Ground.CLAUSE: "2.163c", Ground.ADDITIONAL: "2.163d", Ground.UNFORESEEN: "2.163e",
    Ground.SUCCESSOR: "2.163f", Ground.NOT_SUBSTANTIAL: "2.163g",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A contract as it stands; `original` is what it was worth when it was awarded, `added` what addenda added."""

    annual_amount: Decimal
    starts_on: date
    ends_on: date
    original: Decimal
    added: Decimal = Decimal(0)
    codes: frozenset[str] = frozenset()
    threshold: Decimal | None = None  # from which a contract like this one must be tendered today


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody wants changed. Only what belongs to its kind is looked at."""

    change: str
    effective_on: date
    annual_amount: Decimal | None = None
    ends_on: date | None = None
    index: Decimal | None = None  # percent by which all tariffs go up, or down
    product: str = ""
    tariff: Decimal | None = None


def problems(current: Current, proposal: Proposal, *, today: date) -> list[Problem]:
    """Everything that is wrong with it, at the field that it is about."""
    found = _OWN[Change(proposal.change)](current, proposal)
    if not current.starts_on <= proposal.effective_on <= current.ends_on:
        found.append(Problem("effective_on", "De wijziging gaat in zolang het contract loopt."))
    elif proposal.effective_on < today:
        found.append(Problem("effective_on", "De wijziging gaat vandaag of later in."))
    return found


def _amount(current: Current, proposal: Proposal) -> list[Problem]:
    if proposal.annual_amount is None or proposal.annual_amount <= 0:
        return [Problem("annual_amount", "Vul het nieuwe bedrag per jaar in.")]
    if proposal.annual_amount == current.annual_amount:
        return [Problem("annual_amount", "Dit is het bedrag al.")]
    return []


def _term(current: Current, proposal: Proposal) -> list[Problem]:
    if proposal.ends_on is None or proposal.ends_on < proposal.effective_on:
        return [Problem("ends_on", "Kies een einddatum na de dag waarop de wijziging ingaat.")]
    if proposal.ends_on == current.ends_on:
        return [Problem("ends_on", "Dit is de einddatum al.")]
    return []


def _tariffs(current: Current, proposal: Proposal) -> list[Problem]:
    if not proposal.index or abs(proposal.index) > MOST_INDEX:
        return [Problem("index", f"Vul een percentage in tussen -{MOST_INDEX} en {MOST_INDEX}, niet 0.")]
    if not current.codes:
        return [Problem("index", "Dit contract heeft nog geen producten met een tarief.")]
    return []


def _product(current: Current, proposal: Proposal) -> list[Problem]:
    found = []
    if not proposal.product:
        found.append(Problem("product", "Vul een productcode in."))
    elif proposal.product in current.codes:
        found.append(Problem("product", "Deze code staat al in het contract."))
    if proposal.tariff is None or proposal.tariff <= 0:
        found.append(Problem("tariff", "Vul het tarief in."))
    return found


def _content(current: Current, proposal: Proposal) -> list[Problem]:
    return []


_OWN = {
    Change.AMOUNT: _amount, Change.TERM: _term, Change.TARIFFS: _tariffs, Change.PRODUCT: _product,
    Change.CONTENT: _content,
}  # fmt: skip


def value_of(current: Current, proposal: Proposal) -> Decimal:
    """What the change adds over what is left of the term, or takes off; what a mandate is asked about.

    By the day, so that it does not matter on which day of a month something begins. A product or words alone add
    nothing to what the contract may cost.
    """
    left = Decimal((current.ends_on - proposal.effective_on).days + 1) / Decimal("365.25")
    match proposal.change:
        case Change.AMOUNT:
            assert proposal.annual_amount is not None
            added = (proposal.annual_amount - current.annual_amount) * left
        case Change.TERM:
            assert proposal.ends_on is not None
            added = current.annual_amount * Decimal((proposal.ends_on - current.ends_on).days) / Decimal("365.25")
        case Change.TARIFFS:
            assert proposal.index is not None
            added = current.annual_amount * proposal.index / 100 * left
        case _:
            added = Decimal(0)
    return added.quantize(Decimal("0.01"))


def warning(current: Current, value: Decimal, ground: str) -> str:
    """What may not rest on this ground: beyond it a change is substantial and asks to buy anew. Empty: it may."""
    if value <= 0 or current.original <= 0:
        return ""
    together = current.added + value
    part, own = together / current.original, value / current.original
    if ground == Ground.SLIGHT and part > SLIGHT:
        return (
            f"Met eerdere addenda samen groeit het contract met {part * 100:.0f}%. Een kleine wijziging is hoogstens "
            "10% van de oorspronkelijke waarde (Aanbestedingswet 2012 art. 2.163b)."
        )
    if ground == Ground.SLIGHT and current.threshold is not None and together >= current.threshold:
        return (
            "De addenda samen bereiken de drempel waarboven moet worden aanbesteed; dan is het geen kleine wijziging "
            "meer (Aanbestedingswet 2012 art. 2.163b)."
        )
    if ground in (Ground.ADDITIONAL, Ground.UNFORESEEN) and own > LARGE:
        return (
            f"Deze wijziging is {own * 100:.0f}% van de oorspronkelijke waarde. Aanvullende of onvoorziene diensten "
            f"zijn hoogstens 50% (Aanbestedingswet 2012 art. {ARTICLES[Ground(ground)]})."
        )
    if ground == Ground.NOT_SUBSTANTIAL and part > SLIGHT:
        return (
            f"Met eerdere addenda samen groeit het contract met {part * 100:.0f}%. Wat het contract aanzienlijk "
            "uitbreidt, is een wezenlijke wijziging (Aanbestedingswet 2012 art. 2.163g)."
        )
    return ""


def may_approve(*, warned: str, motivation: str) -> Verdict:
    """A change that looks substantial passes the legal check only with a reason in writing, which the act keeps."""
    if warned and not motivation.strip():
        return Refused(f"{warned} Schrijf op waarom het toch kan zonder nieuwe aanbesteding.", LAW)
    return Granted()


def may_sign(*, running: bool, changed_since: bool) -> Verdict:
    """Nothing is applied to a contract that ended, or that another addendum changed in between."""
    if not running:
        return Refused("Het contract is intussen geëindigd. Leg vast dat het addendum niet wordt getekend.", "Contract")
    if changed_since:
        return Refused(
            "Het contract is intussen anders dan toen dit addendum werd voorgesteld. Stel een nieuw addendum voor.",
            "Contract",
        )
    return Granted()
