"""A contract as pages show it: with whom, about what, until when, for how much, and what it came from."""

from collections.abc import Iterable
from typing import Any

from cases.models import Case, Contract
from workflows.models import CaseTask
from workflows.pages.cared import Care


class Contracted:
    """Five queries."""

    panel, before, aside = "contracts/panel.html", "contracts/panel.html", ""

    def __init__(self, case: Case, commission: Any, tasks: Iterable[CaseTask]) -> None:
        related = ("provider", "lot", "case__parent__title", "case__scheme")
        self.contract: Contract = Contract.objects.select_related(*related).get(pk=case.pk)
        self.procurement = self.contract.case.parent
        self.care = Care(self.contract)
