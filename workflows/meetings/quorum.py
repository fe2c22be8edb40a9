"""Too few members for the quorum: the secretary hears of it before the meeting, once for each change (domain §4).

Nothing tells that it becomes so: somebody is away, a substitution ends, a member declares an interest. So the clock
looks at the meetings to come, and compares with what it said last.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from audit import clock
from audit.services import NO_HAT, SYSTEM, acting
from cases.models import Meeting
from cases.models.case import with_top
from escalation.services.messages import notify
from workflows.meetings.sitting import secretaries
from workflows.models import CaseTask
from workflows.selectors import forecast
from workflows.selectors.attendance import expected

logger = logging.getLogger(__name__)

AHEAD = timedelta(days=60)


def watch() -> int:
    """Look at every meeting to come; of how many the outlook changed. One that fails is seen in the log."""
    now = clock.now()
    coming = Meeting.objects.filter(state=Meeting.State.PLANNED, starts_at__gt=now, starts_at__lt=now + AHEAD)
    return sum(_looked_at(pk) for pk in coming.order_by("starts_at", "id").values_list("pk", flat=True))


def _looked_at(meeting_id: int) -> bool:
    try:
        with transaction.atomic():
            found = Meeting.objects.select_for_update(of=("self",), no_key=True).filter(pk=meeting_id)
            meeting = found.select_related("body__scheme").get()
            return _signal(meeting, shortage(meeting))
    except Exception:
        logger.exception("Nobody looked whether enough come to meeting %s", meeting_id)
        return False


def shortage(meeting: Meeting) -> dict[str, Any]:
    """What is short, as it is kept: who is away, and the decisions for which too few may vote. Empty: enough."""
    outlook = expected(meeting)
    items = [item.task for item in meeting.items.all() if item.task]
    tasks = CaseTask.objects.filter(pk__in=items, finished=None)
    ahead = forecast.of_tasks(
        list(tasks.select_related("process__case__scheme", *with_top("process__case__"), "case")),
        localdate(meeting.starts_at),
    )
    stuck = sorted(task for task, each in ahead.items() if each.short)
    if not outlook.too_few and not stuck:
        return {}
    away = [f"appointment/{guest.seat.pk}" for guest in outlook.away]
    return {"coming": outlook.coming, "needed": outlook.needed, "away": sorted(away), "tasks": stuck}


def _signal(meeting: Meeting, short: dict[str, Any]) -> bool:
    """Keep what is said; the same is not said twice. That it is enough again is kept, and bothers nobody."""
    if meeting.state != Meeting.State.PLANNED or meeting.shortage == short:
        return False
    verb = "signal_quorum" if short else "lift_quorum"
    with acting(chain=meeting.chain, verb=verb, actor=SYSTEM, hat=NO_HAT) as act:
        act.details = dict(short)
        meeting.shortage = short
        meeting.save(update_fields=["shortage"])
        for position in sorted(secretaries(meeting.body)) if short else ():
            notify(template="quorum", meeting=meeting, position_id=position)
    return True
