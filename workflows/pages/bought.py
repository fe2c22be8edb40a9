"""A procurement as pages show it: what was chosen and by which law, the team, and what the market was told."""

from collections import defaultdict
from collections.abc import Iterable

from cases.models import Case, Commission, Procurement, TeamMember
from workflows.models import CaseTask
from workflows.pages.awarded import Awarded
from workflows.pages.tendered import Tendered


class Bought:
    """Five queries, and those of the tenders and the award once there are any."""

    panel, before, aside = "procurements/panel.html", "procurements/before.html", "procurements/aside.html"

    def __init__(self, case: Case, commission: Commission | None, tasks: Iterable[CaseTask]) -> None:
        texts = ("knowledge", "market", "consulted", "legal_advice", "strategy", "undivided", "fit_ground")
        self.procurement = Procurement.objects.select_related(*texts).get(pk=case.pk)
        self.lots = list(self.procurement.lots.select_related("lot"))
        self.criteria = list(self.procurement.criteria.select_related("name"))
        self.publications = list(self.procurement.publications.select_related("note"))
        by_role: dict[str, list[TeamMember]] = defaultdict(list)
        beside = ("appointment__person__name", "appointment__position__role", "appointment__organisation")
        for member in self.procurement.team.select_related(*beside):
            by_role[member.role].append(member)
        self.award = Awarded(self.procurement)
        self.tendered = Tendered(self.procurement)
        self.team = [(str(role.label), by_role[role]) for role in TeamMember.Role if by_role[role]]

    @property
    def explored(self) -> list[tuple[str, object]]:
        """What was found before anything was chosen; without what nobody wrote yet."""
        names = ("knowledge", "market", "consulted", "legal_advice")
        said = [(_label(name), getattr(self.procurement, name)) for name in names]
        return [(label, words) for label, words in said if words]

    @property
    def grounds(self) -> list[tuple[str, object]]:
        """Why it is bought otherwise than is usual."""
        said = [(_label(name), getattr(self.procurement, name)) for name in ("undivided", "fit_ground")]
        return [(label, words) for label, words in said if words]


def _label(name: str) -> str:
    label = str(Procurement._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]
