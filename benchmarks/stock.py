"""viewflow as it comes: two views in turn, no rights, no evidence. What our own step is compared with.

viewflow stores a flow as "app/module.Class" and wants an installed app behind it; `workflows.stock` is this module's
name for that purpose (see `steps.py`).
"""

from typing import Any

from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow.views import UpdateProcessView
from viewflow.workflow.models import Process, Task


class StockFlow(flow.Flow):  # type: ignore[misc]  # viewflow has no types
    __module__ = "workflows.stock"
    process_class = Process
    lock_impl = lock.SelectForUpdateLock(nowait=False)

    start = flow.StartHandle().Next(this.first)
    first = flow.View(UpdateProcessView.as_view(fields=[])).Next(this.second)
    second = flow.View(UpdateProcessView.as_view(fields=[])).Next(this.first)


class Asked:
    """As much of a request as viewflow looks at."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.POST: dict[str, str] = {}
        self.GET: dict[str, str] = {}


def step(process_id: int, user: Any) -> None:
    """Assign, start and finish the open task, in viewflow's own way."""
    task = Task.objects.get(process_id=process_id, finished=None)
    with task.activation() as activation:
        activation.assign(user)
        activation.start(Asked(user))
        activation.execute()
