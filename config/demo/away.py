"""Who is away in the story, and who stands in: an alderman with a deputy, a colleague on leave."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from audit import clock
from config.demo import players as p
from roles import services
from roles.models import Appointment, Person
from roles.selectors.standing_in import own_seats
from workflows.absences import Holder, be_away

Data = dict[str, Any]


class Away:
    """One absence as the story has it (fixtures/demo-*.toml)."""

    def __init__(self, data: Data, password: str) -> None:
        self.data, self.password = data, password

    def events(self, left_at: datetime) -> list[tuple[datetime, Callable[[], None]]]:
        return [(left_at, self.leave)]

    def leave(self) -> None:
        holder = p.hat(self.data["who"])
        user = holder.person.user
        assert user is not None
        if "name" in self.data:
            self._appoint_deputy(holder)
        stand_in = Person.objects.get(user__username=self.data["by"])
        today = clock.today()
        be_away(
            arranger=Holder(user_id=user.pk), seats=dict.fromkeys(own_seats(user.pk, today), stand_in),
            valid_from=today, valid_until=today + timedelta(days=self.data["days"]), reason=self.data["reason"],
        )  # fmt: skip

    def _appoint_deputy(self, holder: Appointment) -> None:
        """Plaatsvervangend lid wherever the holder is a member: in the AB nobody else may take their place."""
        user = User.objects.create(username=self.data["by"], password=make_password(self.password))
        deputy = services.register_person(scheme=holder.position.body.scheme, name=self.data["name"], user=user)
        assert holder.person.user_id is not None
        for seat in own_seats(holder.person.user_id, clock.today()):
            services.appoint(
                person=deputy, position=seat.position, kind=Appointment.Kind.SUBSTITUTE,
                organisation=seat.organisation, valid_from=clock.today(),
            )  # fmt: skip
