"""What a kind of case is about, as its pages show it: one class a kind, with its own templates.

A commission has none: the pages are its own. A new kind adds a line here, and nothing to the pages themselves.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from cases.models import Case, Commission
from workflows.models import CaseTask
from workflows.pages import cared
from workflows.pages.bought import Bought
from workflows.pages.changed import Changed
from workflows.pages.contracted import Contracted
from workflows.pages.escalated import Escalated
from workflows.pages.evaluated import Evaluated
from workflows.pages.signalled import Signalled


class Matter(Protocol):
    """Its templates read it as `shown`."""

    panel: str  # on the case page
    before: str  # above the form of a task, and
    aside: str  # beside it; empty: nothing


# From the case, what was commissioned (written out; None where nothing was), and its tasks.
OF_KIND: dict[str, Callable[[Case, Any, Iterable[CaseTask]], Matter]] = {
    Case.Kind.AMENDMENT: Changed,
    Case.Kind.ESCALATION: Escalated,
    Case.Kind.CONTRACT: Contracted,
    **cared.OF_KIND,
    Case.Kind.EVALUATION: Evaluated,
    Case.Kind.PROCUREMENT: Bought,
    Case.Kind.SIGNAL: Signalled,
}


def matter_of(case: Case, commission: Commission | None, tasks: Iterable[CaseTask]) -> Matter | None:
    """Of a case; its tasks are read only by a kind that shows them."""
    shown = OF_KIND.get(case.kind)
    return None if shown is None else shown(case, commission, tasks)
