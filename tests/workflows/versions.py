"""Versions of opdrachtverstrekking that were never used, and cases that run on the first one."""

import sys
from types import ModuleType
from typing import Any

import pytest
from viewflow.workflow import flow
from viewflow.workflow.fields import get_flow_ref, get_task_ref, import_flow_by_ref, import_task_by_ref

from workflows import flows, services
from workflows.flows.commissioning import CommissioningFlow
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.tasks import CHANGES


def on_first_version(patch: pytest.MonkeyPatch) -> None:
    """New cases run on version 1, as they did before there was another."""
    patch.setattr(services, "current", lambda code: CommissioningFlow)


def make(patch: pytest.MonkeyPatch, number: int = 9, **attributes: Any) -> Any:
    """A version of its own, in a module of its own, as long as the test lasts."""
    module = ModuleType(f"workflows.flows.commissioning_{number}")
    patch.setitem(sys.modules, module.__name__, module)
    for cache in (get_flow_ref, get_task_ref, import_flow_by_ref, import_task_by_ref):
        cache.cache_clear()
    made = type(flow.Flow)(f"CommissioningFlow{number}", (flow.Flow,), {
        "code": "commissioning", "version": number, "process_title": "Opdrachtverstrekking",
        "process_class": CaseProcess, "task_class": CaseTask, "lock_impl": CASE_LOCK,
        "phases": CommissioningFlow.phases, "__module__": module.__name__, **attributes,
    })  # fmt: skip
    setattr(module, made.__name__, made)
    patch.setattr(flows, "ALL", [*flows.ALL, made])
    patch.setitem(CHANGES, "commissioning", {**CHANGES["commissioning"]})
    return made
