"""Opdrachtverstrekking at every scale, in both regelingen: which steps a case takes, and which its regeling passes by."""

from decimal import Decimal

import pytest
from django.db import transaction

from audit.models import Act
from cases.models import Case, CollegeDecision
from config.demo import players
from escalation.models import Deadline
from roles.authorize import NotAllowed
from roles.models import Body
from tests.workflows import play
from workflows import clockwork
from workflows.models import CaseTask
from workflows.fitness import Unfit

pytestmark = pytest.mark.django_db

LN, CG = "limburg-noord", "centraal-gelderland"
BEFORE = ["municipal_alignment", "intake", "approach"]


def path_of(case: Case) -> list[str]:
    """The steps that waited for somebody, in the order in which they came up; each once."""
    tasks = CaseTask.objects.filter(case=case, flow_task_type="HUMAN").exclude(outcome="skipped").order_by("id")
    return list(dict.fromkeys(task.flow_task.name for task in tasks))


PATHS = {
    (LN, "local"): ["local_decision"],
    (LN, "regional"): ["rmt_validation", "pho_decision"],
    (LN, "supraregional"): ["partner_consent", "rmt_validation", "pho_decision"],
    (CG, "local"): ["adopt_approach", "local_decision"],
    (CG, "regional"): ["adopt_approach", "rmt_validation", "pho_decision"],
    (CG, "supraregional"): ["adopt_approach", "partner_consent", "rmt_validation", "pho_decision"],
}


@pytest.mark.parametrize(("scheme", "scale"), PATHS)
def test_a_commission_goes_to_verstrekt_along_the_steps_of_its_scale(scheme: str, scale: str) -> None:
    case = play.submitted(scheme=scheme, scale=scale)
    assert play.end(case) == "granted"
    assert path_of(case) == [*BEFORE, *PATHS[scheme, scale], "acceptance"]
    assert play.skipped_steps(case) == ([] if scheme == CG else ["adopt_approach"])
