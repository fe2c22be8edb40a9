"""What happens to a contract while it runs, as pages show it; and the cases under it, each with its own panel."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from audit import clock
from cases.models import (
    Addendum,
    Case,
    Contract,
    ContractProduct,
    Enquiry,
    Improvement,
    Requalification,
    Review,
    ReviewTier,
)
from roles.models.fields import holding_on
from workflows import contract_figures
from workflows.contract_care import ADDENDUM, ENQUIRY, REQUALIFICATION, REVIEW
from workflows.contract_figures import KEEP_KPIS, KEEP_PRODUCTS
from workflows.flows.contract import ContractFlow
from workflows.models import CaseTask
from workflows.pages.frame import Visitor
from workflows.selectors import contract_care as find
from workflows.selectors.contract_care import Figure


@dataclass(frozen=True, slots=True)
class Start:
    """What a visitor may begin on the page of a contract."""

    label: str
    url: str
    icon: str


STARTS = [
    ((REVIEW.flow.code, REVIEW.start.name), "Contractgesprek openen", "open-review", "message-2"),
    ((ADDENDUM.flow.code, ADDENDUM.start.name), "Addendum voorstellen", "propose-addendum", "rotate"),
    ((REQUALIFICATION.flow.code, REQUALIFICATION.start.name), "Herbeoordeling aanvragen", "requalify", "scale"),
    ((ENQUIRY.flow.code, ENQUIRY.start.name), "Vraag stellen", "ask-enquiry", "message-question"),
    ((ContractFlow.code, KEEP_KPIS), "Meting vastleggen", "contract-kpis", "list-check"),
    ((ContractFlow.code, KEEP_PRODUCTS), "Product toevoegen", "add-product", "clipboard-text"),
]


def starts(case: Case, seen_by: Visitor) -> list[Start]:
    """Of a running contract. One query."""
    if case.kind != Case.Kind.CONTRACT or not case.is_running:
        return []
    may = find.allowed(seen_by.hats, case.scheme_id, [step for step, *_ in STARTS])
    if not contract_figures.registering(case.contract, seen_by.today):
        may.discard((ContractFlow.code, KEEP_PRODUCTS))
    return [Start(label, reverse(name, args=[case.pk]), icon) for step, label, name, icon in STARTS if step in may]


class Care:
    """How often there is a talk, the figures, and what may be delivered. Four queries."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.today = clock.today()

    @cached_property
    def figures(self) -> list[Figure]:
        return find.figures(self.contract, self.today)

    @cached_property
    def products(self) -> list[ContractProduct]:
        """What holds today or will; the last tariff of what is over stays in the history."""
        rows = find.products(self.contract)
        return [row for row in rows if row.valid_until is None or row.valid_until >= self.today]

    @cached_property
    def tier(self) -> ReviewTier | None:
        holding = ReviewTier.objects.filter(holding_on(self.today), scheme=self.contract.case.scheme_id)
        return holding.filter(code=self.contract.tier).first() if self.contract.tier else None


class Under:
    """A case under a contract: which one."""

    aside = ""
    before = panel = ""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract


class Reviewed(Under):
    """A talk; who prepares it has the figures and the open actions before them. Eight queries."""

    panel, before = "contracts/review.html", "contracts/prepare.html"

    def __init__(self, case: Case, commission: Any, tasks: Iterable[CaseTask]) -> None:
        texts = ("reason", "preparation", "present", "minutes")
        self.review = Review.objects.select_related(*texts, *CONTRACT).get(pk=case.pk)
        super().__init__(self.review.contract)
        self.care = Care(self.contract)
        made = case.improvements.select_related("what", "owner__role", "owner__body", "named__person__name")
        self.actions: list[Improvement] = list(made.order_by("due_on"))

    @cached_property
    def standing(self) -> list[Improvement]:
        return [each for each in find.open_actions(self.contract) if each.origin_id != self.review.pk]

    @cached_property
    def earlier(self) -> list[Review]:
        return find.earlier_talks(self.contract, self.review.pk)


class Amended(Under):
    """An addendum: what it was, and what it becomes. One query."""

    panel = before = "contracts/addendum.html"

    def __init__(self, case: Case, commission: Any, tasks: Iterable[CaseTask]) -> None:
        self.addendum = Addendum.objects.select_related("words", "reason", *CONTRACT).get(pk=case.pk)
        super().__init__(self.addendum.contract)


class Requalified(Under):
    """One query."""

    panel = before = "contracts/requalification.html"

    def __init__(self, case: Case, commission: Any, tasks: Iterable[CaseTask]) -> None:
        texts = ("reason", "findings", "measures")
        self.requalification = Requalification.objects.select_related(*texts, *CONTRACT).get(pk=case.pk)
        super().__init__(self.requalification.contract)


class Asked(Under):
    """One query."""

    panel = before = "contracts/enquiry.html"

    def __init__(self, case: Case, commission: Any, tasks: Iterable[CaseTask]) -> None:
        texts = ("contact", "question", "answer")
        self.enquiry = Enquiry.objects.select_related(*texts, *CONTRACT).get(pk=case.pk)
        super().__init__(self.enquiry.contract)


CONTRACT = ("contract__provider", "contract__lot", "contract__case__scheme")
OF_KIND: dict[str, Callable[[Case, Any, Iterable[CaseTask]], Any]] = {
    Case.Kind.REVIEW: Reviewed, Case.Kind.ADDENDUM: Amended, Case.Kind.REQUALIFICATION: Requalified,
    Case.Kind.ENQUIRY: Asked,
}  # fmt: skip
