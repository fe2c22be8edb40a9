"""A policy signal as pages show it: what was seen, what the MGR advised, and what came of it."""

from collections.abc import Iterable
from typing import Any

from cases.models import Case, Commission, PlanningItem, PolicySignal
from workflows.models import CaseTask


class Signalled:
    """Three queries."""

    panel, before, aside = "signals/panel.html", "signals/panel.html", ""

    def __init__(self, case: Case, commission: Any, tasks: Iterable[CaseTask]) -> None:
        texts = ("change", "source", "effect", "advice")
        self.signal = PolicySignal.objects.select_related(*texts).get(pk=case.pk)
        self.signal.case = case
        led_to = Commission.objects.filter(origin=case).select_related("case__title").order_by("pk")
        self.commissions: list[Commission] = list(led_to)
        planned = PlanningItem.objects.filter(origin=case).select_related("title").order_by("pk")
        self.items: list[PlanningItem] = list(planned)
        waits = any(task.finished is None and task.flow_task.name == "signal_follow_up" for task in tasks)
        self.may_lead = waits or any(item.state == PlanningItem.State.PLANNED for item in self.items)
