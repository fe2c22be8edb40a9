"""Appointments from a file: tried first, then all of it or nothing, in one transaction with one act for each change."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from audit import clock, texts
from audit.services import OpenAct
from roles import selectors
from roles.authorize import Authority, NotAllowed
from roles.models import Appointment, AppointmentFile, Person, Scheme
from roles.rules import appointing, sheet
from roles.rules.appointing import Ending, Entry, Plan, Status
from roles.rules.roster import COLUMNS, Somebody, Wish
from roles.rules.sheet import Line
from roles.rules.verdict import Refused
from roles.services.acting import act
from roles.services.grants import sync_memberships
from roles.services.keeping import lock

KEPT = timedelta(days=1)
REGISTER = "Benoemingenregister"


class Outdated(NotAllowed):
    """The register is not what it was when the file was tried."""

    def __init__(self) -> None:
        super().__init__(Refused(
            "Het register is gewijzigd sinds u het bestand probeerde. Er is niets geïmporteerd. "
            "Bekijk opnieuw wat er zou gebeuren.", REGISTER,
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trial:
    """What a file would do now. The token is another one as soon as that, or the register, is."""

    plan: Plan
    token: str


def keep_file(*, scheme: Scheme, user_id: int, name: str, content: bytes) -> AppointmentFile:
    """One for each person and regeling, until it is imported or a day old. Raises sheet.Unreadable."""
    sheet.read(content, COLUMNS)
    forget_files()
    AppointmentFile.objects.filter(scheme=scheme, user=user_id).delete()
    return AppointmentFile.objects.create(
        scheme=scheme, user_id=user_id, name=name[:200], content=content, created_at=clock.now()
    )


def forget_files() -> None:
    """What nobody said yes to within a day holds names for nothing."""
    AppointmentFile.objects.filter(created_at__lt=clock.now() - KEPT).delete()


def discard_file(*, file: AppointmentFile) -> None:
    file.delete()


def try_out(*, scheme: Scheme, lines: Sequence[Line]) -> Trial:
    """Changes nothing."""
    planned = appointing.plan(lines, selectors.register_of(scheme, lines))
    seen = f"{planned.entries!r} {selectors.state_of(scheme)}"
    return Trial(planned, hashlib.sha256(seen.encode()).hexdigest())


def import_file(*, scheme: Scheme, content: bytes, token: str | None = None, by: Authority | None = None) -> Plan:
    """Everything that the file says, or nothing. With a token: only what was seen under it. Raises Outdated."""
    return enter(
        scheme=scheme,
        lines=sheet.read(content, COLUMNS),
        token=token,
        by=by,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def enter(
    *, scheme: Scheme, lines: Sequence[Line], token: str | None = None, by: Authority | None = None, sha256: str = ""
) -> Plan:
    """Rows of a file, or the one that somebody filled in by hand. Raises NotAllowed; says nothing of bad rows twice."""
    try:
        with transaction.atomic():
            scheme = lock(scheme)
            trial = try_out(scheme=scheme, lines=lines)
            if token is not None and trial.token != token:
                raise Outdated
            if problems := trial.plan.problems:
                words = f"Regel {problems[0].line}: {problems[0].message}" if sha256 else problems[0].message
                raise NotAllowed(Refused(words, REGISTER))
            _Entering(scheme, by, sha256).everything(trial.plan)
            sync_memberships()
    except IntegrityError as error:  # the same account, made by an import into another regeling
        if "auth_user" not in str(error) and "roles_person" not in str(error):
            raise
        raise Outdated from None
    return trial.plan


class _Entering:
    """Writes what was planned, under the lock of the register. What belongs together shares a correlation."""

    def __init__(self, scheme: Scheme, by: Authority | None, sha256: str) -> None:
        self.scheme, self.by, self.sha256 = scheme, by, sha256
        self.correlation: UUID = uuid4()
        self.people: dict[str, int] = {}

    def everything(self, plan: Plan) -> None:
        entries = plan.having(Status.NEW, Status.ENDS)
        for entry in entries:
            for ending in entry.endings:
                self._end(entry, ending)
        for entry in entries:
            if entry.status is Status.NEW and entry.wish is not None:
                self._appoint(entry, entry.wish)

    def _about(self, running: OpenAct, entry: Entry) -> None:
        running.correlation = self.correlation
        if self.sha256:
            running.documents = [self.sha256]
            running.details["line"] = entry.line

    def _end(self, entry: Entry, ending: Ending) -> None:
        appointment = Appointment(pk=ending.appointment, valid_until=ending.last_day)
        with act(chain=self.scheme.chain, verb="end_appointment", by=self.by) as running:
            self._about(running, entry)
            running.details["appointment"] = f"appointment/{ending.appointment}"
            appointment.save(update_fields=["valid_until"])

    def _appoint(self, entry: Entry, wish: Wish) -> None:
        """Who is new is registered by their first appointment, in the same act."""
        with act(chain=self.scheme.chain, verb="appoint", by=self.by) as running:
            self._about(running, entry)
            running.flags += entry.flags
            if entry.registers:
                name = texts.write(self.scheme.chain, wish.person.name)
                made = Person.objects.create(name=name, user_id=_account(wish.person))
                self.people[wish.person.key] = made.pk
            Appointment(
                person_id=wish.person.id or self.people[wish.person.key], position_id=wish.place.id, kind=wish.kind,
                weight=wish.weight, organisation_id=wish.organisation, valid_from=wish.valid_from,
                valid_until=wish.valid_until, reads_from=wish.reads[0], reads_until=wish.reads[1],
            ).save(force_insert=True)  # fmt: skip


def _account(somebody: Somebody) -> int | None:
    """A new account has no password: its owner signs in at their organisation, or asks for one by e-mail."""
    if somebody.user_id is not None or not somebody.account:
        return somebody.user_id
    email = somebody.account if "@" in somebody.account else ""
    user = User.objects.create(username=somebody.account, email=email, password=make_password(None))
    return user.pk
