"""The one place that writes who may see what. Rights go to positions, and people get them by their appointments."""

from collections.abc import Collection

from django.contrib.auth.models import User
from guardian.shortcuts import assign_perm

from audit.clock import today
from roles.models import Appointment, Organisation, Position, Scheme, Substitution
from roles.models.fields import holding_on

Membership = User.groups.through


def grant(*, position: Position, permissions: Collection[str], on: Scheme | Organisation) -> None:
    """Within the act that makes the position."""
    for permission in permissions:
        assign_perm(permission, position.group, on)


def sync_memberships() -> int:
    """Make everybody a member of the groups of the positions they hold, or stand in for as a whole, today.

    Says how many changed.

    Appointments begin and end at midnight without a write, so the tick calls this, and so does each service that
    changes one. Who reads one period only is in no group, for a group sees all of the regeling. What somebody may see
    in a list never waits for it: `selectors.scopes` looks at the dates themselves.
    """
    day = today()
    held = Appointment.objects.filter(holding_on(day), person__user__isnull=False, reads_from=None, reads_until=None)
    stood_in = Substitution.objects.filter(
        holding_on(day), holding_on(day, "appointment__"), substitute__user__isnull=False,
        scope=Substitution.Scope.ALL, appointment__reads_from=None, appointment__reads_until=None,
    )  # fmt: skip
    wanted = set(held.values_list("person__user", "position__group")) | set(
        stood_in.values_list("substitute__user", "appointment__position__group")
    )
    there = Membership.objects.filter(group__position__isnull=False)
    by_pair = {(user, group): number for number, user, group in there.values_list("id", "user_id", "group_id")}
    missing, superfluous = wanted - by_pair.keys(), by_pair.keys() - wanted
    Membership.objects.bulk_create(
        [Membership(user_id=user, group_id=group) for user, group in missing], ignore_conflicts=True
    )
    Membership.objects.filter(id__in=[by_pair[pair] for pair in superfluous]).delete()
    return len(missing) + len(superfluous)
