"""Importing older commissions, procurements and contracts: tried first, then all of it or nothing (ADR 35).

Each case has an act of its own that names the line and the file; all share a correlation. What is over has a beginning
and an end, what still runs goes on as any other contract.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from audit import clock
from audit.services import NO_HAT, SYSTEM, acting
from cases.models import Case, Contract, HistoryFile, Lot, Procedure
from cases.models.procurement import Instrument
from cases.rules import history as rule
from cases.rules.history import COLUMNS, Entry, LotKnown, Plan, Register, Standing, Status, Wish
from cases.services import contracts as contracting
from cases.services import history as change
from cases.services.contracts import Agreed
from cases.services.history import Past
from cases.services.providers import provider_called
from escalation.rules.terms import AMSTERDAM
from roles import selectors as roles
from roles.authorize import Authority, NotAllowed
from roles.models import Appointment, Organisation, Scheme
from roles.models.fields import holding_on
from roles.rules import sheet
from roles.rules.sheet import Line, plain
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from roles.services.imports import Outdated
from roles.services.keeping import keepers, lock
from workflows import sql
from workflows.bindings import Unbound, freeze
from workflows.contracting import begin_contract
from workflows.flows import current
from workflows.starting import begin_ended

REGISTER = "Contractregister"
STEP = "import_history"
CENT = Decimal("0.01")
OTHERS = {
    "sas": Procedure.SOCIAL, "openbaar": Procedure.OPEN, "niet-openbaar": Procedure.RESTRICTED,
    "meervoudig onderhands": Procedure.MULTIPLE, "enkelvoudig onderhands": Procedure.SINGLE,
    "open house": Instrument.OPEN_HOUSE, "subsidie": Instrument.SUBSIDY, "inbesteden": Instrument.INSOURCING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trial:
    """What a file would do now. The token is another one as soon as that, or the register, is."""

    plan: Plan
    token: str


def keep_file(*, scheme: Scheme, user_id: int, name: str, content: bytes) -> HistoryFile:
    """One for each person and regeling, until it is imported or another comes. Raises sheet.Unreadable."""
    sheet.read(content, COLUMNS)
    HistoryFile.objects.filter(scheme=scheme, user=user_id).delete()
    return HistoryFile.objects.create(
        scheme=scheme, user_id=user_id, name=name[:200], content=content, created_at=clock.now()
    )


def try_out(*, scheme: Scheme, lines: Sequence[Line]) -> Trial:
    """Changes nothing. Five queries."""
    planned = rule.plan(lines, register_of(scheme))
    return Trial(planned, hashlib.sha256(f"{planned.entries!r}".encode()).hexdigest())


def register_of(scheme: Scheme) -> Register:
    lots = list(Lot.objects.filter(scheme=scheme))
    taking_part = [each for each in roles.participants(scheme) if each.kind == Organisation.Kind.MUNICIPALITY]
    imported = Contract.objects.filter(case__scheme=scheme, case__imported=True)
    known = imported.values_list(
        "case__subject__number", "provider__name", "lot", "starts_on", "ends_on", "annual_amount"
    )  # fmt: skip
    commissions = Case.objects.filter(scheme=scheme, kind=Case.Kind.COMMISSION, imported=True)
    return Register(
        lots={plain(name): LotKnown(lot.pk, lot.domain) for lot in lots for name in (lot.code, lot.name)},
        procedures=dict(OTHERS),
        municipalities={plain(name): each.pk for each in taking_part for name in (each.code, each.name)},
        commissions={case.number: str(case.title) for case in commissions.select_related("title")},
        contracts={
            (number, plain(provider), lot, first): Standing(last, amount)
            for number, provider, lot, first, last, amount in known
        },
        today=clock.today(),
    )  # fmt: skip


def import_history(*, scheme: Scheme, content: bytes, token: str | None = None, by: Authority | None = None) -> Plan:
    """Everything that the file says, or nothing. With a token: only what was seen under it. Raises NotAllowed."""
    lines = sheet.read(content, COLUMNS)
    with transaction.atomic():
        scheme = lock(scheme)
        trial = try_out(scheme=scheme, lines=lines)
        if token is not None and trial.token != token:
            raise Outdated
        if problems := trial.plan.problems:
            raise NotAllowed(Refused(f"Regel {problems[0].line}: {problems[0].message}", REGISTER))
        try:
            _Importing(scheme, by, hashlib.sha256(content).hexdigest()).everything(trial.plan)
        except Unbound as unbound:
            raise NotAllowed(Refused(f"De regeling is nog niet volledig ingericht: {unbound}.", REGISTER)) from None
    return trial.plan


class _Importing:
    """Writes what was planned, under the lock of the register of the regeling."""

    def __init__(self, scheme: Scheme, by: Authority | None, sha256: str) -> None:
        self.scheme, self.by, self.sha256, self.now = scheme, by, sha256, clock.now()
        self.correlation: UUID = uuid4()
        self.mgr = Organisation.objects.get(scheme=scheme, kind=Organisation.Kind.MGR)
        self.hat = _hat(scheme, by)

    def everything(self, plan: Plan) -> None:
        fresh = plan.having(Status.NEW)
        for entry in fresh:
            assert entry.wish is not None
            if entry.opens:
                own = [each.wish for each in fresh if each.wish and each.wish.number == entry.wish.number]
                self._commission(entry.line, own)
        for entry in fresh:
            self._contract(entry)

    def _commission(self, line: int, wishes: Sequence[Wish]) -> None:
        past = _past(wishes, roles.participants(self.scheme))
        home = Organisation.objects.get(pk=min(past.shares)) if len(past.shares) == 1 else self.mgr
        case_id = sql.reserve_case_id()
        with self._act(case_id, line, current("commissioning").submit):
            commission = change.import_commission(
                case_id=case_id, scheme=self.scheme, organisation=home, submitted_by=self.hat.pk,
                at=_moment(past.starts_on), past=past,
            )  # fmt: skip
            self._over(commission.case, current("commissioning").submit, "granted")
        case_id = sql.reserve_case_id()
        with self._act(case_id, line, current("procurement").start_procurement):
            procurement = change.import_procurement(
                case_id=case_id, commission=commission.case, submitted_by=self.hat.pk, at=_moment(past.starts_on),
                past=past,
            )  # fmt: skip
            self._over(procurement.case, current("procurement").start_procurement, "contracted")

    def _contract(self, entry: Entry) -> None:
        wish = entry.wish
        assert wish is not None
        parent = Case.objects.select_related("subject").get(scheme=self.scheme, number=f"{wish.number}-INK")
        case_id = sql.reserve_case_id()
        with self._act(case_id, entry.line, current("contract").register_contract):
            contract = contracting.open_contract(
                case_id=case_id, number=_number(parent, wish), parent=parent, organisation=self.mgr,
                submitted_by=self.hat.pk, at=_moment(wish.starts_on), imported=True,
                agreed=Agreed(
                    provider=provider_called(scheme=self.scheme, name=wish.provider),
                    lot=Lot.objects.get(pk=wish.lot.id), starts_on=wish.starts_on, ends_on=wish.ends_on,
                    annual_amount=wish.annual_amount,
                    ceiling=wish.ceiling, option_years=wish.option_years, option_times=wish.option_times,
                ),
            )  # fmt: skip
            if wish.ends_on < clock.today():
                contract.case.state, contract.case.closed_at = Case.State.ENDED, _moment(wish.ends_on)
                contract.case.phase = "ending"
                contract.case.save(update_fields=["state", "closed_at", "phase"])
                self._over(contract.case, current("contract").register_contract, "ended")
            else:
                begin_contract(
                    contract.case, user_id=self._user, submitter=self.hat.position_id, now=self.now
                )  # fmt: skip

    def _over(self, case: Case, start: Any, end: str) -> None:
        """It has a beginning and an end; who is bound to its steps today has a part in it."""
        flow = start.flow_class
        bindings = freeze(case=case, flow_class=flow, submitter=self.hat.position_id)
        begin_ended(case, start, getattr(flow, end), bindings=bindings, user_id=self._user, now=self.now)

    @contextmanager
    def _act(self, case_id: int, line: int, start: Any) -> Iterator[None]:
        by = self.by
        with acting(
            chain=f"case/{case_id}", verb="import_history", actor=by.actor if by else SYSTEM, user_id=self._user,
            hat=hat_of(by) if by else NO_HAT,
            step=f"{start.flow_class.code}/{start.flow_class.version}/{start.name}",
        ) as running:  # fmt: skip
            running.correlation = self.correlation
            running.documents = [self.sha256]
            running.details["line"] = line
            yield

    @property
    def _user(self) -> int | None:
        return self.by.user_id if self.by else None


def _past(wishes: Sequence[Wish], participants: Sequence[Organisation]) -> Past:
    """What the rows of one commission come to together; the municipalities bear it in equal parts."""
    first = wishes[0]
    named = first.municipalities or [
        each.pk for each in participants if each.kind == Organisation.Kind.MUNICIPALITY
    ]  # fmt: skip
    lots: dict[int, Decimal] = {}
    for wish in wishes:
        lots[wish.lot.id] = lots.get(wish.lot.id, Decimal(0)) + wish.ceiling
    return Past(
        number=first.number, title=first.title, domain=first.lot.domain, procedure=first.procedure, lots=lots,
        starts_on=min(wish.starts_on for wish in wishes), years=max(wish.years for wish in wishes),
        shares=_equal(sum((wish.annual_amount for wish in wishes), Decimal(0)), named),
    )  # fmt: skip


def _equal(amount: Decimal, named: Sequence[int]) -> dict[int, Decimal]:
    """To the cent; the first bears what is left over."""
    part = (amount / len(named)).quantize(CENT, rounding=ROUND_DOWN)
    shares = dict.fromkeys(named, part)
    shares[named[0]] += amount - part * len(named)
    return shares


def _number(parent: Case, wish: Wish) -> str:
    """The next of its commission."""
    return f"{wish.number}-C{Case.objects.filter(parent=parent, kind=Case.Kind.CONTRACT).count() + 1}"


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)


def _hat(scheme: Scheme, by: Authority | None) -> Appointment:
    """In whose name: who imports, or whoever keeps this by the regeling. Raises NotAllowed where that is nobody."""
    if by is not None:
        return Appointment.objects.get(pk=by.appointment_id)
    found = Appointment.objects.filter(holding_on(clock.today()), position__in=keepers(scheme, STEP)).order_by("pk")
    hat = found.first()
    if hat is None:
        raise NotAllowed(Refused("Deze regeling heeft niet vastgelegd wie oude contracten overneemt.", REGISTER))
    return hat
