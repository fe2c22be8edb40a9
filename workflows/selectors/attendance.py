"""Who will come to a meeting: its members, less who is away then and has nobody in their place."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timezone import localdate

from cases.models import Meeting
from roles import selectors as roles
from roles.models import Absence, Appointment, DecisionRule, Person, in_place_of
from roles.selectors.standing_in import stays

FLOW = "meetings"


@dataclass(frozen=True, slots=True)
class Guest:
    """A member as the meeting may expect them."""

    seat: Appointment
    absence: Absence | None = None
    stand_in: Person | None = None

    @property
    def who(self) -> str:
        return in_place_of(self.seat, self.stand_in)

    @property
    def comes(self) -> bool:
        return self.absence is None or self.stand_in is not None


@dataclass(frozen=True, slots=True)
class Expected:
    """What the quorum asks, and who is expected."""

    guests: Sequence[Guest]
    rule: DecisionRule | None

    @property
    def coming(self) -> int:
        return sum(guest.comes for guest in self.guests)

    @property
    def away(self) -> list[Guest]:
        return [guest for guest in self.guests if not guest.comes]

    @property
    def stood_in(self) -> list[Guest]:
        return [guest for guest in self.guests if guest.stand_in is not None]

    @property
    def needed(self) -> int:
        """How many have to be there."""
        if self.rule is None:
            return 0
        share, size = self.rule.quorum_numerator * len(self.guests), self.rule.quorum_denominator
        return share // size + 1 if self.rule.quorum_exceeds else -(-share // size)

    @property
    def too_few(self) -> bool:
        return self.coming < self.needed


def expected(meeting: Meeting, members: Sequence[Appointment] | None = None) -> Expected:
    """On the day of the meeting, by what is known now: its members of that day, or these. Four queries."""
    day = localdate(meeting.starts_at)
    if members is None:
        members = roles.members(meeting.body, day)
    found = stays(members, day)
    there = [(seat, found[seat.pk]) for seat in members]
    guests = [Guest(seat, stay.absence, stay.sits(flow=FLOW, domain="", chains=())) for seat, stay in there]
    return Expected(guests, roles.rules_in_force(meeting.body.scheme, day).get(meeting.body_id))
