"""Reports of misconduct in the story (fixtures/demo-*.toml, melding): told and handled by the services of the lane.

Everybody of the lane has one and the same passphrase here, and every reporter a receipt that the file says: it is an
example. What is told stands in the file and nowhere else in clear.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from audit import clock
from config.demo.paper import one_page
from escalation.whistleblowing.files import Arriving, Enclosed
from escalation.whistleblowing.models import Channel
from escalation.whistleblowing.rules.vault import read_receipt
from escalation.whistleblowing.seats import Seat, seat_of
from escalation.whistleblowing.services import disclosure, dossiers, ending, handling, holders, intake, keys, returning
from escalation.whistleblowing.services.keys import Opened

Data = dict[str, Any]


def enrol(people: list[str]) -> None:
    """Keys for everybody of a lane, in this order. The first ones count at once; the first admits who comes later."""
    for username in people:
        made = keys.enrol(seat=_seat(username), passphrase=settings.DEMO_PASSPHRASE)
        if made.admitted_at is None:
            first = _seat(people[0])
            opened = keys.open_once(holder=keys.held(first), passphrase=settings.DEMO_PASSPHRASE)
            holders.admit(seat=first, by=opened, holder_id=made.pk)


def _seat(username: str) -> Seat:
    seat = seat_of(User.objects.get(username=username))
    assert seat is not None, username
    return seat


class Reported:
    """One report as the story has it."""

    report: UUID

    def __init__(self, channel: str, data: Data) -> None:
        self.channel, self.data = channel, data
        receipt = read_receipt(data["receipt"])
        assert receipt, data["receipt"]
        self.receipt = receipt

    def events(self, at: datetime) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """With their moments: so many days after it was told."""
        yield at, self.tell
        for days, who, what, given in ((*line, {})[:4] for line in self.data.get("script", [])):
            yield at + timedelta(days=days), self._line(who, what, given)

    def tell(self) -> None:
        told = intake.Told(**{key: self.data[key] for key in TOLD if key in self.data})
        channel = Channel.objects.get(code=self.channel)
        self.report = intake.submit(channel=channel, told=told, receipt=self.receipt).report

    def _line(self, who: str, what: str, given: Data) -> Callable[[], None]:
        if who == "melder":
            return lambda: self._come_back(what, given)
        return lambda: self._handle(who, what, given)

    def _come_back(self, what: str, given: Data) -> None:
        token = returning.knock(self.receipt)
        assert token
        visitor = returning.visitor(token)
        getattr(returning, what)(visitor=visitor, **given)
        returning.leave(token)

    def _handle(self, who: str, what: str, given: Data) -> None:
        opened = keys.open_once(holder=keys.held(_seat(who)), passphrase=settings.DEMO_PASSPHRASE)
        at: Data = {"opened": opened, "report": self.report, "seen": self._seen(opened)}
        match what:
            case "declare" | "talked" | "refer":
                getattr(handling, what)(**at, **given)
            case "ask" | "approve" | "look":
                getattr(disclosure, what)(**at, **given)
            case "close" | "keep_longer":
                until = timezone.localdate(clock.now()) + timedelta(days=given["keep"])
                getattr(ending, what)(**at, keep_until=until, words=given["words"])
            case "propose" | "destroy":
                getattr(ending, what)(**at, **given)
            case _:
                papers = [_under_seal(title) for title in given.get("documents", [])]
                handling.take(**at, verb=what, **{**given, "documents": papers})

    def _seen(self, opened: Opened) -> int:
        return dossiers.dossier(opened, self.report).acts.by_handlers


def _under_seal(title: str) -> Enclosed:
    arriving = Arriving(f"{title}.pdf")
    arriving.add(one_page(title))
    return arriving.end()


TOLD = ("identity", "name", "contact", "what", "when", "who", "known")
