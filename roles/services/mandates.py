"""The mandate register: granting, passing on, changing by a next version, revoking (Awb 10:1-10:9)."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from audit import clock
from roles.authorize import Authority
from roles.models import Mandate, Position, Scheme
from roles.rules import mandate as rules
from roles.rules.verdict import Granted, Refused, Verdict
from roles.services.acting import act, require

NETHERLANDS = ZoneInfo("Europe/Amsterdam")


def grant_mandate(
    *,
    scheme: Scheme,
    number: str,
    power: str,
    label: str,
    granting: Position,
    receiving: Position,
    legal_basis: str,
    valid_from: date,
    valid_until: date | None = None,
    max_amount: Decimal | None = None,
    domain: str = "",
    scale: str = "",
    sub_mandate_allowed: bool = False,
    parent: Mandate | None = None,
    by: Authority | None = None,
) -> Mandate:
    """A new line in the register. A sub-mandate names its parent and is never wider."""
    mandate = Mandate(
        scheme=scheme,
        number=number,
        power=power,
        label=label,
        granting=granting,
        receiving=receiving,
        legal_basis=legal_basis,
        valid_from=valid_from,
        valid_until=valid_until,
        max_amount=max_amount,
        domain=domain,
        scale=scale,
        sub_mandate_allowed=sub_mandate_allowed,
        parent=parent,
    )
    with act(chain=scheme.chain, verb="grant_mandate", by=by):
        require(_may_enter(mandate))
        mandate.save(force_insert=True)
    return mandate


class MandateChanges(TypedDict, total=False):
    """What the next version may have different; another power, giver or receiver is another mandate."""

    label: str
    legal_basis: str
    max_amount: Decimal | None
    domain: str
    scale: str
    valid_until: date | None
    sub_mandate_allowed: bool


def change_mandate(
    *, mandate: Mandate, valid_from: date | None = None, by: Authority | None = None, **changes: Unpack[MandateChanges]
) -> Mandate:
    """The next version, from today or a given day.

    What rests on it gets a next version too, and the change is refused while something there would become too wide.
    """
    today = clock.today()
    start = valid_from or today
    with act(chain=mandate.scheme.chain, verb="change_mandate", by=by):
        require(_in_force(mandate))
        at = clock.now() if start == today else datetime.combine(start, time.min, NETHERLANDS)
        return _replace(mandate, parent=mandate.parent, changes=changes, at=at, start=start)


def revoke_mandate(*, mandate: Mandate, reason: str, by: Authority | None = None) -> None:
    """It ends at once (Awb 10:8), and everything that rests on it with it."""
    with act(chain=mandate.scheme.chain, verb="revoke_mandate", by=by) as running:
        require(_in_force(mandate))
        running.motivation = reason
        _end(mandate, at=clock.now())
        for resting in list(_resting_on(mandate)):
            _end(resting, at=mandate.revoked_at)


def _replace(
    mandate: Mandate, *, parent: Mandate | None, changes: MandateChanges, at: datetime, start: date
) -> Mandate:
    before = list(mandate.sub_mandates.filter(revoked_at=None))
    _end(mandate, at=at)
    kept = {field.attname: getattr(mandate, field.attname) for field in Mandate._meta.concrete_fields}
    following = Mandate(
        **{
            **kept,
            **changes,
            "id": None,
            "version": mandate.version + 1,
            "valid_from": max(mandate.valid_from, start),
            "parent_id": parent.pk if parent else None,
            "revoked_at": None,
        }
    )
    require(_fits(following))
    following.save(force_insert=True)
    for resting in before:
        _replace(resting, parent=following, changes={}, at=at, start=start)
    return following


def _end(mandate: Mandate, *, at: datetime | None) -> None:
    mandate.revoked_at = at
    mandate.save(update_fields=["revoked_at"])


def _resting_on(mandate: Mandate) -> Iterator[Mandate]:
    for sub_mandate in mandate.sub_mandates.filter(revoked_at=None):
        yield sub_mandate
        yield from _resting_on(sub_mandate)


def _may_enter(mandate: Mandate) -> Verdict:
    if Mandate.objects.filter(scheme=mandate.scheme, number=mandate.number).exists():
        return Refused(
            f"Nummer {mandate.number} staat al in het register. Kies een ander nummer of wijzig dat mandaat.",
            "Mandaatregister",
        )
    return _fits(mandate)


def _in_force(mandate: Mandate) -> Verdict:
    if mandate.revoked_at is not None:
        return Refused("Deze versie geldt niet meer. Neem de laatste versie uit het register.", "Mandaatregister")
    return Granted()


def _fits(mandate: Mandate) -> Verdict:
    parent = mandate.parent
    if parent is not None and parent.receiving_id != mandate.granting_id:
        return Refused(
            "Alleen wie het mandaat heeft, kan er ondermandaat van geven. Kies een andere mandaatgever.",
            "Awb art. 10:9",
        )
    return rules.may_grant(
        granting_kind=mandate.granting.body.kind, parent=terms(parent) if parent else None, terms=terms(mandate)
    )


def terms(mandate: Mandate) -> rules.Terms:
    """A row of the register as the rules look at it."""
    return rules.Terms(
        power=mandate.power,
        max_amount=mandate.max_amount,
        domain=mandate.domain,
        scale=mandate.scale,
        valid_from=mandate.valid_from,
        valid_until=mandate.valid_until,
        sub_mandate_allowed=mandate.sub_mandate_allowed,
        revoked=mandate.revoked_at is not None,
        number=mandate.number,
    )
