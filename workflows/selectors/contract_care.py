"""How a contract is followed: its figures through time, its talks and the agenda of them, and its products."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from cases.models import Case, CaseAccess, Contract, ContractProduct, Improvement, Kpi, Measurement, Review
from cases.rules import kpi as rule
from cases.selectors.contracts import RUNNING, kpis_of
from roles.models import Body, StepBinding
from roles.selectors import Hat, Scope
from workflows.selectors.inbox import MANY, PAGE
from workflows.selectors.sight import kept_from, keys

MONTHS = 24  # of a figure that are drawn


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI of a contract with what was measured, the oldest first."""

    kpi: Kpi
    measured: Sequence[Measurement]

    @property
    def latest(self) -> Measurement | None:
        return self.measured[-1] if self.measured else None

    @property
    def missed(self) -> bool:
        return self.latest is not None and self.latest.breached

    @property
    def line(self) -> rule.Line | None:
        """Drawn from two values on."""
        if len(self.measured) < 2:
            return None
        return rule.line([each.value for each in self.measured], self.kpi.norm)

    @property
    def said(self) -> str:
        """What the drawing shows, for who does not see it."""
        first, last = self.measured[0], self.measured[-1]
        return (
            f"{self.kpi.name}: van {plain(first.value)} in {first.period:%m-%Y} naar {plain(last.value)} in "
            f"{last.period:%m-%Y}; norm {self.kpi.get_direction_display()} {plain(self.kpi.norm)} {self.kpi.unit}"
        )


def figures(contract: Contract, today: date) -> list[Figure]:
    """The KPI's that hold today, each with its last months. Two queries."""
    found = Measurement.objects.filter(contract=contract).select_related("source", "measured_by__person__name")
    of_code: dict[str, list[Measurement]] = {}
    for each in found.order_by("period"):
        of_code.setdefault(each.code, []).append(each)
    return [Figure(kpi, of_code.get(kpi.code, [])[-MONTHS:]) for kpi in kpis_of(contract, today)]


def plain(number: Decimal) -> str:
    """As the Dutch write it, without zeros that say nothing."""
    return f"{number.normalize():f}".replace(".", ",")


def products(contract: Contract) -> list[ContractProduct]:
    """Every tariff there was, is or will be. One query."""
    return list(contract.products.order_by("code", "-valid_from"))


def open_actions(contract: Contract) -> list[Improvement]:
    """What was agreed on in earlier talks about this contract, and is not done. One query."""
    standing = (Improvement.Status.OPEN, Improvement.Status.BUSY)
    found = Improvement.objects.filter(origin__parent=contract.case_id, status__in=standing)
    return list(found.select_related("what", "owner__role", "owner__body", "named__person__name").order_by("due_on"))


def earlier_talks(contract: Contract, but: int) -> list[Review]:
    """Those that were held, the last first. One query."""
    found = Review.objects.filter(contract=contract).exclude(held_on=None).exclude(pk=but)
    return list(found.select_related("case", "minutes").order_by("-held_on")[:3])


def allowed(hats: Sequence[Hat], scheme_id: int, steps: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of these (flow, step), those that a regeling binds to a role that one of the hats is of. One query."""
    wanted = Q(pk=None)
    for flow, step in steps:
        wanted |= Q(flow=flow, step=step)
    bound = list(StepBinding.objects.filter(wanted, scheme=scheme_id))
    return {(each.flow, each.step) for each in bound for hat in hats if _fits(each, hat)}


def _fits(binding: StepBinding, hat: Hat) -> bool:
    position = hat.position
    if position.body.scheme_id != binding.scheme_id or position.role_id != binding.role_id:
        return False
    return position.body_id == binding.body_id or (
        binding.body_id is None and position.body.kind == Body.Kind.MUNICIPALITY
    )


# The agenda of talks.


@dataclass(frozen=True, slots=True)
class Wish:
    """Which talks are asked for. `mine`: those of which a step waits for one of these positions."""

    view: str = "lopend"
    tier: str = ""
    provider: int | None = None
    mine: Sequence[int] | None = None


VIEWS = {
    "lopend": Q(case__state__in=RUNNING), "gevoerd": Q(case__state=Case.State.COMPLETED),
    "vervallen": Q(case__state__in=(Case.State.STOPPED, Case.State.WITHDRAWN)), "alle": Q(),
}  # fmt: skip


def agenda(scopes: Sequence[Scope], wish: Wish, page: int = 1) -> tuple[list[Review], int]:
    """One page, the first planned first; of what is over the last. Two queries."""
    found = Review.objects.filter(VIEWS[wish.view], _seen(scopes)).exclude(case__in=kept_from(scopes))
    if wish.tier:
        found = found.filter(contract__tier=wish.tier)
    if wish.provider is not None:
        found = found.filter(contract__provider=wish.provider)
    if wish.mine is not None:
        found = found.filter(case__process__task_set__finished=None, case__process__task_set__position__in=wish.mine)
    total = found[:MANY].count()
    start = min(page - 1, max((total - 1) // PAGE, 0)) * PAGE
    order = ("planned_for", "pk") if wish.view == "lopend" else ("-planned_for", "-pk")
    related = ("case__title", "case__scheme", "contract__provider", "contract__lot", "contract__case")
    return list(found.select_related(*related).order_by(*order)[start : start + PAGE]), total


def coming(scopes: Sequence[Scope], until: date) -> list[Contract]:
    """Contracts whose next talk the clock will open by then. One query."""
    found = Contract.objects.filter(next_review_on__lte=until, case__state__in=RUNNING)
    found = found.filter(_seen(scopes)).exclude(case__in=kept_from(scopes))
    return list(found.select_related("provider", "lot", "case").order_by("next_review_on", "pk")[:PAGE])


def _seen(scopes: Sequence[Scope]) -> Exists:
    return Exists(CaseAccess.objects.filter(case=OuterRef("case"), scope__in=keys(scopes)))
