"""Open work that waits for somebody whose appointment is over. Found by how things stand, so that none is missed."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat

from audit.clock import today
from audit.models import Act
from roles.models import Absence, Appointment, Substitution
from roles.models.fields import holding_on
from workflows.models import CaseTask

AT_ONCE = 200
VACATED = "vacated"


def waiting_for_nobody(of: Appointment | None = None) -> list[tuple[int, int]]:
    """(case, task): taken up by who serves that role no more, or of a seat that ended; the oldest first.

    Of everybody, or of one appointment.
    """
    day = today()
    own = Appointment.objects.filter(holding_on(day), position=OuterRef("position"), person__user=OuterRef("owner"))
    stood_in = Substitution.objects.filter(
        holding_on(day), holding_on(day, "appointment__"), appointment__position=OuterRef("position"),
        substitute__user=OuterRef("owner"),
    )  # fmt: skip
    taken = CaseTask.objects.filter(finished=None, seat=None, owner__isnull=False, position__isnull=False)
    ended = CaseTask.objects.filter(finished=None, seat__valid_until__lt=day)
    if of is not None:
        taken = taken.filter(owner=of.person.user_id, position=of.position_id)
        ended = ended.filter(seat=of)
    found: list[tuple[int, int]] = []
    for tasks in (taken.filter(~Exists(own), ~Exists(stood_in)), ended):
        found += tasks.order_by("id").values_list("case", "pk")[:AT_ONCE]
    return found


def held_by_absent() -> list[tuple[int, int]]:
    """(case, task): taken up by who is away today while nobody stands in for them, and not given back before.

    Whoever is away and takes up something all the same, keeps it: they were asked once.
    """
    day = today()
    away = Absence.objects.filter(
        holding_on(day), person__user=OuterRef("owner"), scheme=OuterRef("position__body__scheme")
    )
    lent = Substitution.objects.filter(
        holding_on(day), appointment__person__user=OuterRef("owner"), appointment__position=OuterRef("position"),
        scope=Substitution.Scope.ALL,
    )  # fmt: skip
    asked = Act.objects.filter(
        chain=_named("case", OuterRef("case")), task=_named("task", OuterRef("pk")), verb="release_task",
        at__date__gte=OuterRef("since"),
    )  # fmt: skip
    taken = CaseTask.objects.filter(finished=None, seat=None, owner__isnull=False, position__isnull=False)
    held = taken.annotate(since=Subquery(away.values("valid_from")[:1])).filter(
        ~Exists(lent), ~Exists(asked), since__isnull=False
    )
    return list(held.order_by("id").values_list("case", "pk")[:AT_ONCE])


def is_held_by_absent(task_id: int) -> bool:
    """The same of one task, under the lock of its case."""
    return any(pk == task_id for _, pk in held_by_absent())


def _named(kind: str, number: OuterRef) -> Concat:
    return Concat(Value(f"{kind}/"), Cast(number, TextField()), output_field=TextField())


def vacant() -> list[tuple[int, int]]:
    """(case, part): votes of a seat that stood empty, in a step that is still open. Somebody may have come to sit."""
    lapsed = CaseTask.objects.filter(part=CaseTask.Part.VOTE, outcome=VACATED, host__finished=None)
    return list(lapsed.order_by("id").values_list("case", "pk")[:AT_ONCE])


def serves(user_id: int, position_id: int, day: date) -> bool:
    """Does this account hold a position on a day, or stand in for who does?"""
    return (
        Appointment.objects.filter(holding_on(day), position=position_id, person__user=user_id).exists()
        or Substitution.objects.filter(
            holding_on(day), holding_on(day, "appointment__"), appointment__position=position_id,
            substitute__user=user_id,
        ).exists()
    )  # fmt: skip


def last_held(user_id: int, position_id: int) -> Appointment | None:
    """The appointment by which an account held a position; none for who only stood in."""
    held = Appointment.objects.filter(position=position_id, person__user=user_id)
    return held.order_by(F("valid_until").desc(nulls_first=True), "-pk").first()
