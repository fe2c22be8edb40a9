"""Who has keys in Limburg-Noord: Silke and Tariq handle reports, Hanna stands in, Otto keeps the escrow key."""

from dataclasses import dataclass, field

from django.contrib.auth.models import User

from audit import clock
from config.demo.players import hat
from escalation.whistleblowing.models import Envelope, Keyholder
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.seats import Seat, seat_of
from escalation.whistleblowing.services import envelopes, holders, keys
from escalation.whistleblowing.services.keys import Opened
from roles.models import Person
from roles.services import appoint
from tests.whistleblowing.rows import Made


def seat(username: str) -> Seat:
    """As it is now."""
    found = seat_of(User.objects.get(username=username))
    assert found is not None
    return found


def words_of(username: str) -> str:
    return f"de wachtzin van {username} is lang"


def vault_of(username: str, passphrase: str = "") -> Opened:
    """Their key in hand, by way of a visit."""
    token = keys.unlock(holder=keys.held(seat(username)), passphrase=passphrase or words_of(username))
    found = keys.opened(token)
    assert found is not None
    return found


def enrol(username: str) -> Keyholder:
    return keys.enrol(seat=seat(username), passphrase=words_of(username))


def new_handler(username: str = "dagmar") -> None:
    """Somebody else of the region becomes one, without a key yet."""
    person = Person.objects.get(user__username=username)
    appoint(person=person, position=hat("silke").position, valid_from=clock.today())


def reads(found: Opened) -> set[str]:
    """The reports that this key opens now, by what is kept."""
    with sealed(holder=found.holder.pk):
        return {str(envelope.report_id) for envelope, _ in envelopes.opened(found)}


def envelopes_of(made: Made, holder: Keyholder) -> set[int]:
    """Whose envelopes there are, as this one sees it."""
    with sealed(holder=holder.pk):
        return set(Envelope.objects.filter(report=made.id).values_list("holder", flat=True))


@dataclass(slots=True)
class Channel:
    """All four have a key, and it counts."""

    silke: Keyholder = field(default_factory=lambda: enrol("silke"))
    tariq: Keyholder = field(default_factory=lambda: enrol("tariq"))
    hanna: Keyholder = field(default_factory=lambda: enrol("hanna"))
    paper: str = ""
    otto: Keyholder = field(init=False)

    def __post_init__(self) -> None:
        self.otto, self.paper = keys.enrol_escrow(seat=seat("otto"))
        holders.admit(seat=seat("silke"), by=vault_of("silke"), holder_id=self.hanna.pk)
