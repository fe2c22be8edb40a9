"""Who has a part in the lane: by appointment, as in everything; the keys are apart from it (`models.Keyholder`).

Positions are bound to steps of the register: `handle_reports`, `deputise_reports`, `keep_report_escrow`.
"""

from dataclasses import dataclass

from django.contrib.auth.models import User

from audit.clock import TODAY
from escalation.whistleblowing.models import Channel, ChannelScheme, Keyholder
from roles import selectors as roles
from roles.models import Person, Scheme, StepBinding

KINDS = {
    "handle_reports": Keyholder.Kind.HANDLER,
    "deputise_reports": Keyholder.Kind.DEPUTY,
    "keep_report_escrow": Keyholder.Kind.ESCROW,
}


@dataclass(frozen=True, slots=True)
class Seat:
    """What somebody is in which channel. `holder` is their key, if they have one that was not ended."""

    person: Person
    scheme: Scheme
    appointment_id: int
    channel: Channel
    kind: Keyholder.Kind
    holder: Keyholder | None

    @property
    def fits(self) -> bool:
        """A key stays of the office that it was made for: an escrow key reads nothing, whatever its keeper becomes."""
        escrow = Keyholder.Kind.ESCROW
        return self.holder is None or (self.holder.kind == escrow) == (self.kind == escrow)

    @property
    def step(self) -> str:
        """Of the register: by which their appointment lets them."""
        return next(step for step, kind in KINDS.items() if kind == self.kind)


def seat_of(user: User) -> Seat | None:
    """Their own seat: nobody stands in here by substitution, because a key cannot be lent. Of several the first."""
    hats = [hat for hat in roles.hats(user.pk, TODAY) if hat.substitution is None]
    held = {(hat.position.body_id, hat.position.role_id): hat.appointment for hat in hats}
    bound = StepBinding.objects.filter(flow="register", step__in=KINDS, body__in={body for body, _ in held})
    for binding in sorted(bound.select_related("scheme"), key=lambda each: [*KINDS].index(each.step)):
        appointment = held.get((binding.body_id or 0, binding.role_id))
        if appointment and (channel := channel_of(binding.scheme_id)):
            return Seat(
                appointment.person, binding.scheme, appointment.pk, channel, KINDS[binding.step],
                key_of(channel, appointment.person_id),
            )  # fmt: skip
    return None


def channel_of(scheme_id: int) -> Channel | None:
    found = ChannelScheme.objects.select_related("channel").filter(scheme_id=scheme_id).first()
    return found.channel if found else None


def key_of(channel: Channel, person_id: int) -> Keyholder | None:
    """The newest that was not ended, admitted or waiting to be."""
    return Keyholder.objects.filter(channel=channel, person_id=person_id, ended_at=None).order_by("-pk").first()


def names_of(people: list[int]) -> dict[int, str]:
    """What people are called, by their number."""
    return {person.pk: str(person) for person in Person.objects.select_related("name").filter(pk__in=people)}
