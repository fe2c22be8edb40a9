"""A wijziging as pages show it: what it was and what it becomes, in money and in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cases import selectors as cases
from cases.models import Amendment, AmendmentAnswer, Case, CollegeDecision, Commission
from cases.rules.amendment import advice
from cases.services.amendment import TEXTS
from roles.models import Organisation
from workflows.models import CaseTask


@dataclass(frozen=True, slots=True)
class Row:
    """The share of one municipality, before and after; None: it does not take part."""

    organisation: Organisation
    before: Decimal | None
    after: Decimal | None

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Words:
    """One text that becomes another."""

    label: str
    before: str
    after: str


def rows(
    municipalities: Mapping[int, Organisation], before: Mapping[int, Decimal], after: Mapping[int, Decimal]
) -> list[Row]:
    """In the order of the regeling."""
    concerned = [municipalities[each] for each in before.keys() | after.keys()]
    return [Row(each, before.get(each.pk), after.get(each.pk)) for each in sorted(concerned, key=lambda o: o.name)]


def note(*, amount_before: Decimal, years_before: int, amount_after: Decimal, years_after: int) -> str:
    """What the law asks to look at where the value over the whole term grows."""
    return advice(amount_before * years_before, amount_after * years_after)


class Changed:
    """One wijziging with its shares and answers. Four queries."""

    panel, before, aside = "amendments/panel.html", "amendments/panel.html", ""

    def __init__(self, case: Case, commission: Commission, tasks: Iterable[CaseTask]) -> None:
        amendment: Amendment = case.amendment
        self.amendment = cases.amendment_written_out(amendment)
        self.commission = commission
        self.shares = [
            Row(share.organisation, share.before, share.after)
            for share in amendment.shares.select_related("organisation").order_by("organisation__name")
        ]
        self.answers: list[AmendmentAnswer] = cases.amendment_answers(amendment)
        self.college_decisions: list[CollegeDecision] = cases.college_decisions_on(amendment)

    @property
    def words(self) -> list[Words]:
        """What was proposed; what it took the place of, as long as it has not."""
        found = []
        for name in TEXTS:
            if (after := getattr(self.amendment, name)) is not None:
                before = getattr(self.commission, name)
                label = str(getattr(Commission, name).field.verbose_name)
                found.append(Words(label[:1].upper() + label[1:], str(before or "Niet ingevuld"), str(after)))
        return found

    @property
    def note(self) -> str:
        a = self.amendment
        return note(
            amount_before=a.amount_before, years_before=a.years_before, amount_after=a.amount_after,
            years_after=a.years_after,
        )  # fmt: skip

    @property
    def moves_money(self) -> bool:
        return any(row.differs for row in self.shares)
