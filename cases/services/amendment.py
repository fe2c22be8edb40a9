"""The steps of a change of a granted commission, in the order of its flow (domain §5.1.10)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from audit.models import Text
from cases.models import Amendment, AmendmentAnswer, Case, Commission, ProposedShare, Scale, Share
from cases.rules import amendment as rule
from cases.rules.amendment import Current, Proposal
from cases.services.words import rewrite, write
from roles.authorize import Authority, NotAllowed
from roles.models import Organisation
from roles.rules.verdict import Refused

TEXTS = ("aim", "target_group", "intended_result", "risks")
FEWEST = {Scale.LOCAL: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A proposal, and why."""

    proposal: Proposal
    reason: str


def current(commission: Commission, participants: Collection[int]) -> Current:
    """The commission as it stands; `participants` may join it."""
    taking_part = commission.shares.filter(takes_part=True).values_list("organisation", "annual_amount")
    return Current(
        shares=dict(taking_part), years=commission.years, fewest=FEWEST.get(Scale(commission.scale), 2),
        participants=participants,
    )  # fmt: skip


def open_amendment(
    *, case_id: int, number: str, parent: Case, organisation: Organisation, by: Authority, at: datetime, wish: Wish,
    now: Current,
) -> Amendment:  # fmt: skip
    """The case under its commission, with the shares as they would become. The act in its chain is already open."""
    case = Case(
        pk=case_id, scheme=parent.scheme, kind=Case.Kind.AMENDMENT, number=number, organisation=organisation,
        submitted_by_id=by.appointment_id, phase="request", opened_at=at, parent=parent, subject=parent.top,
    )  # fmt: skip
    proposal = wish.proposal
    change = Amendment.Change(proposal.change)
    case.title = write(case, f"Wijziging {change.label.lower()}: {parent.title}")
    case.save(force_insert=True)
    after = rule.shares_after(now, proposal)
    years = now.years if proposal.years is None else proposal.years
    amendment = Amendment(
        case=case, change=change, reason=write(case, wish.reason), effective_on=proposal.effective_on,
        amount_before=sum(now.shares.values(), Decimal(0)), amount_after=sum(after.values(), Decimal(0)),
        years_before=now.years, years_after=years,
        organisation_id=proposal.organisation, estimate_stays=proposal.estimate_stays,
        **{name: rewrite(case, None, proposal.texts.get(name, "")) for name in TEXTS},
    )  # fmt: skip
    amendment.save(force_insert=True)
    for organisation_id in sorted(now.shares.keys() | after.keys()):
        ProposedShare.objects.create(
            amendment=amendment, organisation_id=organisation_id, before=now.shares.get(organisation_id),
            after=after.get(organisation_id),
        )  # fmt: skip
    return amendment


def answer(
    *, amendment: Amendment, organisation_id: int, by: Authority | None, stance: str = "", note: str = ""
) -> None:
    """What one municipality answers; without `by`, that it did not answer in time."""
    AmendmentAnswer.objects.create(
        amendment=amendment, organisation_id=organisation_id, stance=stance,
        note=rewrite(amendment.case, None, note), answered_by_id=by.appointment_id if by else None,
    )  # fmt: skip


def assess(
    *, amendment: Amendment, extra_cost: Decimal, extra_hours: int, planning: str, within_budget: bool,
    within_capacity: bool, against: bool,
) -> None:  # fmt: skip
    """What it takes more of the MGR, or less. Differences, so that changes of other parts may run beside it."""
    amendment.extra_cost = extra_cost
    amendment.extra_hours = extra_hours
    amendment.planning = rewrite(amendment.case, amendment.planning, planning)
    amendment.within_budget = within_budget
    amendment.within_capacity = within_capacity
    amendment.advised_against = against
    amendment.save()


def agree_as_owner(*, amendment: Amendment) -> None:
    """The owner finds room for it."""
    amendment.agreed_by_owner = True
    amendment.save(update_fields=["agreed_by_owner"])


def defer(*, amendment: Amendment, until: date) -> None:
    """The decision waits for a date (aanhouden)."""
    amendment.deferred_until = until
    amendment.save(update_fields=["deferred_until"])


def accept(*, amendment: Amendment, conditions: str) -> None:
    """The director accepts, with conditions or without."""
    amendment.conditions = rewrite(amendment.case, amendment.conditions, conditions)
    amendment.save(update_fields=["conditions"])


def apply(*, amendment: Amendment, commission: Commission) -> None:
    """Carry it out on the commission, in an act of the commission's own chain."""
    case, change = commission.case, Amendment.Change(amendment.change)
    if change == Amendment.Change.SCOPE:
        for name in TEXTS:
            if (words := getattr(amendment, name)) is not None:
                setattr(commission, name, rewrite(case, getattr(commission, name), str(words)))
    elif change == Amendment.Change.TERM:
        commission.years = amendment.years_after
    else:
        _apply_shares(amendment, commission)
    commission.cost = amendment.cost
    commission.hours = max((commission.hours or 0) + (amendment.extra_hours or 0), 0)
    commission.planning = rewrite(case, commission.planning, _with(commission.planning, amendment, amendment.planning))
    commission.conditions = rewrite(
        case, commission.conditions, _with(commission.conditions, amendment, amendment.conditions)
    )
    commission.save()


def _apply_shares(amendment: Amendment, commission: Commission) -> None:
    """What was agreed on starts from the shares of then; nothing else may have changed them in between."""
    known = {share.organisation_id: share for share in commission.shares.all()}
    now = {share.organisation_id: share.annual_amount for share in known.values() if share.takes_part}
    proposed = list(amendment.shares.all())
    if now != {share.organisation_id: share.before for share in proposed if share.before is not None}:
        raise NotAllowed(
            Refused(
                "De aandelen zijn intussen anders dan toen deze wijziging werd voorgesteld. Weiger haar en stel een "
                "nieuwe voor.",
                "Procesbeschrijving",
            )
        )
    commission.annual_amount = amendment.amount_after
    for row in proposed:
        if row.before != row.after:
            share = known.get(row.organisation_id) or Share(commission=commission, organisation_id=row.organisation_id)
            share.takes_part = row.after is not None
            share.annual_amount = row.after or Decimal(0)
            share.save()


def _with(old: Text | None, amendment: Amendment, more: Text | None) -> str:
    """What was said so far, and what this change adds to it."""
    return "\n\n".join(filter(None, [str(old or ""), f"{amendment.case}: {more}" if more else ""]))
